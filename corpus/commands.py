"""`policy corpus`: list the instruments, show a provision, verify the digests."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from corpus.catalog import Corpus
    from corpus.types import Provision


@click.group()
def corpus() -> None:
    """List, show and verify the texts."""


def _texts() -> Corpus:
    """The corpus of this POLICY_HOME."""
    from corpus.loading import load_corpus
    from corpus.settings import CorpusSettings
    from corpus.settings_source import read

    return load_corpus(read(CorpusSettings).home)


def _as_of(text: datetime | None) -> date:
    return text.date() if text else date.today()


as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="The day whose law is meant (YYYY-MM-DD); default today.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@corpus.command("list")
@as_of_option
@json_option
def list_(as_of: datetime | None, as_json: bool) -> None:
    """List the instruments with status, counts and how many provisions are verified."""
    from corpus.describe import instrument_json
    from corpus.lines import one_line

    texts = _texts()
    rows = [instrument_json(texts, key, _as_of(as_of)) for key in texts.instruments]
    if as_json:
        click.echo(json.dumps({"instruments": rows}, ensure_ascii=False))
        return
    for row in rows:
        counts = ", ".join(f"{n} {kind}" for kind, n in row["text_kinds"].items() if n)
        verified = f"{row['verified']} verified" if row["verified"] else ""
        status = "your document" if row["authority"] == "upload" else row["status"]
        title = one_line(row["title"])[:60]
        click.echo(f"{row['id']:34} {status:19} {counts:26} {verified:14} {title}")
    total = sum(row["provisions"] for row in rows)
    click.echo(f"{len(rows)} instruments, {total} provisions", err=True)


@corpus.command()
@click.argument("instrument")
@click.argument("locator", required=False)
@as_of_option
@json_option
def show(instrument: str, locator: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Show a provision of INSTRUMENT, or list its provisions when no LOCATOR is given."""
    texts = _texts()
    if locator is None:
        _show_instrument(texts, instrument, _as_of(as_of), as_json=as_json)
        return
    found = texts.look_up(instrument, locator)
    _show_provisions(texts, found, locator, _as_of(as_of), as_json=as_json)


def _show_instrument(texts: Corpus, instrument: str, day: date, *, as_json: bool) -> None:
    from corpus.describe import instrument_json, provision_json

    texts.instrument(instrument)
    provisions = texts.of(instrument)
    if as_json:
        body = dict(instrument_json(texts, instrument, day))
        body["items"] = [provision_json(texts, p, day) for p in provisions]
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for provision in provisions:
        version = provision.on(day) or provision.versions[-1]
        click.echo(f"{provision.locator!s:40} {version.heading}")


def _show_provisions(
    texts: Corpus, found: tuple[Provision, ...], asked: str, day: date, *, as_json: bool
) -> None:
    from corpus.describe import linked_json, parent_json

    if as_json:
        body = (
            linked_json(texts, found[0], day)
            if len(found) == 1
            else parent_json(texts, found, asked, day)
        )
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    for provision in found:
        _show_provision(texts, provision, day, lists_below=len(found) == 1)


def _show_provision(texts: Corpus, provision: Provision, day: date, *, lists_below: bool) -> None:
    from corpus.describe import instead, linked_json
    from corpus.status import format_date

    row = linked_json(texts, provision, day)
    click.echo(
        f"{texts.instruments[provision.instrument_id].short_title}, {row['locator']}"
        f" ({row['heading']})"
    )
    click.echo(f"[{row['text_kind']}; {row['status']}] {row['status_note']}")
    others = instead(texts, provision, day)
    if others:
        places = ", ".join(str(other.locator) for other in others)
        click.echo(f"The text of {format_date(day)} is in {places}:\n")
        for other in others:
            _show_provision(texts, other, day, lists_below=False)
        return
    lead = f"{row['lead']} " if row["lead"] else ""
    click.echo(f"\n{lead}{row['text']}")
    if row["below"] and lists_below:
        click.echo(f"below: {', '.join(map(str, row['below'][:40]))}")  # type: ignore[index]
    click.echo(f"\n{row['url']}\n")


@corpus.command()
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="Folder of official texts; checks every figure and date of each digest against them.",
)
@click.option("--write", is_flag=True, help="Record the result beside the corpus (maintainers).")
@json_option
def verify(reference: Path | None, write: bool, as_json: bool) -> None:
    """Check the digests: structure and timelines, and figures where official texts are at hand."""
    from corpus.catalog import load_embedded
    from corpus.checking import check, record

    texts = load_embedded()
    report = check(texts, reference)
    if write:
        record(report)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for problem in report.problems:
            click.echo(problem)
        for figure in report.open_figures:
            click.echo(f"to look at: {figure}")
        click.echo(report.summary())
    if report.problems:
        raise click.exceptions.Exit(1)
