from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import Difference, Interval, interval, paired, percentile

FIGURES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_interval_of_a_proportion_is_as_wide_as_theory_says() -> None:
    values = [1.0] * 77 + [0.0] * 23

    found = interval(values)

    half = 1.96 * math.sqrt(0.77 * 0.23 / 100)
    assert found.mean == 0.77
    assert found.low == pytest.approx(0.77 - half, abs=0.01)
    assert found.high == pytest.approx(0.77 + half, abs=0.01)


def test_the_interval_of_two_values_reaches_both() -> None:
    found = interval([0.0, 1.0])

    assert found == Interval(0.5, 0.0, 1.0)


def test_more_questions_make_a_narrower_interval() -> None:
    few, many = interval([0.0, 1.0] * 10), interval([0.0, 1.0] * 1000)

    assert many.high - many.low < (few.high - few.low) / 5


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    values = [0.1, 0.5, 0.7, 0.2, 0.9]

    first, again, other = (interval(values, draws=500, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_an_interval_in_parts_equals_theory_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.stats._AT_ONCE", 1000)
    values = [1.0] * 50 + [0.0] * 50

    found = interval(values)

    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.05, abs=0.02)


def test_every_draw_is_made_when_they_do_not_fill_the_last_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []
    monkeypatch.setattr("evals.stats._AT_ONCE", 12)
    monkeypatch.setattr(
        "evals.stats.np.quantile", lambda means, _: sizes.append(len(means)) or (0, 1)
    )

    interval([0.0, 0.5, 1.0], draws=10)

    assert sizes == [10]


@given(FIGURES)
def test_an_interval_lies_within_the_values(values: list[float]) -> None:
    found = interval(values, draws=50)

    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_ten_thousand_draws_over_a_thousand_questions_take_under_a_second() -> None:
    values = np.random.default_rng(1).random(1000).tolist()
    started = time.process_time()

    interval(values)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([], id="none"),
        pytest.param([0.5, math.nan], id="not a number"),
        pytest.param([0.5, math.inf], id="infinite"),
    ],
)
def test_values_without_a_mean_have_no_interval(values: list[float]) -> None:
    with pytest.raises(ValueError, match="value"):
        interval(values)


def test_no_draw_gives_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        interval([0.5], draws=0)


def test_pairing_tells_a_small_steady_difference_from_chance() -> None:
    theirs = np.random.default_rng(1).random(200)
    ours = theirs + np.random.default_rng(2).normal(0.02, 0.02, 200)

    found = paired(ours.tolist(), theirs.tolist())

    assert found.mean == pytest.approx(0.02, abs=0.005)
    assert found.beyond_noise
    assert interval(ours.tolist()).low < interval(theirs.tolist()).high


def test_a_difference_has_the_sign_of_ours_minus_theirs() -> None:
    found = paired([0.0] * 20, [0.0, 1.0] * 10)

    assert found.mean == -0.5
    assert found.high < 0
    assert found.beyond_noise


def test_wins_and_losses_in_balance_are_noise() -> None:
    found = paired([1.0, 0.0] * 20, [0.0, 1.0] * 20)

    assert found.mean == 0
    assert not found.beyond_noise


def test_rounding_is_no_difference() -> None:
    found = paired([0.1 + 0.2] * 30, [0.3] * 30)

    assert found == Difference(0.0, 0.0, 0.0)
    assert not found.beyond_noise


@pytest.mark.parametrize(
    ("low", "high", "beyond"),
    [(0.01, 0.2, True), (-0.2, -0.01, True), (-0.1, 0.1, False), (0.0, 0.1, False)],
)
def test_a_difference_is_beyond_noise_if_nought_lies_outside(
    low: float, high: float, beyond: bool
) -> None:
    assert Difference(0.05, low, high).beyond_noise is beyond


def test_runs_of_unequal_length_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="2 values cannot be paired with 1"):
        paired([0.1, 0.2], [0.1])


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.0, 1.0), (0.5, 51.0), (0.95, 96.0), (0.99, 100.0), (1.0, 100.0)],
)
def test_a_percentile_of_a_hundred_values_is_one_of_them(share: float, value: float) -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert percentile(values, share) == value


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.99) == 7.0


@pytest.mark.parametrize("share", [-0.1, 1.1, 95])
def test_a_share_outside_nought_and_one_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="a share"):
        percentile([1.0], share)


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no value"):
        percentile([], 0.5)
