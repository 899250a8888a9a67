from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.compare import Comparison, compare, lines
from evals.errors import EvaluationError
from evals.runs import RunHeader, StoredRun
from evals.types import Figure, Record, Suite

SUITE = Suite(
    "answers",
    "A suite.",
    (
        Figure("right", "", leads=True),
        Figure("wrong", "", higher_is_better=False, leads=True),
        Figure("cited", ""),
        Figure("quotes", "", is_neutral=True),
    ),
    lambda assistant, path: (),
)
HEAD = RunHeader(
    "answers", "", "", "2026-11-23", "", {}, {}, {}, {}, {"corpus": "c", "code": "k"}, {}
)


def row(identifier: str, right: float = 1.0, wrong: float = 0.0, **changes: object) -> Record:
    found = Record(
        identifier,
        "date",
        f"Question {identifier}?",
        measures={"right": right, "wrong": wrong, "cited": 1.0},
        faults=() if right else ("does not say: six",),
        milliseconds=10.0,
    )
    return replace(found, **changes)


def run(name: str, records: Sequence[Record], **changes: object) -> StoredRun:
    return StoredRun(Path(name), replace(HEAD, **changes), tuple(records))


def compared(first: Sequence[Record], second: Sequence[Record]) -> Comparison:
    return compare(run("first", first), run("second", second), SUITE)


def test_equal_runs_differ_in_nothing() -> None:
    rows = [row("a"), row("b", 0.0)]

    found = compared(rows, rows)

    assert found.questions == ()
    assert {change.verdict for change in found.figures} == {"within noise"}
    assert found.differing == ()


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        pytest.param(row("a", 0.0), row("a", 1.0), "better", id="more is better"),
        pytest.param(row("a", 1.0), row("a", 0.0), "worse", id="less is worse"),
    ],
)
def test_a_figure_that_moved_on_many_questions_is_beyond_noise(
    before: Record, after: Record, verdict: str
) -> None:
    first, second = ([replace(r, id=str(n)) for n in range(20)] for r in (before, after))

    found = compared(first, second)

    right = found.figures[0]
    assert (right.name, right.verdict, right.count) == ("right", verdict, 20)
    assert right.difference == pytest.approx(after.measures["right"] - before.measures["right"])


def test_of_a_figure_where_lower_is_better_a_fall_is_better() -> None:
    first, second = ([row(str(n), wrong=wrong) for n in range(20)] for wrong in (1.0, 0.0))

    found = compared(first, second)

    assert found.figures[1].verdict == "better"
    assert {change.outcome for change in found.questions} == {"won"}


def test_a_figure_that_is_neither_better_nor_worse_is_changed() -> None:
    first, second = (
        [row(str(n), measures={"quotes": quotes}) for n in range(20)] for quotes in (1.0, 2.0)
    )

    assert compared(first, second).figures[0].verdict == "changed"


def test_one_question_of_many_is_within_noise() -> None:
    first = [row(str(n)) for n in range(40)]
    second = [row("0", 0.0), *first[1:]]

    found = compared(first, second)

    assert found.figures[0].verdict == "within noise"
    assert found.figures[0].low < found.figures[0].difference < found.figures[0].high + 1e-12


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        pytest.param(row("a", 1.0, 0.0), "won", id="won"),
        pytest.param(row("a", 0.0, 1.0), "lost", id="lost"),
        pytest.param(row("a", 1.0, 1.0), "mixed", id="better here, worse there"),
    ],
)
def test_a_question_is_won_or_lost_by_its_leading_measures(after: Record, outcome: str) -> None:
    found = compared([row("a", 0.5, 0.5)], [after])

    assert [change.outcome for change in found.questions] == [outcome]


def test_a_question_whose_other_measures_moved_is_neither() -> None:
    after = row("a", measures={"right": 1.0, "wrong": 0.0, "cited": 0.0})

    assert compared([row("a")], [after]).questions == ()


def test_a_lost_question_says_what_moved_and_what_is_wrong_now() -> None:
    (change,) = compared([row("a")], [row("a", 0.0)]).questions

    assert change.moved == (("right", 1.0, 0.0),)
    assert change.faults == ("does not say: six",)


