"""Fakes of every engine that retrieval stands on: quick, deterministic, without any model."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.errors import EmbeddingError, IndexBrokenError
from index.protocols import Encoded, Engines, Scores, Searched, Vector, Vectors
from index.tokens import pairs, tokens, words
from index.types import Filters, Hit


class HashingEmbedder:
    """Embeds a text as the counts of its character n-grams, hashed into `dimensions` buckets.

    Texts that share spelling are near, so that tests can tell near from far; meaning it knows
    nothing of. `passages` keeps every text it was asked to embed as a passage.
    """

    def __init__(self, dimensions: int = 256, *, n: int = 3) -> None:
        self._dimensions = dimensions
        self._n = n
        self.passages: list[str] = []

    @property
    def fingerprint(self) -> str:
        """Length of the n-grams and number of buckets."""
        return f"hashing-{self._n}:{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._dimensions

    def embed_query(self, text: str) -> Vector:
        """Embed one query; shape ``(d,)``, float32, L2 norm 1."""
        padded = f" {' '.join(words(text))} "
        starts = range(max(len(padded) - self._n + 1, 1))
        vector = np.zeros(self._dimensions, np.float32)
        for gram in (padded[start : start + self._n] for start in starts):
            vector[zlib.crc32(gram.encode("utf-8", "replace")) % self._dimensions] += 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), d)``, float32, rows of L2 norm 1."""
        self.passages.extend(texts)
        vectors = [self.embed_query(text) for text in texts]
        return np.array(vectors, np.float32).reshape(-1, self._dimensions)


class WordHashingEmbedder(HashingEmbedder):
    """A hashing embedder that gives the states of words too.

    A word is one piece, numbered below `vocabulary` by its hash; its state is the vector that
    the word has as a text of its own, so that words that share spelling are near.
    """

    vocabulary = 4_096

    def piece_of(self, word: str) -> int:
        """The number of a word's piece."""
        return zlib.crc32(word.encode("utf-8", "replace")) % self.vocabulary

    def encode_query(self, text: str) -> Encoded:
        """Encode one query; its vector is that of `embed_query`."""
        found = words(text)
        states = np.array([self.embed_query(word) for word in found], np.float16)
        return Encoded(
            self.embed_query(text),
            np.array([self.piece_of(word) for word in found], np.int32),
            states.reshape(-1, self.dimensions),
        )

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode passages; their vectors are those of `embed_passages`."""
        self.passages.extend(texts)
        return [self.encode_query(text) for text in texts]


class RefusingEmbedder:
    """An embedder of a given identity that fails when asked for a vector."""

    def __init__(self, fingerprint: str, dimensions: int) -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions

    def embed_query(self, text: str) -> Vector:
        """Raise `EmbeddingError`."""
        raise EmbeddingError(f"asked to embed {text[:40]!r}")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Raise `EmbeddingError`."""
        raise EmbeddingError(f"asked to embed {len(texts)} passages")


class MemoryStore:
    """Exact nearest neighbours, by scanning every vector; rows have L2 norm 1."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearest(self, query: Vector, k: int) -> list[tuple[int, float]]:
        """The `k` rows nearest to `query`, best first, with cosine similarity in [-1, 1]."""
        if not len(self._vectors):
            return []
        similarity = self._vectors @ query
        best = np.argsort(-similarity, kind="stable")[:k]
        return [(int(row), float(similarity[row])) for row in best]


class MemoryLexical:
    """BM25 as Lucene counts it, written out; rows without text are no documents.

    Source: Kamphuis, de Vries, Boytsov & Lin, ECIR 2020, doi:10.1007/978-3-030-45442-5_4.
    """

    def __init__(
        self,
        texts: Sequence[str],
        *,
        k1: float = 1.5,
        b: float = 0.6,
        analyse: Callable[[str], list[str]] = tokens,
    ) -> None:
        self._analyse = analyse
        self._counts = [Counter(analyse(text)) for text in texts]
        self._k1 = k1
        self._b = b
        held = [counts for counts, text in zip(self._counts, texts, strict=True) if text]
        self._held = len(held)
        self._average = sum(counts.total() for counts in held) / max(len(held), 1)
        self._rows_with = Counter(token for counts in held for token in counts)

    @property
    def rarest(self) -> float:
        """The weight of a stem that stands in a single row; none weighs more."""
        return self._weight(1)

    def idf(self, token: str) -> float:
        """How rare a stem is, above 0; 0 for a stem that no row holds."""
        return self._weight(self._rows_with[token]) if token in self._rows_with else 0.0

    def scores(self, query: str) -> Scores:
        """BM25 score of every row; shape ``(n,)``, 0 where no word is shared."""
        asked = self._analyse(query)
        return np.array([self._score(asked, counts) for counts in self._counts], np.float32)

    def _score(self, asked: Sequence[str], counts: Counter[str]) -> float:
        length = counts.total() / (self._average or 1)
        damping = self._k1 * (1 - self._b + self._b * length)
        return sum(
            self.idf(token) * counts[token] / (counts[token] + damping)
            for token in asked
            if counts[token]
        )

    def _weight(self, count: int) -> float:
        return math.log(1 + (self._held - count + 0.5) / (count + 0.5))


class MemoryStores:
    """Keeps the parts of every generation in memory, by folder; nothing is written."""

    def __init__(self) -> None:
        self._engines: dict[Path, Engines] = {}

    def build(self, folder: Path, searched: Searched, vectors: Vectors) -> None:
        """Keep all parts; row ``i`` is ``searched.rows[i]`` and ``vectors[i]``."""
        self._engines[folder] = Engines(
            MemoryStore(vectors),
            MemoryLexical(searched.rows),
            MemoryLexical(searched.rows, analyse=pairs),
            MemoryLexical(searched.wide),
        )

    def open(self, folder: Path, rows: int, groups: int) -> Engines:
        """What was built for `folder`; `rows` and `groups` are not looked at.

        Raises:
            IndexBrokenError: If nothing was built for `folder`.
        """
        try:
            return self._engines[folder]
        except KeyError:
            raise IndexBrokenError(f"nothing was built in {folder}") from None


class FixedRetriever:
    """Gives the same hits whatever is asked, best first; keeps what it was asked.

    `asked` holds the query, `k` and filters of each call, oldest first.
    """

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = list(hits)
        self.asked: list[tuple[str, int, Filters]] = []

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The first `k` of the fixed hits; filters are kept, not applied."""
        self.asked.append((query, k, filters))
        return self._hits[:k]
