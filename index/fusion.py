"""Merging the scores of retrievers into one (pure)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def convex(signals: Sequence[tuple[Floats, float]]) -> Floats:
    """A convex mix of score lists over the same candidates.

    Each list is divided by its own maximum, so that BM25 scores (unbounded) and cosines (at
    most 1) weigh alike; negative cosines count as 0.

    Args:
        signals: Lists of shape ``(n,)``, each with its share; the shares add up to 1.

    Returns:
        Shape ``(n,)``, in [0, 1]; higher is better.

    Source:
        Bruch, Gai & Ingber, ACM TOIS 42(1), 2023, doi:10.1145/3596512: a convex combination
        beats reciprocal rank fusion, in domain and out.

    >>> convex([(np.float32([4, 2]), 0.5), (np.float32([0.2, 0.8]), 0.5)]).round(3).tolist()
    [0.625, 0.75]
    """
    mixed = sum((share * _scaled(scores) for scores, share in signals), np.float32(0))
    return np.asarray(mixed, np.float32)


def _scaled(scores: Floats) -> Floats:
    positive = np.maximum(scores, 0)
    top = float(positive.max(initial=0.0))
    return (positive / top if top > 0 else positive).astype(np.float32)
