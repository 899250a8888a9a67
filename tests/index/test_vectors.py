from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from corpus.errors import HomeError
from index.adapters.sbert import SentenceTransformersEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.errors import EmbeddingError
from index.segment import segment
from index.testing import HashingEmbedder, RefusingEmbedder
from index.vectors import VectorCache, key_of, load_shipped, shipped_path, write_shipped

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
