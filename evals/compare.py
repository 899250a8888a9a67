"""Compares two runs of a suite: figure by figure with paired intervals, then by question (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.errors import EvaluationError
from evals.runs import StoredRun
from evals.stats import paired
from evals.types import Figure, Record, Suite

Verdict = Literal["better", "worse", "changed", "within noise"]
Outcome = Literal["won", "lost", "mixed"]

LATENCY = Figure("milliseconds", "time of an answer", higher_is_better=False)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure over the `count` questions that have it in both runs.

    `low` and `high` bound the 95 % interval of the mean difference, second run minus first.
    """

    name: str
    first: float
    second: float
    low: float
    high: float
    count: int
    verdict: Verdict

    @property
    def difference(self) -> float:
        """The second mean minus the first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question whose leading measures moved: (name, first value, second value) each."""

    id: str
    kind: str
    question: str
    outcome: Outcome
    moved: tuple[tuple[str, float, float], ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs of a suite, the second against the first."""

    suite: str
    first: str
    second: str
    differing: tuple[str, ...]
    figures: tuple[FigureChange, ...]
    questions: tuple[QuestionChange, ...]
    compared: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    changed: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The comparison as JSON."""
        return {
            "suite": self.suite,
            "first": self.first,
            "second": self.second,
            "differing": list(self.differing),
            "compared": self.compared,
            "figures": [
                {
                    "name": change.name,
                    "first": round(change.first, 4),
                    "second": round(change.second, 4),
                    "difference": round(change.difference, 4),
                    "interval": [round(change.low, 4), round(change.high, 4)],
                    "questions": change.count,
                    "beyond_noise": change.verdict != "within noise",
                    "verdict": change.verdict,
                }
                for change in self.figures
            ],
            "questions": [
                {
                    "id": change.id,
                    "type": change.kind,
                    "question": change.question,
                    "outcome": change.outcome,
                    "moved": {name: [first, second] for name, first, second in change.moved},
                    "faults": list(change.faults),
                }
                for change in self.questions
            ],
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "changed": list(self.changed),
        }


def compare(first: StoredRun, second: StoredRun, suite: Suite) -> Comparison:
    """Compare two runs on the questions that both have a record of, asked and judged alike.

    Raises:
        EvaluationError: If they are of different suites or share no question.
    """
    names = (first.header.suite, second.header.suite)
    if names[0] != names[1]:
        raise EvaluationError(f"one run is of {names[0]!r}, the other of {names[1]!r}")
    ours = {record.id: record for record in first.records}
    theirs = {record.id: record for record in second.records}
    shared = [i for i in ours if i in theirs]
    pairs = [(ours[i], theirs[i]) for i in shared if _is_same(ours[i], theirs[i])]
    if not pairs:
        raise EvaluationError("the two runs share no question")
    return Comparison(
        suite=suite.name,
        first=first.folder.name,
        second=second.folder.name,
        differing=_differing(first, second),
        figures=tuple(_figures(pairs, suite)),
        questions=tuple(_questions(pairs, suite)),
        compared=len(pairs),
        only_first=tuple(i for i in ours if i not in theirs),
        only_second=tuple(i for i in theirs if i not in ours),
        changed=tuple(i for i in shared if not _is_same(ours[i], theirs[i])),
    )


def _is_same(ours: Record, theirs: Record) -> bool:
    def asked(record: Record) -> tuple[object, ...]:
        return (record.question, record.history, record.as_of, record.should_abstain, record.gold)

    return asked(ours) == asked(theirs)


def _differing(first: StoredRun, second: StoredRun) -> tuple[str, ...]:
    ours = {**first.header.fingerprints, "today": first.header.today}
    theirs = {**second.header.fingerprints, "today": second.header.today}
    return tuple(sorted(k for k in ours.keys() | theirs.keys() if ours.get(k) != theirs.get(k)))


def _figures(pairs: Sequence[tuple[Record, Record]], suite: Suite) -> Iterator[FigureChange]:
    for figure in (*suite.figures, LATENCY):
        values = [
            (first, second)
            for ours, theirs in pairs
            if (first := _value(ours, figure)) is not None
            and (second := _value(theirs, figure)) is not None
        ]
        if values:
            yield _change(figure, [a for a, _ in values], [b for _, b in values])


def _value(record: Record, figure: Figure) -> float | None:
    if figure is LATENCY:
        return None if record.failure else record.milliseconds
    return record.measures.get(figure.name)


def _change(figure: Figure, first: Sequence[float], second: Sequence[float]) -> FigureChange:
    found = paired(second, first)
    verdict: Verdict = "within noise"
    if found.beyond_noise and figure.is_neutral:
        verdict = "changed"
    elif found.beyond_noise:
        verdict = "better" if (found.mean > 0) is figure.higher_is_better else "worse"
    means = (sum(first) / len(first), sum(second) / len(second))
    return FigureChange(figure.name, *means, found.low, found.high, len(first), verdict)


def _questions(pairs: Sequence[tuple[Record, Record]], suite: Suite) -> Iterator[QuestionChange]:
    for ours, theirs in pairs:
        moved = [
            (figure, ours.measures[figure.name], theirs.measures[figure.name])
            for figure in suite.leading
            if figure.name in ours.measures
            and figure.name in theirs.measures
            and ours.measures[figure.name] != theirs.measures[figure.name]
        ]
        if moved:
            risen = {(second > first) is figure.higher_is_better for figure, first, second in moved}
            outcome: Outcome = "mixed" if len(risen) == 2 else "won" if risen == {True} else "lost"
            yield QuestionChange(
                theirs.id,
                theirs.kind,
                theirs.question,
                outcome,
                tuple((figure.name, first, second) for figure, first, second in moved),
                theirs.faults if outcome != "won" else (),
            )


def lines(comparison: Comparison) -> list[str]:
    """The comparison for a terminal: figures, then questions, then what was not compared."""
    c = comparison
    differing = ", ".join(c.differing) or "nothing: the same answers were to be expected"
    rows = [
        f"{c.suite}: {c.first} (first) against {c.second} (second), {c.compared} questions in both",
        f"what differs: {differing}",
        "",
        f"{'figure':22}{'first':>9}{'second':>9}{'change':>9}{'95 % interval':>20}{'of':>6}",
    ]
    rows += [_figure_line(change) for change in c.figures]
    for outcome in ("lost", "mixed", "won"):
        group = [change for change in c.questions if change.outcome == outcome]
        rows += ["", f"{outcome}: {len(group)}"] if group else []
        for question in group:
            rows += _question_lines(question)
    rows += [] if c.questions else ["", "no question was won or lost"]
    for label, ids in (
        (f"only in {c.first}", c.only_first),
        (f"only in {c.second}", c.only_second),
        ("asked or judged otherwise, so not compared", c.changed),
    ):
        rows += ["", f"{label}: {len(ids)}: {', '.join(ids)}"] if ids else []
    return rows


def _figure_line(change: FigureChange) -> str:
    numbers = f"{change.first:9.3f}{change.second:9.3f}{change.difference:+9.3f}"
    bounds = f"{change.low:+.3f} to {change.high:+.3f}"
    return f"{change.name:22}{numbers}{bounds:>20}{change.count:>6}  {change.verdict}"


def _question_lines(change: QuestionChange) -> list[str]:
    moved = [f"{name} {first:.2f} -> {second:.2f}" for name, first, second in change.moved]
    return [
        f"  {change.id:12} {change.kind:16} {_shortened(change.question)}",
        f"  {'':12} {', '.join(moved)}",
        *(f"  {'':12} now {fault}" for fault in change.faults),
    ]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"
