"""A chat model of any provider that LangChain knows, as the generated engine asks it.

The only module that imports LangChain's models; it does so when a model is opened.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.engines.prompting import Prompt
from assistant.errors import ModelError
from corpus.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PACKAGES = {
    "openai": "langchain_openai",
    "ollama": "langchain_ollama",
    "anthropic": "langchain_anthropic",
}
_FIXED_TEMPERATURE = re.compile(r"(?:o\d|gpt-5)", re.IGNORECASE)
_NO_KEY = "none"
"""What servers of one's own get, which want no key; the client refuses to start without one."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How a model is reached and how much it may write.

    `base_url` is that of a compatible server, empty for the provider's own; `api_key` is empty
    where the provider's own variable holds it. `timeout_s` in seconds, `max_tokens` an answer.
    """

    base_url: str = ""
    api_key: str = ""
    timeout_s: float = 60.0
    max_tokens: int = 800


@dataclass(frozen=True)
class LangChainModel:
    """Streams a LangChain chat model's answer as plain text."""

    name: str
    chat: BaseChatModel

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The pieces of the answer as they come.

        Raises:
            ModelError: If the model cannot be reached, refuses or breaks off.
        """
        messages = [("system", prompt.system), ("human", prompt.user)]
        try:
            for chunk in self.chat.stream(messages):
                if text := str(chunk.text):
                    yield text
        # Each provider has errors of its own, which cannot be named without importing them all.
        except Exception as error:
            raise ModelError(f"{self.name}: {type(error).__name__}: {error}") from error


def open_chat_model(name: str, options: ModelOptions | None = None) -> LangChainModel:
    """The model of an `init_chat_model` name such as ``openai:gpt-4.1`` or ``ollama:llama3.1``.

    Nothing is asked yet: a server that is down shows with the first question.

    Raises:
        SettingsError: If the name is none, its package is missing, or an option does not fit.
    """
    provider = _provider(name)
    package = _PACKAGES.get(provider, f"langchain_{provider}")
    if provider in _PACKAGES and importlib.util.find_spec(package) is None:
        raise _missing(name, package)
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(name, **_arguments(name, provider, options or ModelOptions()))
    except ImportError as error:
        raise _missing(name, package) from error
    # A wrong name, address or key: each provider says so with errors of its own.
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        raise SettingsError(
            f"POLICY_MODEL={name!r} cannot be used: {said}",
            hint="Check POLICY_MODEL, POLICY_MODEL_BASE_URL and the key; see docs/generated.md.",
        ) from error
    return LangChainModel(name, chat)


def _provider(name: str) -> str:
    provider, colon, model = name.partition(":")
    if not colon or not model.strip() or not re.fullmatch(r"[a-z0-9_-]+", provider):
        raise SettingsError(
            f"POLICY_MODEL={name!r} names no provider",
            hint="Write provider:model, such as openai:gpt-4.1, ollama:llama3.1 or "
            "anthropic:claude-sonnet-4-5.",
        )
    return provider.replace("-", "_")


def _missing(name: str, package: str) -> SettingsError:
    wanted = package.replace("_", "-")
    return SettingsError(
        f"POLICY_MODEL={name!r} needs the package {wanted}, which is not installed",
        hint=f"Run: python -m pip install {wanted}",
    )


def _arguments(name: str, provider: str, options: ModelOptions) -> dict[str, Any]:
    """The options in the words of a provider; what is not set is left to the provider."""
    found: dict[str, Any] = {}
    if not _FIXED_TEMPERATURE.match(name.partition(":")[2]):
        found["temperature"] = 0.0
    if options.base_url:
        found["base_url"] = options.base_url
    if provider == "ollama":
        found |= {"num_predict": options.max_tokens}
        client: dict[str, Any] = {"timeout": options.timeout_s}
        if options.api_key:
            client["headers"] = {"Authorization": f"Bearer {options.api_key}"}
        return found | {"client_kwargs": client}
    # One attempt: quotes take over at once where a model is busy.
    found |= {"max_tokens": options.max_tokens, "timeout": options.timeout_s, "max_retries": 0}
    if options.api_key:
        found["api_key"] = options.api_key
    elif provider == "openai" and options.base_url and not os.environ.get("OPENAI_API_KEY"):
        found["api_key"] = _NO_KEY
    return found
