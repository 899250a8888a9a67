"""`policy index` and `policy search`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.settings_source import load_settings

if TYPE_CHECKING:
    from index.types import Filters

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


F = TypeVar("F", bound=Callable[..., object])


def scope_options(command: F) -> F:
    """The options that narrow what is searched; shared by `ask` and `search`."""
    for option in (
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            default=None,
            metavar="DATE",
            help="The day whose law is meant (YYYY-MM-DD); default today.",
        ),
        click.option(
            "--instrument",
            "instruments",
            multiple=True,
            metavar="ID",
            help="Only this instrument; may be repeated.",
        ),
        click.option(
            "--jurisdiction",
            "jurisdictions",
            multiple=True,
            metavar="CODE",
            help="Only this jurisdiction (EU, US, ...); may be repeated.",
        ),
        click.option(
            "--text-kind",
            "text_kinds",
            multiple=True,
            metavar="KIND",
            type=click.Choice(["official", "digest", "dossier", "upload"]),
            help="Only this kind of text; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def make_filters(
    as_of: datetime | None,
    instruments: Iterable[str],
    jurisdictions: tuple[str, ...],
    text_kinds: tuple[str, ...],
) -> Filters:
    """Filters from the scope options."""
    from corpus.types import TextKind
    from index.types import Filters

    return Filters(
        as_of=as_of.date() if as_of else date.today(),
        instruments=frozenset(instruments),
        jurisdictions=frozenset(code.upper() for code in jurisdictions),
        text_kinds=frozenset(TextKind(kind) for kind in text_kinds),
    )


def progress_bar() -> Callable[[str, int, int], None]:
    """A progress bar on stderr, one a stage."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for earlier in bars.values():
                earlier.close()
            bars[stage] = tqdm(total=total, desc=stage, unit="", leave=False)
        bars[stage].total = total
        bars[stage].update(done - bars[stage].n)
        if done >= total:
            bars[stage].close()

    return show


@click.command()
@click.argument("query")
@click.option("-k", type=click.IntRange(1, 100), default=10, help="How many hits.")
@scope_options
@json_option
def search(
    query: str,
    k: int,
    as_of: datetime | None,
    instruments: tuple[str, ...],
    jurisdictions: tuple[str, ...],
    text_kinds: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find the provisions nearest to QUERY."""
    from index.wiring import calm_threads

    calm_threads()
    from corpus.loading import load_corpus
    from index.describe import hit_json
    from index.wiring import open_retriever

    settings = load_settings()
    corpus = load_corpus(settings.home)
    filters = make_filters(as_of, corpus.members(instruments), jurisdictions, text_kinds)
    retriever = open_retriever(settings, corpus, progress=progress_bar())
    started = time.perf_counter()
    hits = retriever.retrieve(query, k=k, filters=filters)
    spent = round((time.perf_counter() - started) * 1000, 1)
    if as_json:
        rows = [hit_json(hit, corpus) for hit in hits]
        body = {"query": query, "hits": rows, "timings_ms": {"retrieve": spent, "total": spent}}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for hit in hits:
        row = hit_json(hit, corpus)
        title = corpus.instruments[corpus.provisions[hit.passage.provision_id].instrument_id]
        click.echo(
            f"{hit.rank:3} {hit.score:.3f} {title.short_title}, {row['locator']}"
            f"  [{', '.join(hit.found_by)}]"
        )
        click.echo(f"    {row['text'][:160]}")


@click.group("index")
def index_group() -> None:
    """Build the index and say what it holds."""


@index_group.command()
@click.option("--full", is_flag=True, help="Build even when the index is current.")
@json_option
def build(full: bool, as_json: bool) -> None:
    """Build the index: passages, vectors and lexical index, switched in one step."""
    from index.wiring import calm_threads

    calm_threads()
    from corpus.loading import load_corpus
    from index.generations import read_manifest
    from index.wiring import make_builder

    settings = load_settings()
    builder, generations = make_builder(settings, load_corpus(settings.home))
    if not full and builder.is_current(generations):
        manifest = read_manifest(generations.current())
        note = "already current"
    else:
        manifest = builder.build(generations, progress=progress_bar())
        note = f"built in {manifest.build_s} s"
    if as_json:
        click.echo(json.dumps({**asdict(manifest), "note": note}))
    else:
        click.echo(f"{manifest.provisions} provisions, {manifest.passages} passages; {note}")


@index_group.command()
@json_option
def info(as_json: bool) -> None:
    """Say what the index in POLICY_HOME was made of."""
    from index.generations import Generations, read_manifest

    home = load_settings().home.expanduser()
    generations = Generations(home / "index")
    folder = generations.current()
    manifest = read_manifest(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    body = {**asdict(manifest), "folder": str(folder), "bytes": size}
    if as_json:
        click.echo(json.dumps(body))
        return
    for key, value in body.items():
        click.echo(f"{key:12} {value}")


@index_group.command("ship-vectors", hidden=True)
@click.option("--fit-words", is_flag=True, help="Fit the compression of word vectors anew.")
def ship_vectors(fit_words: bool) -> None:
    """Write the vectors of the embedded corpus into the package (maintainers)."""
    from corpus.catalog import load_embedded
    from corpus.settings import usable_home
    from index import shipping
    from index.adapters.splitters import RecursiveSplitter
    from index.segment import segment
    from index.wiring import calm_threads, make_embedder

    calm_threads()
    settings = load_settings()
    embedder = make_embedder(settings)
    passages = list(segment(load_embedded(), RecursiveSplitter()))
    if fit_words:
        click.echo(shipping.fit_words(passages))
    bar = progress_bar()
    for line in shipping.ship(
        passages,
        embedder,
        usable_home(settings) / "cache",
        lambda done, total: bar("embedding", done, total),
    ):
        click.echo(line)
