from __future__ import annotations

import numpy as np
import pytest

from index.adapters.paired import PairedEmbedder
from index.errors import EmbeddingError
from index.testing import HashingEmbedder, RefusingEmbedder

REAL = HashingEmbedder()
REFUSING = RefusingEmbedder(REAL.fingerprint, REAL.dimensions)


def test_questions_go_to_one_and_passages_to_the_other() -> None:
    questions = PairedEmbedder(queries=REAL, passages=REFUSING)
    passages = PairedEmbedder(queries=REFUSING, passages=REAL)

    assert np.array_equal(questions.embed_query("a"), passages.embed_passages(["a"])[0])
    with pytest.raises(EmbeddingError):
        questions.embed_passages(["a"])
    with pytest.raises(EmbeddingError):
        passages.embed_query("a")


def test_the_pair_has_the_identity_of_its_model() -> None:
    pair = PairedEmbedder(REFUSING, REAL)

    assert (pair.fingerprint, pair.dimensions) == (REAL.fingerprint, REAL.dimensions)


def test_encoders_of_different_models_make_no_pair() -> None:
    with pytest.raises(ValueError, match="different models"):
        PairedEmbedder(REAL, HashingEmbedder(128))
