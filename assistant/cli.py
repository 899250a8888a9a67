"""`policy`: the composition root. It names every layer's commands as strings and imports none."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

# name -> (where it is, what it does). Help is printed from here, so `--help` imports nothing.
COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("assistant.commands:ask", "Answer a question with citations, or decline and say why."),
    "search": ("index.commands:search", "Find the provisions nearest to a query."),
    "corpus": ("index.corpus_commands:corpus", "List, show, add, fetch and verify the texts."),
    "index": ("index.commands:index_group", "Build the index and say what it holds."),
    "record": ("assistant.record_commands:record", "Read, replay, check and delete records."),
    "serve": ("assistant.commands:serve", "Serve the chat and the HTTP API."),
    "settings": ("assistant.commands:settings", "List every setting, its value and where from."),
    "eval": ("evals.commands:eval_group", "Measure retrieval and answers."),
}

EXIT_FAILED, EXIT_USAGE, EXIT_ABSTAINED = 1, 2, 3


class LazyGroup(click.Group):
    """A group whose commands are imported when they run, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The command names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policy-assistant", prog_name="policy")
def cli() -> None:
    """Ask what the rules on AI and advanced chips say, with pinpoint citations.

    Data goes to stdout, progress to stderr. Exit status: 0 done, 1 an expected failure,
    2 usage, 3 the assistant abstained.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; expected failures become one line and a hint."""
    from corpus.errors import PolicyError

    try:
        code = cli.main(args=arguments, prog_name="policy", standalone_mode=False)
    except PolicyError as error:
        _tell(error)
        sys.exit(EXIT_FAILED)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except click.Abort:
        click.echo("policy: stopped", err=True)
        sys.exit(EXIT_FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _tell(error: Exception) -> None:
    hint = getattr(error, "hint", "")
    message = " ".join(str(error).split())
    if "--json" in sys.argv:
        body = {"error": {"code": type(error).__name__, "message": message, "hint": hint}}
        click.echo(json.dumps(body))
    click.echo(f"policy: {message}. Hint: {hint}" if hint else f"policy: {message}", err=True)


if __name__ == "__main__":
    main()
