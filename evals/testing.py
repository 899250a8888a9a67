"""Public fakes of this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ScriptedJudge:
    """Gives the verdicts of a script, by claim and evidence; 0 for what the script lacks.

    `asked` keeps each claim and evidence it was asked about, in order.
    """

    verdicts: Mapping[tuple[str, str], float] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def support(self, claim: str, evidence: str) -> float:
        """The scripted verdict, in {0, 0.5, 1}."""
        self.asked.append((claim, evidence))
        return self.verdicts.get((claim, evidence), 0.0)


@dataclass(frozen=True)
class ScriptedCompletion:
    """Completes each prompt with the next of some replies; `prompts` keeps what it was given."""

    replies: list[str]
    prompts: list[str] = field(default_factory=list)

    def __call__(self, prompt: str) -> str:
        """The next reply."""
        self.prompts.append(prompt)
        return self.replies[len(self.prompts) - 1]


def contains(claim: str, evidence: str) -> float:
    """1 if the evidence holds the claim to the letter, else 0: the simplest judge there is."""
    return float(claim in evidence)


@dataclass(frozen=True)
class RuleJudge:
    """A judge that is a function."""

    rule: Callable[[str, str], float] = contains

    def support(self, claim: str, evidence: str) -> float:
        """What the rule says, in {0, 0.5, 1}."""
        return self.rule(claim, evidence)
