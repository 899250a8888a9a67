"""The invented corpus for units; the real assistant, built once, for what only it can show."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from assistant.answering import Assistant
from assistant.settings import AssistantSettings
from assistant.testing import make_hit, small_corpus
from assistant.wiring import build_assistant
from corpus.catalog import Corpus
from index.settings import IndexSettings
from index.types import Hit


class Run(Protocol):
    """Runs `policy` in this process; gives exit status, stdout and stderr."""

    def __call__(self, *arguments: str) -> tuple[int, str, str]: ...


@pytest.fixture(scope="session")
def laws() -> Corpus:
    """The corpus of invented laws."""
    return small_corpus()


@pytest.fixture(scope="session")
def hit(laws: Corpus) -> Callable[..., Hit]:
    """Makes a hit on an invented provision."""
    return lambda identifier, **fields: make_hit(laws, identifier, **fields)


@pytest.fixture(scope="session")
def real_assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant as users get it, over the embedded corpus, in a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("POLICY_")]:
            patch.delenv(name)
        home = tmp_path_factory.mktemp("real") / "home"
        return build_assistant(IndexSettings(home=home), AssistantSettings())


@pytest.fixture(scope="session")
def real_home(real_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A POLICY_HOME whose index is current."""
    return next(tmp_path_factory.getbasetemp().glob("real*/home"))


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `policy` with these arguments, as the console command does."""
    from assistant.cli import main

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["policy", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return run
