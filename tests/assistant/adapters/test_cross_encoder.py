from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.adapters.cross_encoder import CrossEncoderJudge
from corpus.errors import SettingsError


def save_model(folder: Path, labels: dict[int, str]) -> Path:
    """Write a cross-encoder with random weights, very small, into a folder."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "robots", "must", "stop"]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=labels,
        label2id={name: number for number, name in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_folder_without_a_model_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="POLICY_NLI_MODEL"):
        CrossEncoderJudge(str(tmp_path))


@pytest.mark.model
def test_the_probability_of_entailment_is_given(tmp_path: Path) -> None:
    labels = {0: "contradiction", 1: "entailment", 2: "neutral"}
    judge = CrossEncoderJudge(str(save_model(tmp_path / "nli", labels)))

    score = judge.score("robots stop", "robots must stop")

    assert 0 < score < 1


@pytest.mark.model
def test_a_model_of_one_output_gives_its_logistic_value(tmp_path: Path) -> None:
    judge = CrossEncoderJudge(str(save_model(tmp_path / "one", {0: "score"})))

    assert 0 < judge.score("robots stop", "robots must stop") < 1


@pytest.mark.model
def test_a_model_without_a_class_for_entailment_is_refused(tmp_path: Path) -> None:
    judge = CrossEncoderJudge(str(save_model(tmp_path / "other", {0: "good", 1: "bad"})))

    with pytest.raises(SettingsError, match="no class for entailment"):
        judge.score("robots stop", "robots must stop")


@pytest.mark.model
def test_weights_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), "utf-8")

    with pytest.raises(SettingsError, match="cannot be loaded"):
        CrossEncoderJudge(str(tmp_path)).score("a", "b")
