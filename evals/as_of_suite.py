"""The suite `as-of`: one question on several days, each with its own right answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.answering import Assistant
from assistant.types import AnswerStatus
from evals.as_of import ASKED_ON, DatedQuestion, Wanted, judge_day, read_dated
from evals.asking import Asker, record
from evals.gold import place_name
from evals.types import Figure, Record, Suite, Task

FIGURES = (
    Figure("right", "the right answer of that day, in every respect", leads=True),
    Figure("passed", "share of the questions answered rightly on all their days"),
    Figure("coverage", "answered, not declined"),
)


def _tasks(assistant: Assistant, questions: Path | None) -> list[Task]:
    asker = Asker(replace(assistant, today=lambda: ASKED_ON))
    return [task for question in read_dated(questions) for task in _days(question, asker)]


def _days(question: DatedQuestion, asker: Asker) -> Iterator[Task]:
    for number, wanted in enumerate(question.points, 1):
        # The number tells two points apart that are about the same day.
        yield Task(
            id=f"{question.id}/{number}",
            kind="day given" if wanted.question.as_of else "day in words",
            question=wanted.question.text,
            content=_content(wanted),
            ask=_ask(wanted, asker),
            measures=("right", "coverage"),
            should_abstain=wanted.declined,
            gold=(tuple(map(place_name, wanted.cite)),) if wanted.cite else (),
        )


def _content(wanted: Wanted) -> str:
    """What a right answer is, the same in every process: the statuses are a set, so sorted."""
    places = [list(map(place_name, group)) for group in (wanted.cite, wanted.not_cite)]
    asked = (wanted.question.as_of, wanted.day, sorted(wanted.statuses), wanted.declined)
    return repr((asked, places, wanted.say, wanted.not_say))


def _ask(wanted: Wanted, asker: Asker) -> Callable[[], Record]:
    def ask() -> Record:
        answer, hits = asker.ask(wanted.question)
        day = judge_day(wanted, answer, asker.assistant.corpus)
        measures = {
            "right": float(day.is_right),
            "coverage": float(answer.status is AnswerStatus.ANSWERED),
        }
        return record("", answer, hits, measures, day.wrong)

    return ask


def _pooled(records: Sequence[Record]) -> Mapping[str, float]:
    """The share of questions that are right on every day there is a record of."""
    days: defaultdict[str, list[float]] = defaultdict(list)
    for found in records:
        days[found.id.rpartition("/")[0]].append(found.measures.get("right", 0.0))
    return {"passed": sum(all(right) for right in days.values()) / len(days)} if days else {}


SUITE = Suite(
    "as-of", "One question on several days, each with its right answer.", FIGURES, _tasks, _pooled
)
