"""`policy eval`: measure retrieval on anyone's data, and answers on our own questions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.as_of import DatedReport


@click.group("eval")
def eval_group() -> None:
    """Measure retrieval and answers."""


@eval_group.command()
@click.option(
    "--beir",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="A folder in the BEIR layout.",
)
@click.option(
    "--system",
    "systems",
    multiple=True,
    metavar="NAME",
    help="A further system to run beside the product; may be repeated.",
)
@click.option("--only", is_flag=True, hidden=True, help="Run the named systems alone.")
@click.option(
    "--run-file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="PATH",
    help="Write the product's run in TREC format.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def retrieval(
    beir: Path, systems: tuple[str, ...], only: bool, run_file: Path | None, as_json: bool
) -> None:
    """Measure retrieval on a BEIR folder, through the product's own index."""
    from index.wiring import calm_threads

    calm_threads()
    from evals.datasets import read_beir
    from evals.retrieval import SYSTEMS, evaluate, result_json, write_trec

    for name in systems:
        if name not in SYSTEMS:
            raise click.UsageError(f"no system {name!r}; one of {', '.join(SYSTEMS)}")
    dataset = read_beir(beir)
    rows: list[dict[str, object]] = []
    wanted = systems if only else ("product", *(s for s in systems if s != "product"))
    for name in wanted:
        if name != wanted[0]:
            rows.append(_in_own_process(beir, name))  # so that memory is each system's own
            continue
        result = evaluate(dataset, name)
        rows.append(result_json(result))
        if run_file is not None:
            write_trec(result.run, name, run_file)
    if as_json:
        click.echo(
            json.dumps({"systems": rows, "set": dataset.name, "topics": len(dataset.topics)})
        )
        return
    click.echo(f"{dataset.name}: {len(dataset.topics)} topics, {len(dataset.documents)} documents")
    for row in rows:
        click.echo("  ".join(f"{key} {value}" for key, value in row.items()))


def _in_own_process(beir: Path, name: str) -> dict[str, object]:
    command = [
        sys.executable,
        "-m",
        "assistant.cli",
        "eval",
        "retrieval",
        "--beir",
        str(beir),
        "--system",
        name,
        "--only",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - us
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"]
        raise EvaluationError(f"{name}: {said[-1]}")
    row: dict[str, object] = json.loads(done.stdout)["systems"][0]
    return row


@eval_group.command()
@click.argument("suite", default="answers", type=click.Choice(["answers", "as-of"]))
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Another file of gold questions; default our own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(suite: str, questions: Path | None, as_json: bool) -> None:
    """Answer our own questions: gold ones (`answers`), or one on several days (`as-of`)."""
    from index.wiring import calm_threads

    calm_threads()
    from assistant.settings import AssistantSettings
    from assistant.wiring import build_assistant
    from corpus.settings_source import read
    from evals.answers import measure_answers, read_gold
    from evals.as_of import measure_as_of, read_dated
    from index.commands import progress_bar
    from index.settings_source import load_settings

    bar = progress_bar()

    def show(done: int, total: int) -> None:
        bar("answering", done, total)

    if suite == "as-of":
        dated = read_dated(questions)
        made = build_assistant(load_settings(), read(AssistantSettings))
        report_of_days = measure_as_of(made, dated, show)
        _print_days(report_of_days, as_json=as_json)
        return
    gold = read_gold(questions)
    assistant = build_assistant(load_settings(), read(AssistantSettings))
    report = measure_answers(assistant, gold, show)
    if as_json:
        click.echo(json.dumps({"suite": suite, **report.to_json()}))
        return
    click.echo("\n".join(report.lines()))


def _print_days(report: DatedReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"suite": "as-of", **report.to_json()}))
        return
    for line in report.lines():
        click.echo(line)
