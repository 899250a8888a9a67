"""Figures of a checker: how it ranks, what a threshold costs, whether chances hold (pure).

Scores and labels are arrays of shape ``(n,)``; a label says whether the claim is supported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.stats import SEED

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DRAWS = 1_000
BINS = 10


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What passes at a threshold, and what is caught below it; shares in [0, 1].

    `precision` and `recall` are of supported claims among those that pass; `caught` is the share
    of unsupported claims that do not pass, `right` the share of rejections that are right. A
    share of nothing is 0.
    """

    threshold: float
    precision: float
    recall: float
    caught: float
    right: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of like scores: mean score, share supported, how many."""

    promised: float
    came_true: float
    count: int


def auc(scores: Floats, labels: Flags) -> float:
    """The chance that a supported claim scores above an unsupported one; ties count half.

    Raises:
        ValueError: If one of the classes is empty.

    >>> auc(np.array([0.9, 0.4, 0.4]), np.array([True, True, False]))
    0.75
    """
    if labels.all() or not labels.any():
        raise ValueError("both classes are needed")
    order = np.sort(scores[~labels])
    below = np.searchsorted(order, scores[labels], side="left")
    at_most = np.searchsorted(order, scores[labels], side="right")
    return float((below + at_most).mean() / 2 / len(order))


def at_threshold(scores: Floats, labels: Flags, threshold: float) -> AtThreshold:
    """Precision and recall of what scores `threshold` or more."""
    passes = scores >= threshold
    return AtThreshold(
        threshold,
        precision=_share(labels[passes]),
        recall=_share(passes[labels]),
        caught=_share(~passes[~labels]),
        right=_share(~labels[~passes]),
    )


def brier(scores: Floats, labels: Flags) -> float:
    """The mean squared distance of probabilities from what was; 0 is best.

    Source:
        Brier, Monthly Weather Review 78(1), 1950.
    """
    return float(((scores - labels) ** 2).mean())


def reliability_bins(scores: Floats, labels: Flags, bins: int = BINS) -> tuple[Bin, ...]:
    """Claims by rising score, in bins of equal mass (the sizes differ by one at most)."""
    order = np.argsort(scores, kind="stable")
    return tuple(
        Bin(float(scores[part].mean()), float(labels[part].mean()), len(part))
        for part in np.array_split(order, bins)
        if len(part)
    )


def calibration_error(scores: Floats, labels: Flags, bins: int = BINS) -> float:
    """ECE: the mean distance of score and share over bins of equal mass; 0 is best.

    Source:
        Nixon et al., CVPR Workshops 2019, arXiv:1904.01685 (adaptive bins).
    """
    found = reliability_bins(scores, labels, bins)
    gaps = sum(one.count * abs(one.promised - one.came_true) for one in found)
    return gaps / len(scores)


def shifted(scores: Floats, share: float) -> Floats:
    """Probabilities for a mix with a `share` of supported claims, from those for half and half.

    >>> float(shifted(np.array([0.5]), 0.8).round(6)[0])
    0.8
    """
    supported, unsupported = scores * share, (1 - scores) * (1 - share)
    return np.asarray(supported / (supported + unsupported))


def over_groups(
    figure: Callable[[NDArray[np.int64]], float],
    groups: NDArray[np.str_],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Bounded:
    """A figure of rows, with its percentile bootstrap interval over whole groups.

    Claims of one question share its difficulty, so questions are drawn, not claims. A draw for
    which `figure` raises `ValueError` is drawn again; for all rows it may not raise.

    Source:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    value = figure(np.arange(len(groups)))  # first: one that all rows lack would never be drawn
    rows = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    chance = np.random.default_rng(seed)
    found: list[float] = []
    while len(found) < draws:
        drawn = chance.integers(0, len(rows), len(rows))
        try:
            found.append(figure(np.concatenate([rows[number] for number in drawn])))
        except ValueError:
            continue
    low, high = np.quantile(found, (0.025, 0.975))
    return Bounded(value, float(low), float(high))


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0
