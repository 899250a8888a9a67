from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.abstaining import (
    Abstention,
    Decision,
    RiskPoint,
    abstention,
    area_under_risk_coverage,
    brier,
    calibration_bins,
    expected_calibration_error,
    risk_coverage,
)

UNIT = st.floats(0, 1)
DECISIONS = st.lists(
    st.builds(Decision, st.booleans(), st.booleans(), st.none() | UNIT, UNIT), max_size=20
)
JUDGED = st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=40)


def answered(correct: float | None, confidence: float = 0.9, *, due: bool = True) -> Decision:
    return Decision(not due, abstained=False, correct=correct, confidence=confidence)


def declined(confidence: float = 0.1, *, rightly: bool) -> Decision:
    return Decision(rightly, abstained=True, correct=None, confidence=confidence)


def test_the_figures_of_a_worked_example() -> None:
    decisions = [
        answered(1.0),
        answered(1.0),
        answered(0.5),
        answered(0.0),
        answered(None, due=False),
        declined(rightly=True),
        declined(rightly=True),
        declined(rightly=True),
        declined(rightly=False),
        declined(rightly=False),
    ]

    found = abstention(decisions)

    assert found.precision == 3 / 5
    assert found.recall == 3 / 4
    assert found.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))
    assert found.coverage == 0.5
    assert found.wrong_rate == pytest.approx((0 + 0 + 0.5 + 1 + 1) / 5)
    assert found.conditioned == pytest.approx((1 + 1 + 0.5 + 0 + 0 + 3) / 10)


def test_answering_what_has_no_answer_is_wrong_whatever_was_said() -> None:
    found = abstention([answered(1.0, due=False)])

    assert found.wrong_rate == 1
    assert found.conditioned == 0


def test_an_answer_declined_wrongly_scores_nothing_though_it_was_right() -> None:
    found = abstention([Decision(False, abstained=True, correct=1.0, confidence=0.3)])

    assert found.conditioned == 0
    assert found.wrong_rate == 0


def test_an_answer_of_unknown_worth_counts_as_answered_only() -> None:
    found = abstention([answered(None), answered(0.25)])

    assert found.coverage == 1
    assert found.wrong_rate == 0.75
    assert found.conditioned == 0.25


def test_declining_everything_is_found_out_by_precision_and_coverage() -> None:
    found = abstention([declined(rightly=True), *[declined(rightly=False)] * 3])

    assert (found.precision, found.recall, found.coverage) == (0.25, 1, 0)


def test_a_share_without_a_denominator_is_nought() -> None:
    nothing = Abstention(0, 0, 0, 0, 0, 0)

    assert abstention([]) == nothing
    assert abstention([answered(1.0)]) == Abstention(0, 0, 0, 1, 0, 1)


@given(DECISIONS)
def test_every_figure_lies_in_nought_to_one(decisions: list[Decision]) -> None:
    found = abstention(decisions)

    for value in (found.precision, found.recall, found.f1, found.coverage, found.wrong_rate):
        assert 0 <= value <= 1
    assert 0 <= found.conditioned <= 1
    assert min(found.precision, found.recall) - 1e-9 <= found.f1
    assert found.f1 <= max(found.precision, found.recall) + 1e-9


def test_the_curve_of_a_worked_example() -> None:
    decisions = [
        answered(0.0, 0.6),
        answered(1.0, 0.9),
        answered(None, 0.2, due=False),
        answered(1.0, 0.8),
    ]

    found = risk_coverage(decisions)

    assert found == (
        RiskPoint(0.25, 0.0, 0.9),
        RiskPoint(0.5, 0.0, 0.8),
        RiskPoint(0.75, 1 / 3, 0.6),
        RiskPoint(1.0, 0.5, 0.2),
    )
    assert area_under_risk_coverage(found) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_are_one_point() -> None:
    decisions = [answered(1.0, 0.5), answered(0.0, 0.5), answered(1.0, 0.9)]

    found = risk_coverage(decisions)

    assert [point.threshold for point in found] == [0.9, 0.5]
    assert found[1] == RiskPoint(1.0, 1 / 3, 0.5)
    assert area_under_risk_coverage(found) == pytest.approx(2 / 3 * 1 / 3)


def test_the_curve_leaves_out_what_is_not_known_and_keeps_what_was_declined() -> None:
    decisions = [answered(1.0, 0.9), declined(0.2, rightly=False), declined(0.1, rightly=True)]

    found = risk_coverage(decisions)

    assert found == (RiskPoint(0.5, 0.0, 0.9), RiskPoint(1.0, 0.5, 0.1))


def test_nothing_known_has_no_curve_and_no_area() -> None:
    found = risk_coverage([answered(None)])

    assert found == ()
    with pytest.raises(ValueError, match="no point"):
        area_under_risk_coverage(found)


@given(DECISIONS, st.integers(0, 5))
def test_the_order_of_the_questions_does_not_move_the_curve(
    decisions: list[Decision], seed: int
) -> None:
    shuffled = random.Random(seed).sample(decisions, len(decisions))  # noqa: S311 - no secret

    found = risk_coverage(shuffled)

    assert found == risk_coverage(decisions)


