"""Writes docs/cli.md from the commands themselves: `.venv/bin/python scripts/write_cli_docs.py`.

A test fails while docs/cli.md is not what this gives.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from assistant.cli import COMMANDS, cli

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"


def generate() -> str:
    """The whole page."""
    context = click.Context(cli, info_name="policy", **cli.context_settings)
    names = ", ".join(f"`{name}`" for name in context.help_option_names)
    parts = [
        "# The command line",
        "<!-- Written by scripts/write_cli_docs.py; change the commands, then run it. -->",
        _prose(cli),
        f"Every command takes {names}; `policy --version` prints the version.",
    ]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is None:
            raise LookupError(f"{COMMANDS[name][0]} is no command")
        parts.extend(_describe(command, name, context))
    return "\n\n".join(parts) + "\n"


def _describe(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    """A section on a command, then one on each of its own; hidden ones are left out."""
    if command.hidden:
        return
    context = click.Context(command, info_name=name, parent=parent)
    yield f"{'#' * len(context.command_path.split())} `{context.command_path}`"
    yield _prose(command)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"    {usage}"
    options = list(_options(command, context))
    if options:
        yield "\n".join(["| option | meaning |", "|---|---|", *options])
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from _describe(found, below, context)


def _prose(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """A table row for each option that is neither hidden nor `--help`."""
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            names, meaning = (" ".join(text.split()).replace("|", "\\|") for text in record)
            yield f"| `{names}` | {meaning} |"


if __name__ == "__main__":
    TARGET.write_text(generate(), encoding="utf-8")
