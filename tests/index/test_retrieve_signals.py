"""What each signal of the query path counts for; the path as a whole is in test_retrieve.py."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.catalog import assemble
from corpus.parsers.digest import parse_digest
from corpus.types import ProvisionId
from index import retrieve
from index.build import IndexBuilder
from index.generations import Generations
from index.late import Compressor, LateIndex
from index.protocols import Encoded, Rows, Scores
from index.retrieve import HybridRetriever, Seen
from index.testing import WordHashingEmbedder
from index.tuning import Tuning
from index.types import Filters, Hit

MakeBuilder = Callable[..., IndexBuilder]

ALL = Filters(date(2026, 11, 23))


def _ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


def _wordings(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(hit.passage.provision_id, hit.passage.version) for hit in hits]


def _look(retriever: HybridRetriever, query: str, filters: Filters = ALL) -> Seen:
    seen = retriever.look(query, filters)
    assert seen is not None
    return seen


def _keys(retriever: HybridRetriever, seen: Seen) -> list[tuple[str, int]]:
    """The provision and version of each candidate."""
    passages = retriever.table.rows(seen.best_row.tolist())
    return [(passage.provision_id, passage.version) for passage in passages]


def _cosines_by_words(
    asked: Encoded, text: Encoded, compressor: Compressor, weights: dict[int, float]
) -> float:
    """MaxSim of two texts, written out, with nothing packed."""
    kept, own = compressor.is_word[asked.pieces], compressor.is_word[text.pieces]
    likeness = compressor.project(asked.states[kept]) @ compressor.project(text.states[own]).T
    shares = np.array([weights[piece] for piece in asked.pieces[kept].tolist()])
    return float(likeness.max(axis=1) @ (shares / shares.sum()))


@dataclass(frozen=True)
class FavouringLate:
    """Likeness 1 for one row and `others` for the rest; `asked` keeps the rows asked for."""

    row: int
    others: float
    asked: list[Rows]

    def scores(self, query: Encoded, rows: Rows) -> Scores:
        self.asked.append(rows)
        return np.where(rows == self.row, 1, self.others).astype(np.float32)


def _favouring(
    retriever: HybridRetriever, row: int, others: float
) -> tuple[HybridRetriever, list[Rows]]:
    asked: list[Rows] = []
    late = cast("LateIndex", FavouringLate(row, others, asked))
    return replace(retriever, late=late, embedder=WordHashingEmbedder()), asked


class TestLate:
    """The words of the question against those of the best candidates."""

    def test_likeness_is_that_of_the_words_of_the_passage(
        self, late_retriever: HybridRetriever, compressor: Compressor
    ) -> None:
        query = "guard of a rotor"
        encoder = WordHashingEmbedder()
        table = late_retriever.table
        own = table.rows(np.flatnonzero(~table.columns.is_ask).tolist())
        texts = [encoder.encode_query(f"{p.context}\n{p.text}") for p in own]
        asked = encoder.encode_query(query)
        counts = {
            piece: sum(piece in text.pieces.tolist() for text in texts)
            for piece in asked.pieces.tolist()
        }
        weights = {
            piece: float(np.log(1 + (len(texts) - count + 0.5) / (count + 0.5)))
            for piece, count in counts.items()
        }

        hits = late_retriever.retrieve(query, k=9, filters=ALL)

        shown = {passage.id: text for passage, text in zip(own, texts, strict=True)}
        short = [hit for hit in hits if hit.passage.provision_id != "robot-act#article-4"]
        assert len(short) == 6
        for hit in short:  # of one passage each
            expected = _cosines_by_words(asked, shown[hit.passage.id], compressor, weights)
            assert hit.late == pytest.approx(expected, abs=0.03)

    def test_the_nearer_by_words_comes_first_when_all_else_is_near(
        self, small_retriever: HybridRetriever
    ) -> None:
        query = "robot on a pavement"
        before = small_retriever.retrieve(query, k=9, filters=ALL)
        last = before[-1].passage
        rows = small_retriever.table.rows_of(last.provision_id)
        row = next(r for r in rows if small_retriever.table.rows([r])[0].id == last.id)
        favouring, _ = _favouring(replace(small_retriever, weight=0), row, others=0.0)

        after = favouring.retrieve(query, k=9, filters=ALL)

        assert after[0].passage.provision_id == last.provision_id
        assert after[0].late == 1
        assert [hit.late for hit in after[1:]] == [0] * (len(after) - 1)

    def test_a_likeness_alike_for_all_changes_no_order(
        self, small_retriever: HybridRetriever
    ) -> None:
        query = "robot on a pavement"
        alike, _ = _favouring(small_retriever, row=-1, others=0.5)
        dense_only = replace(small_retriever, weight=0)

        hits = replace(alike, weight=0).retrieve(query, k=9, filters=ALL)

        assert _wordings(hits) == _wordings(dense_only.retrieve(query, k=9, filters=ALL))

    def test_only_the_best_are_looked_at_and_the_rest_get_the_lowest_of_theirs(
        self, small_retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retrieve, "LATE_DEPTH", 2)
        query = "courier robot with a rotor"
        row = int(_look(small_retriever, query).best_row[0])
        favouring, asked = _favouring(small_retriever, row=row, others=0.25)

        seen = _look(favouring, query)

        (rows,) = asked
        looked_at = {favouring.table.columns.group[r] for r in rows.tolist()}
        assert len(rows) == 4  # of two provisions the nearest by vector and by words
        assert len(looked_at) == 2
        assert len(seen.routes) == 7
        unseen = [
            float(late)
            for late, best in zip(seen.signals["late"], seen.best_row, strict=True)
            if favouring.table.columns.group[best] not in looked_at
        ]
        assert unseen == [0.25] * 5

    def test_of_a_long_provision_the_passage_with_the_words_is_looked_at_too(
        self, small_retriever: HybridRetriever
    ) -> None:
        query = "stop number 39"
        row = int(np.argmax(small_retriever.lexical.scores(query)))
        vectors = small_retriever.vectors.copy()
        vectors[row] = 0  # so that by vector another of its passages is nearer
        far = replace(small_retriever, vectors=vectors)
        favouring, asked = _favouring(far, row=row, others=0.0)

        hits = favouring.retrieve(query, k=9, filters=ALL)

        long = next(hit for hit in hits if hit.passage.provision_id == "robot-act#article-4")
        assert long.passage.id != far.table.rows([row])[0].id
        assert row in asked[0].tolist()
        assert long.late == 1

    def test_an_ask_is_never_looked_at(self, small_retriever: HybridRetriever) -> None:
        favouring, asked = _favouring(small_retriever, row=-1, others=0.0)

        favouring.retrieve("how fast may my delivery bot go", k=9, filters=ALL)

        assert not favouring.table.columns.is_ask[asked[0]].any()

    def test_without_word_vectors_likeness_is_zero(self, small_retriever: HybridRetriever) -> None:
        hits = small_retriever.retrieve("courier robot", k=9, filters=ALL)

        assert {hit.late for hit in hits} == {0.0}

    @pytest.mark.parametrize("query", ["of the", "???", "' OR ''=''"])
    def test_a_question_of_stop_words_or_marks_alone_is_ranked_by_vectors(
        self, late_retriever: HybridRetriever, query: str
    ) -> None:
        hits = late_retriever.retrieve(query, k=9, filters=ALL)

        assert hits
        assert all(0 <= hit.score <= 1 - late_retriever.lexical_share for hit in hits)
        assert {hit.late for hit in hits} == {0.0}

    @settings(deadline=None)
    @given(query=st.text(max_size=80))
    def test_any_query_keeps_the_promises(
        self, late_retriever: HybridRetriever, query: str
    ) -> None:
        hits = late_retriever.retrieve(query, k=9, filters=ALL)

        assert len(set(_wordings(hits))) == len(hits)
        assert all(0 <= hit.score <= 1 and -1.001 <= hit.late <= 1.001 for hit in hits)

    def test_threads_search_side_by_side(self, late_retriever: HybridRetriever) -> None:
        queries = ["robot", "rotor guard", "keeper stop", "courier"] * 4
        alone = [late_retriever.retrieve(q, k=5, filters=ALL) for q in queries]

        with ThreadPoolExecutor(4) as pool:
            together = list(
                pool.map(lambda q: late_retriever.retrieve(q, k=5, filters=ALL), queries)
            )

        assert together == alone


class TestWeights:
    """What words and vectors count for."""

    def test_at_weight_zero_the_cosine_alone_ranks(self, small_retriever: HybridRetriever) -> None:
        query = "warehouse neighbours and the robots that they lend one another on every pavement"
        vectors = replace(small_retriever, weight=0)

        hits = vectors.retrieve(query, k=9, filters=ALL)

        own = {hit.passage.provision_id: hit.dense for hit in hits}
        assert len({hit.lexical for hit in hits}) > 1
        for hit in hits:
            if hit.passage.provision_id != "robot-act#article-3":  # it has asks
                assert hit.score / hits[0].score == pytest.approx(
                    own[hit.passage.provision_id] / hits[0].dense, abs=1e-4
                )

    def test_at_weight_one_who_shares_no_word_scores_nothing(
        self, small_retriever: HybridRetriever
    ) -> None:
        words = replace(small_retriever, weight=1)

        hits = words.retrieve("warehouse lends", k=9, filters=ALL)

        assert hits[0].passage.provision_id == "notes#p-1"
        assert hits[0].score == pytest.approx(0.95)  # a short question keeps room for names
        assert {hit.score for hit in hits[1:]} == {0.0}
        assert hits[1].dense > 0

    def test_at_weight_one_the_likeness_of_words_does_not_count(
        self, small_retriever: HybridRetriever
    ) -> None:
        words = replace(small_retriever, weight=1)
        row = small_retriever.table.rows_of(ProvisionId("rotor-rule#section-1"))[0]
        favouring, _ = _favouring(words, row=row, others=0.0)

        found = favouring.retrieve("robot on a pavement", k=9, filters=ALL)

        plain = words.retrieve("robot on a pavement", k=9, filters=ALL)
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in plain])

    @pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
    def test_the_best_by_every_signal_scores_one(
        self, late_retriever: HybridRetriever, weight: float
    ) -> None:
        text = "Every rotor has a guard, and every courier robot with a rotor has two. "

        hits = replace(late_retriever, weight=weight).retrieve(text * 2, k=9, filters=ALL)

        assert hits[0].passage.provision_id == "rotor-rule#section-1"
        assert hits[0].score == pytest.approx(1, abs=1e-5)

    def test_words_in_the_order_of_the_question_count_more(
        self, small_retriever: HybridRetriever
    ) -> None:
        in_order = _look(small_retriever, "public places")
        reversed_ = _look(small_retriever, "places public")

        assert in_order.signals["pairs"].max() > 0
        assert reversed_.signals["pairs"].max() == 0
        assert in_order.signals["lexical"].max() == pytest.approx(
            reversed_.signals["lexical"].max()
        )


KITES = """+++
id = "kites"
title = "Kites"
short_title = "Kites"
kind = "regulation"
jurisdiction = "EU"
authority = "binding"
text_kind = "digest"
+++

