from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.catalog import assemble
from corpus.parsers.digest import parse_digest
from corpus.types import ProvisionId, TextKind
from index import retrieve
from index.build import IndexBuilder
from index.generations import Generations
from index.late import Compressor, LateIndex
from index.protocols import Encoded, Rows, Scores
from index.retrieve import HybridRetriever, Seen
from index.testing import WordHashingEmbedder
from index.types import Filters, Hit

MakeBuilder = Callable[..., IndexBuilder]

DAY = date(2026, 11, 23)
ALL = Filters(DAY)


def _ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


def _wordings(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(hit.passage.provision_id, hit.passage.version) for hit in hits]


class TestOnFakes:
    """The query path on the small corpus, where every number can be worked out."""

    def test_the_provision_that_speaks_of_it_comes_first(
        self, small_retriever: HybridRetriever
    ) -> None:
        hits = small_retriever.retrieve("are toys robots in public places", k=3, filters=ALL)

        assert _ids(hits)[0] == "robot-act#article-1"
        assert hits[0].found_by == ("lexical", "dense")

    def test_ranks_count_from_one_and_scores_never_rise(
        self, small_retriever: HybridRetriever
    ) -> None:
        hits = small_retriever.retrieve("robot on the pavement", k=10, filters=ALL)

        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert all(a.score >= b.score for a, b in pairwise(hits))
        assert all(0 <= hit.score <= 1 for hit in hits)

    def test_a_wording_of_many_passages_is_one_hit(self, small_retriever: HybridRetriever) -> None:
        hits = small_retriever.retrieve("the keeper writes down every stop", k=10, filters=ALL)

        assert _ids(hits)[0] == "robot-act#article-4"
        assert len(set(_wordings(hits))) == len(hits)

    def test_an_ask_leads_to_the_law_and_never_shows_itself(
        self, small_retriever: HybridRetriever
    ) -> None:
        hit = small_retriever.retrieve("how fast may my delivery bot go", k=1, filters=ALL)[0]

        assert hit.passage.provision_id == "robot-act#article-3"
        assert hit.passage.text == "A robot moves at no more than 6 km per hour on a pavement."
        assert hit.dense == pytest.approx(1, abs=0.002)
        assert "?" not in hit.passage.id

    def test_the_wording_of_the_day_is_found(self, small_retriever: HybridRetriever) -> None:
        earlier = Filters(date(2025, 6, 1))

        hits = small_retriever.retrieve("robot km per hour", k=10, filters=earlier)

        assert hits[0].passage.text.startswith("A robot moves at no more than 4 km")
        assert ("robot-act#article-3", 1) not in _wordings(hits)

    def test_a_text_not_yet_born_is_not_found_even_when_named(
        self, small_retriever: HybridRetriever
    ) -> None:
        before = Filters(date(2026, 5, 31))

        hits = small_retriever.retrieve("Section 1 of the Rotor Rule", k=20, filters=before)

        assert hits
        assert not any(key.startswith("rotor-rule") for key in _ids(hits))

    @pytest.mark.parametrize(
        ("filters", "owner"),
        [
            pytest.param(Filters(DAY, frozenset({"rotor-rule"})), "rotor-rule", id="instrument"),
            pytest.param(
                Filters(DAY, jurisdictions=frozenset({"US"})), "rotor-rule", id="jurisdiction"
            ),
            pytest.param(
                Filters(DAY, text_kinds=frozenset({TextKind.UPLOAD})), "notes", id="text kind"
            ),
        ],
    )
    def test_filters_keep_everything_else_out(
        self, small_retriever: HybridRetriever, filters: Filters, owner: str
    ) -> None:
        hits = small_retriever.retrieve("courier robot", k=20, filters=filters)

        assert {key.split("#")[0] for key in _ids(hits)} == {owner}

    def test_filters_that_let_nothing_through_find_nothing(
        self, small_retriever: HybridRetriever
    ) -> None:
        nowhere = Filters(DAY, instruments=frozenset({"nowhere"}))

        assert small_retriever.retrieve("courier robot", k=5, filters=nowhere) == []

    def test_a_filter_finds_what_lies_beyond_the_nearest(
        self, small_retriever: HybridRetriever
    ) -> None:
        narrow = replace(small_retriever, candidates=1)
        uploads = Filters(DAY, text_kinds=frozenset({TextKind.UPLOAD}))

        hits = narrow.retrieve("how fast may my delivery bot go", k=5, filters=uploads)

        assert _ids(hits) == ["notes#p-1"]

    @pytest.mark.parametrize("query", ["", "   ", "\n\t"], ids=["empty", "spaces", "newline"])
    def test_a_blank_query_finds_nothing(
        self, small_retriever: HybridRetriever, query: str
    ) -> None:
        assert small_retriever.retrieve(query, k=5, filters=ALL) == []

    @pytest.mark.parametrize("query", ["zxqv wvutz", "???", "\x00", "🦾🦾", "' OR ''=''"])
    def test_a_nonsense_query_shares_no_word_and_says_so(
        self, small_retriever: HybridRetriever, query: str
    ) -> None:
        hits = small_retriever.retrieve(query, k=5, filters=ALL)

        assert len(hits) == 5
        assert {hit.found_by for hit in hits} == {("dense",)}
        assert {hit.lexical for hit in hits} == {0.0}
        assert all(hit.score <= 1 - small_retriever.weight for hit in hits)

    def test_no_more_than_k_hits_come(self, small_retriever: HybridRetriever) -> None:
        assert len(small_retriever.retrieve("robot", k=2, filters=ALL)) == 2
        assert len(small_retriever.retrieve("robot", k=500, filters=ALL)) == 7

    def test_a_short_question_that_names_a_locator_gets_it_first(
        self, small_retriever: HybridRetriever
    ) -> None:
        hits = small_retriever.retrieve("Article 4 Robot Act speed pavement", k=5, filters=ALL)

        assert _ids(hits)[0] == "robot-act#article-4"
        assert hits[0].found_by[0] == "reference"
        assert hits[0].score >= 0.98

    def test_in_a_long_question_a_locator_is_only_a_bonus(
        self, small_retriever: HybridRetriever
    ) -> None:
        short = "Section 2 Rotor Rule"
        long = (
            "Besides Section 2 of the Rotor Rule, our toys move in public places as robots: "
            "does the Act cover robots that move in public places, toys being outside it?"
        )

        named = small_retriever.retrieve(short, k=9, filters=ALL)
        in_passing = small_retriever.retrieve(long, k=9, filters=ALL)

        assert _ids(named)[0] == "rotor-rule#section-2"
        assert _ids(in_passing)[0] == "robot-act#article-1"
        assert "reference" in in_passing[_ids(in_passing).index("rotor-rule#section-2")].found_by

    def test_a_question_for_a_meaning_gets_the_definition_first(
        self, small_retriever: HybridRetriever
    ) -> None:
        hits = small_retriever.retrieve("What is a courier robot?", k=5, filters=ALL)

        assert _ids(hits)[0] == "robot-act#article-2_1"
        assert hits[0].found_by[0] == "definition"

    def test_a_locator_outranks_a_definition(self, small_retriever: HybridRetriever) -> None:
        query = "Article 1 Robot Act; define courier robot"

        hits = small_retriever.retrieve(query, k=5, filters=ALL)

        assert _ids(hits)[:2] == ["robot-act#article-1", "robot-act#article-2_1"]
        assert [hit.found_by[0] for hit in hits[:2]] == ["reference", "definition"]

    def test_a_named_provision_comes_back_even_when_no_score_finds_it(
        self, small_retriever: HybridRetriever
    ) -> None:
        narrow = replace(small_retriever, candidates=1)

        hits = narrow.retrieve("Article 1 Robot Act, how fast may a bot go", k=5, filters=ALL)

        assert "robot-act#article-1" in _ids(hits)

    @pytest.mark.parametrize(
        ("weight", "first"),
        [pytest.param(1.0, True, id="words"), pytest.param(0.0, False, id="vectors")],
    )
    def test_the_weight_decides_between_words_and_vectors(
        self, small_retriever: HybridRetriever, weight: float, first: bool
    ) -> None:
        weighted = replace(small_retriever, weight=weight)

        hits = weighted.retrieve("warehouse neighbours", k=9, filters=ALL)

        fused = max(hits, key=lambda hit: hit.lexical if first else hit.dense)
        assert hits[0] == fused

    def test_both_scores_are_exact_whichever_route_found_the_hit(
        self, small_retriever: HybridRetriever
    ) -> None:
        query = "guard of a rotor"
        words = small_retriever.lexical.scores(query)
        vector = small_retriever.embedder.embed_query(query)
        cosines = small_retriever.vectors.astype(np.float32) @ vector

        hits = small_retriever.retrieve(query, k=9, filters=ALL)

        for hit in hits:
            rows = [
                row
                for row in small_retriever.table.rows_of(hit.passage.provision_id)
                if small_retriever.table.rows([row])[0].version == hit.passage.version
            ]
            assert hit.lexical == pytest.approx(max(words[row] for row in rows))
            assert hit.dense == pytest.approx(max(cosines[row] for row in rows), abs=1e-4)

    def test_an_ask_counts_for_half_of_the_cosine_that_ranks(
        self, small_retriever: HybridRetriever
    ) -> None:
        query = "bot tempo limit"
        table = small_retriever.table
        cosines = small_retriever.vectors.astype(np.float32) @ (
            small_retriever.embedder.embed_query(query)
        )
        asked = max(cosines[table.columns.is_ask])

        hits = replace(small_retriever, weight=0).retrieve(query, k=9, filters=ALL)

        own = {hit.passage.provision_id: hit.dense for hit in hits}
        bot = ProvisionId("robot-act#article-3")
        in_force = table.rows_of(bot)[1]  # after the wording that was, before the asks
        own[bot] = 0.5 * cosines[in_force] + 0.5 * asked
        expected = {key: value / max(own.values()) * 0.95 for key, value in own.items()}
        assert {hit.passage.provision_id: hit.score for hit in hits} == pytest.approx(
            expected, abs=1e-3
        )

    def test_the_same_question_gets_the_same_answer(self, small_retriever: HybridRetriever) -> None:
        first = small_retriever.retrieve("robot", k=9, filters=ALL)

        assert small_retriever.retrieve("robot", k=9, filters=ALL) == first

    def test_threads_search_side_by_side(self, small_retriever: HybridRetriever) -> None:
        queries = ["robot", "rotor guard", "keeper stop", "courier"] * 4
        alone = [_ids(small_retriever.retrieve(q, k=5, filters=ALL)) for q in queries]

        with ThreadPoolExecutor(4) as pool:
            together = list(
                pool.map(lambda q: _ids(small_retriever.retrieve(q, k=5, filters=ALL)), queries)
            )

        assert together == alone

    @settings(deadline=None)
    @given(query=st.text(max_size=80), k=st.integers(1, 12))
    def test_any_query_keeps_the_promises(
        self, small_retriever: HybridRetriever, query: str, k: int
    ) -> None:
        hits = small_retriever.retrieve(query, k=k, filters=ALL)

        assert len(hits) <= k
        assert len(set(_wordings(hits))) == len(hits)
        assert all(hit.found_by and 0 <= hit.score <= 1 for hit in hits)


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
        words = small_retriever.lexical.scores(query)
        row = int(np.argmax(words))
        favouring, asked = _favouring(small_retriever, row=row, others=0.0)

        hits = favouring.retrieve(query, k=9, filters=ALL)

        long = next(hit for hit in hits if hit.passage.provision_id == "robot-act#article-4")
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
        assert all(0 <= hit.score <= 1 - late_retriever.weight for hit in hits)
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


