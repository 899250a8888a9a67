from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EmbeddingError
from index.protocols import WordEmbedder
from index.retrieve import HybridRetriever
from index.testing import (
    FixedRetriever,
    HashingEmbedder,
    RefusingEmbedder,
    WordHashingEmbedder,
)
from index.types import Filters


@given(st.text(max_size=50))
def test_any_text_has_a_unit_vector_the_same_each_time(text: str) -> None:
    vector = HashingEmbedder().embed_query(text)

    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(vector, HashingEmbedder().embed_passages([text])[0])


def test_texts_that_share_spelling_are_nearer() -> None:
    asked, near, far = HashingEmbedder().embed_passages(
        ["export licence", "licences for exports", "wheeled robots"]
    )

    assert asked @ near > asked @ far + 0.3


def test_another_size_is_another_model() -> None:
    assert HashingEmbedder(64).fingerprint != HashingEmbedder(128).fingerprint
    assert HashingEmbedder(64).embed_passages([]).shape == (0, 64)


@given(st.text(max_size=50))
def test_an_encoded_text_has_the_vector_of_an_embedded_one_and_a_state_a_word(text: str) -> None:
    embedder = WordHashingEmbedder()

    encoded = embedder.encode_query(text)

    assert np.array_equal(encoded.vector, embedder.embed_query(text))
    assert encoded.states.shape == (len(encoded.pieces), 256)
    assert np.array_equal(embedder.encode_passages([text])[0].states, encoded.states)
    assert embedder.passages == [text]


def test_only_the_one_with_states_is_an_embedder_of_words() -> None:
    assert isinstance(WordHashingEmbedder(), WordEmbedder)
    assert not isinstance(HashingEmbedder(), WordEmbedder)
    assert WordHashingEmbedder().fingerprint == HashingEmbedder().fingerprint


def test_the_refusing_embedder_refuses() -> None:
    refusing = RefusingEmbedder("model:1", 8)

    with pytest.raises(EmbeddingError, match="'why'"):
        refusing.embed_query("why")
    with pytest.raises(EmbeddingError, match="2 passages"):
        refusing.embed_passages(["a", "b"])


def test_the_fixed_retriever_gives_its_hits_and_keeps_what_it_was_asked(
    small_retriever: HybridRetriever, today: Filters
) -> None:
    hits = small_retriever.retrieve("robot", k=3, filters=today)
    fixed = FixedRetriever(hits)

    found = fixed.retrieve("anything", k=2, filters=Filters(date(2020, 1, 1)))

    assert found == hits[:2]
    assert fixed.asked == [("anything", 2, Filters(date(2020, 1, 1)))]
