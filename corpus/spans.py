"""On which days an official wording was the text, from the days on which it is known (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.fold import Division, whole_text
from corpus.types import Interval, Origin


@dataclass(frozen=True, slots=True)
class Wording:
    """An official wording and a day on which it was the text."""

    known_on: date
    division: Division
    origin: Origin
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A wording and its days. `continues`: its words are those of the span before."""

    wording: Wording
    start: date | None
    end: date | None
    continues: bool = False


def spans_of(
    wordings: Sequence[Wording], changes: Collection[date], gone: Collection[date] = ()
) -> list[Span]:
    """The wordings of one place with the days on which each was the text, oldest first.

    A wording held from the last change before its day to the next one after. Where two differ
    with no known change between, the later one's day stands for the change. `gone` are days on
    which the place was not in the text.
    """
    spans: list[Span] = []
    for wording in wordings:
        span = _alone(wording, changes, gone)
        last = spans[-1] if spans else None
        if last is None:
            spans.append(span)
        elif last.end is None or last.end > wording.known_on:  # no known change between
            if not _is_same(last.wording, wording):
                spans[-1] = replace(last, end=wording.known_on)
                spans.append(_after(spans[-1], replace(span, start=wording.known_on)))
        elif not _is_same(last.wording, wording):
            spans.append(_after(last, span))
        elif last.end == span.start:  # what changed on that day is not these words
            spans[-1] = replace(last, end=span.end)
        elif not wording.begins:  # else: old words, carried on past a change not at hand
            spans.append(span)
    return spans


def _alone(wording: Wording, changes: Collection[date], gone: Collection[date]) -> Span:
    day = wording.known_on
    missing = max((other for other in gone if other < day), default=None)
    since = max((c for c in changes if c <= day and (missing is None or c > missing)), default=None)
    if wording.begins or (since is None and missing is not None):
        since = day
    until = min((change for change in (*changes, *gone) if change > day), default=None)
    return Span(wording, since, until)


def _after(last: Span, span: Span) -> Span:
    same = last.end == span.start and _whole(last.wording) == _whole(span.wording)
    return replace(span, continues=same)


def _is_same(one: Wording, other: Wording) -> bool:
    """Whether two wordings are one: their words, and what stands around and below them.

    A copy that lost some of its text tells nothing of what stands below.
    """
    if _shown(one.division) != _shown(other.division):
        return False
    lossy = not other.begins and (one.origin.derived or other.origin.derived)
    return bool(lossy) or _whole(one) == _whole(other)


def _shown(division: Division) -> tuple[object, ...]:
    return (
        division.searched,
        _words(division.text),
        _words(division.heading),
        _words(division.lead),
    )


def _whole(wording: Wording) -> list[str]:
    return _words(whole_text(wording.division.node))


def _words(text: str) -> list[str]:
    """The words of a text, punctuation aside: journals and copies set quotes and blanks anew."""
    return re.findall(r"\w+", text.casefold())


def outside(whole: Interval, covered: Sequence[Interval]) -> list[Interval]:
    """What is left of an interval outside others.

    >>> outside(Interval(), [Interval(None, date(2026, 7, 27))])
    [Interval(start=datetime.date(2026, 7, 27), end=None)]
    """
    left = [whole]
    for taken in covered:
        left = [piece for part in left for piece in _without(part, taken)]
    return left


def _without(part: Interval, taken: Interval) -> Iterator[Interval]:
    if not part.overlaps(taken):
        yield part
        return
    if taken.start is not None and (part.start is None or part.start < taken.start):
        yield Interval(part.start, taken.start)
    if taken.end is not None and (part.end is None or taken.end < part.end):
        yield Interval(taken.end, part.end)
