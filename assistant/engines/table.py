"""A comparison as a table: one row a text, its quoted words, and what stays silent (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.engines.markup import bold, escaped, ours
from assistant.engines.wording import label, led_in, standing
from assistant.types import Citation, Claim

SILENT = "Nothing found in this text"
_HEAD = "| Text | Status | What it says |\n|---|---|---|"


@dataclass(frozen=True, slots=True)
class Row:
    """A text compared: `name`, and what was quoted of it; a silent one has no citation.

    `opening` are the words that lead into its quote, if it starts in mid-sentence.
    """

    name: str
    first: Citation | None = None
    said: tuple[Claim, ...] = ()
    opening: str = ""


def table(rows: Sequence[Row]) -> tuple[str, tuple[Claim, ...]]:
    """The table as Markdown, and its sentences in reading order.

    A row that is silent says so and cites nothing: there is nothing to cite.
    """
    claims = [claim for row in rows for claim in (_named(row), *row.said)]
    return "\n".join([_HEAD, *(_line(row) for row in rows)]), tuple(claims)


def markers(claim: Claim) -> str:
    """The markers of a claim: "[1][2]"."""
    return "".join(f"[{n}]" for n in claim.citations)


def _line(row: Row) -> str:
    if row.first is None:
        return f"| {ours(bold(row.name))} | – | {SILENT} |"
    words = " ".join(f"{escaped(claim.text)} {markers(claim)}" for claim in row.said)
    opened = f"{escaped(row.opening.rstrip(':—–, '))}: {words}" if row.opening else words
    return f"| {ours(bold(row.name))} | {escaped(standing(row.first))} | {opened} |"


def _named(row: Row) -> Claim:
    if row.first is None:
        return Claim(f"{bold(row.name)}: {SILENT[:1].lower()}{SILENT[1:]}.", (), "checked")
    words = f"{bold(label(row.first))} ({standing(row.first)}):"
    return Claim(led_in(words, row.opening), (row.first.n,), "checked")
