"""What retrieval needs from the engines it stands on; each has a real adapter and a fake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

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
        """BM25 score of every row for `query`; shape ``(n,)``, 0 where no word is shared."""


class StoreFactory(Protocol):
    """Builds and opens the two searchable halves of a generation in a folder."""

    def build(self, folder: Path, texts: Sequence[str], vectors: Vectors) -> None:
        """Write both halves below `folder`; row ``i`` is ``texts[i]`` and ``vectors[i]``."""

    def open(self, folder: Path, rows: int) -> tuple[VectorStore, LexicalIndex]:
        """Open what `build` wrote, for reading only; it must hold `rows` rows."""


class Retriever(Protocol):
    """Finds passages for a question."""

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The best `k` hits, best first, at most one a provision version."""
