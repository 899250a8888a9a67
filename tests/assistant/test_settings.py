from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings import AssistantSettings
from corpus.errors import SettingsError
from corpus.settings_source import read


def test_the_defaults_need_no_model_and_listen_on_loopback() -> None:
    settings = read(AssistantSettings)

    assert settings.model == ""
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.abstain_below == 0.3


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in AssistantSettings.model_fields.values())


def test_a_flag_wins_over_the_environment_which_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('port = 1001\nhost = "file"\nabstain_below = 0.9\n', "utf-8")
    monkeypatch.setenv("POLICY_CONFIG", str(file))
    monkeypatch.setenv("POLICY_HOST", "environment")
    monkeypatch.setenv("POLICY_PORT", "1002")

    settings = read(AssistantSettings, port=1003)

    assert (settings.port, settings.host, settings.abstain_below) == (1003, "environment", 0.9)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("POLICY_ABSTAIN_BELOW", "1.1", id="above-one"),
        pytest.param("POLICY_ABSTAIN_BELOW", "-0.1", id="below-zero"),
        pytest.param("POLICY_ABSTAIN_BELOW", "often", id="no-number"),
        pytest.param("POLICY_PORT", "0", id="port-zero"),
        pytest.param("POLICY_PORT", "70000", id="port-too-high"),
        pytest.param("POLICY_MODEL_TIMEOUT_S", "0", id="no-time"),
        pytest.param("POLICY_MODEL_MAX_TOKENS", "7", id="no-tokens"),
        pytest.param("POLICY_UNSUPPORTED", "show", id="no-such-way"),
        pytest.param("POLICY_SUPPORT_AT_LEAST", "2", id="score-above-one"),
    ],
)
def test_a_value_out_of_bounds_is_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=f"^{variable} is '{value}'"):
        read(AssistantSettings)


def test_settings_cannot_be_changed_once_read() -> None:
    settings = read(AssistantSettings)

    with pytest.raises(ValidationError):
        settings.abstain_below = 0.0


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_MODEL_API_KEY", "sesame")

    settings = read(AssistantSettings)

    assert settings.model_api_key.get_secret_value() == "sesame"
    assert "sesame" not in f"{settings.model_api_key} {settings!r}"