### Article 1(1) | Strings
Strings are of cotton.

### Article 1(2) | Tails
valid: 2026-01-01 ..
Silk makes a fine tail.

### Article 2 | Winds
Gales are forbidden.

### Article 3 | Colours
Bright ones are welcome.
"""


class TestBeside:
    """Provisions found by the words of those beside them."""

    @pytest.fixture
    def kites(self, builder_of: MakeBuilder, tmp_path: Path) -> HybridRetriever:
        builder = builder_of(assemble([parse_digest(KITES, path="kites.md")]))
        generations = Generations(tmp_path / "index")
        builder.build(generations)
        return replace(builder.open(generations), candidates=1)

    def test_a_neighbour_is_found_by_words_that_it_lacks(self, kites: HybridRetriever) -> None:
        hits = kites.retrieve("silk tail", k=9, filters=ALL)

        assert _ids(hits) == ["kites#article-1_2", "kites#article-1_1"]
        assert hits[1].lexical == 0
        assert hits[1].found_by == ("lexical",)

    def test_what_stands_elsewhere_is_not_found_so(self, kites: HybridRetriever) -> None:
        hits = kites.retrieve("gales forbidden", k=9, filters=ALL)

        assert _ids(hits) == ["kites#article-2"]

    def test_a_filter_keeps_a_neighbour_out_too(self, kites: HybridRetriever) -> None:
        hits = kites.retrieve("cotton strings", k=9, filters=Filters(date(2025, 6, 1)))

        assert ("kites#article-1_2", 0) not in _wordings(hits)
        assert _ids(hits)[0] == "kites#article-1_1"

    def test_signals_say_whose_words_they_are(self, kites: HybridRetriever) -> None:
        seen = _look(kites, "silk tail")

        signals = dict(
            zip(_keys(kites, seen), zip(*seen.signals.values(), strict=True), strict=True)
        )
        names = list(seen.signals)
        beside = dict(zip(names, signals["kites#article-1_1", 0], strict=True))
        own = dict(zip(names, signals["kites#article-1_2", 0], strict=True))
        assert beside["lexical"] == beside["pairs"] == 0
        assert beside["wide"] > 0
        assert own["lexical"] > 0


class TestTuned:
    """A question turned towards provisions, over a corpus that has asks."""

    @staticmethod
    def _doing_nothing(retriever: HybridRetriever) -> HybridRetriever:
        nothing = np.eye(retriever.embedder.dimensions, dtype=np.float32)
        return replace(retriever, tuning=Tuning(nothing, nothing))

    def test_the_share_of_an_instrument_among_the_nearest_raises_its_provisions(
        self, late_retriever: HybridRetriever
    ) -> None:
        query = "how fast may my delivery robot go on the pavement"
        tuned = self._doing_nothing(late_retriever)
        seen = _look(tuned, query)

        shares = {
            key[0].split("#")[0]: float(kin)
            for key, kin in zip(_keys(tuned, seen), seen.kin, strict=True)
        }

        assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
        assert shares["robot-act"] == max(shares.values())
        before = {
            hit.passage.id: hit.score for hit in late_retriever.retrieve(query, k=9, filters=ALL)
        }
        fused = replace(tuned, weight=late_retriever.lexical_share)
        assert before.keys() == {h.passage.id for h in fused.retrieve(query, k=9, filters=ALL)}

    def test_it_leans_less_on_words_unless_told_otherwise(
        self, late_retriever: HybridRetriever
    ) -> None:
        tuned = self._doing_nothing(late_retriever)

        assert tuned.lexical_share < late_retriever.lexical_share
        assert replace(tuned, weight=0.9).lexical_share == 0.9

    def test_what_is_searched_with_is_the_turned_question(
        self, late_retriever: HybridRetriever
    ) -> None:
        query = "how fast may my delivery robot go"
        plain = late_retriever.embedder.embed_query(query)
        size = len(plain)
        target = late_retriever.vectors[5].astype(np.float32)
        # Maps this question's vector onto that of row 5, whatever it was.
        onto = np.outer(plain, target).astype(np.float32)
        tuned = replace(late_retriever, tuning=Tuning(onto, np.eye(size, dtype=np.float32)))

        seen = _look(tuned, query)

        assert float(seen.nearest.max()) == pytest.approx(1, abs=2e-3)
