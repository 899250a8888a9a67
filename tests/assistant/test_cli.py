from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from assistant.cli import COMMANDS, cli

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"torch", "chromadb", "gradio", "sentence_transformers", "numpy", "onnxruntime", "fastapi"}
WATCHED = """
import json, sys
from assistant.cli import main
try:
    main(sys.argv[1:])
finally:
    sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    done = python("-c", WATCHED, "--help")

    assert done.returncode == 0
    assert "Commands:" in done.stdout
    assert HEAVY.isdisjoint(json.loads(done.stderr))


def test_help_of_ask_imports_no_engine() -> None:
    done = python("-c", WATCHED, "ask", "--help")

    assert done.returncode == 0
    assert {"torch", "chromadb", "gradio", "sentence_transformers"}.isdisjoint(
        json.loads(done.stderr)
    )


def test_help_takes_less_than_half_a_second() -> None:
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        python("-m", "assistant.cli", "--help")
        spent.append(time.perf_counter() - started)

    assert statistics.median(spent) < 0.5


def test_help_lists_every_command_with_what_it_does(policy: Run) -> None:
    code, out, _ = policy("--help")

    assert code == 0
    assert all(name in out for name in COMMANDS)
    assert "3 the assistant abstained" in out


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in COMMANDS])
def test_every_command_that_is_listed_can_be_run(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)

    assert isinstance(command, click.Command)
    assert command.name == name


def test_an_unknown_command_is_wrong_usage(policy: Run) -> None:
    code, out, err = policy("foretell")

    assert (code, out) == (2, "")
    assert "No such command 'foretell'" in err


def test_no_command_shows_the_help_as_wrong_usage(policy: Run) -> None:
    code, _, err = policy()

    assert code == 2
    assert "Commands:" in err


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("assistant.commands.settings", broken)
    monkeypatch.setattr("sys.argv", ["policy", "settings"])
    from assistant.cli import main

    with pytest.raises(ZeroDivisionError):
        main()


def test_a_stop_by_the_user_is_told_in_one_line(
    policy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.commands.settings", stopped)

    code, _, err = policy("settings")

    assert code == 1
    assert err.strip() == "policy: stopped"


def test_a_reader_that_went_away_is_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "settings"],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write)

    assert done.stderr == ""
