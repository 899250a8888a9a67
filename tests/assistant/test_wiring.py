from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.engines.extractive import ExtractiveEngine
from assistant.settings import AssistantSettings
from assistant.wiring import build_assistant
from corpus.catalog import Corpus
from corpus.errors import SettingsError
from index.errors import IndexMissingError
from index.settings import IndexSettings


def test_a_chat_model_is_refused_in_one_line_that_names_the_setting(own_home: Path) -> None:
    settings = AssistantSettings(model="ollama:llama3.1")

    with pytest.raises(SettingsError, match=r"POLICY_MODEL='ollama:llama3\.1'") as refused:
        build_assistant(IndexSettings(home=own_home), settings)

    assert "\n" not in str(refused.value)
    assert "Leave POLICY_MODEL empty" in refused.value.hint


def test_a_chat_model_is_refused_before_anything_is_written(own_home: Path) -> None:
    with pytest.raises(SettingsError):
        build_assistant(IndexSettings(home=own_home), AssistantSettings(model="openai:gpt"))

    assert not own_home.exists()


def test_without_an_index_that_may_be_built_it_says_so(laws: Corpus, own_home: Path) -> None:
    settings = IndexSettings(home=own_home, auto_build=False)

    with pytest.raises(IndexMissingError):
        build_assistant(settings, AssistantSettings(), corpus=laws)


def test_the_real_assistant_stands_on_the_extractive_engine(real_assistant: Assistant) -> None:
    assert isinstance(real_assistant.engine, ExtractiveEngine)
    assert isinstance(real_assistant.confidence, LogisticConfidence)
    assert real_assistant.engine.name == "extractive"


def test_the_fingerprint_tells_the_texts_and_the_model(real_assistant: Assistant) -> None:
    texts, _, model = real_assistant.fingerprint.partition("/")

    assert texts == real_assistant.corpus.fingerprint
    assert model


def test_the_threshold_is_that_of_the_settings(real_assistant: Assistant, real_home: Path) -> None:
    settings = AssistantSettings(abstain_below=0.77)

    built = build_assistant(IndexSettings(home=real_home), settings, corpus=real_assistant.corpus)

    assert built.threshold == 0.77
