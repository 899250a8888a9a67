"""Measures of one answer's citations, quotes and nuggets (pure); rates in [0, 1].

A recall needs something to find: without gold it raises ValueError, and the question is not part
of the mean. What an answer without citations gets is said by each function.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from corpus.locators import Locator

Place = tuple[str, Locator | None]
"""An instrument id and a place in it; None: the instrument as a whole."""

Group = Sequence[Place]
"""Alternatives: a citation of any of these places is as good."""

Span = tuple[str, int, int]
"""A document id and a half-open range of code points in its text."""

_FULL, _PARTIAL, _NONE = 1.0, 0.5, 0.0


def exact_recall(cited: Collection[Place], groups: Sequence[Group]) -> float:
    """Share of the gold groups with a citation at or below one of their places.

    Raises:
        ValueError: If there is no group.

    >>> from corpus.locators import parse
    >>> cited = [("ai-act", parse("Article 51(2)(a)"))]
    >>> exact_recall(cited, [[("ai-act", parse("Article 51(2)"))], [("gdpr", None)]])
    0.5
    """
    return _share([any(_within(c, place) for c in cited for place in group) for group in groups])


def level_recall(
    cited: Collection[Place], groups: Sequence[Group], level_ok: Sequence[Group] = ()
) -> float:
    """Share of the gold groups cited when both sides are cut to article, annex, section, recital.

    Args:
        cited: What the answer cites.
        groups: The gold groups.
        level_ok: None, or one group a gold group: further places, not cut, that count for it.

    Raises:
        ValueError: If there is no group, or `level_ok` has another number of groups.

    >>> from corpus.locators import parse
    >>> level_recall([("ai-act", parse("Article 51(1)"))], [[("ai-act", parse("Article 51(2)"))]])
    1.0
    """
    more: Sequence[Group] = level_ok or [()] * len(groups)
    return _share(
        [
            any(_within(_cut(c), _cut(place)) for c in cited for place in group)
            or any(_within(c, place) for c in cited for place in further)
            for group, further in zip(groups, more, strict=True)
        ]
    )


def precision(cited: Collection[Place], good: Collection[Place]) -> float:
    """Share of the cited places that are at, below or above a good place; each place once.

    `good` is the gold and whatever else is right to cite. An answer that cites nothing gets 0:
    leave it out of a mean over answers with citations.

    >>> from corpus.locators import parse
    >>> good = [("ai-act", parse("Article 51(2)"))]
    >>> precision([("ai-act", parse("Article 51")), ("ai-act", parse("Article 5"))], good)
    0.5
    """
    places = set(cited)
    if not places:
        return 0.0
    return _share([any(_within(c, g) or _within(g, c) for g in good) for c in places])


def phantom_rate(cited_ids: Collection[str], known_ids: Collection[str]) -> float:
    """Share of the cited ids that the corpus does not hold; lower is better, 0 without citations.

    >>> phantom_rate(["ai-act#article-5", "ai-act#article-999"], {"ai-act#article-5"})
    0.5
    """
    return _share([cited not in known_ids for cited in cited_ids]) if cited_ids else 0.0


def quote_validity(pairs: Iterable[tuple[str, str]]) -> float:
    """Share of the (quote, passage text) in which the text holds the quote; 1 without quotes.

    Compared after NFC, with white space and quotation marks folded; case and all else count. A
    quote of white space only is not valid: every text holds it.

    >>> quote_validity([("an  “AI system”", 'This covers an "AI system" in use.')])
    1.0
    """
    folded = [(_folded(quote), _folded(text)) for quote, text in pairs]
    return _share([bool(quote) and quote in text for quote, text in folded]) if folded else 1.0


def offset_validity(citations: Iterable[tuple[str, int, int, str]]) -> float:
    """Share of the (text, start, end, quote) with ``text[start:end] == quote``; 1 without any.

    The range is half-open, in code points, and must lie in the text and not be empty.

    >>> offset_validity([("No person may", 3, 9, "person"), ("No person may", 0, 2, "no")])
    0.5
    """
    right = [
        0 <= start < end <= len(text) and text[start:end] == quote
        for text, start, end, quote in citations
    ]
    return _share(right) if right else 1.0


@dataclass(frozen=True, slots=True)
class CharacterOverlap:
    """Shares of the cited characters that are gold, and of the gold ones that are cited."""

    precision: float
    recall: float


def character_overlap(cited: Iterable[Span], gold: Iterable[Span]) -> CharacterOverlap:
    """How far cited and gold ranges are the same characters, each character counted once.

    Both are 0 if nothing is cited.

    Raises:
        ValueError: If no gold range has a character, or a range is reversed or negative.

    Source:
        Pipitone & Alami, LegalBench-RAG, arXiv:2408.10343; of unions here, since their sums of
        lengths count overlapping ranges twice.

    >>> character_overlap([("a", 0, 10), ("a", 5, 15)], [("a", 10, 30)])
    CharacterOverlap(precision=0.3333333333333333, recall=0.25)
    """
    ours, theirs = _unions(cited), _unions(gold)
    shown, wanted = _length(ours), _length(theirs)
    if not wanted:
        raise ValueError("no gold range, so no recall")
    shared = shown + wanted - _length(_unions([*ours, *theirs]))
    return CharacterOverlap(shared / shown if shown else 0.0, shared / wanted)


def all_score(support: Sequence[float], *, strict: bool = False) -> float:
    """Mean support of an answer for all nuggets: 1 whole, 0.5 in part, 0 none.

    With `strict`, support in part counts as none.

    Raises:
        ValueError: If there is no nugget, or for another value of support.

    Source:
        Pradeep et al., the AutoNuggetizer of TREC 2024 RAG, arXiv:2411.09607.

    >>> all_score([1, 0.5, 0]), all_score([1, 0.5, 0, 0], strict=True)
    (0.5, 0.25)
    """
    if unknown := set(support) - {_FULL, _PARTIAL, _NONE}:
        raise ValueError(f"support is 1, 0.5 or 0, not {sorted(unknown)[0]}")
    return _share([value == _FULL if strict else value for value in support])


def vital_score(support: Sequence[float], vital: Sequence[bool], *, strict: bool = False) -> float:
    """`all_score` over the vital nuggets alone; `vital` says of each whether it is one.

    Raises:
        ValueError: If no nugget is vital, the lengths differ, or as for `all_score`.

    >>> vital_score([1, 0.5, 0], [True, True, False])
    0.75
    """
    kept = [value for value, is_vital in zip(support, vital, strict=True) if is_vital]
    return all_score(kept, strict=strict)


def _share(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("nothing to find, so no recall")
    return sum(values) / len(values)


def _within(place: Place, outer: Place) -> bool:
    """Whether `place` is `outer` or lies below it."""
    if place[0] != outer[0]:
        return False
    return outer[1] is None or (place[1] is not None and outer[1].covers(place[1]))


def _cut(place: Place) -> Place:
    instrument, locator = place
    return instrument, locator and locator.root


_MARKS = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛‹›´`′", "'")})


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_MARKS).split())


def _unions(spans: Iterable[Span]) -> list[Span]:
    """The same characters as ranges that do not meet, in order; empty ranges are dropped."""
    by_document: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for document, start, end in spans:
        if not 0 <= start <= end:
            raise ValueError(f"{start} to {end} is not a range of characters")
        if start < end:
            by_document[document].append((start, end))
    joined: list[Span] = []
    for document, ranges in by_document.items():
        last_start, last_end = min(ranges)
        for start, end in sorted(ranges):
            if start > last_end:
                joined.append((document, last_start, last_end))
                last_start = start
            last_end = max(last_end, end)
        joined.append((document, last_start, last_end))
    return joined


def _length(spans: Iterable[Span]) -> int:
    return sum(end - start for _, start, end in spans)
