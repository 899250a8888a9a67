"""What retrieval needs from the engines it stands on; each has a real adapter and a fake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.types import Filters, Hit

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]
Scores = NDArray[np.float32]
Rows = NDArray[np.int64]

BULK = 512  # passages handed to an embedder at once when there are many


class Embedder(Protocol):
    """Turns text into unit vectors.

    Queries and passages have a method each, since many models prefix them differently and a
    mode switch on a shared object would race between concurrent questions.
    """

    @property
    def fingerprint(self) -> str:
        """Identifies the model and its weights; equal fingerprints give equal vectors."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def embed_query(self, text: str) -> Vector:
        """Embed one query; shape ``(d,)``, float32, L2 norm 1."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), d)``, float32, rows of L2 norm 1."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as a model sees it: its vector, its word pieces and the state of each piece.

    `vector` has shape ``(d,)``, float32, L2 norm 1; `pieces` ``(t,)``, numbers in the model's
    vocabulary; `states` ``(t, d)``, of any norm.
    """

    vector: Vector
    pieces: NDArray[np.int32]
    states: NDArray[np.float16]


@runtime_checkable
class WordEmbedder(Protocol):
    """An embedder that also gives the states behind its vectors, from the same pass."""

    def encode_query(self, text: str) -> Encoded:
        """Encode one query; its vector is that of `embed_query`."""

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode passages; their vectors are those of `embed_passages`."""


class VectorStore(Protocol):
    """Nearest neighbours by cosine; passages are known by their row number."""

    def nearest(self, query: Vector, k: int) -> list[tuple[int, float]]:
        """The `k` rows nearest to `query`, best first, with cosine similarity in [-1, 1]."""


class LexicalIndex(Protocol):
    """Scores passages by the words they share with a query."""

    @property
    def rarest(self) -> float:
        """The weight of a stem that stands in a single row; none weighs more."""

    def idf(self, token: str) -> float:
        """How rare a stem is, above 0; 0 for a stem that no row holds."""

    def scores(self, query: str) -> Scores:
        """BM25 score of every row for `query`; shape ``(n,)``, 0 where no word is shared.

        A word that no row holds may count as one that it is a slip of.
        """


@dataclass(frozen=True, slots=True)
class Searched:
    """What the lexical engines search: a text a row, and a text a provision version.

    A row of no words of its own (an ask) is empty. `wide` holds, by group, the whole provision
    with what stands beside it.
    """

    rows: Sequence[str]
    wide: Sequence[str]


@dataclass(frozen=True, slots=True)
class Engines:
    """The searchable parts of a generation.

    `lexical` counts the words of each row, `pairs` its pairs of neighbouring words, `wide` the
    words of each provision version and of those beside it.
    """

    store: VectorStore
    lexical: LexicalIndex
    pairs: LexicalIndex
    wide: LexicalIndex


class StoreFactory(Protocol):
    """Builds and opens the searchable parts of a generation in a folder."""

    def build(self, folder: Path, searched: Searched, vectors: Vectors) -> None:
        """Write all parts below `folder`; row ``i`` is ``searched.rows[i]`` and ``vectors[i]``."""

    def open(self, folder: Path, rows: int, groups: int) -> Engines:
        """Open what `build` wrote, for reading only; it must hold `rows` rows."""


class Retriever(Protocol):
    """Finds passages for a question."""

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The best `k` hits, best first, at most one a provision version."""
