from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from assistant.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module; `scripts` is no package."""
    spec = importlib.util.spec_from_file_location(
        "write_cli_docs", ROOT / "scripts" / "write_cli_docs.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_on_the_command_line_is_what_the_commands_say(script: ModuleType) -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")

    assert page == script.generate(), "run scripts/write_cli_docs.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_section(script: ModuleType, name: str) -> None:
    lines = script.generate().splitlines()

    assert f"## `policy {name}`" in lines


def test_the_commands_of_a_group_stand_below_it(script: ModuleType) -> None:
    lines = script.generate().splitlines()

    assert lines.index("## `policy eval`") < lines.index("### `policy eval retrieval`")


@pytest.mark.parametrize(
    "hidden",
    [pytest.param("ship-vectors", id="a command"), pytest.param("--only", id="an option")],
)
def test_what_is_hidden_is_not_told(script: ModuleType, hidden: str) -> None:
    page = script.generate()

    assert hidden not in page
