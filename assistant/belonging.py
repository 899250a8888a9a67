"""Whether a question belongs to the field of the corpus, by its vector alone (pure).

A hyperplane between our own questions on AI and chip rules (the asks of the corpus and the gold
questions to fit on) and our own questions on other fields: banking, food, family law, recipes.
Likeness to the nearest passage cannot tell "how soon must a leak be notified" in a fund's rulebook
from the same in the AI Act; the field of its other words can.

Written by `python -m evals.fit_confidence --write` (docs/evals.md); no open evaluation set takes
part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# What a question gets where the field cannot be judged: about what our own questions have.
NEUTRAL = 1.6
_MOST = 5.0


@dataclass(frozen=True)
class Belonging:
    """Judges questions: `weights` of shape ``(d,)`` over the vectors that `embed` gives."""

    embed: Callable[[str], Floats]
    weights: Floats
    bias: float

    def of(self, question: str) -> float:
        """Log-odds in [-5, 5] that the question is of the corpus's field; higher is nearer."""
        raw = float(self.embed(question) @ self.weights) + self.bias
        return max(-_MOST, min(_MOST, raw))


def belonging_path(fingerprint: str) -> str:
    """The file name, below `assistant/data`, of the hyperplane for a model's vectors."""
    return f"belonging-{fingerprint.replace(':', '-').lower()}.npz"


def load_belonging(fingerprint: str, embed: Callable[[str], Floats]) -> Belonging | None:
    """The judge that travels with the package for a model; None where there is none."""
    file = resources.files("assistant") / "data" / belonging_path(fingerprint)
    if not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream) as arrays:
        return Belonging(embed, arrays["weights"].astype(np.float32), float(arrays["bias"]))


def save_belonging(path: Path, weights: Floats, bias: float) -> None:
    """Write a hyperplane for shipping: `weights` of shape ``(d,)``."""
    np.savez_compressed(path, weights=weights.astype(np.float32), bias=np.float32(bias))
