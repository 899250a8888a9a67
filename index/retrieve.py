"""The one query path: every corpus, every client and every evaluation searches through here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.expand import Expander
from index.fusion import convex
from index.generations import Lease
from index.late import LateIndex
from index.passages import PassageTable
from index.protocols import (
    Embedder,
    Encoded,
    Engines,
    LexicalIndex,
    Rows,
    Scores,
    Vector,
    VectorStore,
    WordEmbedder,
)
from index.tokens import tokens
from index.tuning import Tuning
from index.types import Filters, Hit, Route

CANDIDATES = 100
ASK_WEIGHT = 0.5
NAMED_BONUS = 0.25
LATE_DEPTH = 64
_WIDE_CANDIDATES = 50
_NAMES_ONLY = 9
_MOST_FETCHED = 1_000

# Shares of the signals in the fused score, each divided by its highest among the candidates.
# Fitted on the open evaluation sets by `python -m evals.fit_fusion` (docs/decisions/0007): the
# lexical three add up to LEXICAL_WEIGHT, the dense two to the rest.
LEXICAL_WEIGHT = 0.3
_LEXICAL = {"lexical": 0.35, "pairs": 0.30, "wide": 0.35}
_DENSE = {"dense": 0.36, "late": 0.64}
# A tuned question (index/tuning.py) is nearer to its provision, above all as a whole.
TUNED_LEXICAL_WEIGHT = 0.2
_TUNED_DENSE = {"dense": 0.5, "late": 0.5}
# What the share of its instrument among the nearest passages adds to a hit: neighbours that agree
# on the text are right more often than the nearest one alone (Recall@1 of our gold .61 -> .63).
KIN_WEIGHT = 0.1
_KIN_SHARPNESS = 20.0
_KIN_DEPTH = 50


@dataclass(frozen=True)
class HybridRetriever:
    """Candidates by words and by vectors, scored by all signals, plus what the question names.

    `vectors` has shape ``(n, d)``, float16, L2 norm 1, row ``i`` being passage ``i``. `late` is
    None for a model whose word vectors are not kept. `tuning` turns questions towards provisions,
    where the corpus has asks; `weight` is the share of the lexical signals, None for the fitted
    one. `lease` keeps the generation on disk for as long as the retriever lives.
    """

    table: PassageTable
    vectors: NDArray[np.float16]
    engines: Engines
    embedder: Embedder
    expander: Expander
    late: LateIndex | None = None
    weight: float | None = None
    candidates: int = CANDIDATES
    lease: Lease | None = None
    tuning: Tuning | None = None

    @property
    def lexical(self) -> LexicalIndex:
        """BM25 over the passages."""
        return self.engines.lexical

    @property
    def store(self) -> VectorStore:
        """The vectors of the passages."""
        return self.engines.store

    @property
    def lexical_share(self) -> float:
        """Share of the lexical signals in the fused score: as set, else as fitted."""
        if self.weight is not None:
            return self.weight
        return LEXICAL_WEIGHT if self.tuning is None else TUNED_LEXICAL_WEIGHT

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The best `k` hits, best first, at most one a provision version.

        A provision that a short question names (by locator, or by the term it defines) comes
        first, whatever its score: who asks for Article 6(2) wants Article 6(2). In a longer
        question the name may be mere background, and counts as a bonus.
        """
        seen = self.look(query, filters)
        if seen is None:
            return []
        fused = self._fused(seen.signals)
        if self.tuning is not None:
            fused = ((fused + KIN_WEIGHT * seen.kin) / (1 + KIN_WEIGHT)).astype(np.float32)
        final = _final(fused, seen.routes, names_only=len(tokens(query)) <= _NAMES_ONLY)
        order = sorted(range(len(final)), key=lambda p: (-final[p], p))[:k]
        passages = self.table.rows(int(seen.best_row[position]) for position in order)
        return [
            Hit(
                passage,
                rank,
                float(final[p]),
                float(seen.nearest[p]),
                float(seen.signals["lexical"][p]),
                seen.routes[p],
                float(seen.signals["late"][p]),
            )
            for rank, (p, passage) in enumerate(zip(order, passages, strict=True), start=1)
        ]

    def look(self, query: str, filters: Filters) -> Seen | None:
        """The candidates of a query with all their signals, unranked; None if there are none."""
        mask = self.table.mask(filters)
        if not mask.any() or not query.strip():
            return None
        asked = self._encode(query)
        lexical = np.where(mask, self.lexical.scores(query), 0).astype(np.float32)
        wide = self.engines.wide.scores(query)
        named = self._named(query, mask)
        by_words = _top(lexical, self.candidates)
        by_vector = self._nearest(asked.vector, mask)
        by_place = self._widest(wide, mask)
        group = self.table.columns.group
        given = np.concatenate([by_words, by_vector, np.array(list(named), np.int64)])
        groups = np.unique(np.concatenate([group[given], by_place]))
        if not len(groups):
            return None
        scored = self._score(groups, asked.vector, lexical)
        signals = {
            "lexical": scored.lexical,
            "pairs": self._best_of(groups, self.engines.pairs.scores(query)),
            "wide": wide[groups],
            "dense": scored.dense,
        }
        signals["late"] = self._late(asked, signals, scored)
        routes = self._routes(groups, by_words, by_vector, by_place, named)
        kin = self._kin(groups, by_vector[:_KIN_DEPTH], asked.vector)
        return Seen(signals, routes, scored.best_row, scored.nearest, kin)

    def _kin(self, groups: Rows, nearest: Rows, vector: Vector) -> Scores:
        """The share of each group's instrument among the nearest passages, nearer ones more."""
        instrument = self.table.columns.instrument
        likeness = self.vectors[nearest].astype(np.float32) @ vector
        weights = np.exp(_KIN_SHARPNESS * (likeness - likeness.max(initial=-1)))
        shares = np.bincount(instrument[nearest], weights, minlength=int(instrument.max()) + 1)
        owners = instrument[self.table.columns.first_row[groups]]
        return (shares[owners] / max(float(weights.sum()), 1e-9)).astype(np.float32)

    def _encode(self, query: str) -> Encoded:
        if self.late is not None and isinstance(self.embedder, WordEmbedder):
            encoded = self.embedder.encode_query(query)
            return encoded if self.tuning is None else self.tuning.tuned(encoded)
        vector = self.embedder.embed_query(query)
        return Encoded(vector, np.zeros(0, np.int32), np.zeros((0, len(vector)), np.float16))

    def _fused(self, signals: dict[str, Scores]) -> Scores:
        """All signals in one score, in [0, 1]."""
        dense = _DENSE if self.tuning is None else _TUNED_DENSE
        if not signals["late"].any():
            dense = {"dense": 1.0}
        weight = self.lexical_share
        shares = {
            **{name: weight * share for name, share in _LEXICAL.items()},
            **{name: (1 - weight) * share for name, share in dense.items()},
        }
        return convex([(signals[name], share) for name, share in shares.items()])

    def _widest(self, wide: Scores, mask: NDArray[np.bool_]) -> Rows:
        """Groups found by the words of their place, of those that the filters let through."""
        columns = self.table.columns
        return _top(np.where(mask[columns.first_row[:-1]], wide, 0), _WIDE_CANDIDATES)

    def _best_of(self, groups: Rows, scores: Scores) -> Scores:
        """The highest score among the rows of each group."""
        columns = self.table.columns
        starts, ends = columns.first_row[groups], columns.first_row[groups + 1]
        rows, owner = _spread(starts, ends)
        return _best(scores[rows], owner, np.ones(len(rows), np.bool_), len(groups))

    def _late(self, asked: Encoded, signals: dict[str, Scores], scored: _Scored) -> Scores:
        """How near the question's words are to those of the best candidates' passages.

        Only the best by the other signals are looked at; the rest get the lowest of theirs. Of a
        provision the passages nearest by vector and by words are looked at.
        """
        found = np.zeros(len(scored.dense), np.float32)
        if self.late is None:
            return found
        first = self._fused({**signals, "late": found})
        near = np.argsort(-first, kind="stable")[:LATE_DEPTH]
        rows = np.stack([scored.best_row[near], scored.wordiest[near]])
        likeness = self.late.scores(asked, rows.ravel()).reshape(rows.shape).max(axis=0)
        found[:] = likeness.min(initial=1)
        found[near] = likeness
        return found

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
        rows, owner = _spread(columns.first_row[groups], columns.first_row[groups + 1])
        similarity = self.vectors[rows].astype(np.float32) @ vector
        asks = columns.is_ask[rows]
        own = _best(similarity, owner, ~asks, len(groups))
        asked = _best(similarity, owner, asks, len(groups))
        has_asks = asked > -1
        dense = np.where(has_asks, (1 - ASK_WEIGHT) * own + ASK_WEIGHT * asked, own)
        words = _best(lexical[rows], owner, ~asks, len(groups))
        # The passage to show: the nearest of the provision's own, never an ask.
        best_row = rows[_first_of(np.where(asks, -2, similarity), owner, len(groups))]
        wordiest = rows[_first_of(np.where(asks, -2, lexical[rows]), owner, len(groups))]
        nearest = np.maximum(own, asked)
        return _Scored(words, dense.astype(np.float32), nearest, best_row, wordiest)

    def _routes(
        self,
        groups: Rows,
        by_words: Rows,
        by_vector: Rows,
        by_place: Rows,
        named: dict[int, Route],
    ) -> list[tuple[Route, ...]]:
        group = self.table.columns.group
        words = {*group[by_words].tolist(), *by_place.tolist()}
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
class Seen:
    """The candidates of a query, one entry each: signals by name, and the routes that found them.

    `best_row` is the passage to show, `nearest` the cosine of the nearest passage or ask, `kin` the
    share of the candidate's instrument among the nearest passages.
    """

    signals: dict[str, Scores]
    routes: list[tuple[Route, ...]]
    best_row: Rows
    nearest: Scores
    kin: Scores


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of provision versions, one entry each.

    BM25; cosine as ranked; cosine of the nearest passage or ask; row of the passage to show,
    and of the one that shares most words.
    """

    lexical: Scores
    dense: Scores
    nearest: Scores
    best_row: Rows
    wordiest: Rows


def _spread(starts: Rows, ends: Rows) -> tuple[Rows, Rows]:
    """The rows of all groups one after the other, and the position of each row's group."""
    rows = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
    return rows, np.repeat(np.arange(len(starts)), ends - starts)


def _first_of(values: Scores, owner: Rows, count: int) -> Rows:
    """The position of the highest value of each owner; owners stand together, in order."""
    ranked = np.lexsort((-values, owner))
    first: Rows = ranked[np.searchsorted(owner[ranked], np.arange(count))]
    return first


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
        named = reference | definition
        if not named.any():
            return fused
        raised: Scores = ((fused + NAMED_BONUS * named) / (1 + NAMED_BONUS)).astype(np.float32)
        return raised
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
