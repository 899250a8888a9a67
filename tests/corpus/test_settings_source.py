from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.settings_source import read, read_toml
from index.settings import IndexSettings
from index.settings_source import load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file that asks for 300 candidates."""
    path = tmp_path / "policy.toml"
    path.write_text('candidates = 300\nfor_someone_else = "kept out"\n')
    monkeypatch.setenv("POLICY_CONFIG", str(path))
    return path


def test_without_file_and_environment_the_default_holds() -> None:
    assert read_toml() == ({}, None)
    assert load_settings().candidates == 100


def test_the_file_beats_the_default(file: Path) -> None:
    assert load_settings().candidates == 300
    assert read_toml()[1] == file


def test_the_environment_beats_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_CANDIDATES", "200")

    assert load_settings().candidates == 200


def test_a_flag_beats_the_environment_and_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_CANDIDATES", "200")

    assert read(IndexSettings, candidates=50).candidates == 50


def test_a_flag_beats_the_file_alone(file: Path) -> None:
    assert read(IndexSettings, candidates=50).candidates == 50


def test_a_flag_that_was_not_given_beats_nothing(file: Path) -> None:
    assert read(IndexSettings, candidates=None).candidates == 300


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("POLICY_CANDIDATES", "many", id="no number"),
        pytest.param("POLICY_CANDIDATES", "5", id="out of bounds"),
        pytest.param("POLICY_LEXICAL_WEIGHT", "2", id="share above one"),
        pytest.param("POLICY_QUERY_ENCODER", "torch", id="unknown choice"),
    ],
)
def test_a_bad_value_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    message = str(caught.value)
    assert message.startswith(f"{variable} is {value!r}: ")
    assert "\n" not in message
    assert "policy settings" in caught.value.hint


def test_a_bad_value_in_the_file_is_told_by_its_name(file: Path) -> None:
    file.write_text("candidates = 5\n")

    with pytest.raises(SettingsError, match="POLICY_CANDIDATES is 5: "):
        load_settings()


def test_a_bad_value_in_the_file_does_not_matter_where_the_environment_decides(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("candidates = 5\n")
    monkeypatch.setenv("POLICY_CANDIDATES", "200")

    assert load_settings().candidates == 200


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"candidates = = 3", id="no TOML"),
        pytest.param(b"candidates = '\xff'", id="no UTF-8"),
        pytest.param(None, id="no file"),
    ],
)
def test_a_file_that_is_named_but_cannot_be_read_is_told(file: Path, content: bytes | None) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match=r"policy\.toml cannot be read"):
        load_settings()


def test_a_folder_is_no_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_CONFIG", str(tmp_path))

    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()
