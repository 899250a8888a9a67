"""How places, days and figures are written in Japanese (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.languages.rules import MONTHS, ROMAN, Rule

_DIGITS = r"(\d+[a-z]?)"


def _japanese_place(unit: str) -> Callable[[re.Match[str]], str]:
    def write(found: re.Match[str]) -> str:
        labels = "".join(f"({label.lower()})" for label in found.groups()[1:] if label)
        return f"{unit} {found[1].upper() if unit == 'Annex' else found[1]}{labels}"

    return write


def _japanese_date(found: re.Match[str]) -> str:
    year, month, day, lead = found.groups()
    name = MONTHS[int(month) - 1]
    moment = f"{day} {name} {year}" if day else f"{name} {year}"
    if lead in {"時点", "現在"}:
        return f"as of {moment}"
    return f"{'on' if day else 'in'} {moment}" if lead else moment


def _count(figure: str) -> int:
    return int(figure.replace(",", ""))


JAPANESE_RULES: tuple[Rule, ...] = (
    (
        re.compile(r"大統領令\s*(?:第)?\s*(\d{5})\s*号?"),
        lambda m: f"Executive Order {m[1]}",
    ),
    (
        re.compile(
            r"(\d{4})年\s*(0?[1-9]|1[0-2])月(?:\s*(\d{1,2})日)?(時点|現在|に|の|には)?(?:で|の)?"
        ),
        _japanese_date,
    ),
    (
        re.compile(
            rf"第?\s*{_DIGITS}\s*条(?:\s*第?\s*{_DIGITS}\s*項)?"
            r"(?:\s*第?\s*\(?([a-z]{1,3}|\d{1,2})\)?\s*号|\s*\(([a-z]{1,3})\))?"
        ),
        _japanese_place("Article"),
    ),
    (
        re.compile(
            rf"[附付]属書\s*(?:第)?\s*({ROMAN})(?:\s*(?:第)?\s*{_DIGITS}\s*[項号])?"
            r"(?:\s*\(([a-z])\))?"
        ),
        _japanese_place("Annex"),
    ),
    (re.compile(r"(?:前文|リサイタル)\s*(?:第)?\s*\(?(\d+)\)?\s*項?"), lambda m: f"Recital {m[1]}"),
    (re.compile(r"第\s*(\d+|[IVX]+)\s*章"), lambda m: f"Chapter {m[1]}"),
    (re.compile(r"10の(\d{1,2})乗"), lambda m: f"10^{m[1]}"),
    (re.compile(r"(\d[\d,]{0,12})億"), lambda m: f"{_count(m[1]) * 100} million"),
    (re.compile(r"(\d[\d,]{0,12})万"), lambda m: str(_count(m[1]) * 10_000)),
)
