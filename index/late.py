"""Late interaction: how near the single words of a question are to those of a passage (pure).

A passage's one vector says what it is about; the vectors of its words say which words are there.
For each word of the question the nearest word of the passage counts, rare words more than common
ones. The vectors come out of the same pass that makes the passage's own.

Source:
    Khattab & Zaharia, SIGIR 2020, doi:10.1145/3397271.3401075 (MaxSim). The model here was never
    trained for it; docs/decisions/0007-late-interaction.md has what it brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexBrokenError
from index.protocols import Encoded, Rows, Scores

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]
Pieces = NDArray[np.uint16]

KEPT_DIMENSIONS = 128
WORD_BYTES = KEPT_DIMENSIONS // 2
_MOST = 7  # four bits a number: -7 to 7, a unit vector's largest part being 7
_LOW, _HIGH = 0x0F, 4


@dataclass(frozen=True, slots=True)
class Packed:
    """The words of one passage: `pieces` of shape ``(t,)``, `codes` of shape ``(t, 64)``."""

    pieces: Pieces
    codes: Codes


NOTHING = Packed(np.zeros(0, np.uint16), np.zeros((0, WORD_BYTES), np.uint8))


@dataclass(frozen=True)
class Compressor:
    """Makes the word vectors of one model small: fewer dimensions, four bits each.

    `basis` has shape ``(d, 128)``, float32: the directions along which the words of our corpus
    differ most. `is_word` has shape ``(vocabulary,)``; marks, stop words and the model's own
    signs are False and are not kept.
    """

    name: str
    basis: Floats
    is_word: NDArray[np.bool_]

    def project(self, states: NDArray[np.floating]) -> Floats:
        """Unit vectors of shape ``(t, 128)`` from states of shape ``(t, d)``."""
        return _unit(_unit(states.astype(np.float32)) @ self.basis)

    def pack(self, encoded: Encoded) -> Packed:
        """The words of a passage in 64 bytes each."""
        kept = self.is_word[encoded.pieces]
        if not kept.any():
            return NOTHING
        vectors = self.project(encoded.states[kept])
        largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
        steps = (np.rint(vectors / largest * _MOST) + 8).astype(np.uint8)
        codes = steps[:, :WORD_BYTES] | (steps[:, WORD_BYTES:] << _HIGH)
        return Packed(encoded.pieces[kept].astype(np.uint16), codes)


def unpack(codes: Codes) -> Floats:
    """Unit vectors of shape ``(t, 128)`` from codes of shape ``(t, 64)``."""
    low, high = _tables()
    return _unit(np.concatenate([low[codes], high[codes]], axis=1))


@lru_cache(maxsize=1)
def _tables() -> tuple[Floats, Floats]:
    byte = np.arange(256)
    low = (byte & _LOW).astype(np.float32) - 8
    return low, (byte >> _HIGH).astype(np.float32) - 8


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


def fit_basis(states: NDArray[np.floating]) -> Floats:
    """The 128 directions that keep most of word vectors of shape ``(t, d)``.

    Not centred: what all words share is part of their likeness, and taking it out lost quality.
    """
    unit = _unit(states.astype(np.float32))
    _, directions = np.linalg.eigh(unit.T @ unit / len(unit))
    return np.ascontiguousarray(directions[:, ::-1][:, :KEPT_DIMENSIONS], np.float32)


def compressor_path(fingerprint: str) -> str:
    """The file name, below `index/data`, of the compressor of a model."""
    return f"late-{fingerprint.replace(':', '-').lower()}.npz"


def load_compressor(fingerprint: str) -> Compressor | None:
    """The compressor that travels with the package for a model; None where there is none."""
    file = resources.files("index") / "data" / compressor_path(fingerprint)
    if not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream) as arrays:
        basis = arrays["basis"].astype(np.float32)
        return Compressor(f"late1-{basis.shape[1]}x4", basis, arrays["is_word"])


def save_compressor(path: Path, basis: Floats, is_word: NDArray[np.bool_]) -> None:
    """Write a compressor for shipping."""
    np.savez_compressed(path, basis=basis.astype(np.float16), is_word=is_word)


class LateIndex:
    """The word vectors of one generation, by row, memory-mapped; read-only."""

    def __init__(self, folder: Path, rows: int, compressor: Compressor) -> None:
        self._compressor = compressor
        try:
            self._codes: Codes = np.load(folder / "codes.npy", mmap_mode="r")
            self._starts: Rows = np.load(folder / "starts.npy")
            self._rarity: Floats = np.load(folder / "rarity.npy")
        except (OSError, ValueError, EOFError) as error:
            raise IndexBrokenError(f"the word vectors in {folder} cannot be read") from error
        fits = len(self._starts) == rows + 1 and self._starts[-1] == len(self._codes)
        if not fits or len(self._rarity) != len(compressor.is_word):
            raise IndexBrokenError(f"the word vectors in {folder} are not those of {rows} rows")

    @property
    def rarity(self) -> Floats:
        """The weight of each word piece of the model's vocabulary; shape ``(vocabulary,)``."""
        return self._rarity

    def codes(self, row: int) -> Codes:
        """The packed words of one row; shape ``(t, 64)``, read with `unpack`."""
        return np.asarray(self._codes[self._starts[row] : self._starts[row + 1]])

    def scores(self, query: Encoded, rows: Rows) -> Scores:
        """Likeness of the question's words to those of each row; shape ``(len(rows),)``.

        In [-1, 1], higher is better; 0 for a row without words of its own.
        """
        found = np.zeros(len(rows), np.float32)
        starts, ends = self._starts[rows], self._starts[rows + 1]
        held = np.flatnonzero(ends > starts)
        weights, asked = self._asked(query)
        if not len(held) or not len(asked):
            return found
        spans = [self._codes[a:b] for a, b in zip(starts[held], ends[held], strict=True)]
        likeness = asked @ unpack(np.concatenate(spans)).T
        firsts = np.cumsum([0, *(len(span) for span in spans[:-1])])
        found[held] = weights @ np.maximum.reduceat(likeness, firsts, axis=1)
        return found

    def _asked(self, query: Encoded) -> tuple[Floats, Floats]:
        """Weights, summing to 1, and vectors of the question's words."""
        kept = self._compressor.is_word[query.pieces]
        if not kept.any():
            return np.zeros(0, np.float32), np.zeros((0, KEPT_DIMENSIONS), np.float32)
        weights = self._rarity[query.pieces[kept]]
        return weights / weights.sum(), self._compressor.project(query.states[kept])


def write(folder: Path, packed: Sequence[Packed], vocabulary: int) -> None:
    """Write the word vectors of all rows, in order; those of asks are `NOTHING`."""
    folder.mkdir(parents=True, exist_ok=True)
    lengths = np.array([len(one.pieces) for one in packed], np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    codes = (
        np.lib.format.open_memmap(
            folder / "codes.npy", mode="w+", dtype=np.uint8, shape=(int(starts[-1]), WORD_BYTES)
        )
        if starts[-1]
        else np.zeros((0, WORD_BYTES), np.uint8)
    )
    counts = np.zeros(vocabulary, np.int64)
    for one, start in zip(packed, starts, strict=False):
        codes[start : start + len(one.codes)] = one.codes
        counts[np.unique(one.pieces)] += 1
    if not starts[-1]:
        np.save(folder / "codes.npy", codes)
    del codes
    held = int((lengths > 0).sum())
    rarity = np.log(1 + (held - counts + 0.5) / (counts + 0.5)).astype(np.float32)
    np.save(folder / "rarity.npy", rarity)
    np.save(folder / "starts.npy", starts)
