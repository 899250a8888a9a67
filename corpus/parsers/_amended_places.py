"""Which provisions an amending instruction names: "in Article 1(2), point (g)" (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.locators import Locator, Unit

_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)"
_ITEM = r"\(?[0-9]{1,4}[a-z]{0,2}\)?|\(?[a-z]{1,4}\)|[ivx]{1,5}"
_LIST = rf"(?:{_ITEM})(?:\([0-9a-z]{{1,5}}\))*"
_TOKEN = re.compile(
    rf"""
    \bArticles?\s+(?P<article>{_LIST}(?:(?:,\s|\sand\s|\sor\s|\sto\s){_LIST})*)
  | \bAnnex(?:es)?\s+(?P<annex>[IVXLC]+(?:(?:,\s|\sand\s|\sto\s)[IVXLC]+)*)
  | \b(?:[Ss]ection|[Pp]art)\s+(?P<section>[A-Z]\b|\d{{1,2}}\b|[IVX]+\b)
  | \b[Pp]aragraphs?\s+(?P<paragraph>{_LIST}(?:(?:,\s|\sand\s|\sto\s){_LIST})*)
  | \b[Pp]oints?\s+(?P<point>{_LIST}(?:(?:,\s|\sand\s|\sto\s){_LIST})*)
  | \b(?P<part>(?:{_ORDINAL}\s(?:and\s{_ORDINAL}\s)?)?(?:subparagraphs?|paragraphs?|sentences?
      |indents?|introductory\s\w+|heading|title|chapeau|rows?|tables?|footnotes?|entry|entries))\b
    """,
    re.VERBOSE,
)
_ACT = re.compile(
    r"(?:\b(?:of|to)\s+)?\b(?:Council |Commission )?(?:Implementing |Delegated )?"
    r"(?:Regulation|Directive|Decision)\s+(?:\([A-Z, ]{2,14}\)\s+)?(?:No\s+)?"
    r"\d{1,4}/\d{1,4}(?:/[A-Z]{2,8})?"
)
_MANY = 200  # provisions that one instruction names at most; what names more is not resolved
_REF = r"(?:Article|Annex|[Pp]aragraph|[Pp]oint|[Ss]ection|the )"


@dataclass(frozen=True, slots=True)
class Place:
    """A provision of the amended act, and the piece of it that has no locator of its own.

    `part` is such a piece: "second subparagraph", "heading", "introductory part"; empty for all
    of the provision.
    """

    locator: Locator
    part: str = ""

    def __str__(self) -> str:
        return f"{self.locator}, {self.part}" if self.part else str(self.locator)


def places_in(text: str, base: Place | None) -> tuple[Place, ...]:
    """The provisions that `text` names, seen from `base`; `base` itself when it names none.

    >>> [str(place) for place in places_in("in Annex VIII, section B, points 7 and 9", None)]
    ['Annex VIII Section B(7)', 'Annex VIII Section B(9)']
    >>> [str(place) for place in places_in("in Article 11(1), the second subparagraph", None)]
    ['Article 11(1), second subparagraph']
    >>> [str(place) for place in places_in("point (a) of paragraph 2 of Article 3", None)]
    ['Article 3(2)(a)']
    """
    places: tuple[Place, ...] = (base,) if base else ()
    for token in _TOKEN.finditer(_outermost_first(text)):
        places = tuple(_step(places, token.lastgroup or "", token))
    return places


def without_act(text: str) -> str:
    """`text` without the number of the amended act, which reads like a locator."""
    return _ACT.sub(" ", text)


def _outermost_first(text: str) -> str:
    """The pieces of a place, largest first: "point (a) of Article 5" is "Article 5, point (a)"."""
    return ", ".join(
        ", ".join(reversed(re.split(rf"\s+(?:of|to|in)\s+(?={_REF})", piece)))
        for piece in re.split(r",\s+", without_act(text))
    )


def _step(places: tuple[Place, ...], kind: str, token: re.Match[str]) -> list[Place]:
    words = token[kind]
    if kind in {"article", "annex"}:
        unit = Unit.ARTICLE if kind == "article" else Unit.ANNEX
        found = [Place(Locator(unit, labels[0], labels[1:])) for labels in _labels(words)]
        return found if len(found) <= _MANY else []
    if kind == "part":
        return [replace(place, part=_piece_of(place.part, words)) for place in places]
    if kind == "section":
        return [_under(place, (f"Section {words}",)) for place in places]
    paths = _labels(words)
    if len(places) * len(paths) > _MANY:
        return []
    return [_under(place, labels) for place in places for labels in paths]


def _under(place: Place, labels: tuple[str, ...]) -> Place:
    """A labelled division under a place.

    Points have the same locator in whichever subparagraph they stand, as long as their labels
    differ: that is sure for the first one, and for the unnumbered paragraphs of an article.
    """
    kept = "" if _is_transparent(place.part) else place.part
    locator = place.locator
    return Place(replace(locator, path=(*locator.path, *labels)), kept)


def _piece_of(outer: str, words: str) -> str:
    """A piece of a piece: the sentence of a second subparagraph is not that of the place."""
    return f"{outer}, {words}" if outer and not _is_transparent(outer) else words


def _is_transparent(part: str) -> bool:
    return part == "first subparagraph" or bool(re.fullmatch(rf"{_ORDINAL} paragraph", part))


def _labels(words: str) -> list[tuple[str, ...]]:
    """The labels that a list names, each as a path.

    >>> _labels("2 and 3"), _labels("(a) to (c)"), _labels("(b)(ii)")
    ([('2',), ('3',)], [('a',), ('b',), ('c',)], [('b', 'ii')])
    """
    found: list[tuple[str, ...]] = []
    joined = ""
    for piece in re.split(r"(,\s|\sand\s|\sor\s|\sto\s)", words):
        if re.fullmatch(r",\s|\sand\s|\sor\s|\sto\s", piece):
            joined = piece.strip()
            continue
        labels = tuple(re.findall(r"[0-9A-Za-z]+", piece))
        if joined == "to" and found:
            found += _between(found[-1], labels)
        found.append(labels)
    return found


def _between(first: tuple[str, ...], last: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The labels strictly between two: numbers or single letters at the end of equal paths."""
    low, high = first[-1], last[-1]
    if low.isdecimal() and high.isdecimal():
        numbers = range(int(low) + 1, min(int(high), int(low) + _MANY + 1))
        return [(*first[:-1], str(number)) for number in numbers]
    if len(low) == 1 and len(high) == 1:
        return [(*first[:-1], chr(code)) for code in range(ord(low) + 1, ord(high))]
    return []
