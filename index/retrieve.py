"""The one query path: every corpus, every client and every evaluation searches through here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.expand import Expander
from index.fusion import convex
from index.generations import Lease
from index.passages import PassageTable
from index.protocols import Embedder, LexicalIndex, Rows, Scores, Vector, VectorStore
from index.tokens import tokens
from index.types import Filters, Hit, Route

CANDIDATES = 100
LEXICAL_WEIGHT = 0.5
ASK_WEIGHT = 0.3
NAMED_BONUS = 0.15
_NAMES_ONLY = 9
_MOST_FETCHED = 1_000


@dataclass(frozen=True)
class HybridRetriever:
    """Lexical and dense candidates, scored by both, plus what the question names itself.

    `vectors` has shape ``(n, d)``, float16, L2 norm 1, row ``i`` being passage ``i``. `lease`
    keeps the generation on disk for as long as the retriever lives.
    """

    table: PassageTable
    vectors: NDArray[np.float16]
    store: VectorStore
    lexical: LexicalIndex
    embedder: Embedder
    expander: Expander
    weight: float = LEXICAL_WEIGHT
    candidates: int = CANDIDATES
    lease: Lease | None = None

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The best `k` hits, best first, at most one a provision version.

        A provision that a short question names (by locator, or by the term it defines) comes
        first, whatever its score: who asks for Article 6(2) wants Article 6(2). In a longer
        question the name may be mere background, and counts as a bonus.
        """
        mask = self.table.mask(filters)
        if not mask.any() or not query.strip():
            return []
        vector = self.embedder.embed_query(query)
        lexical = np.where(mask, self.lexical.scores(query), 0).astype(np.float32)
        named = self._named(query, mask)
        by_words = _top(lexical, self.candidates)
        by_vector = self._nearest(vector, mask)
        found = np.concatenate([by_words, by_vector, np.array(list(named), np.int64)])
        groups = np.unique(self.table.columns.group[found])
        if not len(groups):
            return []
        scored = self._score(groups, vector, lexical)
        routes = self._routes(groups, by_words, by_vector, named)
        fused = convex(scored.lexical, scored.dense, weight=self.weight)
        final = _final(fused, routes, names_only=len(tokens(query)) <= _NAMES_ONLY)
        order = sorted(range(len(final)), key=lambda p: (-final[p], p))[:k]
        passages = self.table.rows(int(scored.best_row[position]) for position in order)
        return [
            Hit(
                passage,
                rank,
                float(final[p]),
                float(scored.nearest[p]),
                float(scored.lexical[p]),
                routes[p],
            )
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

    def _score(self, groups: Rows, vector: Vector, lexical: Scores) -> _Scored:
        """Both scores of each provision version, exact, and its best passage.

        The dense score is the best of its passages; where it has asks, the best of them counts
        for `ASK_WEIGHT` of it.
        """
        columns = self.table.columns
        starts, ends = columns.first_row[groups], columns.first_row[groups + 1]
        rows = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
        owner = np.repeat(np.arange(len(groups)), ends - starts)
        similarity = self.vectors[rows].astype(np.float32) @ vector
        asks = columns.is_ask[rows]
        own = _best(similarity, owner, ~asks, len(groups))
        asked = _best(similarity, owner, asks, len(groups))
        has_asks = asked > -1
        dense = np.where(has_asks, (1 - ASK_WEIGHT) * own + ASK_WEIGHT * asked, own)
        words = _best(lexical[rows], owner, ~asks, len(groups))
        # The passage to show: the nearest of the provision's own, never an ask.
        ranked = np.lexsort((-np.where(asks, -2, similarity), owner))
        first = np.searchsorted(owner[ranked], np.arange(len(groups)))
        nearest = np.maximum(own, asked)
        return _Scored(words, dense.astype(np.float32), nearest, rows[ranked[first]])

    def _routes(
        self, groups: Rows, by_words: Rows, by_vector: Rows, named: dict[int, Route]
    ) -> list[tuple[Route, ...]]:
        group = self.table.columns.group
        words = set(group[by_words].tolist())
        vectors = set(group[by_vector].tolist())
        names = {int(group[row]): route for row, route in named.items()}
        found: list[tuple[Route, ...]] = []
        for number in groups.tolist():
            routes: list[Route] = [names[number]] if number in names else []
            routes += ["lexical"] if number in words else []
            routes += ["dense"] if number in vectors else []
            found.append(tuple(routes))
        return found


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of provision versions, one entry each.

    BM25; cosine as ranked; cosine of the nearest passage or ask; row of the passage to show.
    """

    lexical: Scores
    dense: Scores
    nearest: Scores
    best_row: Rows


def _best(values: Scores, owner: Rows, chosen: NDArray[np.bool_], count: int) -> Scores:
    """The highest of the chosen values of each owner; -1 where it has none."""
    best = np.full(count, -1, np.float32)
    np.maximum.at(best, owner[chosen], values[chosen])
    return best


def _final(fused: Scores, routes: Sequence[tuple[Route, ...]], *, names_only: bool) -> Scores:
    """Fused scores with what the question names put first or up, in [0, 1]; see `retrieve`."""
    reference = np.array(["reference" in route for route in routes])
    definition = np.array(["definition" in route for route in routes])
    if not names_only:
        bonus = np.where(reference | definition, NAMED_BONUS, 0)
        return np.minimum(fused + bonus, 1).astype(np.float32)
    first = np.where(definition, 0.95 + 0.03 * fused, 0.95 * fused)
    return np.where(reference, 0.98 + 0.02 * fused, first).astype(np.float32)


def _top(scores: Scores, k: int, *, positive: bool = True) -> Rows:
    """Rows of the `k` highest scores, best first; only those above 0 if `positive`."""
    k = min(k, len(scores))
    if not k:
        return np.zeros(0, np.int64)
    rows = np.argpartition(-scores, k - 1)[:k]
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    kept: Rows = rows[scores[rows] > 0] if positive else rows
    return kept.astype(np.int64)
