from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.adapters import chat_model
from assistant.adapters.chat_model import LangChainModel, ModelOptions, open_chat_model
from assistant.engines.prompting import Prompt
from assistant.errors import ModelError
from corpus.errors import SettingsError

PROMPT = Prompt("the rules", "the question")


@pytest.fixture
def arguments(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """What `init_chat_model` is called with; it gives a fake."""
    called: list[tuple[str, dict[str, object]]] = []

    def init(name: str, **fields: object) -> BaseChatModel:
        called.append((name, fields))
        return GenericFakeChatModel(messages=iter([AIMessage("Robots must stop.")]))

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    monkeypatch.setattr(chat_model.importlib.util, "find_spec", lambda name: object())
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return called


def test_the_pieces_are_plain_text(arguments: list[tuple[str, dict[str, object]]]) -> None:
    pieces = list(open_chat_model("openai:x").stream(PROMPT))

    assert len(pieces) > 1
    assert "".join(pieces) == "Robots must stop."


def test_the_rules_go_as_system_message_and_the_question_as_the_users() -> None:
    seen: list[object] = []

    class Chat:
        def stream(self, messages: object) -> Iterator[object]:
            seen.append(messages)
            return iter(())

    list(LangChainModel("openai:x", Chat()).stream(PROMPT))  # type: ignore[arg-type]

    assert seen == [[("system", "the rules"), ("human", "the question")]]


def test_any_failure_of_a_provider_is_one_of_ours() -> None:
    class Chat:
        def stream(self, messages: object) -> Iterator[object]:
            raise ConnectionResetError("peer")

    with pytest.raises(ModelError, match="openai:x: ConnectionResetError: peer") as failed:
        list(LangChainModel("openai:x", Chat()).stream(PROMPT))  # type: ignore[arg-type]

    assert failed.value.retryable


def test_an_openai_server_of_ones_own_needs_no_key(
    arguments: list[tuple[str, dict[str, object]]],
) -> None:
    options = ModelOptions(base_url="http://127.0.0.1:1/v1", timeout_s=5, max_tokens=99)

    open_chat_model("openai:local", options)

    assert arguments == [
        (
            "openai:local",
            {
                "temperature": 0.0,
                "base_url": "http://127.0.0.1:1/v1",
                "max_tokens": 99,
                "timeout": 5,
                "max_retries": 0,
                "api_key": "none",
            },
        )
    ]


def test_the_providers_own_key_is_left_to_the_provider(
    arguments: list[tuple[str, dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")

    open_chat_model("openai:x", ModelOptions(base_url="http://127.0.0.1:1/v1"))
    open_chat_model("anthropic:x", ModelOptions())

    assert all("api_key" not in fields for _, fields in arguments)


def test_a_key_of_ours_is_handed_on(arguments: list[tuple[str, dict[str, object]]]) -> None:
    open_chat_model("anthropic:x", ModelOptions(api_key="secret"))
    open_chat_model("ollama:x", ModelOptions(api_key="secret"))

    assert arguments[0][1]["api_key"] == "secret"
    assert arguments[1][1]["client_kwargs"] == {
        "timeout": 60.0,
        "headers": {"Authorization": "Bearer secret"},
    }


def test_ollama_is_told_of_limits_in_its_own_words(
    arguments: list[tuple[str, dict[str, object]]],
) -> None:
    open_chat_model("ollama:llama3.1", ModelOptions(max_tokens=7))

    assert arguments[0][1]["num_predict"] == 7
    assert "max_tokens" not in arguments[0][1]


@pytest.mark.parametrize("name", ["openai:o3-mini", "openai:gpt-5"])
def test_models_that_take_no_temperature_get_none(
    name: str, arguments: list[tuple[str, dict[str, object]]]
) -> None:
    open_chat_model(name)

    assert "temperature" not in arguments[0][1]


@pytest.mark.parametrize("name", ["gpt-4", "openai:", ":x", "open ai:x", "openai: "])
def test_a_name_without_a_provider_is_refused_with_examples(name: str) -> None:
    with pytest.raises(SettingsError, match="names no provider") as refused:
        open_chat_model(name)

    assert "ollama:llama3.1" in refused.value.hint


def test_a_provider_that_nobody_knows_is_refused_in_one_line() -> None:
    with pytest.raises(SettingsError) as refused:
        open_chat_model("nobody:x")

    assert str(refused.value).startswith("POLICY_MODEL='nobody:x'")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
def test_a_missing_package_is_one_line_with_the_command(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_model.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SettingsError, match=f"needs the package langchain-{provider}") as refused:
        open_chat_model(f"{provider}:x")

    assert refused.value.hint == f"Run: python -m pip install langchain-{provider}"


def test_a_missing_key_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(SettingsError, match="POLICY_MODEL='openai:x' cannot be used") as refused:
        open_chat_model("openai:x")

    assert "\n" not in str(refused.value)


def test_without_a_model_no_model_library_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys, assistant.wiring, assistant.settings\n"
        "wanted = ('langchain', 'langchain_openai', 'openai', 'assistant.engines.generated')\n"
        "print([name for name in wanted if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )

    assert done.stdout.strip() == "[]"
