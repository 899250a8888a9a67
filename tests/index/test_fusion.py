from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from index.fusion import Floats, convex

_SCORES = hnp.arrays(np.float32, 8, elements=st.floats(0, 100, width=32, allow_subnormal=False))


def test_the_best_of_both_lists_scores_one() -> None:
    mixed = convex(np.float32([9, 1, 0]), np.float32([0.7, 0.2, 0.1]))

    assert mixed[0] == pytest.approx(1)


def test_a_negative_cosine_counts_as_zero() -> None:
    mixed = convex(np.float32([0, 1]), np.float32([-0.9, 0.5]))

    assert mixed.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        pytest.param(1.0, [1.0, 0.5], id="words alone"),
        pytest.param(0.0, [0.25, 1.0], id="vectors alone"),
        pytest.param(0.5, [0.625, 0.75], id="both alike"),
    ],
)
def test_the_weight_is_the_share_of_the_words(weight: float, expected: list[float]) -> None:
    mixed = convex(np.float32([4, 2]), np.float32([0.2, 0.8]), weight=weight)

    assert mixed.tolist() == pytest.approx(expected)


def test_without_any_shared_word_the_vectors_decide() -> None:
    mixed = convex(np.float32([0, 0]), np.float32([0.2, 0.8]))

    assert mixed.tolist() == pytest.approx([0.125, 0.5])


def test_no_candidates_give_no_scores() -> None:
    assert convex(np.zeros(0, np.float32), np.zeros(0, np.float32)).shape == (0,)


@given(lexical=_SCORES, dense=_SCORES, weight=st.floats(0, 1))
def test_scores_stay_between_zero_and_one(lexical: Floats, dense: Floats, weight: float) -> None:
    mixed = convex(lexical, dense, weight=weight)

    assert mixed.dtype == np.float32
    assert ((mixed >= 0) & (mixed <= 1.0001)).all()


@given(lexical=_SCORES, dense=_SCORES, scale=st.floats(0.5, 50))
def test_the_unit_of_a_score_does_not_matter(lexical: Floats, dense: Floats, scale: float) -> None:
    scaled = convex((lexical * np.float32(scale)).astype(np.float32), dense)

    assert scaled == pytest.approx(convex(lexical, dense), abs=1e-4)