class TestOnTheShippedCorpus:
    """The same path as the product runs it: MiniLM, Chroma, bm25s."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            pytest.param("Article 6(2) AI Act", "eu-ai-act#article-6_2", id="article"),
            pytest.param("what does Recital 71 GDPR say", "gdpr#recital-71", id="recital"),
            pytest.param("Article 22(1) GDPR", "gdpr#article-22_1", id="another law's article"),
        ],
    )
    def test_a_named_provision_comes_first(
        self, real_retriever: HybridRetriever, query: str, expected: str
    ) -> None:
        hits = real_retriever.retrieve(query, k=3, filters=ALL)

        assert _ids(hits)[0] == expected
        assert hits[0].found_by[0] == "reference"

    def test_a_term_asked_about_gets_its_definition_first(
        self, real_retriever: HybridRetriever
    ) -> None:
        hits = real_retriever.retrieve("What is an AI system under the AI Act?", k=3, filters=ALL)

        assert _ids(hits)[0] == "eu-ai-act#article-3_1"
        assert hits[0].found_by[0] == "definition"

    def test_everyday_words_find_the_rule(self, real_retriever: HybridRetriever) -> None:
        hits = real_retriever.retrieve(
            "may an algorithm alone refuse someone a loan", k=10, filters=ALL
        )

        assert {"gdpr#article-22_1", "gdpr#recital-71"} & set(_ids(hits))

    @pytest.mark.parametrize(
        "filters",
        [
            pytest.param(Filters(DAY, frozenset({"g7-apulia"})), id="one small instrument"),
            pytest.param(Filters(DAY, jurisdictions=frozenset({"EU"})), id="jurisdiction"),
            pytest.param(Filters(date(2017, 1, 1)), id="long ago"),
        ],
    )
    def test_filters_hold_on_the_real_store(
        self, real_retriever: HybridRetriever, filters: Filters
    ) -> None:
        mask = real_retriever.table.mask(filters)

        hits = real_retriever.retrieve("high-risk AI systems", k=10, filters=filters)

        assert hits
        rows = [real_retriever.table.rows_of(hit.passage.provision_id) for hit in hits]
        assert all(mask[row].any() for row in rows)
        assert len(set(_wordings(hits))) == len(hits)

    @pytest.mark.parametrize(
        ("day", "version"),
        [
            pytest.param(date(2026, 7, 26), 0, id="the day before"),
            pytest.param(date(2026, 7, 27), 1, id="the day of the change"),
        ],
    )
    def test_the_day_picks_the_wording_of_article_113(
        self, real_retriever: HybridRetriever, day: date, version: int
    ) -> None:
        hits = real_retriever.retrieve("Article 113 AI Act", k=5, filters=Filters(day))

        found = [n for key, n in _wordings(hits) if key == "eu-ai-act#article-113"]
        assert found == [version]

    def test_the_store_and_a_full_scan_agree(self, real_retriever: HybridRetriever) -> None:
        vector = real_retriever.embedder.embed_query("licence to export advanced chips")
        cosines = real_retriever.vectors.astype(np.float32) @ vector

        found = real_retriever.store.nearest(vector, 20)

        exact = set(np.argsort(-cosines)[:20].tolist())
        assert len(exact & {row for row, _ in found}) >= 19
        assert all(cosine == pytest.approx(cosines[row], abs=0.002) for row, cosine in found)

    def test_likeness_by_words_ranks_the_words_asked_for(
        self, real_retriever: HybridRetriever
    ) -> None:
        hits = real_retriever.retrieve(
            "emotion recognition in the workplace and in schools", k=10, filters=ALL
        )

        likeness = [hit.late for hit in hits]
        assert real_retriever.late is not None
        assert "eu-ai-act#article-5_1_f" in _ids(hits)[:3]
        assert all(0 < late <= 1 for late in likeness)
        assert likeness[0] > min(likeness)

    def test_a_question_of_stop_words_alone_is_ranked_by_vectors(
        self, real_retriever: HybridRetriever
    ) -> None:
        hits = real_retriever.retrieve("is it or is it not", k=5, filters=ALL)

        assert len(hits) == 5
        assert {(hit.late, hit.lexical) for hit in hits} == {(0.0, 0.0)}
