from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from corpus.errors import HomeError
from index.adapters.sbert import SentenceTransformersEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.errors import EmbeddingError
from index.late import NOTHING, Compressor, Packed, load_compressor
from index.segment import segment
from index.testing import HashingEmbedder, RefusingEmbedder, WordHashingEmbedder
from index.vectors import (
    VectorCache,
    key_of,
    load_shipped,
    load_shipped_words,
    shipped_path,
    shipped_words_path,
    write_shipped,
    write_shipped_words,
)

PRINT = HashingEmbedder().fingerprint
DEFAULT = SentenceTransformersEmbedder().fingerprint


def _refusing() -> RefusingEmbedder:
    return RefusingEmbedder(PRINT, 256)


def test_the_shipped_vectors_cover_every_passage_of_the_shipped_corpus(embedded: Corpus) -> None:
    known = load_shipped(DEFAULT)

    lacking = [
        passage.id
        for passage in segment(embedded, RecursiveSplitter())
        if key_of(DEFAULT, passage.embedded) not in known
    ]

    assert lacking == [], "run `policy index ship-vectors`"


def test_no_shipped_vector_is_idle(embedded: Corpus) -> None:
    texts = {passage.embedded for passage in segment(embedded, RecursiveSplitter())}

    assert set(load_shipped(DEFAULT)) == {key_of(DEFAULT, text) for text in texts}


def test_shipped_vectors_have_unit_length(embedded: Corpus) -> None:
    vectors = np.stack(list(load_shipped(DEFAULT).values())).astype(np.float32)

    assert vectors.shape[1] == 384
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 0.002


def test_a_model_without_shipped_vectors_has_none() -> None:
    assert load_shipped("some-other-model:by-name") == {}


def test_equal_vectors_make_an_equal_file_in_any_order(tmp_path: Path) -> None:
    keys = [key_of(PRINT, text) for text in ("a", "b", "c")]
    vectors = HashingEmbedder().embed_passages(["a", "b", "c"])

    write_shipped(tmp_path / "one.npz", keys, vectors)
    write_shipped(tmp_path / "two.npz", keys[::-1], vectors[::-1])

    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "two.npz") as two:
        assert (one["keys"] == two["keys"]).all()
        assert (one["vectors"] == two["vectors"]).all()


def test_a_colon_in_a_model_name_is_no_part_of_the_file_name() -> None:
    assert shipped_path("Model:12AB") == "vectors-model-12ab.npz"


def test_a_key_depends_on_the_model_and_on_the_text() -> None:
    keys = {key_of(model, text) for model in ("m", "n") for text in ("a", "b")}

    assert len(keys) == 4
    assert {len(key) for key in keys} == {16}


def test_what_a_build_embedded_the_next_does_not(tmp_path: Path) -> None:
    texts = ["alpha", "beta", "alpha"]
    fresh = VectorCache(tmp_path, PRINT).embed(texts, HashingEmbedder())

    again = VectorCache(tmp_path, PRINT).embed(texts, _refusing())

    assert (again == fresh).all()
    assert again.dtype == np.float16


def test_only_new_texts_are_embedded(tmp_path: Path) -> None:
    VectorCache(tmp_path, PRINT).embed(["alpha", "beta"], HashingEmbedder())
    embedder = HashingEmbedder()

    VectorCache(tmp_path, PRINT).embed(["beta", "gamma", "alpha"], embedder)

    assert embedder.passages == ["gamma"]


def test_vectors_come_in_the_order_of_the_texts(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, PRINT)
    cache.embed(["beta"], HashingEmbedder())

    found = cache.embed(["alpha", "beta"], HashingEmbedder())

    expected = HashingEmbedder().embed_passages(["alpha", "beta"])
    assert np.abs(found - expected).max() < 0.001


def test_more_texts_than_one_query_may_name_are_found_again(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(1201)]
    progress: list[tuple[int, int]] = []
    fresh = VectorCache(tmp_path, PRINT).embed(
        texts, HashingEmbedder(), lambda done, total: progress.append((done, total))
    )

    again = VectorCache(tmp_path, PRINT).embed(texts, _refusing())

    assert (again == fresh).all()
    assert progress == [(512, 1201), (1201, 1201)]


def test_another_model_does_not_get_these_vectors(tmp_path: Path) -> None:
    VectorCache(tmp_path, PRINT).embed(["alpha"], HashingEmbedder())

    with pytest.raises(EmbeddingError, match="1 passages"):
        VectorCache(tmp_path, "other:1").embed(["alpha"], RefusingEmbedder("other:1", 256))


