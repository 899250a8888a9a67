"""Words of a text, as the lexical index counts them (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

# Figures stay whole (10^25, 744.23, 4800.5); an apostrophe ends a word.
_WORD = re.compile(r"\d+(?:[.^]\d+)+|[^\W_]+")
_THOUSANDS = re.compile(r"(?<=\d)[ ,\u00a0\u202f](?=\d{3}(?!\d))")

STOPWORDS = frozenset(
    """a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with""".split()  # noqa: SIM905 - reads best as words
)


@lru_cache(maxsize=1)
def _stem() -> Callable[[str], str]:
    from Stemmer import Stemmer  # Snowball's Porter 2

    stemmer = Stemmer("english")
    return lambda word: str(stemmer.stemWord(word))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of one lower-case word; figures are left alone."""
    return word if word[0].isdigit() else _stem()(word)


def words(text: str) -> list[str]:
    """Lower-case words and figures, thousands joined, in order.

    >>> words("EUR 35 000 000, § 744.23 and 10^25")
    ['eur', '35000000', '744.23', 'and', '10^25']
    """
    folded = unicodedata.normalize("NFKC", _THOUSANDS.sub("", text)).casefold()
    return _WORD.findall(folded)


def tokens(text: str) -> list[str]:
    """Stems of the content words of `text`, in order, repeats kept.

    A figure such as 744.23 counts whole and by its parts, so that part 744 finds it.
    """
    found: list[str] = []
    for word in words(text):
        if word in STOPWORDS:
            continue
        found.append(stem(word))
        if word[0].isdigit() and ("." in word or "^" in word):
            found.extend(part for part in re.split(r"[.^]", word) if len(part) > 1)
    return found


def pairs(text: str) -> list[str]:
    """Pairs of content words that follow each other, in order, repeats kept.

    >>> pairs("the systemic risk of a model")
    ['system risk', 'risk model']
    """
    stems = tokens(text)
    return [f"{first} {second}" for first, second in pairwise(stems)]
