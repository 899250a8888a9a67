from __future__ import annotations

import numpy as np
import pytest

from index.adapters.paired import PairedEmbedder
from index.errors import EmbeddingError
from index.protocols import BULK
from index.testing import HashingEmbedder, RefusingEmbedder

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
