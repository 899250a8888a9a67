"""Writes the tables of docs/corpus.md: `.venv/bin/python scripts/write_corpus_coverage.py`.

What the shipped corpus holds, how much of it is verified, and which provisions are not. A test
fails while docs/corpus.md is not what this gives.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from corpus.catalog import Corpus, load_embedded
from corpus.describe import instrument_json
from corpus.types import Provision
from corpus.verified import verified_ids

TARGET = Path(__file__).resolve().parents[1] / "docs" / "corpus.md"
BEGIN = "<!-- Written by scripts/write_corpus_coverage.py; change the corpus, then run it. -->"
END = "<!-- End of what the script writes. -->"
WIDTH = 100
_BLANK = "\u00a0"


def generate() -> str:
    """The part of the page between the two marks."""
    corpus = load_embedded()
    return "\n\n".join(["\n".join(_table(corpus)), _HEADING, "\n".join(_open(corpus))])


_HEADING = "Not verified, place by place:"


def _table(corpus: Corpus) -> Iterator[str]:
    """What `policy corpus list --json` counts, one row an instrument, and the sums."""
    yield "| instrument | name | text | provisions | verified | not verified |"
    yield "|---|---|---|--:|--:|--:|"
    total = verified = 0
    for key, instrument in corpus.instruments.items():
        row = instrument_json(corpus, key, date.today())
        kinds = ", ".join(kind for kind, count in row["text_kinds"].items() if count)
        counts = (row["provisions"], row["verified"], row["provisions"] - row["verified"])
        numbers = " | ".join(f"{count:,}" for count in counts)
        yield f"| `{key}` | {instrument.short_title} | {kinds} | {numbers} |"
        total, verified = total + counts[0], verified + counts[1]
    numbers = f"{total:,} | {verified:,} | {total - verified:,}"
    yield f"| {len(corpus.instruments)} instruments | | | {numbers} |"


def _open(corpus: Corpus) -> Iterator[str]:
    """One item an instrument: the provisions without a record, by why they have none."""
    for key in corpus.instruments:
        provisions = [p for p in corpus.of(key) if p.id not in verified_ids()]
        marked = [p for p in provisions if not _is_checkable(p)]
        looked = [p for p in provisions if _is_checkable(p)]
        parts = [
            f"{label} {'; '.join(_unbroken(p) for p in found)}."
            for label, found in (("Marked:", marked), ("To look at:", looked))
            if found
        ]
        if parts:
            yield _wrapped(f"* `{key}` ({len(provisions)}). {' '.join(parts)}")


def _is_checkable(provision: Provision) -> bool:
    """Whether every wording names an official text and is not marked `verified: false`."""
    return all(version.source and version.checkable for version in provision.versions)


def _unbroken(provision: Provision) -> str:
    """The locator, with blanks that `_wrapped` leaves alone."""
    return str(provision.locator).replace(" ", _BLANK)


def _wrapped(text: str) -> str:
    lines = textwrap.wrap(
        text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines).replace(_BLANK, " ")


def rewritten(page: str) -> str:
    """The page with its generated part as it is now.

    Raises:
        ValueError: If the page lacks one of the marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{TARGET.name} lacks {BEGIN!r} or {END!r}")
    return f"{before}{begin}\n\n{generate()}\n\n{end}{after}"


if __name__ == "__main__":
    TARGET.write_text(rewritten(TARGET.read_text("utf-8")), encoding="utf-8")
