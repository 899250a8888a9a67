"""What is wrong with a question, and what the sources say instead (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.types import AbstainReason
from corpus.types import Provision
from index.types import Hit, Passage, PassageId

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a question cannot be answered as it is asked.

    `words` are ours, in Markdown, without markers. `citations_from` are the provisions that bear
    them out, and `spans` what is to be quoted from each: half-open, in code points of the wording;
    empty where nothing is quoted. `choices` are whole questions that may have been meant.
    `answers` says that a source refutes the premise, so that "No" with its quote is an answer;
    otherwise the question is declined for `reason`.
    """

    reason: AbstainReason
    words: str
    citations_from: tuple[Hit, ...] = ()
    choices: tuple[str, ...] = ()
    answers: bool = False
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.answers and not self.citations_from:
            raise ValueError("an answer needs a source")
        if self.spans and len(self.spans) != len(self.citations_from):
            raise ValueError("need a span for each source, or none")


def as_hit(provision: Provision, day: date) -> Hit:
    """A provision reached without retrieval, as a hit on its whole wording of the day."""
    version = provision.nearest(day)
    number = provision.versions.index(version)
    passage = Passage(
        id=PassageId(f"{provision.id}@{number}:0"),
        provision_id=provision.id,
        version=number,
        start=0,
        end=len(version.text),
        text=version.text,
        context=version.heading,
    )
    return Hit(passage, 0, 0.0, 0.0, 0.0, ("crossref",))
