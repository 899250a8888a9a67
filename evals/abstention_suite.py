"""The suite `abstention`: gold questions beside ours that the corpus cannot answer.

Each question is in a part, `fit` or `held_out`, so that what decides when to decline can be
fitted on one and reported on the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from assistant.answering import Assistant
from evals.abstaining import (
    Decision,
    RiskPoint,
    abstention,
    area_under_risk_coverage,
    brier,
    expected_calibration_error,
    risk_coverage,
)
from evals.answers import judge
from evals.asking import Asker
from evals.errors import DatasetError
from evals.gold import Gold, read_gold
from evals.types import Figure, Record, Suite, Task

Part = Literal["fit", "held_out"]

ANSWERABLE = "answerable"
_HINT = "As gold questions, with part (fit, held_out) and kind where they apply."

FIGURES = (
    Figure("coverage", "answered, not declined", leads=True),
    Figure("abstain_precision", "of the questions declined: rightly"),
    Figure("abstain_recall", "of the questions to be declined: declined", leads=True),
    Figure("abstain_f1", "harmonic mean of the two"),
    Figure("right_if_answered", "answerable: the answer given or held back is strictly right"),
    Figure("wrong_rate", "of the answers: not strictly right", higher_is_better=False),
    Figure("conditioned", "right where answerable, declined where not"),
    Figure("aurc", "mean share of wrong answers over all coverages", higher_is_better=False),
    Figure("calibration_error", "gap of confidence and rightness", higher_is_better=False),
    Figure("brier", "squared gap of confidence and rightness", higher_is_better=False),
    Figure("answerable_error", "gap of confidence and answerability", higher_is_better=False),
    Figure("answerable_brier", "squared gap of the two", higher_is_better=False),
    Figure("held_out", "share of the questions that are held out"),
    Figure("held_out_coverage", "held out and answerable: answered"),
    Figure("held_out_precision", "held out: `abstain_precision`"),
    Figure("held_out_recall", "held out: `abstain_recall`"),
    Figure("held_out_f1", "held out: `abstain_f1`"),
    Figure("fitted_threshold", "the threshold that parts the questions to fit on best"),
    Figure("fitted_coverage", "held out and answerable: answered at that threshold"),
    Figure("fitted_recall", "held out, to be declined: declined at that threshold"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its part and, where it cannot be answered, in what way."""

    gold: Gold
    part: Part
    kind: str


def read_items(path: Path | None = None) -> list[Item]:
    """Our gold questions and those off the corpus, or those of a file.

    A line may say its part and kind. Lines that name no part are parted in turn, those that can
    be answered apart from those that cannot. False premises are left out: to decline one is
    neither right nor wrong.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    if path is not None:
        return _items(read_gold(path), _fields(path))
    with resources.as_file(resources.files("evals") / "data" / "off_corpus.jsonl") as ours:
        return [*_items(read_gold(), {}), *_items(read_gold(ours), _fields(ours))]


def _fields(path: Path) -> dict[str, tuple[str, str]]:
    """Part and kind by id, of a file that `read_gold` has read."""
    found: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            row = json.loads(line)
            part, kind = row.get("part") or "", row.get("kind") or ""
            if part not in {"", *get_args(Part)} or not isinstance(kind, str):
                raise DatasetError(str(path), number, f"no part: {part!r:.60}", hint=_HINT)
            found[row["id"]] = (part, kind)
    return found


def _items(gold: Sequence[Gold], fields: Mapping[str, tuple[str, str]]) -> list[Item]:
    found: list[Item] = []
    turns = {True: 0, False: 0}
    parts = get_args(Part)
    for item in gold:
        if item.kind == "false_premise":
            continue
        part, kind = fields.get(item.question.id, ("", ""))
        if not part:
            part = parts[turns[item.should_abstain] % len(parts)]
            turns[item.should_abstain] += 1
        kind = (kind or item.kind) if item.should_abstain else ANSWERABLE
        found.append(Item(item, "held_out" if part == "held_out" else "fit", kind))
    return found


def tasks(assistant: Assistant, path: Path | None = None) -> list[Task]:
    """Every question, asked as served; a declined answerable one also without a threshold."""
    served, bold = Asker(assistant), Asker(replace(assistant, threshold=0.0))
    return [
        Task(
            id=item.gold.question.id,
            kind=item.kind,
            question=item.gold.question.text,
            content=f"{item.part} {item.gold.content}",
            ask=partial(_ask, item, served, bold),
            measures=("coverage", "right_if_answered"),
            should_abstain=item.gold.should_abstain,
        )
        for item in read_items(path)
    ]


def _ask(item: Item, served: Asker, bold: Asker) -> Record:
    answer, hits = served.ask(item.gold.question)
    found = judge(item.gold, answer, served.assistant.corpus, hits)
    names = ("coverage", "abstain_precision", "abstain_recall")
    measures = {name: found.measures[name] for name in names if name in found.measures}
    if not item.gold.should_abstain:
        given = found
        if found.abstained:
            answer, hits = bold.ask(item.gold.question)
            given = judge(item.gold, answer, bold.assistant.corpus, hits)
        measures["right_if_answered"] = given.measures["strictly_right"]
    measures["held_out"] = float(item.part == "held_out")
    return replace(found, measures=measures)


def decision(record: Record) -> Decision:
    """The decision that a record of this suite tells of."""
    return Decision(
        should_abstain=record.should_abstain,
        abstained=record.abstained,
        correct=None if record.should_abstain else record.measures.get("right_if_answered", 0.0),
        confidence=record.confidence,
    )


def curve(records: Sequence[Record]) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve of a run, for charts."""
    return risk_coverage(map(decision, records))


