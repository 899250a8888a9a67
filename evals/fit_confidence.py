"""Fits what decides when to decline: `python -m evals.fit_confidence [--write]`, about a minute.

First the hyperplane of `assistant.belonging`: our gold and our asks against our questions on
other fields (evals/data/foreign.jsonl, off_corpus.jsonl), all of the part `fit`. Then the weights
of `assistant.confidence`, with the hyperplane cross-fitted so that no question is judged by one
that saw it. With `--write` the hyperplane is written to the package; weights and threshold are
copied by hand. The part `held_out` is only judged; of foreign.jsonl it holds whole fields.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Assistant
from assistant.belonging import belonging_path, save_belonging
from assistant.confidence import LogisticConfidence
from assistant.settings import AssistantSettings
from assistant.types import Question
from assistant.wiring import build_assistant
from corpus.settings_source import read
from evals.abstention_suite import read_items
from index.retrieve import HybridRetriever
from index.settings_source import load_settings

Floats = NDArray[np.float64]

FOLDS = 5
FIELD_KINDS = frozenset({"foreign", "off_topic", "other_law", "other_regulator"})
_ASKS_SHARE = 0.05
_FIELD_RIDGE = 2.0
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of ours with how to use it: `group` keeps questions of one field together."""

    question: Question
    answerable: bool
    kind: str
    part: str
    group: str


def fit(
    features: Floats,
    labels: Floats,
    *,
    ridge: float = 0.1,
    steps: int = 50,
    weights: Floats | None = None,
) -> Floats:
    """Weights and bias of a ridge logistic regression, by Newton steps.

    `features` has shape ``(n, d)``; gives shape ``(d + 1,)``, the bias last. Both classes weigh
    alike unless `weights`, shape ``(n,)``, says otherwise.
    """
    design = np.hstack([features, np.ones((len(features), 1))])
    if weights is None:
        share = labels.mean()
        weights = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share))
    penalty = ridge * np.diag([1.0] * features.shape[1] + [0.0])
    found = np.zeros(design.shape[1])
    for _ in range(steps):
        odds = np.clip(design @ found, -30, 30)
        likely = 1 / (1 + np.exp(-odds))
        gradient = design.T @ (weights * (likely - labels)) + penalty @ found
        curve = design.T @ (design * (weights * likely * (1 - likely))[:, None]) + penalty
        step = np.linalg.solve(curve, gradient)
        found = found - step
        if np.abs(step).max() < 1e-6:
            break
    return found


def chance(features: Floats, weights: Floats) -> Floats:
    """Probabilities of shape ``(n,)``; `weights` as `fit` gives them."""
    return np.asarray(1 / (1 + np.exp(-(features @ weights[:-1] + weights[-1]))))


