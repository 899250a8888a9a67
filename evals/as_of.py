"""Measures answers on dates: the same question, another day, another right answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.citing import is_exact
from assistant.types import Answer, AnswerStatus, Citation, Question
from corpus.catalog import Corpus
from corpus.locators import Locator, parse
from corpus.types import Status
from evals.datasets import read_lines

ASKED_ON = date(2026, 11, 23)
"""The day that counts as today: what "now" or "a year ago" in a question is reckoned from."""

_HINT = (
    "One JSON object a line: id, topic, question, why, and points: two or more of "
    "as_of or question and day, with cite, status, say, not_say, not_cite, declined."
)

Place = tuple[str, Locator | None]
"""An instrument and a place in it; None: anywhere in it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a right answer to one question is on one day.

    `cite`: places of which one must be cited, at it or below; `statuses`: what such a citation may
    say it is on the day (empty: anything). `say`: for each fact, patterns of which one must
    occur. `not_say` and `not_cite` must not occur at all. A right answer to a question with
    `declined` is an abstention.
    """

    question: Question
    day: date
    cite: tuple[Place, ...] = ()
    statuses: frozenset[Status] = frozenset()
    say: tuple[tuple[str, ...], ...] = ()
    not_say: tuple[str, ...] = ()
    not_cite: tuple[Place, ...] = ()
    declined: bool = False


@dataclass(frozen=True, slots=True)
class DatedQuestion:
    """A question with its right answers, one for each day; `why` names the official texts."""

    id: str
    topic: str
    text: str
    points: tuple[Wanted, ...]
    why: str


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """What one answer was worth: right when nothing is wrong with it."""

    id: str
    day: date
    question: str
    wrong: tuple[str, ...]
    cited: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether the answer is right in every respect."""
        return not self.wrong


