from __future__ import annotations

import numpy as np
import pytest

from evals.check_figures import (
    at_threshold,
    auc,
    brier,
    calibration_error,
    over_groups,
    reliability_bins,
    shifted,
)


def drawn(count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels that come true as often as these say."""
    chance = np.random.default_rng(5)
    scores = chance.random(count)
    return scores, chance.random(count) < scores


def test_auc_counts_pairs_in_the_right_order_and_half_of_the_ties() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1, 0.7])
    labels = np.array([True, True, False, False, False])
    by_hand = [a > b or (a == b) / 2 for a in scores[labels] for b in scores[~labels]]

    assert auc(scores, labels) == pytest.approx(np.mean(by_hand))


def test_auc_of_a_checker_turned_round_is_what_is_missing_to_one() -> None:
    scores, labels = drawn(500)

    assert auc(-scores, labels) == pytest.approx(1 - auc(scores, labels))


@pytest.mark.parametrize("label", [True, False])
def test_auc_needs_both_classes(label: bool) -> None:
    with pytest.raises(ValueError, match="both classes"):
        auc(np.array([0.1, 0.2]), np.array([label, label]))


def test_a_threshold_passes_what_reaches_it() -> None:
    scores = np.array([0.8, 0.6, 0.6, 0.4, 0.2])
    labels = np.array([True, True, False, True, False])

    found = at_threshold(scores, labels, 0.6)

    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.caught == pytest.approx(1 / 2)
    assert found.right == pytest.approx(1 / 2)


def test_shares_of_nothing_are_nought() -> None:
    found = at_threshold(np.array([0.1, 0.2]), np.array([True, False]), 0.9)

    assert (found.precision, found.recall, found.caught, found.right) == (0, 0, 1, 0.5)


def test_brier_is_nought_for_certainty_that_is_right() -> None:
    labels = np.array([True, False])

    assert brier(np.array([1.0, 0.0]), labels) == 0
    assert brier(np.array([0.5, 0.5]), labels) == 0.25


def test_bins_are_of_equal_mass_in_rising_order_and_hold_every_claim() -> None:
    scores, labels = drawn(1_003)

    bins = reliability_bins(scores, labels)

    assert sum(one.count for one in bins) == 1_003
    assert {one.count for one in bins} == {100, 101}
    assert [one.promised for one in bins] == sorted(one.promised for one in bins)


def test_probabilities_that_hold_have_hardly_an_error_and_others_have_theirs() -> None:
    scores, labels = drawn()

    assert calibration_error(scores, labels) < 0.02
    assert calibration_error(np.full(len(scores), 0.9), labels) == pytest.approx(0.4, abs=0.02)


def test_a_shift_to_another_mix_gives_the_probabilities_of_that_mix() -> None:
    chance = np.random.default_rng(3)
    scores, labels = drawn(200_000)
    kept = labels | (chance.random(len(labels)) < 0.25)  # a quarter of the unsupported
    share = 1 / (1 + 0.25)

    moved = shifted(scores[kept], share)

    assert calibration_error(moved, labels[kept]) < 0.01
    assert calibration_error(scores[kept], labels[kept]) > 0.1


def test_an_interval_over_groups_is_wider_than_one_over_claims() -> None:
    chance = np.random.default_rng(9)
    group = np.repeat(np.arange(30), 20)
    values = np.repeat(chance.random(30), 20)  # claims of one question are alike

    by_group = over_groups(lambda rows: float(values[rows].mean()), group.astype(str))
    by_claim = over_groups(
        lambda rows: float(values[rows].mean()), np.arange(len(values)).astype(str)
    )

    assert by_group.value == by_claim.value == pytest.approx(values.mean())
    assert by_group.low < by_group.value < by_group.high
    assert by_group.high - by_group.low > 2 * (by_claim.high - by_claim.low)


def test_a_draw_that_has_no_figure_is_drawn_again_and_the_same_seed_gives_the_same() -> None:
    scores, labels = np.array([0.9, 0.2, 0.8, 0.3]), np.array([True, False, True, False])
    groups = np.array(["a", "b", "c", "d"])

    first, second = (
        over_groups(lambda n: auc(scores[n], labels[n]), groups, draws=50) for _ in range(2)
    )

    assert first == second
    assert (first.value, first.low, first.high) == (1.0, 1.0, 1.0)


def test_a_figure_that_all_rows_do_not_have_is_an_error_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="both classes"):
        over_groups(lambda n: auc(np.zeros(2)[n], np.array([True, True])[n]), np.array(["a", "b"]))