def read_asked() -> list[Asked]:
    """Gold, off-corpus and foreign questions, each in its part."""
    found = [
        Asked(
            item.gold.question,
            not item.gold.should_abstain,
            item.kind,
            item.part,
            item.gold.question.id,
        )
        for item in read_items()
    ]
    lines = (resources.files("evals") / "data" / "foreign.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        question = Question(row["question"])
        found.append(Asked(question, False, "foreign", row["part"], row["area"]))
    return found


def fit_field(vectors: Floats, right: NDArray[np.bool_], asks: Floats) -> Floats:
    """The hyperplane, shape ``(d + 1,)``: questions of the field, and asks, against the others."""
    features = np.vstack([vectors, asks])
    labels = np.concatenate([right, np.ones(len(asks))]).astype(np.float64)
    weights = np.concatenate(
        [
            np.where(right, (1 - _ASKS_SHARE) / max(1, right.sum()), 1 / max(1, (~right).sum())),
            np.full(len(asks), _ASKS_SHARE / len(asks)),
        ]
    )
    # Scaled to what the ridge was chosen for: a thousand questions a class.
    return fit(features, labels, ridge=_FIELD_RIDGE, weights=1000 * weights)


def cross_fitted(
    asked: Sequence[Asked], vectors: Floats, asks: Floats, used: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Log-odds of the field for all questions, and the hyperplane of all that are `used`.

    A question that is used is judged by a hyperplane that saw nothing of its group.
    """
    right = np.array([one.answerable for one in asked])
    groups = {name: number % FOLDS for number, name in enumerate(sorted({a.group for a in asked}))}
    fold = np.array([groups[one.group] for one in asked])
    whole = fit_field(vectors[used], right[used], asks)
    odds = vectors @ whole[:-1] + whole[-1]
    for number in range(FOLDS):
        seen, judged = used & (fold != number), used & (fold == number)
        part = fit_field(vectors[seen], right[seen], asks)
        odds[judged] = vectors[judged] @ part[:-1] + part[-1]
    return np.clip(odds, -5, 5), whole


def main() -> None:
    """Print weights, and coverage and decline rates at several thresholds."""
    assistant = build_assistant(load_settings(), read(AssistantSettings))
    judge, retriever = assistant.confidence, assistant.retriever
    assert isinstance(judge, LogisticConfidence)  # noqa: S101 - that is what is fitted
    assert isinstance(retriever, HybridRetriever)  # noqa: S101 - there is no other
    asked = read_asked()
    signals, texts = _signals(asked, judge, assistant)
    vectors = np.array([retriever.embedder.embed_query(text) for text in texts], np.float64)
    asks = retriever.vectors[retriever.table.columns.is_ask.astype(bool)].astype(np.float64)
    kinds, parts = (np.array([getattr(a, name) for a in asked]) for name in ("kind", "part"))
    answerable = np.array([one.answerable for one in asked])
    fitted = parts == "fit"
    odds, plane = cross_fitted(
        asked, vectors, asks, fitted & (answerable | np.isin(kinds, list(FIELD_KINDS)))
    )
    features = np.column_stack([signals[:, :3], odds])
    weights = fit(features[fitted], answerable[fitted].astype(np.float64))
    named = signals[:, -1] == 1
    found = np.where(named, 1.0, chance(features, weights))
    neutral = float(np.median(odds[answerable]))
    sys.stdout.write(f"weights {weights[:-1].round(2)}, bias {weights[-1]:.2f}\n")
    sys.stdout.write(f"median log-odds of the field, our own questions: {neutral:.2f}\n")
    _report(found, answerable, kinds, parts)
    if "--write" not in sys.argv[1:]:
        return
    path = (
        Path(__file__).parents[1]
        / "assistant"
        / "data"
        / belonging_path(retriever.embedder.fingerprint)
    )
    path.parent.mkdir(exist_ok=True)
    save_belonging(path, plane[:-1].astype(np.float32), float(plane[-1]))
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def _report(
    found: Floats, answerable: NDArray[np.bool_], kinds: NDArray[np.str_], parts: NDArray[np.str_]
) -> None:
    for part in ("fit", "held_out"):
        inside = parts == part
        for threshold in THRESHOLDS:
            declined = {
                str(kind): round(float((found[inside & (kinds == kind)] < threshold).mean()), 2)
                for kind in sorted(set(kinds[inside & ~answerable]))
            }
            kept = (found[inside & answerable] >= threshold).mean()
            sys.stdout.write(f"{part} at {threshold}: answers {kept:.3f}, declines {declined}\n")


def _signals(
    asked: Sequence[Asked], judge: LogisticConfidence, assistant: Assistant
) -> tuple[Floats, list[str]]:
    """The signals of each question, shape ``(n, 5)``, the last being whether a place is named."""
    rows, texts = [], []
    for one in asked:
        understood = assistant.understand(one.question)
        day = one.question.as_of or understood.as_of or assistant.today()
        hits = assistant.evidence(one.question, understood, day).hits
        seen = judge.signals(understood.text, hits) if hits else None
        rows.append((*seen.vector, float(seen.is_named)) if seen else (0.0,) * 5)
        texts.append(understood.text)
    return np.array(rows), texts


if __name__ == "__main__":
    main()