def read_dated(path: Path | None = None) -> list[DatedQuestion]:
    """Our own questions on dates, or those of a file in the same format.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    return list(read_lines("as_of.jsonl", path, _dated, _HINT))


def _dated(row: Mapping[str, Any]) -> DatedQuestion:
    points = tuple(_wanted(row, point) for point in row["points"])
    if len(points) < 2:
        raise ValueError("a question needs two points at least")
    return DatedQuestion(row["id"], row["topic"], row["question"], points, row["why"])


def _wanted(row: Mapping[str, Any], point: Mapping[str, Any]) -> Wanted:
    if unknown := point.keys() - _FIELDS:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    given = date.fromisoformat(point["as_of"]) if point.get("as_of") else None
    day = date.fromisoformat(point["day"]) if given is None else given
    say = tuple(tuple(patterns) for patterns in point.get("say") or ())
    not_say = tuple(point.get("not_say") or ())
    for pattern in (*not_say, *(p for patterns in say for p in patterns)):
        re.compile(pattern)
    return Wanted(
        question=Question(point.get("question") or row["question"], (), given, id=row["id"]),
        day=day,
        cite=tuple(_places(point.get("cite") or ())),
        statuses=frozenset(Status(status) for status in point.get("status") or ()),
        say=say,
        not_say=not_say,
        not_cite=tuple(_places(point.get("not_cite") or ())),
        declined=bool(point.get("declined")),
    )


_FIELDS = {
    "as_of",
    "question",
    "day",
    "cite",
    "status",
    "say",
    "not_say",
    "not_cite",
    "declined",
}


def _places(entries: Sequence[Mapping[str, Any]]) -> Iterator[Place]:
    for entry in entries:
        for locator in entry["locators"]:
            yield entry["instrument"], None if locator == "*" else parse(locator)


def faults(wanted: Wanted, answer: Answer, corpus: Corpus) -> tuple[str, ...]:
    """What is wrong with the content of an answer, in words; nothing when it is right (pure)."""
    return tuple(_faults(wanted, answer, corpus))


def _faults(wanted: Wanted, answer: Answer, corpus: Corpus) -> Iterator[str]:
    declined = answer.status is AnswerStatus.ABSTAINED
    if declined is not wanted.declined:
        yield "declined" if declined else "answered, though it is to be declined"
    yield from _miscited(wanted, answer.citations, corpus)
    for patterns in wanted.say:
        if not any(re.search(p, answer.text, re.IGNORECASE) for p in patterns):
            yield f"does not say {patterns[0]!r}"
    for pattern in wanted.not_say:
        if found := re.search(pattern, answer.text, re.IGNORECASE):
            yield f"says {found[0]!r}"


def _miscited(wanted: Wanted, cited: Sequence[Citation], corpus: Corpus) -> Iterator[str]:
    met = [citation for citation in cited if _is_among(citation, wanted.cite)]
    if wanted.cite and not met:
        yield f"does not cite {_named(wanted.cite)}"
    if wanted.statuses and met and not any(c.status in wanted.statuses for c in met):
        yield f"cites it as {', '.join(sorted({c.status for c in met}))}"
    for citation in cited:
        if _is_among(citation, wanted.not_cite):
            yield f"cites {citation.instrument_id} {citation.locator}"
        if not is_exact(citation, corpus):
            yield f"misquotes {citation.instrument_id} {citation.locator}"


def _is_among(citation: Citation, places: Sequence[Place]) -> bool:
    locator = parse(citation.locator)
    return any(
        citation.instrument_id == instrument and (place is None or place.covers(locator))
        for instrument, place in places
    )


def _named(places: Sequence[Place]) -> str:
    return " or ".join(f"{instrument} {place or ''}".strip() for instrument, place in places)


def judge_day(wanted: Wanted, answer: Answer, corpus: Corpus) -> JudgedDay:
    """Judge an answer: its content, and the day that it took the question to be about (pure)."""
    wrong = faults(wanted, answer, corpus)
    if answer.as_of != wanted.day:
        wrong = (f"answers as of {answer.as_of}, not {wanted.day}", *wrong)
    cited = dict.fromkeys(f"{c.instrument_id} {c.locator}" for c in answer.citations)
    return JudgedDay(wanted.question.id, wanted.day, wanted.question.text, wrong, tuple(cited))


@dataclass(frozen=True, slots=True)
class DatedReport:
    """All judged answers, question by question; a question passes when all its days do."""

    judged: tuple[tuple[DatedQuestion, tuple[JudgedDay, ...]], ...]

    @property
    def passed(self) -> int:
        """How many questions are answered rightly on all their days."""
        return sum(all(day.is_right for day in days) for _, days in self.judged)

    def to_json(self) -> dict[str, object]:
        """The report as JSON."""
        days = [day for _, group in self.judged for day in group]
        return {
            "overall": {
                "questions": len(self.judged),
                "passed": self.passed,
                "answers": len(days),
                "answers_right": sum(day.is_right for day in days),
            },
            "questions": [
                {
                    "id": question.id,
                    "topic": question.topic,
                    "passed": all(day.is_right for day in group),
                    "days": [
                        {
                            "as_of": day.day.isoformat(),
                            "question": day.question,
                            "right": day.is_right,
                            "wrong": list(day.wrong),
                            "cited": list(day.cited),
                        }
                        for day in group
                    ],
                }
                for question, group in self.judged
            ],
        }

    def lines(self) -> list[str]:
        """The report as a table, one line a question, and below it what was wrong."""
        rows = [f"{'id':10}{'topic':34}{'days':72}passed"]
        for question, group in self.judged:
            days = "  ".join(f"{d.day} {'right' if d.is_right else 'WRONG'}" for d in group)
            passed = "yes" if all(d.is_right for d in group) else "no"
            rows.append(f"{question.id:10}{question.topic[:32]:34}{days:72}{passed}")
            rows += [f"{'':10}{d.day}: {'; '.join(d.wrong)}" for d in group if d.wrong]
        right = sum(day.is_right for _, group in self.judged for day in group)
        count = sum(len(group) for _, group in self.judged)
        rows.append(
            f"{self.passed} of {len(self.judged)} questions, {right} of {count} answers right"
        )
        return rows


def measure_as_of(
    assistant: Assistant, questions: Sequence[DatedQuestion], progress: Callable[[int, int], None]
) -> DatedReport:
    """Answer every question on each of its days and judge each answer."""
    fixed = replace(assistant, today=lambda: ASKED_ON)
    judged = []
    for number, question in enumerate(questions, 1):
        days = tuple(
            judge_day(wanted, fixed.answer(wanted.question), assistant.corpus)
            for wanted in question.points
        )
        judged.append((question, days))
        progress(number, len(questions))
    return DatedReport(tuple(judged))
