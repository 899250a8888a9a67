from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.engines.extractive import ExtractiveEngine
from assistant.engines.generated import GeneratedEngine
from assistant.settings import AssistantSettings
from assistant.types import Question
from assistant.wiring import build_assistant, with_model
from corpus.catalog import Corpus
from corpus.errors import SettingsError
from index.errors import IndexMissingError
from index.settings import IndexSettings


def test_a_chat_model_without_its_package_is_refused_in_one_line(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = AssistantSettings(model="ollama:llama3.1")

    with pytest.raises(SettingsError, match=r"POLICY_MODEL='ollama:llama3\.1'") as refused:
        build_assistant(IndexSettings(home=own_home), settings)

    assert "\n" not in str(refused.value)
    assert "pip install langchain-ollama" in refused.value.hint
    assert not own_home.exists()


@pytest.mark.parametrize(
    "settings",
    [
        AssistantSettings(model="gpt"),
        AssistantSettings(
            model="openai:x", model_base_url="http://127.0.0.1:1/v1", nli_model="nowhere"
        ),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_before_anything_is_written(
    settings: AssistantSettings, own_home: Path
) -> None:
    pytest.importorskip("langchain_openai")

    with pytest.raises(SettingsError):
        build_assistant(IndexSettings(home=own_home), settings)

    assert not own_home.exists()


def test_with_a_model_the_engine_is_as_the_settings_want_it(real_assistant: Assistant) -> None:
    pytest.importorskip("langchain_openai")
    settings = AssistantSettings(
        model="openai:x",
        model_base_url="http://127.0.0.1:1/v1",
        model_timeout_s=7,
        unsupported="mark",
        support_at_least=0.8,
    )

    engine = with_model(real_assistant, settings).engine

    assert isinstance(engine, GeneratedEngine)
    assert engine.fallback is real_assistant.engine
    assert engine.limits.seconds == 7
    assert (engine.checking.unsupported, engine.checking.at_least) == ("mark", 0.8)


def test_a_model_that_is_down_makes_way_for_quotes(real_assistant: Assistant) -> None:
    pytest.importorskip("langchain_openai")
    settings = AssistantSettings(model="openai:x", model_base_url="http://127.0.0.1:1/v1")

    answer = with_model(real_assistant, settings).answer(
        Question("From how much training compute is a GPAI model presumed to be high-impact?")
    )

    assert (answer.engine, answer.model) == ("extractive", None)
    assert "The model could not be asked; the provisions are quoted instead." in answer.text
    assert answer.citations


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
