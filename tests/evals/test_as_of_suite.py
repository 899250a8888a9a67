from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.testing import FixedRetriever, make_assistant, make_hit, small_corpus
from evals.as_of import ASKED_ON
from evals.as_of_suite import SUITE
from evals.types import Record, Task

POINTS = [
    {
        "as_of": "2025-01-01",
        "cite": [{"instrument": "robot-act", "locators": ["Article 2"]}],
        "say": [["14 days"]],
    },
    {"question": "And on 1 March 2026?", "day": "2026-03-01", "not_say": ["robot"]},
]


def tasks(folder: Path, points: list[dict[str, object]]) -> list[Task]:
    laws = small_corpus()
    hit = make_hit(laws, "robot-act#article-2")
    row = {"id": "r", "topic": "robots", "question": "Must a robot be registered?", "why": "so"}
    path = folder / "dated.jsonl"
    path.write_text(json.dumps({**row, "points": points}) + "\n", encoding="utf-8")
    return list(SUITE.tasks(make_assistant(laws, FixedRetriever([hit])), path))


def test_each_day_of_a_question_is_a_task(tmp_path: Path) -> None:
    given, worded = tasks(tmp_path, POINTS)

    assert (given.id, given.kind, given.gold) == ("r/1", "day given", (("robot-act Article 2",),))
    assert (worded.id, worded.kind, worded.gold) == ("r/2", "day in words", ())
    assert worded.question == "And on 1 March 2026?"


def test_the_record_says_what_is_wrong_with_the_answer_of_a_day(tmp_path: Path) -> None:
    points = [{**POINTS[0], "say": [["nine crowns"]]}, POINTS[1]]

    found = tasks(tmp_path, points)[0].ask()

    assert found.measures == {"right": 0.0, "coverage": 1.0}
    assert found.faults == ("does not say 'nine crowns'",)
    assert found.as_of == "2025-01-01"


def test_a_right_answer_has_no_fault(tmp_path: Path) -> None:
    points = [{**POINTS[0], "say": [["register"]]}, POINTS[1]]

    found = tasks(tmp_path, points)[0].ask()

    assert (found.measures["right"], found.faults) == (1.0, ())


def test_today_is_the_day_that_the_questions_were_written_for(tmp_path: Path) -> None:
    points = [{"question": "Must a robot be registered?", "day": ASKED_ON.isoformat()}, POINTS[1]]

    found = tasks(tmp_path, points)[0].ask()

    assert found.faults == ()


def test_what_is_wanted_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    with_status = [{**POINTS[0], "status": ["in_force", "revoked"]}, POINTS[1]]
    other = [{**POINTS[0], "status": ["in_force"]}, POINTS[1]]

    contents = {tasks(tmp_path, p)[0].content for p in (POINTS, with_status, other)}

    assert len(contents) == 3


@pytest.mark.parametrize(
    ("right", "passed"),
    [
        pytest.param({"q/1": 1.0, "q/2": 1.0, "r/1": 0.0}, 0.5, id="one of two"),
        pytest.param({"q/1": 1.0, "q/2": 0.0}, 0.0, id="wrong on one day"),
    ],
)
def test_a_question_passes_if_it_is_right_on_all_its_days(
    right: dict[str, float], passed: float
) -> None:
    records = [Record(i, "day given", "?", measures={"right": r}) for i, r in right.items()]

    assert SUITE.pooled(records) == {"passed": passed}


def test_no_question_no_share() -> None:
    assert SUITE.pooled([]) == {}
