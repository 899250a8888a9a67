"""Measures of when to answer and how sure to be (pure); rates in [0, 1]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a question should have been declined, and whether it was.

    `correct` is what the answer is worth, in [0, 1], or would have been worth if it was not
    given; None: not known. `confidence` is the one shown, in [0, 1].
    """

    should_abstain: bool
    abstained: bool
    correct: float | None
    confidence: float

    @property
    def worth(self) -> float | None:
        """What answering is worth: 0 where nothing can be answered; None: not known."""
        return 0.0 if self.should_abstain else self.correct


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well a system knows when to decline; higher is better except for `wrong_rate`.

    `precision`: of the questions declined, the share that should be; `recall`: of those that
    should be, the share declined; `f1`: their harmonic mean; `coverage`: share answered;
    `wrong_rate`: mean loss (1 - worth) of the answers given; `conditioned`: mean over all of what
    the answer is worth where one was due and given, 1 where one was rightly declined, else 0.
    """

    precision: float
    recall: float
    f1: float
    coverage: float
    wrong_rate: float
    conditioned: float


def abstention(decisions: Sequence[Decision]) -> Abstention:
    """How well a system declined; the positive case is a question that should be declined.

    A share without a denominator is 0: precision if nothing was declined, recall if nothing
    should be, `wrong_rate` if nothing was answered, everything if there is no decision. Answers
    whose worth is not known take no part in `wrong_rate` and `conditioned`.

    Source:
        `conditioned`: Katsis et al., MTRAG, arXiv:2501.03468.

    >>> abstention([Decision(True, True, None, 0.1), Decision(False, True, None, 0.2)]).precision
    0.5
    """
    right = sum(d.should_abstain and d.abstained for d in decisions)
    declined = sum(d.abstained for d in decisions)
    due = sum(d.should_abstain for d in decisions)
    worths = [d.worth for d in decisions if not d.abstained]
    known = [worth for worth in worths if worth is not None]
    # One that was wrongly declined has a score of 0, whatever its answer would have been worth.
    scores = [*known, *(float(d.should_abstain) for d in decisions if d.abstained)]
    return Abstention(
        precision=_ratio(right, declined),
        recall=_ratio(right, due),
        f1=_ratio(2 * right, declined + due),
        coverage=_ratio(len(worths), len(decisions)),
        wrong_rate=_ratio(sum(1 - worth for worth in known), len(known)),
        conditioned=_ratio(sum(scores), len(scores)),
    )


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What a threshold gives: the share of questions answered at or above it, and their risk."""

    coverage: float
    risk: float
    threshold: float


def risk_coverage(decisions: Iterable[Decision]) -> tuple[RiskPoint, ...]:
    """The mean loss (1 - worth) of answering at or above each confidence, from the highest down.

    One point a distinct confidence, since no threshold parts equal ones; the last has coverage 1.
    Whether the system abstained plays no part. Questions whose answer's worth is not known are
    left out: the curve goes below a system's own threshold only if it was measured without one.

    Source:
        El-Yaniv & Wiener, JMLR 11, 2010.

    >>> low, high = Decision(True, False, None, 0.2), Decision(False, False, 1.0, 0.9)
    >>> [(point.coverage, point.risk) for point in risk_coverage([low, high])]
    [(0.5, 0.0), (1.0, 0.5)]
    """
    known = [(d.confidence, 1 - d.worth) for d in decisions if d.worth is not None]
    known.sort(reverse=True)
    points: list[RiskPoint] = []
    lost = 0.0
    for answered, (confidence, loss) in enumerate(known, start=1):
        lost += loss
        if answered == len(known) or known[answered][0] != confidence:
            points.append(RiskPoint(answered / len(known), lost / answered, confidence))
    return tuple(points)


def area_under_risk_coverage(points: Sequence[RiskPoint]) -> float:
    """The mean risk over all coverages of the curve `risk_coverage` gives; lower is better.

    Each point holds for the coverage gained since the one before it: without equal confidences,
    the mean of the risks.

    Raises:
        ValueError: If there is no point.

    Source:
        Geifman, Uziel & El-Yaniv, ICLR 2019, arXiv:1805.08206.

    >>> area_under_risk_coverage([RiskPoint(0.5, 0.0, 0.9), RiskPoint(1.0, 0.5, 0.2)])
    0.25
    """
    if not points:
        raise ValueError("no point, so no area")
    before = (0.0, *(point.coverage for point in points[:-1]))
    return sum(
        (point.coverage - start) * point.risk for point, start in zip(points, before, strict=True)
    )


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of like confidence: from `low` to `high`, both means, and how many."""

    low: float
    high: float
    confidence: float
    correct: float
    count: int


def calibration_bins(
    confidence: Sequence[float], correct: Sequence[float], bins: int = 10
) -> tuple[CalibrationBin, ...]:
    """Equal-mass bins from the least confident up: sizes differ by one at most.

    Fewer questions than bins make one bin each. Among equal confidences each question counts with
    their mean, so that the order of the questions changes nothing where a border parts them.

    Raises:
        ValueError: Without questions or bins, if lengths differ, or for a value outside [0, 1].

    Source:
        Nguyen & O'Connor, EMNLP 2015, arXiv:1508.05154.
    """
    if bins < 1:
        raise ValueError(f"at least one bin was expected, not {bins}")
    sure, right = _checked(confidence, correct)
    levels, members = np.unique(sure, return_inverse=True)
    means = np.bincount(members, weights=right) / np.bincount(members)
    rows = np.sort(members)  # levels rise, so this is the order of rising confidence
    return tuple(
        CalibrationBin(
            low=float(levels[part[0]]),
            high=float(levels[part[-1]]),
            confidence=float(levels[part].mean()),
            correct=float(means[part].mean()),
            count=len(part),
        )
        for part in np.array_split(rows, min(bins, len(rows)))
    )


def expected_calibration_error(
    confidence: Sequence[float], correct: Sequence[float], bins: int = 10
) -> float:
    """Mean gap between confidence and correctness over `calibration_bins`; lower is better.

    Raises:
        ValueError: As for `calibration_bins`.

    Source:
        Naeini, Cooper & Hauskrecht, AAAI 2015, doi:10.1609/aaai.v29i1.9602; bins of equal mass.

    >>> round(expected_calibration_error([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0], bins=1), 6)
    0.15
    """
    found = calibration_bins(confidence, correct, bins)
    total = sum(part.count for part in found)
    return sum(part.count * abs(part.confidence - part.correct) for part in found) / total


def brier(confidence: Sequence[float], correct: Sequence[float]) -> float:
    """Mean squared gap between confidence and correctness, in [0, 1]; lower is better.

    Raises:
        ValueError: Without questions, if lengths differ, or for a value outside [0, 1].

    Source:
        Brier, Monthly Weather Review 78(1), 1950, of one event: half of his sum over both.

    >>> brier([1.0, 0.5], [1, 1])
    0.125
    """
    sure, right = _checked(confidence, correct)
    return float(np.mean((sure - right) ** 2))


def _checked(confidence: Sequence[float], correct: Sequence[float]) -> tuple[Floats, Floats]:
    if len(confidence) != len(correct):
        raise ValueError(f"{len(confidence)} confidences cannot be judged by {len(correct)}")
    if not len(confidence):
        raise ValueError("no question, so no calibration")
    found = np.array([confidence, correct], dtype=np.float64)
    if not ((found >= 0) & (found <= 1)).all():
        raise ValueError("confidence and correctness lie in [0, 1]")
    return found[0], found[1]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
