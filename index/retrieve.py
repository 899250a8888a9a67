"""The one query path: every corpus, every client and every evaluation searches through here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from index.expand import Expander
from index.fusion import convex
from index.passages import PassageTable
from index.protocols import Embedder, LexicalIndex, Rows, Scores, Vector, VectorStore
from index.types import Filters, Hit, Route

CANDIDATES = 100
LEXICAL_WEIGHT = 0.5
_MOST_FETCHED = 1_000


@dataclass(frozen=True)
class HybridRetriever:
    """Lexical and dense candidates, scored by both, plus what the question names itself.

    `vectors` has shape ``(n, d)``, float16, L2 norm 1, row ``i`` being passage ``i``.
    """

    table: PassageTable
    vectors: NDArray[np.float16]
    store: VectorStore
    lexical: LexicalIndex
    embedder: Embedder
    expander: Expander
    weight: float = LEXICAL_WEIGHT
    candidates: int = CANDIDATES
    lease: IO[str] | None = None

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The best `k` hits, best first, at most one a provision version.

        A provision that the question names (by locator, or by the term it defines) comes first,
        whatever its score: a lawyer who asks for Article 6(2) wants Article 6(2).
        """
        mask = self.table.mask(filters)
        if not mask.any() or not query.strip():
            return []
        vector = self.embedder.embed_query(query)
        lexical = np.where(mask, self.lexical.scores(query), 0)
        named = self._named(query, mask)
        by_words = _top(lexical, self.candidates)
        by_vector = self._nearest(vector, mask)
        rows = np.unique(np.concatenate([by_words, by_vector, np.array(list(named), np.int64)]))
        if not len(rows):
            return []
        dense = self.vectors[rows].astype(np.float32) @ vector
        fused = convex(lexical[rows], dense, weight=self.weight)
        routes = _routes(rows, by_words, by_vector, named)
        order = self._order(rows, fused, routes)[:k]
        passages = self.table.rows(int(rows[position]) for position in order)
        return [
            Hit(passage, rank, float(fused[p]), float(dense[p]), float(lexical[rows[p]]), routes[p])
            for rank, (p, passage) in enumerate(zip(order, passages, strict=True), start=1)
        ]

    def _named(self, query: str, mask: NDArray[np.bool_]) -> dict[int, Route]:
        named: dict[int, Route] = {}
        for provision_id, route in self.expander.expand(query):
            for row in self.table.rows_of(provision_id):
                if mask[row]:
                    named.setdefault(row, route)
        return named

    def _nearest(self, vector: Vector, mask: NDArray[np.bool_]) -> Rows:
        # Over-fetch by the share that the filters let through, then drop the rest. Filtering
        # inside the store costs 11-36 ms at 13,000 passages (chromadb 1.5.9); this costs 2.
        allowed = int(mask.sum())
        wanted = self.candidates
        if allowed < len(mask):
            wanted = int(self.candidates * len(mask) / allowed * 1.5) + 20
        if wanted <= _MOST_FETCHED:
            found = [row for row, _ in self.store.nearest(vector, wanted) if mask[row]]
            if len(found) >= min(self.candidates, allowed):
                return np.array(found[: self.candidates], np.int64)
        # Few rows are let through: scanning them exactly is quick and misses nothing.
        rows = np.flatnonzero(mask)
        similarity = self.vectors[rows].astype(np.float32) @ vector
        return rows[_top(similarity, self.candidates, positive=False)]

    def _order(self, rows: Rows, fused: Scores, routes: Sequence[tuple[Route, ...]]) -> list[int]:
        """Positions in `rows`, best first: named ones, then by score; one a provision version."""
        first = [0 if "reference" in r else 1 if "definition" in r else 2 for r in routes]
        ranked = sorted(range(len(rows)), key=lambda p: (first[p], -fused[p], rows[p]))
        seen: set[int] = set()
        kept: list[int] = []
        for position in ranked:
            group = int(self.table.columns.group[rows[position]])
            if group not in seen:
                seen.add(group)
                kept.append(position)
        return kept


def _top(scores: Scores, k: int, *, positive: bool = True) -> Rows:
    """Rows of the `k` highest scores, best first; only those above 0 if `positive`."""
    k = min(k, len(scores))
    if not k:
        return np.zeros(0, np.int64)
    rows = np.argpartition(-scores, k - 1)[:k]
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    kept: Rows = rows[scores[rows] > 0] if positive else rows
    return kept.astype(np.int64)


def _routes(
    rows: Rows, by_words: Rows, by_vector: Rows, named: dict[int, Route]
) -> list[tuple[Route, ...]]:
    words, vectors = set(by_words.tolist()), set(by_vector.tolist())
    found: list[tuple[Route, ...]] = []
    for row in rows.tolist():
        routes: list[Route] = [named[row]] if row in named else []
        routes += ["lexical"] if row in words else []
        routes += ["dense"] if row in vectors else []
        found.append(tuple(routes))
    return found
