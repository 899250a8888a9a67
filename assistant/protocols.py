"""What the assistant needs from its engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from assistant.types import Citation, Claim
from assistant.understanding import Understood
from index.types import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """What retrieval gives an engine: the question as understood, the day, the hits.

    `parts` holds the same for each of the questions put in one; empty for a single question.
    """

    understood: Understood
    as_of: date
    hits: tuple[Hit, ...]
    named_instruments: tuple[str, ...] = ()
    parts: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine composes: the text with its markers, its claims, its citations.

    `engine` and `model` say who wrote it in the end: a generated answer may fall back on quotes.
    """

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    engine: Literal["extractive", "generated"] = "extractive"
    model: str | None = None


class AnswerEngine(Protocol):
    """Composes an answer from evidence, and only from it."""

    @property
    def name(self) -> Literal["extractive", "generated"]:
        """Which kind of engine it is, as the answer says."""

    def compose(self, evidence: Evidence) -> Draft:
        """A draft that cites the evidence; empty when nothing of it answers."""


class Confidence(Protocol):
    """Judges whether the best hits can answer the question at all."""

    def score(self, question: str, hits: Sequence[Hit], *, scoped: bool = False) -> float:
        """A probability in [0, 1] that the corpus answers the question; higher is better.

        `scoped` says that the user chose the texts to be asked.
        """
