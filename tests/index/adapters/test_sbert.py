from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.adapters import sbert
from index.adapters.sbert import SentenceTransformersEmbedder, packaged_model, sha256_of
from index.errors import EmbeddingError
from index.protocols import BULK


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder()


@pytest.mark.model
def test_passages_and_queries_get_the_same_unit_vectors(
    embedder: SentenceTransformersEmbedder,
) -> None:
    texts = ["short", "a somewhat longer sentence about chips", "mid length text"]

    passages = embedder.embed_passages(texts)

    queries = np.stack([embedder.embed_query(text) for text in texts])
    assert passages.shape == (3, 384)
    assert passages.dtype == np.float32
    assert np.abs(passages - queries).max() < 1e-4
    assert np.abs(np.linalg.norm(passages, axis=1) - 1).max() < 1e-5


@pytest.mark.model
def test_an_encoded_text_has_the_vector_of_an_embedded_one(
    embedder: SentenceTransformersEmbedder,
) -> None:
    texts = ["short", "a somewhat longer sentence about chips", "mid length text"]

    passages = embedder.encode_passages(texts)

    vectors = np.stack([passage.vector for passage in passages])
    assert np.abs(vectors - embedder.embed_passages(texts)).max() < 1e-4
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    for text, passage in zip(texts, passages, strict=True):
        question = embedder.encode_query(text)
        assert np.abs(question.vector - embedder.embed_query(text)).max() < 1e-4
        assert question.pieces.tolist() == passage.pieces.tolist()
        assert passage.states.shape == (len(passage.pieces), 384)
        assert (passage.pieces.dtype, passage.states.dtype) == (np.int32, np.float16)
        assert np.abs(question.states - passage.states).max() < 0.01


@pytest.mark.model
def test_many_are_encoded_as_many_are_embedded(embedder: SentenceTransformersEmbedder) -> None:
    texts = [f"rule {number}" for number in range(BULK)]

    encoded = embedder.encode_passages(texts)

    vectors = np.stack([one.vector for one in encoded])
    assert (vectors * embedder.embed_passages(texts)).sum(axis=1).min() >= 0.999
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


@pytest.mark.model
def test_nothing_to_encode_gives_nothing(embedder: SentenceTransformersEmbedder) -> None:
    assert embedder.encode_passages([]) == []


@pytest.mark.model
def test_progress_counts_the_texts_done(embedder: SentenceTransformersEmbedder) -> None:
    seen: list[int] = []

    embedder.embed_passages([f"text {n}" for n in range(257)], seen.append)

    assert seen == [256, 257]


@pytest.mark.model
def test_a_folder_of_the_same_weights_gives_the_same_vectors(
    embedder: SentenceTransformersEmbedder,
) -> None:
    by_folder = SentenceTransformersEmbedder(str(packaged_model()))

    assert by_folder.dimensions == 384
    assert by_folder.embed_query("chips") @ embedder.embed_query("chips") == pytest.approx(1)


@pytest.mark.model
def test_a_model_that_is_not_here_is_told_as_such() -> None:
    with pytest.raises(EmbeddingError, match="'nobody/no-such-model' is not on this machine"):
        SentenceTransformersEmbedder("nobody/no-such-model").embed_query("a")


def test_the_packaged_weights_are_the_pinned_ones() -> None:
    assert sha256_of(packaged_model() / "model.safetensors") == sbert.WEIGHTS_SHA256


def test_changed_weights_are_refused_before_they_are_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sbert, "WEIGHTS_SHA256", "0" * 64)

    with pytest.raises(EmbeddingError, match="expected 000000000000"):
        SentenceTransformersEmbedder().embed_query("a")


def test_a_missing_package_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbert, "_PACKAGE", "no_such_package_here")

    with pytest.raises(EmbeddingError, match="not installed"):
        SentenceTransformersEmbedder().embed_query("a")


def test_the_fingerprint_needs_no_model_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbert, "_PACKAGE", "no_such_package_here")

    assert SentenceTransformersEmbedder().fingerprint == "all-MiniLM-L6-v2:53aa51172d14"
    assert SentenceTransformersEmbedder().dimensions == 384


def test_the_fingerprint_of_a_folder_changes_with_its_weights(tmp_path: Path) -> None:
    weights = tmp_path / "mine" / "model.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"one")
    first = SentenceTransformersEmbedder(str(weights.parent)).fingerprint

    weights.write_bytes(b"two")

    second = SentenceTransformersEmbedder(str(weights.parent)).fingerprint
    assert first != second
    assert first.startswith("mine:")


def test_a_model_by_name_is_known_by_its_name() -> None:
    assert SentenceTransformersEmbedder("nobody/model").fingerprint == "nobody/model:by-name"


def test_a_file_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"gone\.bin of the model cannot be read"):
        sha256_of(tmp_path / "gone.bin")
