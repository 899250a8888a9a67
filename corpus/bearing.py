"""Whether an official text bears out the marks, places and terms a digest gives (pure).

`corpus/verify.py` compares the figures; this compares what figures alone do not tell: that 3 is a
percentage, that an amount is in euro, which article is referred to, what a term is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from corpus.bearers import Bearer
from corpus.locators import Locator, Unit, formalise
from corpus.terms import base_form, variants
from corpus.verify import NUMBER_WORDS

_PERCENT = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,4})?) ?(?:%|percent\b|per cent\b)")
_PERCENT_WORD = re.compile(
    rf"\b({'|'.join(NUMBER_WORDS)}) (?:percent\b|per cent\b)", re.IGNORECASE
)  # fmt: skip
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
    offered |= {NUMBER_WORDS[found[1].lower()] for found in _PERCENT_WORD.finditer(official)}
    missing = [f"{share} %" for share in _PERCENT.findall(digest) if share not in offered]
    for written, names in _MONEY:
        if written.search(digest) and not any(name in official for name in names):
            missing.append(names[0])
    return tuple(dict.fromkeys(missing))


def unsupported_terms(terms: Iterable[str], official: str) -> tuple[str, ...]:
    """Defined terms that the official text does not use, in any inflection.

    A term with its abbreviation is used where both are. What coordination leaves out counts:
    "data protection by design and by default" uses the term "data protection by default".

    >>> unsupported_terms(["notified body", "importer"], "Notified bodies shall ...")
    ('importer',)
    """
    words = _words(official)
    return tuple(term for term in terms if not all(_uses(words, form) for form in variants(term)))


def _uses(words: str, term: str) -> bool:
    bases = [re.escape(base) for base in _bases(term)]
    if not bases:
        return False
    pattern = bases[0]
    for before, base in pairwise(bases):
        pattern += rf" (?:(?:\w+ ){{0,2}}\w+ (?:and|or) (?:{before} )?)?{base}"
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", words))


def unsupported_places(
    digest: Iterable[Locator], own: Locator, official: Bearer
) -> tuple[str, ...]:
    """Places that a digest names and the official text neither names nor holds.

    A place is named where the text names it or a place within it: a digest may say "Article 6"
    of "Article 6(2)", and not the other way round.
    """
    return tuple(
        dict.fromkeys(str(place) for place in digest if not _bears_out(official, own, place))
    )


def _bears_out(official: Bearer, own: Locator, place: Locator) -> bool:
    if official.named is None:
        return place.root.number == own.root.number or _is_named(place, _formal(official.text))
    if any(place.covers(named) for named in official.named):
        return True
    return place.root == own.root and any(place.covers(held) for held in official.held)


def _is_named(locator: Locator, formal: str) -> bool:
    """Whether the words of a text without known divisions name a place."""
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
    return " ".join(_bases(official))


def _bases(text: str) -> list[str]:
    return [base_form(word) for word in re.findall(r"\w+", text)]
