"""Fits the weights of `assistant.confidence`: `python -m evals.fit_confidence`.

Answerable questions (our gold) against unanswerable ones (gold and off-corpus, both written by
us), classes weighed alike; ten-fold cross-validated figures are printed beside the weights.
"""

from __future__ import annotations

import sys
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.settings import AssistantSettings
from assistant.understanding import understand
from assistant.wiring import build_assistant
from corpus.settings_source import read
from evals.answers import Gold, read_gold
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
    """Print weights, and coverage and decline rate at several thresholds."""
    assistant = build_assistant(load_settings(), read(AssistantSettings))
    with resources.as_file(resources.files("evals") / "data" / "off_corpus.jsonl") as path:
        questions = [g for g in [*read_gold(), *read_gold(path)] if g.kind != "false_premise"]
    judge = assistant.confidence
    assert isinstance(judge, LogisticConfidence)  # noqa: S101 - that is what is fitted
    rows = [_signals(gold, judge, assistant) for gold in questions]
    features = np.array(rows)
    labels = np.array([0.0 if gold.should_abstain else 1.0 for gold in questions])
    weights = fit(features, labels)
    sys.stdout.write(f"weights {weights[:-1].round(2)}, bias {weights[-1]:.2f}\n")
    chances = np.zeros(len(labels))
    for fold in range(10):
        out = np.arange(len(labels)) % 10 == fold
        part = fit(features[~out], labels[~out])
        chances[out] = 1 / (1 + np.exp(-(features[out] @ part[:-1] + part[-1])))
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        kept = (chances[labels == 1] >= threshold).mean()
        declined = (chances[labels == 0] < threshold).mean()
        sys.stdout.write(f"at {threshold}: answers {kept:.2f}, declines {declined:.2f}\n")


def _signals(
    gold: Gold, judge: LogisticConfidence, assistant: Assistant
) -> tuple[float, float, float]:
    question = gold.question
    understood = understand(question.text, question.history)
    evidence = assistant.evidence(question, understood, question.as_of or assistant.today())
    return judge.signals(understood.text, evidence.hits).vector


if __name__ == "__main__":
    main()
