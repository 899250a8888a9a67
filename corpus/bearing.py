"""Whether an official text bears out the marks, places and terms a digest gives (pure).

`corpus/verify.py` compares the figures; this compares what figures alone do not tell: that 3 is a
percentage, that an amount is in euro, which article is referred to, what a term is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from corpus.locators import Locator, Unit, find, formalise

_PERCENT = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,4})?) ?(?:%|percent\b|per cent\b)")
_MONEY = (
    (re.compile(r"\bEUR ?\d|\d ?EUR\b|€ ?\d"), ("EUR", "€", "euro")),
    (re.compile(r"\bUSD ?\d|\$ ?\d|\d[\d ,.]* (?:US )?dollars\b"), ("$", "dollar", "USD")),
)
_LISTED = (Unit.ARTICLE, Unit.ANNEX, Unit.RECITAL)


def unsupported_marks(digest: str, official: str) -> tuple[str, ...]:
    """Percentages and currencies of `digest` that `official` does not give.

    >>> unsupported_marks("up to 3 % or EUR 15 000 000", "fines of up to 3 per cent")
    ('EUR',)
    """
    offered = {found[1] for found in _PERCENT.finditer(official.replace("\u00a0", " "))}
    missing = [f"{share} %" for share in _PERCENT.findall(digest) if share not in offered]
    for written, names in _MONEY:
        if written.search(digest) and not any(name in official for name in names):
            missing.append(names[0])
    return tuple(dict.fromkeys(missing))


def unsupported_terms(terms: Iterable[str], official: str) -> tuple[str, ...]:
    """Defined terms that the official text does not use, singular and plural alike."""
    words = _words(official)
    return tuple(term for term in terms if _plain(term).removesuffix("s") not in words)


def unsupported_places(digest: str, own: Locator, official: str) -> tuple[str, ...]:
    """Places outside its own article or section that `digest` names and `official` does not."""
    formal = _formal(official)
    return tuple(
        dict.fromkeys(
            str(mention.locator)
            for mention in find(digest, limit=60)
            if mention.locator.root.number != own.root.number
            and not _is_named(mention.locator, formal)
        )
    )


def _is_named(locator: Locator, formal: str) -> bool:
    number = re.escape(locator.number)
    if str(locator) in formal:
        return True
    if locator.unit in _LISTED:  # "Articles 9 to 15 and 17"
        pattern = rf"(?:Articles?|Annex(?:es)?|Recitals?|and|or|to|,) \(?{number}\b"
    elif locator.unit is Unit.SUPPLEMENT:  # "supplement no. 4 to this part"
        pattern = rf"supplement no\. {locator.number.partition('/')[0]}\b"
    elif locator.unit is Unit.CHAPTER:
        return True  # "Section 2" of the chapter in which the words stand
    else:
        pattern = rf"(?<![\w.]){number}(?!\d)"
    return bool(re.search(pattern, formal, re.IGNORECASE))


@lru_cache(maxsize=64)
def _formal(official: str) -> str:
    return formalise(official)


@lru_cache(maxsize=64)
def _words(official: str) -> str:
    return f" {_plain(official)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
