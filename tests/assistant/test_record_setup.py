from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from assistant import confidence, record_setup
from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.record_setup import program, settings_that_count, setup_of
from assistant.settings import AssistantSettings
from assistant.testing import FixedRetriever, flat_idf, make_assistant
from corpus.catalog import Corpus
from index.settings import IndexSettings
from index.types import Hit


class Private(BaseSettings):
    """Settings of which only one may be told."""

    token: SecretStr = SecretStr("hush-1")
    model_api_key: str = "hush-2"
    model_base_url: str = "https://user:hush-3@models.example:8443/v1"
    unsupported: str = "withhold"


@pytest.fixture
def assistant(laws: Corpus, hit: Callable[..., Hit]) -> Assistant:
    return make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))


def test_a_setup_names_corpus_model_program_and_threshold(
    assistant: Assistant, laws: Corpus
) -> None:
    setup = setup_of(assistant, (("candidates", "50"),))

    assert (setup.corpus, setup.embedding_model) == (laws.fingerprint, "fakes")
    assert setup.program == program()
    assert setup.settings == (("candidates", "50"), ("threshold", "0.4"))


def test_another_corpus_or_threshold_is_another_setup(assistant: Assistant, laws: Corpus) -> None:
    smaller = replace(laws, provisions=dict(list(laws.provisions.items())[1:]))

    assert setup_of(replace(assistant, corpus=smaller)).corpus != setup_of(assistant).corpus
    assert setup_of(replace(assistant, threshold=0.5)) != setup_of(assistant)


def test_other_weights_of_the_confidence_are_another_setup(
    assistant: Assistant, laws: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = replace(assistant, confidence=LogisticConfidence(laws, flat_idf, 1.0))
    before = setup_of(judged).confidence

    monkeypatch.setattr(confidence, "BIAS", -1.0)

    assert setup_of(judged).confidence != before


def test_the_program_is_named_by_version_and_code() -> None:
    version, _, code = program().partition("+")

    assert version
    assert len(code) == 8


def test_other_code_is_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    before = program()
    program.cache_clear()
    monkeypatch.setattr(record_setup, "_PROGRAM", (".toml",))  # as if the code were gone

    after = program()
    program.cache_clear()

    assert after.partition("+")[0] == before.partition("+")[0]
    assert after != before


def test_settings_that_move_no_answer_are_left_out() -> None:
    names = {name for name, _ in settings_that_count(IndexSettings(), AssistantSettings())}

    assert {"candidates", "query_encoder", "model"} <= names
    assert names.isdisjoint({"home", "host", "port", "sync_mirror"})


def test_no_secret_is_told() -> None:
    told = dict(settings_that_count(Private()))

    assert told == {
        "model_base_url": "https://models.example:8443/v1",
        "unsupported": "withhold",
    }


def test_the_real_assistant_names_its_index(real_assistant: Assistant) -> None:
    setup = setup_of(real_assistant)

    assert setup.index.startswith("format ")
    assert "word vectors" in setup.index
    assert "minilm" in setup.embedding_model.casefold()
    assert dict(setup.settings).keys() == {"threshold", "lexical_weight"}
