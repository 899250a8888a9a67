"""The figures of a run: means over the questions they apply to, with 95 % intervals (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.abstaining import Decision, abstention, brier, expected_calibration_error
from evals.stats import interval, percentile
from evals.types import Record, Suite

_WORTH = ("strictly_right", "right", "right_if_answered")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over `count` questions; `low` and `high` bound its 95 % interval.

    A pooled figure, which is no mean over questions, has no interval: both bounds are None.
    """

    value: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of all records, and of those of each kind of question, by name."""

    overall: Mapping[str, Estimate]
    by_kind: Mapping[str, Mapping[str, Estimate]]
    questions: int
    failed: int
    names: tuple[str, ...]

    def values(self) -> dict[str, float]:
        """The figures of all records without their intervals."""
        found = {name: estimate.value for name, estimate in self.overall.items()}
        return {**found, "questions": float(self.questions), "failed": float(self.failed)}

    def to_json(self) -> dict[str, object]:
        """The figures as JSON; null where one applies to no question.

        Bounds of intervals stand apart, under the same names.
        """
        return {
            "overall": {"failed": self.failed, **self._values(self.overall)},
            "by_type": {kind: self._values(figures) for kind, figures in self.by_kind.items()},
            "intervals": {
                "overall": _bounds(self.overall),
                "by_type": {kind: _bounds(figures) for kind, figures in self.by_kind.items()},
            },
        }

    def _values(self, figures: Mapping[str, Estimate]) -> dict[str, float | None]:
        known = {name: round(estimate.value, 4) for name, estimate in figures.items()}
        return {"questions": int(known["questions"]), **dict.fromkeys(self.names), **known}


def summarise(records: Sequence[Record], suite: Suite) -> Summary:
    """Every figure of a suite, in its order, then latency; a figure of no question is left out."""
    kinds = sorted({record.kind for record in records})
    return Summary(
        overall=_figures(records, suite),
        by_kind={
            kind: _figures([record for record in records if record.kind == kind], suite)
            for kind in kinds
        },
        questions=len(records),
        failed=sum(bool(record.failure) for record in records),
        names=tuple(figure.name for figure in suite.figures),
    )


def _figures(records: Sequence[Record], suite: Suite) -> dict[str, Estimate]:
    pooled = suite.pooled(records)
    names = dict.fromkeys([figure.name for figure in suite.figures])
    names |= dict.fromkeys(sorted({name for record in records for name in record.measures}))
    found = {"questions": Estimate(len(records), None, None, len(records))}
    for name in [*names, *(name for name in pooled if name not in names)]:
        values = [record.measures[name] for record in records if name in record.measures]
        if name in pooled:
            found[name] = Estimate(pooled[name], None, None, len(records))
        elif values:
            bounds = interval(values)
            found[name] = Estimate(bounds.mean, bounds.low, bounds.high, len(values))
    spent = [record.milliseconds for record in records if not record.failure]
    for share in (50, 95) if spent else ():
        found[f"p{share}_ms"] = Estimate(percentile(spent, share / 100), None, None, len(spent))
    return found


def worth_of(record: Record) -> float | None:
    """What the answer given is worth, in [0, 1]; None where there is none or it is not known."""
    if record.abstained or record.failure:
        return None
    if record.should_abstain:
        return 0.0
    worth = next((record.measures[name] for name in _WORTH if name in record.measures), None)
    # A folder of somebody else's may hold any number; what is no share is not known.
    return worth if worth is not None and 0 <= worth <= 1 else None


def decisions(records: Sequence[Record]) -> list[Decision]:
    """The decisions to answer or decline; those on a false premise are neither, and left out."""
    return [
        Decision(record.should_abstain, record.abstained, worth_of(record), record.confidence)
        for record in records
        if record.kind != "false_premise" and not record.failure
    ]


def pooled_decisions(records: Sequence[Record]) -> dict[str, float]:
    """Figures of abstention and of calibration; those without a denominator are left out."""
    made = decisions(records)
    found: dict[str, float] = {}
    if made:
        figures = abstention(made)
        found = {"wrong_rate": figures.wrong_rate, "conditioned": figures.conditioned}
        if any(decision.should_abstain for decision in made):
            found["abstain_f1"] = figures.f1
    known = [d for d in made if not d.abstained and d.worth is not None]
    if known:
        confidence = [decision.confidence for decision in known]
        worth = [decision.worth or 0.0 for decision in known]
        found["calibration_error"] = expected_calibration_error(confidence, worth)
        found["brier"] = brier(confidence, worth)
    return found


def _bounds(figures: Mapping[str, Estimate]) -> dict[str, tuple[float, float]]:
    return {
        name: (round(estimate.low, 4), round(estimate.high, 4))
        for name, estimate in figures.items()
        if estimate.low is not None and estimate.high is not None
    }


def lines(summary: Summary, suite: Suite) -> list[str]:
    """The figures for a terminal: all with their intervals, then the leading ones by type."""
    about = {figure.name: figure.about for figure in suite.figures}
    rows = [f"{suite.name}: {summary.questions} questions, {summary.failed} failed", ""]
    rows.append(f"{'figure':22}{'value':>9}{'95 % interval':>18}{'of':>6}")
    for name, estimate in summary.overall.items():
        if name != "questions":
            cells = f"{name:22}{_cell(name, estimate):>9}{_bounded(estimate):>18}"
            count = estimate.count if estimate.low is not None else ""
            rows.append(f"{cells}{count:>6}  {about.get(name, '')}".rstrip())
    names = [f.name for f in suite.leading if f.name in summary.overall]
    more = [n for n in ("coverage", "p50_ms") if n in summary.overall and n not in names]
    names = ["questions", *names, *more]
    rows += ["", f"{'type':18}" + "".join(f"{name:>{_width(name)}}" for name in names)]
    return [*rows, *(f"{k[:17]:18}" + _cells(f, names) for k, f in summary.by_kind.items())]


def _cells(figures: Mapping[str, Estimate], names: Sequence[str]) -> str:
    return "".join(f"{_cell(name, figures.get(name)):>{_width(name)}}" for name in names)


def _cell(name: str, estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    if name == "questions":
        return f"{estimate.value:.0f}"
    return f"{estimate.value:.1f}" if name.endswith("_ms") else f"{estimate.value:.3f}"


def _bounded(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _width(name: str) -> int:
    return max(10, len(name) + 2)
