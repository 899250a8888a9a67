"""Asks an assistant and keeps what it looked at: answers as records of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering import Assistant
from assistant.types import Answer, AnswerStatus, Question
from evals.types import CitedPlace, HitLine, Record
from index.types import Hit

KEPT = 10


class Asker:
    """An assistant whose evidence can be looked at, also where it declines.

    A declined answer names three near misses only; all hits pass through the confidence, so this
    stands in its place, keeps them, and gives what the confidence gives. Not for threads.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._confidence = assistant.confidence
        self._seen: tuple[Hit, ...] = ()
        self.assistant = replace(assistant, confidence=self)

    def score(self, question: str, hits: Sequence[Hit], *, scoped: bool = False) -> float:
        """The probability that the assistant's own confidence gives, in [0, 1]."""
        self._seen = tuple(hits)
        return self._confidence.score(question, hits)

    def ask(self, question: Question) -> tuple[Answer, tuple[Hit, ...]]:
        """The answer, and the hits that it was composed or declined from, in rank order."""
        self._seen = ()
        answer = self.assistant.answer(question)
        return answer, self._seen


def hit_lines(hits: Sequence[Hit]) -> tuple[HitLine, ...]:
    """The best `KEPT` provisions of hits in rank order, each once; ranks count from 1 anew."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.provision_id, hit)
    return tuple(
        HitLine(rank, identifier, round(hit.score, 4), tuple(hit.found_by), hit.passage.version)
        for rank, (identifier, hit) in enumerate(list(best.items())[:KEPT], 1)
    )


def record(
    kind: str,
    answer: Answer,
    hits: Sequence[Hit],
    measures: Mapping[str, float],
    faults: Sequence[str] = (),
) -> Record:
    """The record of an answer; what the task knows (gold, reference ...) is filled in later."""
    return Record(
        id=answer.question.id,
        kind=kind,
        question=answer.question.text,
        history=answer.question.history,
        as_of=answer.question.as_of.isoformat() if answer.question.as_of else "",
        abstained=answer.status is AnswerStatus.ABSTAINED,
        abstain_reason=answer.reason.value if answer.reason else "",
        confidence=answer.confidence,
        answer=answer.text,
        citations=tuple(CitedPlace(c.instrument_id, c.locator, c.quote) for c in answer.citations),
        hits=hit_lines(hits),
        measures=dict(measures),
        faults=tuple(faults),
        milliseconds=dict(answer.timings_ms).get("total", 0.0),
    )
