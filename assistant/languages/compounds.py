"""German compounds, split into parts that the glossary knows (pure)."""

from __future__ import annotations

from collections.abc import Callable

_LINKS = ("", "s", "es", "n", "en", "er", "e")
_SHORTEST = 3
_LONGEST_WORD = 60
_TAIL = 6


def split(word: str, known: Callable[[str], str | None]) -> tuple[list[str], str]:
    """The English of the parts of a compound, and what of it is not known.

    All parts known gives an empty rest. Otherwise the longest known last part, which says what
    kind of thing it is, with the part before it as the rest; nothing known gives the whole word.

    >>> table = {"daten": "data", "schutz": "protection"}
    >>> split("datenschutz", table.get), split("dampfschutz", table.get)
    ((['data', 'protection'], ''), (['protection'], 'dampf'))
    """
    if len(word) > _LONGEST_WORD:
        return [], word
    parts = _parts(word, known, {})
    if parts is not None:
        return parts, ""
    for start in range(_SHORTEST, len(word) - _TAIL + 1):
        meaning = known(word[start:])
        if meaning:
            return [meaning], word[:start]
    return [], word


def _parts(
    word: str, known: Callable[[str], str | None], seen: dict[str, list[str] | None]
) -> list[str] | None:
    """The meanings of the fewest known parts that make up a word; None if none do."""
    if word in seen:
        return seen[word]
    seen[word] = None
    whole = known(word)
    best = [whole] if whole else None
    if best is None:
        for end in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
            meaning = _first(word[:end], known)
            rest = _parts(word[end:], known, seen) if meaning else None
            if meaning and rest is not None and (best is None or len(rest) + 1 < len(best)):
                best = [meaning, *rest]
    seen[word] = best
    return best


def _first(part: str, known: Callable[[str], str | None]) -> str | None:
    """The meaning of a part that is not the last, with or without what links it to the next."""
    for link in _LINKS:
        if part.endswith(link) and len(part) - len(link) >= _SHORTEST:
            meaning = known(part[: len(part) - len(link)])
            if meaning:
                return meaning
    return None