def test_without_a_folder_vectors_are_kept_for_this_cache_alone() -> None:
    cache = VectorCache(None, PRINT)
    cache.embed(["alpha"], HashingEmbedder())

    assert cache.embed(["alpha"], _refusing()).shape == (1, 256)
    with pytest.raises(EmbeddingError):
        VectorCache(None, PRINT).embed(["alpha"], _refusing())


def test_no_texts_give_no_vectors_and_ask_nothing(tmp_path: Path) -> None:
    assert VectorCache(tmp_path, PRINT).embed([], _refusing()).shape == (0, 256)


def test_shipped_vectors_can_be_left_aside(embedded: Corpus) -> None:
    text = next(iter(segment(embedded, RecursiveSplitter()))).embedded
    refusing = RefusingEmbedder(DEFAULT, 384)

    assert VectorCache(None, DEFAULT).embed([text], refusing).shape == (1, 384)
    with pytest.raises(EmbeddingError):
        VectorCache(None, DEFAULT, shipped=False).embed([text], refusing)


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"no database " * 500)

    VectorCache(tmp_path, PRINT).embed(["alpha"], HashingEmbedder())

    assert VectorCache(tmp_path, PRINT).embed(["alpha"], _refusing()).shape == (1, 256)


def test_a_cache_folder_that_is_a_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(HomeError, match="cannot be used"):
        VectorCache(tmp_path / "cache", PRINT)


def _same(one: Packed, other: Packed) -> bool:
    return np.array_equal(one.pieces, other.pieces) and np.array_equal(one.codes, other.codes)


class TestWords:
    """Word vectors of passages, kept beside their vectors."""

    @pytest.fixture
    def cache(self, tmp_path: Path, compressor: Compressor) -> VectorCache:
        return VectorCache(tmp_path, PRINT, compressor=compressor)

    @pytest.fixture
    def alpha(self, compressor: Compressor) -> Packed:
        """The words of "alpha beta"."""
        return compressor.pack(WordHashingEmbedder().encode_query("alpha beta"))

    def test_those_wanted_are_given_and_no_others(self, cache: VectorCache, alpha: Packed) -> None:
        texts = ["alpha beta", "gamma"]

        cache.embed(texts, WordHashingEmbedder(), with_words=[True, False])

        assert len(alpha.pieces) == 2
        assert _same(cache.words_of("alpha beta"), alpha)
        assert _same(cache.words_of("gamma"), NOTHING)
        assert _same(cache.words_of("never embedded"), NOTHING)

    def test_the_vectors_are_those_of_a_pass_without_words(self, cache: VectorCache) -> None:
        texts = ["alpha beta", "gamma", "delta"]

        found = cache.embed(texts, WordHashingEmbedder(), with_words=[True, False, True])

        plain = VectorCache(None, PRINT, shipped=False).embed(texts, HashingEmbedder())
        assert (found == plain).all()

    def test_what_a_build_encoded_the_next_does_not(
        self, tmp_path: Path, cache: VectorCache, alpha: Packed, compressor: Compressor
    ) -> None:
        cache.embed(["alpha beta"], WordHashingEmbedder(), with_words=[True])
        later = VectorCache(tmp_path, PRINT, compressor=compressor)

        later.embed(["alpha beta"], _refusing(), with_words=[True])

        assert _same(later.words_of("alpha beta"), alpha)

    def test_a_known_vector_without_words_gets_them_and_stays_as_it_is(
        self, tmp_path: Path, cache: VectorCache, alpha: Packed, compressor: Compressor
    ) -> None:
        class Other(WordHashingEmbedder):
            """Gives the same words, but another vector."""

            def embed_query(self, text: str) -> np.ndarray:  # type: ignore[type-arg]  # any shape
                vector = super().embed_query(text)
                return vector if " " not in text else np.roll(vector, 1)

        before = cache.embed(["alpha beta"], HashingEmbedder())

        after = cache.embed(["alpha beta"], Other(), with_words=[True])

        later = VectorCache(tmp_path, PRINT, compressor=compressor)
        assert (after == before).all()
        assert (later.embed(["alpha beta"], _refusing(), with_words=[True]) == before).all()
        assert _same(later.words_of("alpha beta"), alpha)

    def test_words_wanted_of_one_of_two_equal_texts_are_given(
        self, cache: VectorCache, alpha: Packed
    ) -> None:
        texts = ["alpha beta", "alpha beta"]

        found = cache.embed(texts, WordHashingEmbedder(), with_words=[False, True])

        assert (found[0] == found[1]).all()
        assert _same(cache.words_of("alpha beta"), alpha)

    def test_without_a_compressor_none_are_kept(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path, PRINT)

        cache.embed(["alpha beta"], HashingEmbedder(), with_words=[True])

        assert _same(cache.words_of("alpha beta"), NOTHING)

    def test_an_embedder_without_states_gives_none(self, cache: VectorCache) -> None:
        with pytest.raises(TypeError, match="HashingEmbedder gives no states"):
            cache.embed(["alpha"], HashingEmbedder(), with_words=[True])

    def test_progress_counts_texts_with_and_without_words(self, cache: VectorCache) -> None:
        seen: list[tuple[int, int]] = []

        cache.embed(
            ["alpha", "beta", "gamma"],
            WordHashingEmbedder(),
            lambda done, total: seen.append((done, total)),
            with_words=[True, False, True],
        )

        assert seen == [(2, 3), (3, 3)]

    def test_a_text_of_stop_words_alone_is_read_back_too(
        self, tmp_path: Path, cache: VectorCache, compressor: Compressor
    ) -> None:
        cache.embed(["of the"], WordHashingEmbedder(), with_words=[True])
        later = VectorCache(tmp_path, PRINT, compressor=compressor)

        later.embed(["of the"], _refusing(), with_words=[True])

        assert later.words_of("of the").codes.shape == (0, 64)


