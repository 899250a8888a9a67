from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from index.fusion import Floats, convex

_SCORES = hnp.arrays(np.float32, 8, elements=st.floats(0, 100, width=32, allow_subnormal=False))


def _mixed(lexical: Floats, dense: Floats, share: float = 0.5) -> Floats:
    return convex([(lexical, share), (dense, 1 - share)])


def test_the_best_of_all_lists_scores_one() -> None:
    signals = [np.float32([9, 1, 0]), np.float32([0.7, 0.2, 0.1]), np.float32([3, 0, 2])]

    mixed = convex(list(zip(signals, [0.5, 0.2, 0.3], strict=True)))

    assert mixed[0] == pytest.approx(1)


def test_a_negative_cosine_counts_as_zero() -> None:
    mixed = _mixed(np.float32([0, 1]), np.float32([-0.9, 0.5]))

    assert mixed.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(1.0, [1.0, 0.5], id="words alone"),
        pytest.param(0.0, [0.25, 1.0], id="vectors alone"),
        pytest.param(0.5, [0.625, 0.75], id="both alike"),
        pytest.param(0.3, [0.475, 0.85], id="three tenths"),
    ],
)
def test_a_share_is_what_its_list_counts_for(share: float, expected: list[float]) -> None:
    mixed = _mixed(np.float32([4, 2]), np.float32([0.2, 0.8]), share)

    assert mixed.tolist() == pytest.approx(expected)


def test_each_of_many_lists_counts_for_its_share() -> None:
    mixed = convex(
        [
            (np.float32([4, 2]), 0.2),
            (np.float32([0.2, 0.8]), 0.3),
            (np.float32([1, 10]), 0.5),
        ]
    )

    # 0.2 * 1 + 0.3 * 0.25 + 0.5 * 0.1 and 0.2 * 0.5 + 0.3 * 1 + 0.5 * 1
    assert mixed.tolist() == pytest.approx([0.325, 0.9])


def test_the_order_of_the_lists_does_not_matter() -> None:
    signals = [(np.float32([4, 2]), 0.2), (np.float32([0.2, 0.8]), 0.8)]

    assert convex(signals).tolist() == pytest.approx(convex(signals[::-1]).tolist())


def test_without_any_shared_word_the_vectors_decide() -> None:
    mixed = _mixed(np.float32([0, 0]), np.float32([0.2, 0.8]))

    assert mixed.tolist() == pytest.approx([0.125, 0.5])


def test_no_candidates_give_no_scores() -> None:
    assert _mixed(np.zeros(0, np.float32), np.zeros(0, np.float32)).shape == (0,)


@given(lexical=_SCORES, dense=_SCORES, share=st.floats(0, 1))
def test_scores_stay_between_zero_and_one(lexical: Floats, dense: Floats, share: float) -> None:
    mixed = _mixed(lexical, dense, share)

    assert mixed.dtype == np.float32
    assert ((mixed >= 0) & (mixed <= 1.0001)).all()


@given(lexical=_SCORES, dense=_SCORES, scale=st.floats(0.5, 50))
def test_the_unit_of_a_score_does_not_matter(lexical: Floats, dense: Floats, scale: float) -> None:
    scaled = _mixed((lexical * np.float32(scale)).astype(np.float32), dense)

    assert scaled == pytest.approx(_mixed(lexical, dense), abs=1e-4)
