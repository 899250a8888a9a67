"""`policy ask`, `policy serve`, `policy settings`."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.commands import json_option, make_filters, progress_bar, scope_options

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.recording import Recorder

EXIT_ABSTAINED = 3


@click.command()
@click.argument("question", required=False)
@scope_options
@click.option("--model", default=None, metavar="NAME", help="Chat model for a generated answer.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Answer every question of a JSON Lines file, in one process.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Where --batch writes its answers.",
)
@json_option
def ask(
    question: str | None,
    as_of: datetime | None,
    instruments: tuple[str, ...],
    jurisdictions: tuple[str, ...],
    text_kinds: tuple[str, ...],
    model: str | None,
    batch: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Answer QUESTION with citations; exit status 3 when the corpus holds no answer."""
    if (question is None) == (batch is None) or (batch is None) != (out is None):
        raise click.UsageError("give a QUESTION, or --batch FILE with --out FILE")
    from index.wiring import calm_threads

    calm_threads()
    if batch is not None and out is not None:
        if as_of or instruments or jurisdictions or text_kinds:
            raise click.UsageError("with --batch, each line's own as_of counts; no scope options")
        return _ask_batch(batch, out, model)
    from assistant import render
    from assistant.types import AnswerStatus, Question
    from assistant.understanding import clean

    text = clean(question or "")
    assistant, recorder = _opened(model)
    members = assistant.corpus.members(instruments)
    filters = make_filters(as_of, members, jurisdictions, text_kinds)
    answer = assistant.answer(
        Question(
            text,
            (),
            as_of.date() if as_of else None,
            filters.instruments,
            filters.jurisdictions,
            filters.text_kinds,
        )
    )
    answer = recorder.keep(assistant, answer)
    click.echo(render.as_json(answer) if as_json else render.as_text(answer))
    recorder.close()
    return EXIT_ABSTAINED if answer.status is AnswerStatus.ABSTAINED else 0


def _opened(model: str | None) -> tuple[Assistant, Recorder]:
    """The assistant, and what records its answers."""
    from assistant.record_settings import RecordSettings
    from assistant.recording import open_recorder
    from assistant.settings import AssistantSettings
    from assistant.wiring import build_assistant
    from corpus.settings_source import read
    from index.settings_source import load_settings

    records = read(RecordSettings)
    index_settings, settings = load_settings(), read(AssistantSettings, model=model)
    assistant = build_assistant(index_settings, settings, progress=progress_bar())
    recorder = open_recorder(index_settings.home, records, index_settings, settings, warn=_warn)
    return assistant, recorder


def _warn(message: str) -> None:
    click.echo(f"policy: {message}", err=True)


def _ask_batch(batch: Path, out: Path, model: str | None) -> int:
    from assistant.batch import answer_all, read_questions

    questions = list(read_questions(batch))
    assistant, recorder = _opened(model)
    bar = progress_bar()
    try:
        count = answer_all(
            questions,
            lambda question: recorder.keep(assistant, assistant.answer(question)),
            out,
            lambda done, total: bar("answering", done, total),
        )
    finally:
        recorder.close()
    click.echo(f"{count} answers in {out}", err=True)
    return 0


@click.command()
@click.option("--host", default=None, help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port; default 7860.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the chat and the HTTP API."""
    from index.wiring import calm_threads

    calm_threads()
    from assistant.settings import AssistantSettings
    from assistant.web.server import run
    from corpus.settings_source import read
    from index.settings_source import load_settings

    run(load_settings(), read(AssistantSettings, host=host, port=port))


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """List every setting with its value, where the value comes from, and what it means."""
    from assistant.record_settings import RecordSettings
    from assistant.settings import AssistantSettings
    from corpus.settings_source import read, read_toml
    from index.settings import IndexSettings

    table, path = read_toml()
    rows = []
    for kind in (IndexSettings, AssistantSettings, RecordSettings):
        values = read(kind)
        for name, field in kind.model_fields.items():
            variable = f"POLICY_{name}".upper()
            source = (
                "environment"
                if variable in os.environ
                else (str(path) if name in table else "default")
            )
            rows.append(
                {
                    "name": variable,
                    "value": str(getattr(values, name)),
                    "source": source,
                    "meaning": field.description or "",
                }
            )
    if as_json:
        click.echo(json.dumps({"settings": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value'] or '(empty)'}  [{row['source']}]")
        click.echo(f"    {row['meaning']}")
