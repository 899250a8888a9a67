"""Compares the figures and dates of a digest with those of the official text (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {
    "thirty": "30",
    "forty": "40",
    "forty-five": "45",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "half": "50",
}
_MONTH = "|".join([*_MONTHS, *(name[:3] for name in _MONTHS), "sept"])
_DATE = re.compile(
    rf"\b(\d{{1,2}})\s+({_MONTH})\.?\s+(\d{{4}})\b"
    rf"|\b({_MONTH})\.?\s+(\d{{1,2}}),\s+(\d{{4}})\b"
    r"|(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})(?![\d.]*\d)",  # the Official Journal
    re.IGNORECASE,
)
_THOUSANDS = re.compile(  # by commas or by spaces, not by both: "2025 Q1 633,000,000"
    r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?!\d|,\d)|(?<![\w,.])\d{1,3}(?: \d{3})+(?!\d|,\d)"
)
_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_MILLIONS = re.compile(rf"(?<![\w.^])(\d{{1,12}}(?:\.\d{{1,6}})?)\s+({'|'.join(_SCALE)})\b", re.I)
_FIGURE = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?:\^\d+)?")


def normalise_figures(text: str) -> str:
    """Join thousands, write out millions, dates as ISO, unify powers: figures to be compared.

    >>> normalise_figures("EUR 35 000 000, 10^25 and January 14, 2026")
    'EUR 35000000, 10^25 and 2026-01-14'
    >>> normalise_figures("EUR 7.5 million")
    'EUR 7500000'
    """
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    text = _DATE.sub(_iso, text)
    text = _THOUSANDS.sub(lambda found: re.sub("[ ,]", "", found[0]), text)
    text = re.sub(r"\b10\s*\^\s*(\d+)", r"10^\1", text)
    return _MILLIONS.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    value = Decimal(found[1]) * _SCALE[found[2].lower()]
    return str(int(value)) if value == int(value) else found[0]


def _iso(found: re.Match[str]) -> str:
    if found[7]:
        day, month, year = found[7], int(found[8]), found[9]
    else:
        day, name, year = (found[1], found[2], found[3]) if found[1] else found.group(5, 4, 6)
        month = next(n for known, n in _MONTHS.items() if known.startswith(name.lower()[:3]))
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return found[0]


@lru_cache(maxsize=2048)
def figures(text: str) -> tuple[str, ...]:
    """The figures of a text: ISO dates, powers, numbers; each once, in order.

    >>> figures("at least 10 000 users by 2 August 2026, see Article 6(2)")
    ('2026-08-02', '10000', '6', '2')
    """
    normal = normalise_figures(text)
    dates = re.findall(r"\b\d{4}-\d{2}-\d{2}\b", normal)
    rest = re.sub(r"\b\d{4}-\d{2}-\d{2}\b", " ", normal)
    return tuple(dict.fromkeys([*dates, *_FIGURE.findall(rest)]))


def unsupported_figures(
    digest: str, official: str, *, known: Iterable[str] = ()
) -> tuple[str, ...]:
    """Figures of `digest` that occur neither in `official` nor in `known`.

    Numbers that the source writes as words ("two weeks") count. `known` holds texts whose
    figures need no source: the provision's own locator and heading.
    """
    offered, joined = _offered(official)
    have = set(offered)
    for text in known:
        have.update(figures(text))
    have.update(_parts_of_dates(have))
    return tuple(
        figure
        for figure in figures(digest)
        if figure not in have and not _stands_in(figure, joined)
    )


def _stands_in(figure: str, text: str) -> bool:
    """Whether `figure` occurs as a whole number, though perhaps glued to letters ("A5").

    A mere part of a longer number does not count: "7" is not borne out by "2017".
    """
    return bool(re.search(rf"(?<!\d)(?<!\d\.){re.escape(figure)}(?!\.?\d)", text))


@lru_cache(maxsize=32)
def _offered(official: str) -> tuple[frozenset[str], str]:
    """The figures of an official text, its number words as digits, and the text normalised.

    Kept, because hundreds of provisions are checked against one and the same text.
    """
    lowered = official.casefold()
    words = {digit for word, digit in NUMBER_WORDS.items() if re.search(rf"\b{word}\b", lowered)}
    return frozenset({*figures(official), *words}), normalise_figures(official)


def _parts_of_dates(have: Iterable[str]) -> set[str]:
    """The year and the day of each ISO date, which a digest may write alone."""
    days = [figure for figure in have if re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure)]
    return {part for day in days for part in (day[:4], str(int(day[8:])))}
