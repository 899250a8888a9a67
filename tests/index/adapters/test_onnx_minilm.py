from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from corpus.catalog import Corpus
from index.adapters import onnx_minilm
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.sbert import SentenceTransformersEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.errors import EmbeddingError
from index.segment import segment
from index.vectors import key_of, load_shipped

SENTENCES = (
    "Do I need a licence to send graphics cards to a customer abroad?",
    "When do the duties for high-risk systems start to apply?",
    "Who supervises providers of general-purpose models?",
    "What happens if a company ignores the ban on social scoring?",
    "Is a chatbot obliged to say that it is a machine?",
    "Which countries are in the first tier of the export rule?",
    "My bank's software turned down my mortgage without a human looking.",
    "How many floating-point operations make a model risky?",
    "Is open-source software exempt?",
    "What counts as a foundry under the new rule?",
    "The president revoked his predecessor's order on his first day.",
    "A tariff applies to certain semiconductors.",
    "Companies promised to publish safety frameworks.",
    "Deepfakes must be labelled.",
    "Article 6(2)",
    "ECCN 3A090.a",
    "penalties",
    "Can a school use emotion recognition on its pupils during exams?",
    "Subsidies come with limits on expanding factories in countries of concern.",
    "Report a serious incident to the authority within fifteen days.",
)


@pytest.fixture(scope="module")
def embedder() -> OnnxMiniLmEmbedder:
    return OnnxMiniLmEmbedder()


def test_vectors_are_unit_length_single_precision(embedder: OnnxMiniLmEmbedder) -> None:
    vectors = embedder.embed_passages(SENTENCES)

    assert vectors.shape == (20, 384)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_a_passage_keeps_its_row_whatever_its_length(embedder: OnnxMiniLmEmbedder) -> None:
    together = embedder.embed_passages(SENTENCES)

    alone = np.stack([embedder.embed_query(sentence) for sentence in SENTENCES])

    # Padding in a batch moves an int8 model's vectors a little, never to another sentence.
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(20))


def test_nearness_follows_meaning(embedder: OnnxMiniLmEmbedder) -> None:
    asked, near, far = embedder.embed_passages(
        ["Must a chatbot disclose itself?", SENTENCES[4], SENTENCES[11]]
    )

    assert asked @ near > asked @ far + 0.2


def test_nothing_to_embed_gives_an_empty_array(embedder: OnnxMiniLmEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", "\x00", "a" * 50_000], ids=["empty", "null", "huge"])
def test_odd_texts_are_embedded_too(embedder: OnnxMiniLmEmbedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1, abs=1e-5)


def test_words_beyond_the_window_are_not_read(embedder: OnnxMiniLmEmbedder) -> None:
    long = "chip " * 300

    assert np.array_equal(embedder.embed_query(long), embedder.embed_query(f"{long} tulip"))


def test_threads_share_one_embedder(embedder: OnnxMiniLmEmbedder) -> None:
    fresh = OnnxMiniLmEmbedder(threads=1)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(fresh.embed_query, SENTENCES[:8]))

    for vector, sentence in zip(found, SENTENCES, strict=False):
        assert vector @ embedder.embed_query(sentence) == pytest.approx(1, abs=1e-3)


def test_it_shares_the_fingerprint_of_the_reference() -> None:
    assert OnnxMiniLmEmbedder.fingerprint == SentenceTransformersEmbedder().fingerprint


def test_it_is_near_the_vectors_that_the_reference_shipped(
    embedder: OnnxMiniLmEmbedder, embedded: Corpus
) -> None:
    known = load_shipped(embedder.fingerprint)
    texts = [p.embedded for p in segment(embedded, RecursiveSplitter()) if p.is_ask][::400]

    quick = np.stack([embedder.embed_query(text) for text in texts])

    shipped = np.stack([known[key_of(embedder.fingerprint, text)] for text in texts])
    cosines = (quick * shipped.astype(np.float32)).sum(axis=1)
    assert len(cosines) > 10
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.99


