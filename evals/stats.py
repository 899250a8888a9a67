"""Intervals over questions: how far chance alone moves a mean (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
SEED = 20_261
_TAILS = (0.025, 0.975)
_AT_ONCE = 1_000_000  # row numbers in memory at a time: 8 MB, whatever is asked
_NOTHING = 1e-12  # a difference below this is rounding, not a difference

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the bounds of its 95 % interval; all in the unit of the values."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference, ours minus theirs, with the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def beyond_noise(self) -> bool:
        """Whether 0 lies outside the interval.

        A handful of questions that all moved the same way are outside too: the bootstrap knows
        no others. Below six, chance explains that in more than one case of twenty (sign test).
        """
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float], *, draws: int = DRAWS, seed: int = SEED) -> Interval:
    """The mean of one figure a question, with its percentile bootstrap interval.

    The same values, draws and seed give the same interval.

    Raises:
        ValueError: Without a value, for one that is not finite, or for fewer than one draw.

    Source:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    >>> interval([1.0, 1.0, 1.0])
    Interval(mean=1.0, low=1.0, high=1.0)
    """
    drawn = _checked(values)
    means = np.concatenate(list(_resampled(drawn, draws, seed)))
    low, high = np.quantile(means, _TAILS)
    return Interval(float(drawn.mean()), float(low), float(high))


def paired(
    ours: Sequence[float], theirs: Sequence[float], *, draws: int = DRAWS, seed: int = SEED
) -> Difference:
    """The mean of ours minus theirs, question by question, with its bootstrap interval.

    Item ``i`` of both must be the same question: pairing removes what makes a question hard for
    either system, so that much smaller differences can be told from chance.

    Raises:
        ValueError: If the lengths differ, and as for `interval`.

    Source:
        Sakai, SIGIR 2006, doi:10.1145/1148170.1148261.

    >>> paired([0.5, 1.0, 0.0], [0.5, 1.0, 0.0]).beyond_noise
    False
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} values cannot be paired with {len(theirs)}")
    differences = _checked(ours) - _checked(theirs)
    differences[np.abs(differences) < _NOTHING] = 0.0
    found = interval(differences.tolist(), draws=draws, seed=seed)
    return Difference(found.mean, found.low, found.high)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a `share` of the values, in [0, 1], lies below: one that occurred.

    No interpolation: the item at ``int(n * share)`` of the sorted values, the last at most.

    Raises:
        ValueError: Without a value, or for a share outside [0, 1].

    >>> percentile([40.0, 10.0, 30.0, 20.0], 0.5)
    30.0
    """
    if not values:
        raise ValueError("no value, so no percentile")
    if not 0 <= share <= 1:
        raise ValueError(f"a share in [0, 1] was expected, not {share}")
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _checked(values: Sequence[float]) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if not found.size:
        raise ValueError("no value, so no interval")
    if not np.isfinite(found).all():
        raise ValueError("a value is not a finite number")
    return found


def _resampled(values: Floats, draws: int, seed: int) -> Iterator[Floats]:
    """Means of `draws` samples with replacement, each as large as `values`, in parts."""
    if draws < 1:
        raise ValueError(f"at least one draw was expected, not {draws}")
    chance = np.random.default_rng(seed)
    size = len(values)
    part = max(1, _AT_ONCE // size)
    for start in range(0, draws, part):
        rows = chance.integers(0, size, size=(min(part, draws - start), size))
        yield values[rows].mean(axis=1)
