from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.answering import Assistant
from evals import fit_confidence
from evals.abstention_suite import read_items
from evals.fit_confidence import fit


def sample(
    weights: Sequence[float], bias: float, *, count: int = 40_000
) -> tuple[fit_confidence.Floats, fit_confidence.Floats]:
    """Features in [0, 1] and labels drawn with the probability that the weights give."""
    chance = np.random.default_rng(7)
    features = chance.random((count, len(weights)))
    probability = 1 / (1 + np.exp(-(features @ np.array(weights) + bias)))
    return features, (chance.random(count) < probability).astype(float)


def test_known_weights_are_recovered() -> None:
    features, labels = sample([3.0, -2.0, 1.0], -1.0)

    found = fit(features, labels)

    assert found[:3] == pytest.approx([3.0, -2.0, 1.0], abs=0.15)


def test_both_classes_weigh_alike_so_the_bias_takes_no_side() -> None:
    features, labels = sample([3.0, -2.0], -3.0)
    share = labels.mean()

    found = fit(features, labels)

    assert share < 0.25
    assert found[-1] == pytest.approx(-3.0 - np.log(share / (1 - share)), abs=0.15)


def test_a_signal_that_says_nothing_weighs_nothing() -> None:
    features, labels = sample([4.0, 0.0], -2.0)

    found = fit(features, labels)

    assert found[1] == pytest.approx(0.0, abs=0.1)


def test_classes_that_a_line_parts_still_have_finite_weights() -> None:
    features = np.array([[0.0], [0.1], [0.9], [1.0]])
    labels = np.array([0.0, 0.0, 1.0, 1.0])

    found = fit(features, labels)

    assert np.isfinite(found).all()
    assert found[0] > 0


def test_a_stronger_ridge_gives_smaller_weights() -> None:
    features, labels = sample([3.0], -1.0, count=200)

    weak, strong = fit(features, labels, ridge=0.1), fit(features, labels, ridge=100)

    assert abs(strong[0]) < abs(weak[0])


def test_the_command_prints_weights_and_what_each_threshold_would_do(
    built_assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    items = read_items()
    some = [*items[:40:4], *items[1:40:4], *items[-40::4], *items[-39::4]]
    monkeypatch.setattr(fit_confidence, "read_items", lambda: some)
    monkeypatch.setattr(fit_confidence, "build_assistant", lambda *settings: built_assistant)
    monkeypatch.setattr(sys, "argv", ["fit_confidence"])

    fit_confidence.main()

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("weights [")
    assert lines[1].startswith("median log-odds of the field")
    assert [line.split(":")[0] for line in lines[2:]] == [
        f"{name} at {threshold}"
        for name in ("fit", "held_out")
        for threshold in fit_confidence.THRESHOLDS
    ]
