from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from evals.summary import decisions, lines, pooled_decisions, summarise, worth_of
from evals.types import Figure, Record, Suite


def pooled(records: Sequence[Record]) -> Mapping[str, float]:
    """The longest time, as a figure that is no mean."""
    return {"slowest": max(record.milliseconds for record in records)}


SUITE = Suite(
    "s",
    "A suite.",
    (
        Figure("right", "it is right", leads=True),
        Figure("cited", "it is cited"),
        Figure("slowest", "the longest time"),
    ),
    lambda assistant, path: (),
    pooled,
)


def row(identifier: str, right: float | None, *, kind: str = "date", ms: float = 10.0) -> Record:
    measures = {} if right is None else {"right": right}
    return Record(identifier, kind, "?", measures=measures, milliseconds=ms)


def test_a_mean_is_over_the_questions_that_have_the_measure() -> None:
    summary = summarise([row("a", 1.0), row("b", 0.0), row("c", None)], SUITE)

    estimate = summary.overall["right"]
    assert (estimate.value, estimate.count) == (0.5, 2)
    assert estimate.low == 0.0
    assert estimate.high == 1.0


def test_a_pooled_figure_has_no_interval() -> None:
    summary = summarise([row("a", 1.0, ms=7.0), row("b", 1.0, ms=9.0)], SUITE)

    estimate = summary.overall["slowest"]
    assert (estimate.value, estimate.low, estimate.high) == (9.0, None, None)


def test_each_kind_has_its_own_figures() -> None:
    summary = summarise([row("a", 1.0), row("b", 0.0, kind="pinpoint")], SUITE)

    assert list(summary.by_kind) == ["date", "pinpoint"]
    assert summary.by_kind["date"]["right"].value == 1.0
    assert summary.by_kind["date"]["questions"].value == 1


def test_a_failed_question_is_counted_and_has_no_latency() -> None:
    failed = replace(row("b", 0.0, ms=0.0), failure="ValueError: no")

    summary = summarise([row("a", 1.0, ms=40.0), failed], SUITE)

    assert summary.failed == 1
    assert summary.overall["p50_ms"].value == 40.0
    assert summary.overall["right"].value == 0.5


def test_a_figure_that_applies_to_no_question_is_null_in_json() -> None:
    body = json.loads(json.dumps(summarise([row("a", 1.0)], SUITE).to_json(), allow_nan=False))

    assert body["overall"]["cited"] is None
    assert body["overall"]["right"] == 1.0
    assert body["by_type"]["date"]["questions"] == 1
    assert body["intervals"]["overall"] == {"right": [1.0, 1.0]}


def test_values_are_the_figures_with_the_counts() -> None:
    values = summarise([row("a", 1.0)], SUITE).values()

    assert (values["questions"], values["failed"], values["right"]) == (1.0, 0.0, 1.0)
    assert "cited" not in values


@pytest.mark.parametrize(
    ("record", "worth"),
    [
        pytest.param(Record("a", "k", "?", measures={"strictly_right": 1.0}), 1.0, id="right"),
        pytest.param(Record("a", "k", "?", measures={"right": 0.0}), 0.0, id="wrong"),
        pytest.param(Record("a", "k", "?", measures={"cited": 1.0}), None, id="not judged"),
        pytest.param(Record("a", "k", "?", measures={"right": 7.0}), None, id="no share"),
        pytest.param(
            Record("a", "k", "?", should_abstain=True, measures={"right": 1.0}),
            0.0,
            id="to decline",
        ),
        pytest.param(
            Record("a", "k", "?", abstained=True, measures={"right": 0.0}), None, id="declined"
        ),
        pytest.param(
            Record("a", "k", "?", failure="x", measures={"right": 0.0}), None, id="failed"
        ),
    ],
)
def test_an_answer_is_worth_what_it_was_judged(record: Record, worth: float | None) -> None:
    assert worth_of(record) == worth


def test_a_false_premise_and_a_failure_are_no_decisions() -> None:
    records = [
        Record("a", "false_premise", "?"),
        Record("b", "date", "?", failure="x"),
        Record("c", "date", "?", confidence=0.7),
    ]

    assert [decision.confidence for decision in decisions(records)] == [0.7]


def test_figures_of_decisions_without_a_denominator_are_left_out() -> None:
    assert pooled_decisions([]) == {}
    assert "abstain_f1" not in pooled_decisions([row("a", 1.0)])
    assert "brier" not in pooled_decisions([replace(row("a", 0.0), abstained=True)])


def test_calibration_is_of_answers_given() -> None:
    given = replace(row("a", 1.0), confidence=0.8)
    declined = replace(row("b", 0.0), abstained=True, confidence=0.1)

    found = pooled_decisions([given, declined])

    assert found["brier"] == pytest.approx(0.04)
    assert found["calibration_error"] == pytest.approx(0.2)


def test_the_table_shows_all_figures_and_then_the_leading_ones_by_type() -> None:
    rows = [row("a", 1.0), row("b", 0.0, kind="pinpoint"), row("c", None, kind="a" * 30)]

    text = lines(summarise(rows, SUITE), SUITE)

    assert text[0] == "s: 3 questions, 0 failed"
    assert any(line.startswith("right") and line.endswith("it is right") for line in text)
    (head,) = [n for n, line in enumerate(text) if line.startswith("type")]
    assert [line.split()[0] for line in text[head + 1 :]] == ["a" * 17, "date", "pinpoint"]
    assert text[head + 1].split()[2] == "-"
    assert len({len(line) for line in text[head:]}) == 1
