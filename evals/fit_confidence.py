"""Fits the weights of `assistant.confidence`: `python -m evals.fit_confidence`.

Answerable questions (our gold) against unanswerable ones (gold and off-corpus, both written by
us), classes weighed alike. The part `fit` is fitted to, cross-validated tenfold; the part
`held_out` is only judged.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.settings import AssistantSettings
from assistant.understanding import understand
from assistant.wiring import build_assistant
from corpus.settings_source import read
from evals.abstention_suite import read_items
from evals.gold import Gold
from index.settings_source import load_settings

Floats = NDArray[np.float64]


def fit(features: Floats, labels: Floats, *, ridge: float = 0.1, steps: int = 50) -> Floats:
    """Weights and bias of a ridge logistic regression with balanced classes, by Newton steps.

    `features` has shape ``(n, d)``; gives shape ``(d + 1,)``, the bias last.
    """
    design = np.hstack([features, np.ones((len(features), 1))])
    share = labels.mean()
    weight = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share))
    penalty = ridge * np.diag([1.0] * features.shape[1] + [0.0])
    found = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-design @ found))
        gradient = design.T @ (weight * (chance - labels)) + penalty @ found
        curve = design.T @ (design * (weight * chance * (1 - chance))[:, None]) + penalty
        found = found - np.linalg.solve(curve, gradient)
    return found


def main() -> None:
    """Print weights, and coverage and decline rate at several thresholds, fitted and held out."""
    assistant = build_assistant(load_settings(), read(AssistantSettings))
    judge = assistant.confidence
    assert isinstance(judge, LogisticConfidence)  # noqa: S101 - that is what is fitted
    parts: dict[str, tuple[Floats, Floats]] = {}
    items = read_items()
    for part in ("fit", "held_out"):
        golds = [item.gold for item in items if item.part == part]
        features = np.array([_signals(gold, judge, assistant) for gold in golds])
        parts[part] = features, np.array([0.0 if g.should_abstain else 1.0 for g in golds])
    features, labels = parts["fit"]
    weights = fit(features, labels)
    sys.stdout.write(f"weights {weights[:-1].round(2)}, bias {weights[-1]:.2f}\n")
    chances = np.zeros(len(labels))
    for fold in range(10):
        out = np.arange(len(labels)) % 10 == fold
        chances[out] = chance(features[out], fit(features[~out], labels[~out]))
    unseen, truth = parts["held_out"]
    for name, found, right in (
        ("ten-fold", chances, labels),
        ("held out", chance(unseen, weights), truth),
    ):
        for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
            kept = (found[right == 1] >= threshold).mean()
            declined = (found[right == 0] < threshold).mean()
            sys.stdout.write(
                f"{name} at {threshold}: answers {kept:.2f}, declines {declined:.2f}\n"
            )


def chance(features: Floats, weights: Floats) -> Floats:
    """Probabilities of shape ``(n,)``; `weights` as `fit` gives them."""
    return np.asarray(1 / (1 + np.exp(-(features @ weights[:-1] + weights[-1]))))


def _signals(
    gold: Gold, judge: LogisticConfidence, assistant: Assistant
) -> tuple[float, float, float]:
    question = gold.question
    understood = understand(question.text, question.history)
    evidence = assistant.evidence(question, understood, question.as_of or assistant.today())
    return judge.signals(understood.text, evidence.hits).vector


if __name__ == "__main__":
    main()
