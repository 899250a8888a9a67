"""`policy record`: what was answered, whether it would be answered so today, what is stale."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from index.commands import json_option, progress_bar

if TYPE_CHECKING:
    from assistant.record_changes import Change
    from assistant.record_store import RecordStore
    from assistant.records import Record
    from assistant.types import Answer

EXIT_CHANGED = 1


@click.group()
def record() -> None:
    """Read, replay, check and delete the records of answers."""


@record.command("list")
@click.option("--limit", type=click.IntRange(1), default=20, help="How many; default 20.")
@json_option
def list_records(limit: int, as_json: bool) -> None:
    """List the records last asked for, latest first."""
    from assistant import record_render

    store = _store()
    rows, count = store.listed(limit), store.count()
    if as_json:
        body = {"records": [record_render.listed_json(row) for row in rows], "count": count}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for row in rows:
        click.echo(record_render.listed_line(row))
    if count > len(rows):
        click.echo(f"{len(rows)} of {count} records; --limit shows more", err=True)


@record.command()
@click.argument("id", metavar="ID")
@json_option
def show(id: str, as_json: bool) -> None:  # noqa: A002 - the name on the command line
    """Show one record whole; ID may be cut short."""
    from assistant import record_render
    from assistant.record_store import as_json as record_json

    found = _store().find(id)
    click.echo(record_json(found) if as_json else record_render.record_text(found))


@record.command("replay")
@click.argument("id", metavar="ID")
@json_option
def replay_record(id: str, as_json: bool) -> int:  # noqa: A002 - the name on the command line
    """Ask again, on the same day and in the same scope, and say what has changed.

    Exit status 0: the same answer; 1: another one.
    """
    from index.wiring import calm_threads

    calm_threads()
    from assistant import record_render
    from assistant.render import answer_json

    found = _store().find(id)
    answer, changes = _again(found)
    if as_json:
        body = record_render.replay_json(found, changes, answer_json(answer))
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(record_render.replay_text(found, changes))
    return EXIT_CHANGED if any(change.is_of_answer for change in changes) else 0


@record.command()
@json_option
def stale(as_json: bool) -> None:
    """List the answers whose cited provisions have changed since; runs no question."""
    from assistant import record_render

    store = _store()
    found = _stale(store)
    rows = store.named(frozenset(found))
    if as_json:
        body = {
            "records": [
                {
                    **record_render.listed_json(row),
                    "changes": [
                        {"n": n, **record_render.change_json(change)} for n, change in found[row.id]
                    ],
                }
                for row in rows
            ],
            "checked": store.count(),
        }
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for row in rows:
        click.echo(record_render.stale_text(row, found[row.id]))
    click.echo(f"{len(rows)} of {store.count()} records are stale", err=True)


@record.command()
@click.argument("id", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True, help="Delete every record.")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0, 36_500),
    default=None,
    metavar="DAYS",
    help="Delete what was last asked for more than this many days ago.",
)
@json_option
def delete(
    id: str | None,  # noqa: A002 - the name on the command line
    everything: bool,
    days: int | None,
    as_json: bool,
) -> None:
    """Delete records for good: one, all, or old ones."""
    from datetime import UTC, datetime, timedelta

    if [id is not None, everything, days is not None].count(True) != 1:
        raise click.UsageError("give one of ID, --all and --older-than DAYS")
    store = _store()
    if id is not None:
        count = store.delete(id)
    elif days is not None:
        count = store.delete_older(datetime.now(UTC) - timedelta(days=days))
    else:
        count = store.delete_all()
    click.echo(json.dumps({"deleted": count}) if as_json else f"{count} deleted")


def _store() -> RecordStore:
    from assistant.record_store import RecordStore
    from index.settings_source import load_settings

    return RecordStore(load_settings().home)


def _again(found: Record) -> tuple[Answer, tuple[Change, ...]]:
    """The answer that the recorded question gets now, and how it differs."""
    from assistant.record_setup import settings_that_count, setup_of
    from assistant.replaying import replay
    from assistant.settings import AssistantSettings
    from assistant.wiring import build_assistant
    from corpus.settings_source import read
    from index.settings_source import load_settings

    index_settings, settings = load_settings(), read(AssistantSettings)
    assistant = build_assistant(index_settings, settings, progress=progress_bar())
    setup = setup_of(assistant, settings_that_count(index_settings, settings))
    return replay(found, assistant, setup)


def _stale(store: RecordStore) -> dict[str, list[tuple[int, Change]]]:
    """By record: the number of a citation in the answer, and what has changed about it."""
    from datetime import date

    from assistant.record_changes import StaleCheck
    from corpus.loading import load_corpus
    from index.settings_source import load_settings

    check = StaleCheck(load_corpus(load_settings().home), date.today())
    found: dict[str, list[tuple[int, Change]]] = {}
    for record_id, n, cited in store.cited():
        for change in check.changes(cited):
            found.setdefault(record_id, []).append((n, change))
    return found
