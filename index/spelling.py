"""Words one slip away from those of the corpus (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

SHORTEST, LONGEST = 5, 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mended(stem: str, weight: Callable[[str], float]) -> str | None:
    """The stem of the corpus that `stem` is most likely a slip of; None where there is none.

    One letter too many, too few, wrong, or two swapped (Damerau, CACM 7(3), 1964,
    doi:10.1145/363958.363994). Of several the commonest is taken: `weight` gives the rarity of a
    stem, above 0, and 0 for one that the corpus does not hold. Short words and figures are left
    alone: too many words are one slip away, and a figure is never mended.

    >>> mended("goverment", lambda stem: {"government": 2.0}.get(stem, 0.0))
    'government'
    """
    if not SHORTEST <= len(stem) <= LONGEST or not (stem.isascii() and stem.isalpha()):
        return None
    known = {other: held for other in _slips(stem) if (held := weight(other)) > 0}
    return min(known, key=lambda other: (known[other], other)) if known else None


def _slips(word: str) -> Iterator[str]:
    """Every word one slip away, the first letter kept: it is hardly ever the wrong one."""
    for place in range(1, len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)
