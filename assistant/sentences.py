"""Sentences of a text, with exact offsets (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A full stop after these ends no sentence.
_ABBREVIATIONS = frozenset(
    """no nos art arts sec secs para paras supp suppl e.g i.e u.s u.s.c c.f.r fed reg etc cf vs
    mr mrs ms dr st inc ltd co corp jan feb mar apr jun jul aug sept oct nov dec pub doc docs
    approx ch pt""".split()  # noqa: SIM905 - a list of words reads best as words
)
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9§])|\n+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text == source[start:end]``, in code points, without white space around."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences.

    >>> [s.text for s in sentences("See Supp. No. 5 to part 740. A licence is required.")]
    ['See Supp. No. 5 to part 740.', 'A licence is required.']
    """
    found: list[Sentence] = []
    start = 0
    for end in [*_ends(text), len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            first = start + len(piece) - len(piece.lstrip())
            found.append(Sentence(stripped, first, first + len(stripped)))
        start = end
    return tuple(found)


def _ends(text: str) -> list[int]:
    return [found.end() for found in _END.finditer(text) if not _is_abbreviation(text, found)]


def _is_abbreviation(text: str, found: re.Match[str]) -> bool:
    if found[0][0] != ".":
        return False
    word = re.search(r"[\w.]+$", text[max(0, found.start() - 12) : found.start()])
    if word is None:
        return False
    last = word[0].casefold()
    return (
        last in _ABBREVIATIONS
        or (len(last) == 1 and last.isalpha())
        or bool(re.fullmatch(r"(?:[a-z]\.)+[a-z]", last))
    )