@given(DECISIONS.filter(lambda some: any(d.worth is not None for d in some)))
def test_a_curve_rises_in_coverage_to_the_mean_loss(decisions: list[Decision]) -> None:
    losses = [1 - d.worth for d in decisions if d.worth is not None]

    found = risk_coverage(decisions)

    coverages = [point.coverage for point in found]
    thresholds = [point.threshold for point in found]
    assert coverages == sorted(set(coverages))
    assert thresholds == sorted(set(thresholds), reverse=True)
    assert found[-1].coverage == 1
    assert found[-1].risk == pytest.approx(sum(losses) / len(losses))
    assert 0 <= area_under_risk_coverage(found) <= 1 + 1e-9


def test_confidence_that_knows_right_from_wrong_has_the_smaller_area() -> None:
    knowing = [answered(1.0, 0.9), answered(1.0, 0.8), answered(0.0, 0.2)]
    mistaken = [answered(1.0, 0.2), answered(1.0, 0.8), answered(0.0, 0.9)]

    found = [area_under_risk_coverage(risk_coverage(some)) for some in (knowing, mistaken)]

    assert found == pytest.approx([1 / 9, (1 + 1 / 2 + 1 / 3) / 3])


def test_calibration_of_a_worked_example() -> None:
    confidence, correct = [0.9, 0.1, 0.8, 0.3], [1, 0, 0, 1]

    low, high = calibration_bins(confidence, correct, bins=2)

    assert (low.low, low.high, low.count, low.correct) == (0.1, 0.3, 2, 0.5)
    assert (high.low, high.high, high.count, high.correct) == (0.8, 0.9, 2, 0.5)
    assert low.confidence == pytest.approx(0.2)
    assert high.confidence == pytest.approx(0.85)
    assert expected_calibration_error(confidence, correct, bins=2) == pytest.approx(
        (0.3 + 0.35) / 2
    )


def test_bins_weigh_by_their_size() -> None:
    found = expected_calibration_error([0.0, 0.0, 0.6], [0, 0, 1], bins=2)

    assert found == pytest.approx(0.4 / 3)


def test_the_bins_of_25_questions_differ_by_one_at_most() -> None:
    confidence = [number / 25 for number in range(25)]

    found = calibration_bins(confidence, [1.0] * 25)

    assert sorted(part.count for part in found) == [2] * 5 + [3] * 5


def test_fewer_questions_than_bins_make_a_bin_each() -> None:
    found = calibration_bins([0.2, 0.7], [0, 1], bins=10)

    assert [(part.confidence, part.correct, part.count) for part in found] == [
        (0.2, 0.0, 1),
        (0.7, 1.0, 1),
    ]


def test_one_confidence_for_all_is_off_by_its_gap_alone() -> None:
    found = expected_calibration_error([0.5] * 20, [0.0, 1.0] * 10)

    assert found == pytest.approx(0)


@given(JUDGED, st.integers(1, 12), st.integers(0, 5))
def test_the_order_of_the_questions_does_not_move_calibration(
    judged: list[tuple[float, float]], bins: int, seed: int
) -> None:
    shuffled = random.Random(seed).sample(judged, len(judged))  # noqa: S311 - no secret

    first, again = (
        expected_calibration_error([c for c, _ in some], [r for _, r in some], bins)
        for some in (judged, shuffled)
    )

    assert first == pytest.approx(again)
    assert 0 <= first <= 1


@given(JUDGED, st.integers(1, 12))
def test_the_bins_hold_every_question_and_keep_both_means(
    judged: list[tuple[float, float]], bins: int
) -> None:
    confidence, correct = zip(*judged, strict=True)

    found = calibration_bins(confidence, correct, bins)

    assert sum(part.count for part in found) == len(judged)
    assert sum(part.count * part.confidence for part in found) == pytest.approx(sum(confidence))
    assert sum(part.count * part.correct for part in found) == pytest.approx(sum(correct))
    assert [part.low for part in found] == sorted(part.low for part in found)


def test_brier_is_the_mean_squared_gap() -> None:
    assert brier([0.8, 0.4, 1.0], [1, 0, 1]) == pytest.approx((0.04 + 0.16 + 0) / 3)
    assert brier([0.5, 0.5], [0, 1]) == 0.25
    assert brier([1.0, 0.0], [0, 1]) == 1


@pytest.mark.parametrize("of", [brier, expected_calibration_error, calibration_bins])
@pytest.mark.parametrize(
    ("confidence", "correct", "problem"),
    [
        pytest.param([], [], "no question", id="none"),
        pytest.param([0.5], [1, 0], "cannot be judged", id="unequal lengths"),
        pytest.param([1.5], [1], "lie in", id="too confident"),
        pytest.param([0.5], [-1], "lie in", id="less than wrong"),
        pytest.param([float("nan")], [1], "lie in", id="not a number"),
    ],
)
def test_confidences_that_cannot_be_judged_are_refused(
    of: object, confidence: list[float], correct: list[float], problem: str
) -> None:
    assert callable(of)

    with pytest.raises(ValueError, match=problem):
        of(confidence, correct)


def test_no_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one bin"):
        calibration_bins([0.5], [1], bins=0)
