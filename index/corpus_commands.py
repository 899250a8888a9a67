"""`policy corpus add`, `remove` and `sync`: they change the texts, so the index follows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.commands import corpus, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.adding import Added
    from index.generations import Manifest

__all__ = ["corpus"]

index_option = click.option(
    "--no-index", is_flag=True, help="Leave the index as it is; it is built on first use."
)


@corpus.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--collection",
    default="",
    metavar="NAME",
    help="Keep the files as your own documents, in this collection; default `uploads`.",
)
@click.option(
    "--instrument",
    default="",
    metavar="ID",
    help="The files are the official text of this instrument, whatever they say of themselves.",
)
@index_option
@json_option
def add(
    paths: tuple[Path, ...], collection: str, instrument: str, no_index: bool, as_json: bool
) -> None:
    """Add files or folders: official texts the catalog knows, and documents of your own."""
    if collection and instrument:
        raise click.UsageError("give --collection or --instrument, not both")
    from index.wiring import calm_threads

    calm_threads()
    from corpus.adding import Adder
    from corpus.catalog import load_embedded
    from corpus.errors import AddError
    from corpus.settings import usable_home
    from corpus.store import TextStore
    from index.commands import progress_bar
    from index.settings_source import load_settings

    store = TextStore(usable_home(load_settings()))
    adder = Adder(load_embedded(), store, collection, instrument)
    results = adder.add(paths, progress_bar())
    refused = [result for result in results if result.outcome == "refused"]
    if not results:
        raise AddError(f"no files in {', '.join(map(str, paths))[:200]}")
    if len(refused) == len(results) and not as_json:
        raise AddError("; ".join(note for result in refused[:3] for note in result.notes))
    changed = any(result.outcome in {"added", "replaced"} for result in results)
    manifest = _index() if changed and not no_index else None
    _tell_added(results, manifest, as_json=as_json)
    if len(refused) == len(results):
        raise click.exceptions.Exit(1)


def _tell_added(results: Sequence[Added], manifest: Manifest | None, *, as_json: bool) -> None:
    if as_json:
        files = [{**asdict(r), "kind": r.kind.value if r.kind else None} for r in results]
        body = {"files": files, "index": asdict(manifest) if manifest else None}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for result in results:
        where = f"{result.kind} text of {result.instrument_id}" if result.kind else "not added"
        click.echo(f"{result.outcome:10} {result.path}: {where}, {result.provisions} provisions")
        for note in result.notes:
            click.echo(f"           {note}")
    counts = Counter(result.outcome for result in results)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()), err=True)
    _tell_index(manifest)


def _tell_index(manifest: Manifest | None) -> None:
    if manifest is not None:
        click.echo(
            f"index: {manifest.provisions} provisions, {manifest.passages} passages, "
            f"built in {manifest.build_s} s; a server that is running keeps the old one until "
            "it is started again",
            err=True,
        )


@corpus.command()
@click.argument("name", metavar="ID")
@index_option
@json_option
def remove(name: str, no_index: bool, as_json: bool) -> None:
    """Remove the added texts of an instrument or a collection, and every trace of them."""
    from index.wiring import calm_threads

    calm_threads()
    from corpus.errors import UnknownInstrumentError
    from corpus.settings import usable_home
    from corpus.store import TextStore
    from index.settings_source import load_settings

    gone = TextStore(usable_home(load_settings())).remove(name)
    if not gone:
        raise UnknownInstrumentError(
            f"nothing was added as {name[:60]!r}",
            hint="`policy corpus list` shows what is official text or upload; digests stay.",
        )
    manifest = None if no_index else _index(forget=True)
    if as_json:
        index = asdict(manifest) if manifest else None
        click.echo(json.dumps({"removed": list(gone), "index": index}))
        return
    for entry in gone:
        click.echo(f"removed    {entry}")
    _tell_index(manifest)


@corpus.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Fetch the text of this day, where the publisher keeps past days (eCFR).",
)
@index_option
@json_option
def sync(ids: tuple[str, ...], as_of: datetime | None, no_index: bool, as_json: bool) -> None:
    """Fetch the official texts from their publishers; what fails leaves the last good text."""
    from index.wiring import calm_threads

    calm_threads()
    from corpus.sync import Syncer

    from corpus.catalog import load_embedded
    from corpus.settings import CorpusSettings, usable_home
    from corpus.settings_source import read
    from corpus.store import TextStore
    from index.commands import progress_bar

    settings = read(CorpusSettings)
    home = usable_home(settings)
    syncer = Syncer(load_embedded(), TextStore(home), home / "texts" / ".parts", settings)
    results = syncer.sync(ids, day=as_of.date() if as_of else None, progress=progress_bar())
    changed = any(result.outcome in {"added", "replaced"} for result in results)
    manifest = _index() if changed and not no_index else None
    if as_json:
        body = {
            "texts": [asdict(result) for result in results],
            "index": asdict(manifest) if manifest else None,
        }
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        for result in results:
            click.echo(f"{result.outcome:10} {result.instrument_id}: {result.note}")
        _tell_index(manifest)
    if any(result.outcome == "failed" for result in results):
        raise click.exceptions.Exit(1)


def _index(*, forget: bool = False) -> Manifest:
    """Build the index of the texts as they are now; `forget` drops vectors of removed ones."""
    from corpus.loading import load_corpus
    from index.commands import progress_bar
    from index.settings_source import load_settings
    from index.wiring import make_builder

    settings = load_settings()
    builder, generations = make_builder(settings, load_corpus(settings.home))
    manifest = builder.build(generations, progress=progress_bar())
    if forget:
        builder.forget_others()
    return manifest
