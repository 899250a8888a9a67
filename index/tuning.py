"""Turns the vectors of a question towards those of the provisions that answer it (pure).

Questions and provisions use different words, and the model was never trained on law. Each
provision of the embedded corpus comes with questions of ours that it answers (its asks); two
linear maps, one for the question's vector and one for its words, are fitted to put such a question
nearest to its provision. Vectors of passages stay as the model gives them.

Fitted by `python -m evals.fit_tuning`; docs/decisions/0008-tuned-questions.md has what it brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.late import Compressor
from index.protocols import Encoded

Floats = NDArray[np.float32]

# How far the fitted maps are followed: all the way is best for questions like the asks, part of
# it is no worse there and better on texts that were not fitted to.
STRENGTH = 0.7


@dataclass(frozen=True)
class Tuning:
    """`vector` of shape ``(d, d)`` maps a question's vector, `states` ``(d, d)`` its words."""

    vector: Floats
    states: Floats

    def tuned(self, asked: Encoded) -> Encoded:
        """The question with its vector (L2 norm 1) and the states of its words mapped."""
        vector = asked.vector @ self.vector
        norm = max(float(np.linalg.norm(vector)), 1e-9)
        states = asked.states.astype(np.float32)
        norms = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-9)
        return Encoded(
            (vector / norm).astype(np.float32),
            asked.pieces,
            (states / norms @ self.states).astype(np.float16),
        )


def blended(change: Floats, words: Floats, compressor: Compressor) -> Tuning:
    """The tuning from the fitted `change` ``(d, d)`` of vectors and `words` ``(d, 128)``.

    `words` takes the place of the compressor's own directions, for questions only.
    """
    basis = compressor.basis
    towards = basis + STRENGTH * (words - basis)
    size = len(change)
    return Tuning(
        np.eye(size, dtype=np.float32) + STRENGTH * change,
        # Read along the compressor's directions, these states have the fitted parts.
        np.asarray(towards @ basis.T, np.float32),
    )


def tuning_path(fingerprint: str) -> str:
    """The file name, below `index/data`, of the tuning of a model's questions."""
    return f"tuning-{fingerprint.replace(':', '-').lower()}.npz"


def load_tuning(fingerprint: str, compressor: Compressor | None) -> Tuning | None:
    """The tuning that travels with the package for a model; None where there is none."""
    file = resources.files("index") / "data" / tuning_path(fingerprint)
    if compressor is None or not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream) as arrays:
        change, words = (arrays[name].astype(np.float32) for name in ("change", "words"))
    return blended(change, words, compressor)


def save_tuning(path: Path, change: Floats, words: Floats) -> None:
    """Write a tuning for shipping: `change` ``(d, d)`` and `words` ``(d, 128)``."""
    np.savez_compressed(path, change=change.astype(np.float16), words=words.astype(np.float16))
