"""The gate: what a run has lost against the committed baseline, by more than noise (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources

from evals.answers import FIGURES
from evals.errors import DatasetError

NOISE = 0.02
"""Answers are deterministic on one machine; another processor's int8 kernels may swap two close
hits. 0.02 is under three questions of 144, below what one useful change moves."""

# What no noise excuses: a quote that is not there, a place that is not there, a crash.
_EXACT = {"quote_validity": 1.0, "phantom": 0.0, "failed": 0.0}
_LOWER = {figure.name for figure in FIGURES if not figure.higher_is_better} | {"failed"}


def lost(
    baseline: Mapping[str, float], summary: Mapping[str, float], noise: float = NOISE
) -> list[str]:
    """What a summary has lost, a line a figure; nothing when the gate is passed.

    A figure of the baseline may be worse by `noise` at most; without noise hold quote validity
    of 1, no phantom citation and no failure, and as many questions as the baseline has.
    """
    found = []
    if summary.get("questions") != baseline.get("questions"):
        asked, wanted = summary.get("questions", 0), baseline.get("questions", 0)
        found.append(f"questions: {asked:.0f}, where the baseline has {wanted:.0f}")
    for name, limit in {**_EXACT, **baseline}.items():
        if name == "questions":
            continue
        value = summary.get(name)
        if value is None:
            found.append(f"{name}: nothing, where the baseline has {limit:.3f}")
            continue
        allowed = 0.0 if name in _EXACT else noise
        fallen = value - limit if name in _LOWER else limit - value
        if fallen > allowed + 1e-9:
            found.append(f"{name}: {value:.3f}, where the baseline has {limit:.3f}")
    return found


def read_baseline(name: str = "answers") -> dict[str, float]:
    """The committed figures of a suite.

    Raises:
        DatasetError: If there are none, or they are no numbers by name.
    """
    file = resources.files("evals") / "baselines" / f"{name}.json"
    path, hint = f"baselines/{name}.json", "An object of numbers by figure, as summary.json has."
    try:
        body = json.loads(file.read_text("utf-8"))
        return {str(key): float(value) for key, value in body.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DatasetError(path, 0, f"cannot be read: {error}", hint=hint) from error
