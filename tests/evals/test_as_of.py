from __future__ import annotations

import pytest

from assistant.answering import Assistant
from evals.as_of import DatedReport, measure_as_of, read_dated

# 39 of 40 on 2026-11-23; pit-30 lacks one of the two figures of the H200 review policy.
FLOOR = 39


@pytest.fixture(scope="module")
def report(built_assistant: Assistant) -> DatedReport:
    return measure_as_of(built_assistant, read_dated(), lambda done, total: None)


def test_there_are_twenty_questions_and_more_each_with_two_days() -> None:
    questions = read_dated()

    assert len(questions) >= 20
    assert all(len({point.day for point in question.points}) >= 2 for question in questions)


def test_the_law_of_the_day_is_answered(report: DatedReport) -> None:
    assert report.passed >= FLOOR, "\n".join(report.lines())


def test_a_wrong_answer_counts_against_its_question(report: DatedReport) -> None:
    table = report.to_json()

    assert isinstance(table["overall"], dict)
    assert table["overall"]["passed"] == report.passed
    assert table["overall"]["answers_right"] <= table["overall"]["answers"]