class TestForgetting:
    """`keep_only` leaves nothing of what is no longer there."""

    def test_vectors_and_words_of_other_texts_are_gone(
        self, tmp_path: Path, compressor: Compressor
    ) -> None:
        texts = ["alpha", "beta"]
        cache = VectorCache(tmp_path, PRINT, compressor=compressor)
        cache.embed(texts, WordHashingEmbedder(), with_words=[True, True])

        cache.keep_only(["beta"])

        later = VectorCache(tmp_path, PRINT, compressor=compressor)
        later.embed(["beta"], _refusing(), with_words=[True])
        assert len(later.words_of("beta").pieces) == 1
        with pytest.raises(EmbeddingError):
            later.embed(["alpha"], _refusing())

    def test_their_bytes_are_no_longer_in_the_file(
        self, tmp_path: Path, compressor: Compressor
    ) -> None:
        cache = VectorCache(tmp_path, PRINT, compressor=compressor)
        cache.embed(["alpha"], WordHashingEmbedder(), with_words=[True])
        codes = cache.words_of("alpha").codes.tobytes()
        before = (tmp_path / "vectors.sqlite").read_bytes()

        cache.keep_only([])

        after = (tmp_path / "vectors.sqlite").read_bytes()
        assert codes in before
        assert codes not in after
        assert key_of(PRINT, "alpha") in before
        assert key_of(PRINT, "alpha") not in after

    def test_without_a_folder_there_is_nothing_to_forget(self) -> None:
        cache = VectorCache(None, PRINT)
        cache.embed(["alpha"], HashingEmbedder())

        cache.keep_only([])

        assert cache.embed(["alpha"], _refusing()).shape == (1, 256)


class TestShippedWords:
    """The word vectors that travel with the package."""

    def test_they_cover_every_own_passage_of_the_shipped_corpus_and_no_more(
        self, embedded: Corpus
    ) -> None:
        passages = segment(embedded, RecursiveSplitter())
        own = {key_of(DEFAULT, p.embedded) for p in passages if not p.is_ask}

        shipped = set(load_shipped_words(DEFAULT))

        assert (len(own - shipped), len(shipped - own)) == (0, 0), "run `policy index ship-vectors`"

    def test_they_are_words_of_the_model(self) -> None:
        compressor = load_compressor(DEFAULT)
        assert compressor is not None

        for packed in load_shipped_words(DEFAULT).values():
            assert packed.codes.shape == (len(packed.pieces), 64)
            assert compressor.is_word[packed.pieces].all()

    def test_a_model_without_any_has_none(self) -> None:
        assert load_shipped_words("some-other-model:by-name") == {}

    def test_a_colon_in_a_model_name_is_no_part_of_the_file_name(self) -> None:
        assert shipped_words_path("Model:12AB") == "words-model-12ab.npz"

    def test_what_was_written_is_loaded_in_any_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compressor: Compressor
    ) -> None:
        encoder = WordHashingEmbedder()
        packed = {
            key_of(PRINT, text): compressor.pack(encoder.encode_query(text))
            for text in ("alpha beta gamma", "of the", "delta")
        }
        (tmp_path / "data").mkdir()
        monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)

        loaded = []
        for order in (sorted(packed), sorted(packed, reverse=True)):
            path = tmp_path / "data" / shipped_words_path(PRINT)
            write_shipped_words(path, {key: packed[key] for key in order})
            loaded.append(load_shipped_words(PRINT))

        for found in loaded:
            assert list(found) == sorted(packed)
            assert all(_same(found[key], packed[key]) for key in packed)

    def test_no_words_at_all_can_be_written(self, tmp_path: Path) -> None:
        write_shipped_words(tmp_path / "words.npz", {})

        with np.load(tmp_path / "words.npz") as arrays:
            assert arrays["starts"].tolist() == [0]