def test_questions_of_one_run_alone_are_told_and_not_compared() -> None:
    found = compared([row("a"), row("b")], [row("b"), row("c")])

    assert (found.compared, found.only_first, found.only_second) == (1, ("a",), ("c",))
    assert found.figures[0].count == 1


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"question": "Another?"}, id="asked otherwise"),
        pytest.param({"history": ("Before?",)}, id="after another turn"),
        pytest.param({"as_of": "2025-01-01"}, id="for another day"),
        pytest.param({"gold": (("act Article 1",),)}, id="other gold"),
        pytest.param({"should_abstain": True}, id="to be declined"),
    ],
)
def test_a_question_that_was_asked_or_judged_otherwise_is_not_compared(
    changes: dict[str, object],
) -> None:
    found = compared([row("a"), row("b")], [row("a", **changes), row("b")])

    assert (found.changed, found.compared) == (("a",), 1)


def test_a_measure_that_one_answer_lacks_is_not_paired() -> None:
    found = compared([row("a"), row("b")], [row("a", measures={"wrong": 0.0}), row("b")])

    assert {change.name: change.count for change in found.figures}["right"] == 1
    assert {change.name: change.count for change in found.figures}["wrong"] == 2


def test_latency_is_compared_where_both_answered() -> None:
    slow = [row(str(n), milliseconds=50.0) for n in range(10)]
    quick = [row(str(n), milliseconds=10.0 + n) for n in range(10)]
    quick[0] = replace(quick[0], failure="ValueError", milliseconds=0.0)

    found = compared(slow, quick)

    latency = found.figures[-1]
    assert (latency.name, latency.count, latency.verdict) == ("milliseconds", 9, "better")


def test_what_differs_between_the_runs_is_named() -> None:
    rows = [row("a")]
    first = run("first", rows)
    second = run("second", rows, today="2026-11-24", fingerprints={"corpus": "c", "code": "k2"})

    assert compare(first, second, SUITE).differing == ("code", "today")


def test_runs_of_two_suites_are_not_compared() -> None:
    with pytest.raises(EvaluationError, match="one run is of 'answers', the other of 'as-of'"):
        compare(run("first", [row("a")]), run("second", [row("a")], suite="as-of"), SUITE)


def test_runs_without_a_question_in_common_are_not_compared() -> None:
    with pytest.raises(EvaluationError, match="share no question"):
        compared([row("a")], [row("b")])


def test_the_comparison_as_json_has_every_figure_and_question() -> None:
    found = compared([row("a"), row("b"), row("x")], [row("a", 0.0), row("b"), row("y")])

    body = json.loads(json.dumps(found.to_json(), allow_nan=False))

    assert [figure["name"] for figure in body["figures"]] == [
        "right",
        "wrong",
        "cited",
        "milliseconds",
    ]
    assert body["figures"][0]["difference"] == -0.5
    assert len(body["figures"][0]["interval"]) == 2
    assert body["figures"][0]["beyond_noise"] is False
    assert body["questions"][0]["moved"] == {"right": [1.0, 0.0]}
    assert (body["only_first"], body["only_second"]) == (["x"], ["y"])


def test_people_are_told_figures_then_lost_then_won_then_what_was_left_out() -> None:
    first = [row("a"), row("b", 0.0), row("c", 0.5, 0.5), row("x"), row("z")]
    second = [row("a", 0.0), row("b"), row("c", 1.0, 1.0), row("y"), row("z", as_of="2025-01-01")]

    text = "\n".join(lines(compared(first, second)))

    places = [
        text.index(part)
        for part in (
            "answers: first (first) against second (second), 3 questions in both",
            "right ",
            "lost: 1",
            "right 1.00 -> 0.00",
            "now does not say: six",
            "mixed: 1",
            "won: 1",
            "only in first: 1: x",
            "only in second: 1: y",
            "so not compared: 1: z",
        )
    ]
    assert places == sorted(places)


def test_people_are_told_when_no_question_moved() -> None:
    text = lines(compared([row("a", question="?" * 300)], [row("a", question="?" * 300)]))

    assert "no question was won or lost" in text
    assert any(line.startswith("what differs: nothing") for line in text)


def test_a_long_question_is_cut_for_people() -> None:
    first, second = (row("a", right, question="w " * 200) for right in (1.0, 0.0))

    text = lines(compared([first], [second]))

    assert max(map(len, text)) < 140
