"""Locators, dates and figures of four languages in the spelling that English questions have (pure).

`shield` replaces each by one character of the private use area, so that no later step takes it
apart; `unshield` puts the English spelling there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from assistant.languages.places_japanese import JAPANESE_RULES
from assistant.languages.places_latin import latin_rules
from assistant.languages.rules import Rule
from assistant.languages.types import Language

_FIRST, _LAST = 0xE000, 0xF8FF
_MOST = 1_000
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Shielded:
    """A text with marks, and what each of them stands for."""

    text: str
    kept: tuple[str, ...]


def shield(text: str, language: Language) -> Shielded:
    """A text whose places, days and figures are marks; what is English already stays as it is."""
    text = re.sub(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"10^{m[1].translate(_SUPERSCRIPT)}", text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if _FIRST <= ord(char) <= _LAST else char for char in text)
    kept: list[str] = []

    def keep(english: str) -> str:
        if len(kept) >= _MOST:
            return f" {english} "
        kept.append(english)
        return f" {chr(_FIRST + len(kept) - 1)} "

    for pattern, write in _rules(language):
        text = pattern.sub(lambda found, say=write: keep(say(found)), text)  # type: ignore[misc]
    return Shielded(text, tuple(kept))


def unshield(text: str, kept: tuple[str, ...]) -> str:
    """The text with what its marks stand for."""
    return "".join(kept[ord(char) - _FIRST] if is_mark(char) else char for char in text)


def is_mark(char: str) -> bool:
    """Whether a character stands for a place, a day or a figure."""
    return _FIRST <= ord(char) < _FIRST + _MOST


@cache
def _rules(language: Language) -> tuple[Rule, ...]:
    own = JAPANESE_RULES if language is Language.JAPANESE else latin_rules(language)
    return (*own, *_FIGURES)


def _written(found: re.Match[str]) -> str:
    return found[0].strip()


# What is written the same in every language: ECCNs, sections, powers, numbers of acts.
_FIGURES: tuple[Rule, ...] = (
    (re.compile(r"§+\s*\d[\w.]*(?:\(\w{1,5}\))*"), _written),
    (re.compile(r"\b\d[A-Ea-e]\d{3}(?:\.[a-z0-9]+)*\b"), _written),
    (re.compile(r"(?<![^\W_])\d+(?:[.,/^:-]\d+)*(?:\([a-z0-9]{1,4}\))*\s?%?"), _written),
)