def fit_threshold(made: Sequence[Decision]) -> float:
    """The confidence that parts best: most declined below it, most answered from it on.

    It maximises the share of unanswerable questions declined plus that of answerable ones
    answered; of equal ones, the lowest.

    Raises:
        ValueError: If there are no questions of one of the two sorts.

    Source:
        Youden, Cancer 3(1), 1950.
    """
    return max(sorted({d.confidence for d in made}), key=lambda level: sum(_at(made, level)))


def _at(made: Sequence[Decision], threshold: float) -> tuple[float, float]:
    """Share of the answerable answered, and of the others declined, at a threshold."""
    good = [d.confidence >= threshold for d in made if not d.should_abstain]
    bad = [d.confidence < threshold for d in made if d.should_abstain]
    if not good or not bad:
        raise ValueError("answerable and unanswerable questions are needed")
    return sum(good) / len(good), sum(bad) / len(bad)


def pooled(records: Sequence[Record]) -> dict[str, float]:
    """Figures over questions of both sorts; without both, only the rate of wrong answers."""
    asked = [record for record in records if not record.failure]
    made = [decision(record) for record in asked]
    figures = abstention(made)
    found = {"wrong_rate": figures.wrong_rate} if figures.coverage else {}
    if not _has_both(made):
        return found
    held = [decision(record) for record in asked if record.measures.get("held_out")]
    fit = [decision(record) for record in asked if not record.measures.get("held_out")]
    confidence = [d.confidence for d in made]
    worth = [d.worth or 0.0 for d in made]
    answerable = [float(not d.should_abstain) for d in made]
    return {
        **found,
        "abstain_f1": figures.f1,
        "conditioned": figures.conditioned,
        "aurc": area_under_risk_coverage(curve(asked)),
        "calibration_error": expected_calibration_error(confidence, worth),
        "brier": brier(confidence, worth),
        "answerable_error": expected_calibration_error(confidence, answerable),
        "answerable_brier": brier(confidence, answerable),
        **(_of_held_out(fit, held) if _has_both(held) and _has_both(fit) else {}),
    }


def _has_both(made: Sequence[Decision]) -> bool:
    return len({d.should_abstain for d in made}) == 2


def _of_held_out(fit: Sequence[Decision], held: Sequence[Decision]) -> dict[str, float]:
    threshold = fit_threshold(fit)
    coverage, recall = _at(held, threshold)
    figures = abstention(held)
    answered = [not d.abstained for d in held if not d.should_abstain]
    return {
        "held_out_coverage": sum(answered) / len(answered),
        "held_out_precision": figures.precision,
        "held_out_recall": figures.recall,
        "held_out_f1": figures.f1,
        "fitted_threshold": threshold,
        "fitted_coverage": coverage,
        "fitted_recall": recall,
    }


SUITE = Suite(
    name="abstention",
    about="When to decline: gold questions beside ours that the corpus cannot answer.",
    figures=FIGURES,
    tasks=tasks,
    pooled=pooled,
)
