from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from index.settings import IndexSettings


def test_the_defaults_are_the_packaged_model_and_three_tenths_for_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("POLICY_HOME")

    settings = IndexSettings()

    assert settings.embedding_model == "all-MiniLM-L6-v2"
    assert (settings.query_encoder, settings.candidates) == ("auto", 100)
    assert (settings.lexical_weight, settings.auto_build) == (None, True)
    assert settings.home.name == "policy-assistant"


def test_the_home_is_the_one_of_the_environment(own_home: Path) -> None:
    assert IndexSettings().home == own_home


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("candidates", "9", id="too few candidates"),
        pytest.param("candidates", "1001", id="too many candidates"),
        pytest.param("candidates", "many", id="no number"),
        pytest.param("lexical_weight", "1.1", id="share above one"),
        pytest.param("lexical_weight", "-0.1", id="share below zero"),
        pytest.param("query_encoder", "torch", id="unknown encoder"),
        pytest.param("auto_build", "perhaps", id="neither yes nor no"),
    ],
)
def test_a_value_out_of_bounds_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"POLICY_{name.upper()}", value)

    with pytest.raises(ValidationError, match=name):
        IndexSettings()


def test_settings_do_not_change_once_read() -> None:
    settings = IndexSettings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.candidates = 50  # type: ignore[misc]  # what is tested


@pytest.mark.parametrize("name", list(IndexSettings.model_fields))
def test_every_setting_says_what_it_means(name: str) -> None:
    assert IndexSettings.model_fields[name].description
