"""`policy corpus add`, `remove` and `sync`: they change the texts, so the index follows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.commands import corpus, json_option

if TYPE_CHECKING:
    from corpus.adding import Added
    from corpus.sync import Synced
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
    from corpus.lines import one_line
    from corpus.settings import usable_home
    from corpus.store import TextStore
    from index.commands import progress_bar
    from index.settings_source import load_settings

    store = TextStore(usable_home(load_settings()))
    adder = Adder(load_embedded(), store, collection, instrument)
    results = adder.add(paths, progress_bar())
    if not results:
        named = one_line(", ".join(map(str, paths)))[:200]
        raise AddError(
            f"no files in {named}",
            hint="Hidden files and symbolic links below a folder are left out; name them one by "
            "one to add them.",
        )
    refused = [result for result in results if result.outcome == "refused"]
    if len(refused) == len(results) and not as_json:
        raise AddError("; ".join(map(_refusal, refused[:3])))
    if not as_json:
        _tell_added(results)
    manifest = None if no_index or len(refused) == len(results) else _index()
    if as_json:
        files = [{**asdict(r), "kind": r.kind.value if r.kind else None} for r in results]
        _print_json({"files": files}, manifest)
    if len(refused) == len(results):
        raise click.exceptions.Exit(1)


def _refusal(result: Added) -> str:
    from corpus.lines import one_line

    problem, _, _ = ", ".join(result.notes).partition("; read are: ")
    return f"{one_line(result.path)}: {problem}"


def _tell_added(results: Sequence[Added]) -> None:
    from corpus.errors import AddError
    from corpus.lines import one_line
    from corpus.types import TextKind

    for result in results:
        if result.outcome == "refused":
            click.echo(f"refused    {_refusal(result)}")
            continue
        official = result.kind is TextKind.OFFICIAL
        what = "official text of" if official else "your document"
        count = _counted(result.provisions, "provision")
        click.echo(
            f"{result.outcome:10} {one_line(result.path)}: {what} {result.instrument_id}, {count}"
        )
        for note in result.notes:
            click.echo(f"           {note}")
    _summarise(result.outcome for result in results)
    if any(result.outcome == "refused" for result in results):
        _say(f"refused files are left out. Hint: {AddError.hint}")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _summarise(outcomes: Iterable[str]) -> None:
    counts = Counter(outcomes)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()), err=True)


def _tell_index(manifest: Manifest | None) -> None:
    if manifest is not None:
        click.echo(
            f"index: {manifest.provisions} provisions, {manifest.passages} passages, "
            f"built in {manifest.build_s} s; a server that is running keeps the old one until "
            "it is started again",
            err=True,
        )


def _say(note: str) -> None:
    click.echo(f"policy: {note}", err=True)


def _print_json(body: dict[str, object], manifest: Manifest | None) -> None:
    table = {**body, "index": asdict(manifest) if manifest else None}
    click.echo(json.dumps(table, ensure_ascii=False))


@corpus.command()
@click.argument("name", metavar="ID")
@index_option
@json_option
def remove(name: str, no_index: bool, as_json: bool) -> None:
    """Remove the added texts of an instrument or a collection, and every trace of them."""
    from index.wiring import calm_threads

    calm_threads()
    from corpus.errors import UnknownInstrumentError
    from corpus.lines import one_line
    from corpus.settings import usable_home
    from corpus.store import TextStore
    from index.generations import Generations
    from index.settings_source import load_settings

    home = usable_home(load_settings())
    generations = Generations(home / "index")
    generations.check_idle()  # a build that is under way would bring the removed words back
    gone = TextStore(home).remove(name)
    if not gone:
        raise UnknownInstrumentError(
            f"nothing was added as {one_line(name[:60])!r}",
            hint="`policy corpus list` shows what is official text or upload; digests stay.",
        )
    if not as_json:
        for entry in gone:
            click.echo(f"removed    {entry}")
    manifest = _index(forget=True, build=not no_index)
    if as_json:
        _print_json({"removed": list(gone)}, manifest)
    if manifest is None and generations.folders():
        _say("the index still holds the words until it is built: `policy index build`")
    elif len(generations.folders()) > 1:
        _say(
            "a running server still holds the old index; the next build after it has stopped "
            "deletes that"
        )


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
    if as_of and as_of.date() > date.today():
        raise click.UsageError(f"--as-of {as_of:%Y-%m-%d} is in the future")
    from index.wiring import calm_threads

    calm_threads()
    from corpus.catalog import load_embedded
    from corpus.settings import CorpusSettings, usable_home
    from corpus.settings_source import read
    from corpus.store import TextStore
    from corpus.sync import Syncer
    from index.commands import progress_bar

    settings = read(CorpusSettings)
    syncer = Syncer(load_embedded(), TextStore(usable_home(settings)), settings)
    results = syncer.sync(ids, day=as_of.date() if as_of else None, progress=progress_bar())
    if not as_json:
        _tell_synced(results)
    kept = any(result.outcome in {"added", "replaced", "unchanged"} for result in results)
    manifest = _index() if kept and not no_index else None
    if as_json:
        _print_json({"texts": [asdict(result) for result in results]}, manifest)
    if any(result.outcome == "failed" for result in results):
        raise click.exceptions.Exit(1)


def _tell_synced(results: Sequence[Synced]) -> None:
    """A line a text; one an instrument for its texts that failed for the same reason."""
    told = Counter((r.outcome, r.instrument_id, r.problem) for r in results if r.problem)
    for result in results:
        count = told.pop((result.outcome, result.instrument_id, result.problem), 0)
        if result.problem and not count:
            continue
        note = f"{result.problem} ({count} texts)" if count > 1 else result.note
        click.echo(f"{result.outcome:10} {result.instrument_id}: {note}")
    _summarise(result.outcome for result in results)
    if any(result.outcome == "failed" for result in results):
        _say("what was fetched before stays in use. Hint: `policy corpus sync ID` tries again.")


def _index(*, forget: bool = False, build: bool = True) -> Manifest | None:
    """Build the index of the texts as they are now, unless it is; None when it was not built.

    `forget` drops the vectors of removed texts.
    """
    from corpus.loading import load_corpus
    from index.commands import progress_bar
    from index.errors import IndexBusyError
    from index.settings_source import load_settings
    from index.wiring import make_builder

    settings = load_settings()
    builder, generations = make_builder(settings, load_corpus(settings.home))
    manifest = None
    if build and not builder.is_current(generations):
        try:
            manifest = builder.build(generations, progress=progress_bar())
        except IndexBusyError:
            if forget:
                raise
            _say("another process is building the index; its next use takes in these texts")
    if forget:
        builder.forget_others()
    if manifest:
        _tell_index(manifest)
    return manifest
