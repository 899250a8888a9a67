"""One contract for the fake and the real store; what each adapter adds is tested beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.adapters.stores import EmbeddedStores
from index.errors import IndexBrokenError
from index.protocols import Engines, Searched, StoreFactory, Vectors
from index.testing import HashingEmbedder, MemoryStores
from index.tokens import stem

TEXTS = [
    "A licence is required to export a chip.",
    "A licence exception may apply to a chip for consumers.",
    "",  # an ask: a vector without words
    "Recital: chip chip chip and again chip.",
    "Penalties reach EUR 35 000 000.",
]
WIDE = ["licence chip export", "recital chip", "penalties robots"]  # of three provision versions
SEARCHED = Searched(TEXTS, WIDE)
EMBEDDED = [text or "do I need a permit to ship semiconductors" for text in TEXTS]


def _vectors() -> Vectors:
    return HashingEmbedder().embed_passages(EMBEDDED)


def _opened(factory: StoreFactory, folder: Path) -> Engines:
    return factory.open(folder, len(TEXTS), len(WIDE))


@pytest.fixture(params=[MemoryStores, EmbeddedStores], ids=["memory", "embedded"])
def factory(request: pytest.FixtureRequest) -> StoreFactory:
    made: StoreFactory = request.param()
    return made


class TestContract:
    """What every `StoreFactory` keeps, fake and real alike."""

    def test_a_row_is_nearest_to_its_own_vector(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        vectors = _vectors()
        factory.build(tmp_path, SEARCHED, vectors)

        store = _opened(factory, tmp_path).store

        for row, vector in enumerate(vectors):
            nearest, cosine = store.nearest(vector, 1)[0]
            assert nearest == row
            assert cosine == pytest.approx(1, abs=1e-5)

    def test_neighbours_come_best_first_with_their_cosine(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        vectors = _vectors()
        query = HashingEmbedder().embed_query("export licence")
        factory.build(tmp_path, SEARCHED, vectors)

        found = _opened(factory, tmp_path).store.nearest(query, 3)

        cosines = vectors @ query
        assert [row for row, _ in found] == np.argsort(-cosines)[:3].tolist()
        assert [cosine for _, cosine in found] == pytest.approx(sorted(cosines)[:1:-1], abs=1e-5)

    def test_a_cosine_may_be_negative(self, factory: StoreFactory, tmp_path: Path) -> None:
        vectors = np.array([[1, 0], [-1, 0]], np.float32)
        texts = ["row one", "row two"]
        factory.build(tmp_path, Searched(texts, texts), vectors)

        found = factory.open(tmp_path, 2, 2).store.nearest(vectors[0], 2)

        assert [row for row, _ in found] == [0, 1]
        assert [cosine for _, cosine in found] == pytest.approx([1, -1])

    def test_asking_for_more_than_there_is_gives_all(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        found = _opened(factory, tmp_path).store.nearest(_vectors()[0], 99)

        assert sorted(row for row, _ in found) == [0, 1, 2, 3, 4]

    def test_a_row_scores_where_it_shares_a_word_and_only_there(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        scores = _opened(factory, tmp_path).lexical.scores("licences")

        assert scores.shape == (5,)
        assert scores.dtype == np.float32
        assert (scores > 0).tolist() == [True, True, False, False, False]

    def test_of_two_rows_with_a_word_the_shorter_scores_higher(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        scores = _opened(factory, tmp_path).lexical.scores("licence")

        assert scores[0] > scores[1]

    @pytest.mark.parametrize("query", ["", "the of", "zebra", "!!"])
    def test_a_query_without_known_words_scores_nothing(
        self, factory: StoreFactory, tmp_path: Path, query: str
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        scores = _opened(factory, tmp_path).lexical.scores(query)

        assert scores.tolist() == [0] * 5

    def test_a_rarer_stem_weighs_more_and_none_more_than_the_rarest(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        lexical = _opened(factory, tmp_path).lexical

        weights = [lexical.idf(stem(word)) for word in ("chip", "licence", "penalties")]
        assert 0 < weights[0] < weights[1] < weights[2]
        assert weights[2] == pytest.approx(lexical.rarest)
        assert lexical.idf("zebra") == 0

    def test_scores_and_weights_are_those_of_bm25_written_out(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        # N = 4 documents with words, of 4, 6, 6 and 4 stems; "chip" stands in three of them,
        # four times in the third (row 3): k1 = 1.5, b = 0.6.
        factory.build(tmp_path, SEARCHED, _vectors())
        lengths = {0: 4, 1: 6, 3: 6}
        counts = {0: 1, 1: 1, 3: 4}

        lexical = _opened(factory, tmp_path).lexical

        idf = np.log(1 + (4 - 3 + 0.5) / (3 + 0.5))
        expected = np.zeros(5)
        for row, count in counts.items():
            damping = 1.5 * (1 - 0.6 + 0.6 * lengths[row] / (20 / 4))
            expected[row] = idf * count / (count + damping)
        assert lexical.idf("chip") == pytest.approx(idf, rel=1e-5)
        assert lexical.scores("chip").tolist() == pytest.approx(expected.tolist(), rel=1e-4)

    def test_nothing_can_be_built_and_searched(self, factory: StoreFactory, tmp_path: Path) -> None:
        factory.build(tmp_path, Searched([], []), np.zeros((0, 256), np.float32))

        engines = factory.open(tmp_path, 0, 0)

        assert engines.store.nearest(_vectors()[0], 3) == []
        for lexical in (engines.lexical, engines.pairs, engines.wide):
            assert lexical.scores("chip").shape == (0,)
            assert lexical.idf("chip") == 0

    def test_what_was_never_built_is_a_broken_index(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        with pytest.raises(IndexBrokenError):
            factory.open(tmp_path / "nowhere", 5, 3)

    def test_two_generations_stay_apart(self, factory: StoreFactory, tmp_path: Path) -> None:
        vectors = _vectors()
        for name, rows in (("one", [0, 1]), ("two", [3, 4])):
            (tmp_path / name).mkdir()
            texts = [TEXTS[row] for row in rows]
            factory.build(tmp_path / name, Searched(texts, texts), vectors[rows])

        one, two = (factory.open(tmp_path / name, 2, 2) for name in ("one", "two"))

        assert one.store.nearest(vectors[3], 1)[0][1] < 0.99
        assert two.store.nearest(vectors[3], 1)[0] == (0, pytest.approx(1, abs=1e-5))
        for first, second in ((one.lexical, two.lexical), (one.wide, two.wide)):
            assert first.idf("licenc") > 0
            assert second.idf("licenc") == 0
        assert one.pairs.idf("export chip") > 0
        assert two.pairs.idf("export chip") == 0

    def test_pairs_count_only_where_the_words_follow_each_other(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        pairs = _opened(factory, tmp_path).pairs

        # "chip and again chip" has "again chip"; row 0 and 1 have "chip" after other words.
        assert (pairs.scores("again the chip") > 0).tolist() == [False, False, False, True, False]
        assert (pairs.scores("exporting a chip") > 0).tolist() == [True, *[False] * 4]
        assert pairs.scores("chip export").tolist() == [0] * 5
        assert pairs.scores("licence").tolist() == [0] * 5

    def test_the_wide_index_has_a_score_a_group(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        factory.build(tmp_path, SEARCHED, _vectors())

        wide = _opened(factory, tmp_path).wide

        assert (wide.scores("chip") > 0).tolist() == [True, True, False]
        assert (wide.scores("robots") > 0).tolist() == [False, False, True]

    def test_texts_of_a_single_word_have_no_pairs(
        self, factory: StoreFactory, tmp_path: Path
    ) -> None:
        texts = ["one", "two"]
        factory.build(tmp_path, Searched(texts, texts), _vectors()[:2])

        engines = factory.open(tmp_path, 2, 2)

        assert engines.pairs.scores("one two").tolist() == [0, 0]
        assert (engines.lexical.scores("one") > 0).tolist() == [True, False]


@pytest.mark.parametrize(
    "query", ["export chip licence", "chip chip", "35 000 000", "again 35000000"]
)
def test_the_fake_and_the_real_index_score_alike(tmp_path: Path, query: str) -> None:
    engines = []
    for factory in (MemoryStores(), EmbeddedStores()):
        factory.build(tmp_path, SEARCHED, _vectors())
        engines.append(_opened(factory, tmp_path))

    fake, real = engines
    for name in ("lexical", "pairs", "wide"):
        expected = getattr(real, name).scores(query).tolist()
        assert getattr(fake, name).scores(query).tolist() == pytest.approx(expected, rel=1e-4)
