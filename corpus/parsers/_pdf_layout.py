"""Puts the runs of letters of a page into reading order: columns, lines, edges (pure).

Lengths are in points, y grows upwards. A *gutter* is a strip that hardly any line crosses; what
crosses it (a title over two columns) parts the page into bands that are read one after the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.parsers._outline import superscript
from corpus.parsers.markup import canonical

_MIN_COLUMN_LINES = 4
_MIN_COLUMN_LETTERS = 18  # of a line on average; cells of a table are shorter
_MAX_STRIPS = 12  # looked at, the widest first: no page has more columns of prose
_MARGIN_SHARE = 0.4  # of the height of a page, from the top, that notes in a margin may fill
_EDGE_LINES = 3
_KNOWN_HEAD = re.compile(r"Federal Register ?/ ?Vol\. \d+|^VerDate ")
_EDGE_SHARE = 0.13  # of the height of a page, at the top and at the bottom
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)?\s?[-–—\[(]?\s?(?:\d{1,6}|[ivxlc]{1,7})\s?[-–—\])]?"
    r"(?:\s?(?:/|of|von|de)\s?\d{1,5})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one size that follow each other on a line; `base` is the line's height."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column; `column` counts the columns of a page as they are read."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    column: int = 0


def running_lines(pages: Sequence[tuple[Sequence[Run], float]]) -> set[str]:
    """The keys of the heads and feet that pages (their runs and height) have in common."""
    counts = Counter(key for runs, height in pages for key in set(_edges(runs, height).values()))
    needed = 2 if len(pages) <= 5 else 3
    return {key for key, count in counts.items() if key and count >= needed}


def without_edges(
    runs: Sequence[Run], height: float, running: set[str], *, numbered: bool
) -> list[Run]:
    """The runs without heads, feet and, where pages are `numbered`, page numbers."""
    dropped: set[Run] = set()
    for line, key in _edges(runs, height).items():
        is_number = numbered and _PAGE_NUMBER.fullmatch(_text(line))
        if key in running or is_number or _KNOWN_HEAD.search(_text(line)):
            dropped.update(line)
    return [run for run in runs if run not in dropped]


def _edges(runs: Sequence[Run], height: float) -> dict[tuple[Run, ...], str]:
    """The first and last lines of a page and their keys: words sorted, numbers left out."""
    lines = _rows(runs)
    edges = {}
    for position, line in enumerate(lines):
        base = line[0].base
        first, last = position < _EDGE_LINES, position >= len(lines) - _EDGE_LINES
        if (first and base > height * (1 - _EDGE_SHARE)) or (last and base < height * _EDGE_SHARE):
            words = re.findall(r"[^\W\d_]{2,}", _text(line).casefold())
            edges[tuple(line)] = " ".join(sorted(words))
    return edges


def reading_order(runs: Sequence[Run]) -> list[Line]:
    """The lines of a page as they are read: column by column, band by band."""
    gutters = _gutters(runs)
    lines: list[Line] = []
    column = 0
    for band in _bands(runs, gutters):
        for part in _columns(band, gutters):
            column += 1
            lines.extend(_line(row, column) for row in _rows(part))
    return [line for line in lines if line.text]


def _rows(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs on one line together, lines from the top, runs from the left."""
    rows: list[list[Run]] = []
    anchor: Run | None = None
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        if anchor is not None and abs(anchor.base - run.base) < 0.5 * max(anchor.size, run.size):
            rows[-1].append(run)
            anchor = run if run.size > anchor.size else anchor
        else:
            rows.append([run])
            anchor = run
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _line(row: Sequence[Run], column: int = 0) -> Line:
    largest = max(row, key=lambda run: (run.size, len(run.text)))
    lettered = [run for run in row if any(letter.isalpha() for letter in run.text)]
    return Line(
        _text(row),
        row[0].left,
        max(run.right for run in row),
        largest.base,
        largest.size,
        bool(lettered) and all(run.bold for run in lettered),
        column,
    )


def _text(row: Sequence[Run]) -> str:
    """The words of a line; raised small digits become exponents or vanish as note calls."""
    largest = max(row, key=lambda run: (run.size, len(run.text)))
    text, right = "", row[0].left
    for run in row:
        if run.size < 0.85 * largest.size and run.base > largest.base + 0.12 * largest.size:
            text += superscript(text, run.text)
        else:
            text += (" " if run.left - right > 0.15 * run.size else "") + run.text
        right = run.right
    return canonical(text)


def _gutters(runs: Sequence[Run]) -> list[float]:
    """The middles of the strips between columns of prose, from the left."""
    if len(runs) < 2 * _MIN_COLUMN_LINES:
        return []
    size = median(run.size for run in runs)
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    crossings = [0] * (min(int(right - left), 20_000) + 2)
    for run in runs:
        start = max(0, int(run.left - left))
        for x in range(start, min(int(run.right - left) + 1, len(crossings))):
            crossings[x] += 1
    allowed = max(1, len(runs) // 12)
    strips, start = [], 0
    for x, count in enumerate([*crossings, allowed + 1]):
        if count > allowed:
            middle = left + (start + x) / 2
            if x - start >= 0.8 * size:
                strips.append((x - start, middle))
            start = x + 1
    widest = sorted(strips, reverse=True)[:_MAX_STRIPS]
    return sorted(middle for _, middle in widest if _parts_prose(runs, middle))


def _parts_prose(runs: Sequence[Run], x: float) -> bool:
    """Whether prose, not cells of a table, stands on both sides of `x`, or a margin on the left."""
    left = [run for run in runs if run.right <= x]
    right = [run for run in runs if run.left >= x]
    return _is_prose(right) and (_is_prose(left) or _is_margin(left, right))


def _is_prose(side: Sequence[Run]) -> bool:
    rows = _rows(side)
    letters = sum(len(run.text) for run in side)
    return len(rows) >= _MIN_COLUMN_LINES and letters >= _MIN_COLUMN_LETTERS * len(rows)


def _is_margin(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether `left` is a note beside the top of the page, as the Federal Register sets it."""
    top, bottom = max(run.base for run in right), min(run.base for run in right)
    floor = top - _MARGIN_SHARE * (top - bottom)
    return bool(left) and len(right) > 4 * len(left) and all(run.base > floor for run in left)


def _bands(runs: Sequence[Run], gutters: Sequence[float]) -> list[list[Run]]:
    """The page from the top, cut above and below every line that crosses a gutter."""
    bands: list[list[Run]] = []
    spanning: bool | None = None
    for row in _rows(runs):
        crosses = any(run.left < x < run.right for run in row for x in gutters)
        if crosses is not spanning:
            bands.append([])
            spanning = crosses
        bands[-1].extend(row)
    return bands


def _columns(band: Sequence[Run], gutters: Sequence[float]) -> list[list[Run]]:
    if any(run.left < x < run.right for run in band for x in gutters):
        return [list(band)]
    columns: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
    for run in band:
        columns[sum(run.left >= x for x in gutters)].append(run)
    return [column for column in columns if column]
