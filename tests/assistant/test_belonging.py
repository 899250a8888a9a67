"""Whether a question is of the corpus's field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import belonging
from assistant.belonging import Belonging, belonging_path, load_belonging, save_belonging
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder


def _embed(text: str) -> np.ndarray:
    return np.array([len(text), 1], np.float32)


def test_log_odds_stay_within_five() -> None:
    judge = Belonging(_embed, np.array([1, 0], np.float32), -3.0)

    assert judge.of("abcd") == pytest.approx(1)
    assert judge.of("a" * 100) == 5
    assert Belonging(_embed, np.array([-1, 0], np.float32), 0).of("a" * 100) == -5


def test_a_model_without_a_hyperplane_has_none() -> None:
    assert load_belonging("another-model:1", _embed) is None


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    save_belonging(tmp_path / "data" / belonging_path("m:1"), np.array([2, 0]), 0.5)
    monkeypatch.setattr(belonging.resources, "files", lambda _: tmp_path)

    found = load_belonging("m:1", _embed)

    assert found is not None
    assert found.of("ab") == pytest.approx(4.5)


# Written for this test; none is in the questions that the hyperplane was fitted to.
@pytest.mark.parametrize(
    ("ours", "foreign"),
    [
        (
            "How soon must a serious incident of an AI model be reported in Brussels?",
            "How soon must a fund report a pricing error to its depositary?",
        ),
        (
            "Do I need a licence to send advanced chips to Vietnam?",
            "Do I need a licence to sell fireworks in a market hall?",
        ),
    ],
)
def test_the_field_is_told_by_its_words_and_not_by_the_shape_of_the_question(
    ours: str, foreign: str
) -> None:
    encoder = OnnxMiniLmEmbedder()
    judge = load_belonging(encoder.fingerprint, encoder.embed_query)

    assert judge is not None
    assert judge.of(ours) > 0 > judge.of(foreign)
