"""The maps that turn a question towards its provision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import tuning
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.late import Compressor, load_compressor
from index.protocols import Encoded
from index.tuning import STRENGTH, Tuning, blended, load_tuning, save_tuning, tuning_path

SIZE, KEPT = 6, 3


def _compressor() -> Compressor:
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(SIZE, KEPT)))[0]
    return Compressor("test", basis.astype(np.float32), np.ones(10, np.bool_))


def _asked() -> Encoded:
    random = np.random.default_rng(1)
    vector = random.normal(size=SIZE).astype(np.float32)
    states = random.normal(size=(4, SIZE)).astype(np.float16)
    return Encoded(vector / np.linalg.norm(vector), np.arange(4, dtype=np.int32), states)


class TestBlended:
    def test_nothing_fitted_leaves_a_question_as_it_is(self) -> None:
        compressor, asked = _compressor(), _asked()
        nothing = blended(np.zeros((SIZE, SIZE), np.float32), compressor.basis, compressor)

        tuned = nothing.tuned(asked)

        np.testing.assert_allclose(tuned.vector, asked.vector, atol=1e-6)
        np.testing.assert_allclose(
            compressor.project(tuned.states), compressor.project(asked.states), atol=3e-3
        )

    def test_the_words_get_the_fitted_directions_as_far_as_they_are_followed(self) -> None:
        compressor, asked = _compressor(), _asked()
        words = np.random.default_rng(2).normal(size=(SIZE, KEPT)).astype(np.float32)
        fitted = blended(np.zeros((SIZE, SIZE), np.float32), words, compressor)

        found = compressor.project(fitted.tuned(asked).states)

        towards = compressor.basis + STRENGTH * (words - compressor.basis)
        states = asked.states.astype(np.float32)
        wanted = states / np.linalg.norm(states, axis=1, keepdims=True) @ towards
        wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
        np.testing.assert_allclose(found, wanted, atol=3e-3)

    def test_the_vector_keeps_length_one_and_the_pieces_stay(self) -> None:
        change = np.random.default_rng(3).normal(size=(SIZE, SIZE)).astype(np.float32)
        fitted = blended(change, _compressor().basis, _compressor())

        tuned = fitted.tuned(_asked())

        assert np.linalg.norm(tuned.vector) == pytest.approx(1, abs=1e-5)
        assert not np.allclose(tuned.vector, _asked().vector, atol=0.01)
        assert tuned.pieces.tolist() == [0, 1, 2, 3]


class TestLoadTuning:
    def test_a_model_without_a_tuning_or_without_words_has_none(self) -> None:
        assert load_tuning("another-model:123", _compressor()) is None
        assert load_tuning(OnnxMiniLmEmbedder().fingerprint, None) is None

    def test_what_is_written_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        change = np.full((SIZE, SIZE), 0.25, np.float32)
        (tmp_path / "data").mkdir()
        save_tuning(tmp_path / "data" / tuning_path("m:1"), change, _compressor().basis)
        monkeypatch.setattr(tuning.resources, "files", lambda _: tmp_path)

        found = load_tuning("m:1", _compressor())

        assert isinstance(found, Tuning)
        np.testing.assert_allclose(found.vector, np.eye(SIZE) + STRENGTH * 0.25, atol=1e-3)

    def test_the_shipped_one_fits_the_shipped_model(self) -> None:
        fingerprint = OnnxMiniLmEmbedder().fingerprint

        shipped = load_tuning(fingerprint, load_compressor(fingerprint))

        assert shipped is not None
        assert shipped.vector.shape == shipped.states.shape == (384, 384)
