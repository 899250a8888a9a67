from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import ProvisionId, TextKind
from index.retrieve import HybridRetriever
from index.types import Filters, Hit

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
        assert all(hit.score <= 1 - small_retriever.lexical_share for hit in hits)

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