@pytest.mark.model
def test_it_is_near_the_reference_model(embedder: OnnxMiniLmEmbedder) -> None:
    reference = SentenceTransformersEmbedder().embed_passages(SENTENCES)

    quick = np.stack([embedder.embed_query(sentence) for sentence in SENTENCES])

    cosines = (quick * reference).sum(axis=1)
    assert cosines.min() >= 0.995


def test_an_encoded_text_has_the_vector_of_an_embedded_one(embedder: OnnxMiniLmEmbedder) -> None:
    question = embedder.encode_query(SENTENCES[0])
    passages = embedder.encode_passages(SENTENCES)

    assert np.array_equal(question.vector, embedder.embed_query(SENTENCES[0]))
    vectors = np.stack([passage.vector for passage in passages])
    assert np.array_equal(vectors, embedder.embed_passages(SENTENCES))


def test_every_piece_has_a_state_and_padding_none(embedder: OnnxMiniLmEmbedder) -> None:
    alone = embedder.encode_query("chip")

    beside_longer, longer = embedder.encode_passages(["chip", " ".join(SENTENCES)])

    assert alone.pieces.shape == (3,)  # [CLS], chip, [SEP]
    assert beside_longer.pieces.tolist() == alone.pieces.tolist()
    assert beside_longer.states.shape == (3, 384)
    assert longer.states.shape == (len(longer.pieces), 384)
    assert len(longer.pieces) > 100
    assert (alone.pieces.dtype, alone.states.dtype) == (np.int32, np.float16)


def test_the_mean_of_the_states_points_along_the_vector(embedder: OnnxMiniLmEmbedder) -> None:
    for encoded in embedder.encode_passages(SENTENCES):
        mean = encoded.states.astype(np.float32).mean(axis=0)

        assert mean @ encoded.vector / np.linalg.norm(mean) == pytest.approx(1, abs=1e-4)


def test_nothing_to_encode_gives_nothing(embedder: OnnxMiniLmEmbedder) -> None:
    assert embedder.encode_passages([]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("chips", True, id="word"),
        pytest.param("744", True, id="figure"),
        pytest.param("the of and", False, id="stop words"),
        pytest.param("( ) . , ; !", False, id="marks"),
        pytest.param("", False, id="signs of the model"),
    ],
)
def test_words_are_told_from_marks_and_stop_words(
    embedder: OnnxMiniLmEmbedder, text: str, expected: bool
) -> None:
    is_word = embedder.is_word()

    _, *pieces, _ = embedder.encode_query(text).pieces.tolist()

    assert is_word.shape == (30_522,)
    assert {bool(is_word[piece]) for piece in pieces} == ({expected} if text else set())
    assert not is_word[embedder.encode_query("").pieces].any()


@pytest.mark.model
def test_it_encodes_as_the_reference_does(embedder: OnnxMiniLmEmbedder) -> None:
    texts = [*SENTENCES, "chip " * 300]
    reference = SentenceTransformersEmbedder().encode_passages(texts)

    quick = [embedder.encode_query(text) for text in texts]

    for one, other in zip(quick, reference, strict=True):
        assert one.pieces.tolist() == other.pieces.tolist()
        assert one.vector @ other.vector >= 0.99
        states = (one.states.astype(np.float32), other.states.astype(np.float32))
        cosines = (states[0] * states[1]).sum(axis=1) / np.prod(
            [np.linalg.norm(state, axis=1) for state in states], axis=0
        )
        assert cosines.mean() >= 0.98


def test_changed_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_minilm, "ONNX_SHA256", "0" * 64)

    with pytest.raises(EmbeddingError, match="SHA-256"):
        OnnxMiniLmEmbedder().embed_query("a")


def test_missing_weights_are_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_minilm, "_PACKAGE", "no_such_package_here")

    assert not onnx_minilm.is_installed()
    with pytest.raises(EmbeddingError, match="not installed") as caught:
        OnnxMiniLmEmbedder().embed_query("a")
    assert "./run" in caught.value.hint


def test_a_package_without_its_file_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_minilm, "_PACKAGE", "json")  # a package, but of no weights

    with pytest.raises(EmbeddingError, match=r"model\.onnx"):
        OnnxMiniLmEmbedder().embed_query("a")
