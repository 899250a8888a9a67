"""`policy eval`: measure retrieval on anyone's data, and answers on our own questions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.errors import EvaluationError
from evals.suites import SUITES, WITH_MODEL
from index.commands import json_option, progress_bar
from index.settings_source import load_settings

if TYPE_CHECKING:
    from evals.launching import Launcher
    from evals.runs import StoredRun

ALL = "all"


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
@click.argument("suite", required=False, type=click.Choice([*SUITES, *WITH_MODEL, ALL]))
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Another file of questions for the suite; default our own.",
)
@click.option("--quick", is_flag=True, help="Ask a fixed sample of about 60 questions.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="The day that counts as today (YYYY-MM-DD).",
)
@click.option(
    "--resume", default=None, metavar="RUN", help="Go on with a run that was stopped; or `latest`."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="Write the run folder here, not below POLICY_HOME/evals.",
)
@click.option("--no-report", is_flag=True, help="Write no report.html.")
@json_option
def run(
    suite: str | None,
    questions: Path | None,
    quick: bool,
    today: datetime | None,
    resume: str | None,
    out: Path | None,
    no_report: bool,
    as_json: bool,
) -> None:
    """Answer the questions of SUITE and keep a run folder; default `answers`."""
    if resume is not None and (suite or questions or quick or today or out):
        raise click.UsageError("--resume goes on as the run was started; give nothing else with it")
    if suite == ALL and questions is not None:
        raise click.UsageError("each suite has questions of its own: name one with --questions")
    launcher = _launcher()
    from evals.provenance import Plan
    from evals.runs import find_run

    if resume is not None:
        done = [_told(launcher.resume(find_run(resume, launcher.home)), report=not no_report)]
    else:
        day = today.date() if today else date.today()
        names = list(SUITES) if suite == ALL else [suite or "answers"]
        plans = [Plan(name, questions, quick, day) for name in names]
        paths = [out / p.suite if out and suite == ALL else out for p in plans]
        done = [
            _told(launcher.start(plan, path), report=not no_report)
            for plan, path in zip(plans, paths, strict=True)
        ]
    _print_runs(done, as_json=as_json, several=suite == ALL)


def _launcher() -> Launcher:
    from index.wiring import calm_threads

    calm_threads()
    from assistant.settings import AssistantSettings
    from assistant.wiring import build_assistant
    from corpus.settings import usable_home
    from corpus.settings_source import read
    from evals.launching import Launcher
    from index.settings_source import load_settings

    index_settings, settings = load_settings(), read(AssistantSettings)
    home = usable_home(index_settings)
    assistant = build_assistant(index_settings, settings)
    return Launcher(home, assistant, (index_settings, settings), _asking_bars)


def _asking_bars() -> Callable[[int, int], None]:
    bar = progress_bar()
    return lambda done, total: bar("asking", done, total)


def _told(found: StoredRun, *, report: bool) -> StoredRun:
    """The run itself, its folder told and its report written."""
    click.echo(f"policy: the run is in {found.folder}", err=True)
    if report:
        from evals.report import write_report

        click.echo(f"policy: the report is {write_report(found)}", err=True)
    return found


def _print_runs(runs: Sequence[StoredRun], *, as_json: bool, several: bool) -> None:
    from evals.suites import load_suite
    from evals.summary import lines, summarise

    bodies = []
    for number, found in enumerate(runs):
        suite = load_suite(found.header.suite)
        summary = summarise(found.records, suite)
        bodies.append({"suite": suite.name, "run": str(found.folder), **summary.to_json()})
        if not as_json:
            click.echo("\n".join([""] * bool(number) + lines(summary, suite)))
    if as_json:
        click.echo(json.dumps({"runs": bodies} if several else bodies[0]))


@eval_group.command()
@click.argument("run")
def report(run: str) -> None:
    """Write report.html of RUN again (a folder, its name, or `latest`) and print its path."""
    from evals.report import write_report

    click.echo(write_report(_stored(run)))


@eval_group.command()
@click.argument("first", metavar="RUN")
@click.argument("second", metavar="RUN")
@json_option
def compare(first: str, second: str, as_json: bool) -> None:
    """Compare two runs question by question: the second RUN against the first."""
    from evals.compare import compare as compare_runs
    from evals.compare import lines
    from evals.suites import load_suite

    ours, theirs = _stored(first), _stored(second)
    found = compare_runs(ours, theirs, load_suite(ours.header.suite))
    click.echo(json.dumps(found.to_json()) if as_json else "\n".join(lines(found)))


@eval_group.command()
@click.argument("run")
@click.option(
    "--format", "kind", type=click.Choice(["ragas"]), default="ragas", help="The format; ragas."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The file to write, JSON Lines.",
)
def export(run: str, kind: str, out: Path) -> None:
    """Write RUN as a data set that another harness reads."""
    from corpus.loading import load_corpus
    from evals.ragas import export_ragas

    found = _stored(run)
    count = export_ragas(found, load_corpus(load_settings().home), out)
    click.echo(f"{count} samples in {out}, as {kind} reads them")


def _stored(name: str) -> StoredRun:
    from evals.runs import find_run, read_run

    return read_run(find_run(name, load_settings().home.expanduser()))
