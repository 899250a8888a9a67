from __future__ import annotations

import numpy as np
import pytest

from index.adapters.paired import PairedEmbedder
from index.errors import EmbeddingError
from index.protocols import BULK
from index.testing import HashingEmbedder, RefusingEmbedder, WordHashingEmbedder

REAL = HashingEmbedder()
REFUSING = RefusingEmbedder(REAL.fingerprint, REAL.dimensions)


def test_questions_go_to_one_and_many_passages_to_the_other() -> None:
    many = [f"passage {number}" for number in range(BULK)]
    questions = PairedEmbedder(queries=REAL, passages=REFUSING)
    passages = PairedEmbedder(queries=REFUSING, passages=REAL)

    assert np.array_equal(questions.embed_query("a"), REAL.embed_query("a"))
    assert np.array_equal(passages.embed_passages(many), REAL.embed_passages(many))
    with pytest.raises(EmbeddingError):
        questions.embed_passages(many)
    with pytest.raises(EmbeddingError):
        passages.embed_query("a")


def test_a_few_passages_go_to_the_quick_one() -> None:
    pair = PairedEmbedder(queries=REAL, passages=REFUSING)

    few = pair.embed_passages(["passage"] * (BULK - 1))

    assert few.shape == (BULK - 1, REAL.dimensions)


def test_the_pair_has_the_identity_of_its_model() -> None:
    pair = PairedEmbedder(REFUSING, REAL)

    assert (pair.fingerprint, pair.dimensions) == (REAL.fingerprint, REAL.dimensions)


def test_encoders_of_different_models_make_no_pair() -> None:
    with pytest.raises(ValueError, match="different models"):
        PairedEmbedder(REAL, HashingEmbedder(128))


def test_questions_and_few_passages_are_encoded_by_the_quick_one() -> None:
    words = WordHashingEmbedder()
    pair = PairedEmbedder(queries=words, passages=REFUSING)

    question = pair.encode_query("courier robot")
    few = pair.encode_passages(["passage one"] * (BULK - 1))

    assert question.pieces.tolist() == words.encode_query("courier robot").pieces.tolist()
    assert np.array_equal(question.vector, pair.embed_query("courier robot"))
    assert len(few) == BULK - 1
    assert words.passages == ["passage one"] * (BULK - 1)


def test_many_passages_are_encoded_by_the_other() -> None:
    many = [f"passage {number}" for number in range(BULK)]
    words = WordHashingEmbedder()
    pair = PairedEmbedder(queries=REFUSING, passages=words)

    found = pair.encode_passages(many)

    assert np.array_equal(np.stack([one.vector for one in found]), REAL.embed_passages(many))
    assert words.passages == many


@pytest.mark.parametrize("count", [1, BULK], ids=["few", "many"])
def test_an_encoder_without_states_encodes_nothing(count: int) -> None:
    pair = PairedEmbedder(REAL, REAL)

    with pytest.raises(TypeError, match="HashingEmbedder gives no states"):
        pair.encode_passages(["passage"] * count)
    with pytest.raises(TypeError, match="HashingEmbedder gives no states"):
        pair.encode_query("passage")
