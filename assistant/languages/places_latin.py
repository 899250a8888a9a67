"""How places, days and figures are written in French, Italian and German (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.languages.rules import MONTHS, ROMAN, Rule
from assistant.languages.types import Language


@dataclass(frozen=True, slots=True)
class _Words:
    """How one language writes places and days; patterns of alternatives, longest first."""

    article: str
    paragraph: str
    point: str
    recital: str
    annex: str
    chapter: str
    months: tuple[str, ...]
    on: str
    within: str
    as_of: str


_FRENCH = _Words(
    article=r"(?:l['’])?art(?:icles?|\.)",
    paragraph=r"paragraphe|par\.|alinéa|al\.|§",
    point=r"point|lettre|let\.|sous-point|section",
    recital=r"considérant",
    annex=r"(?:l['’])?annexe",
    chapter=r"chapitre",
    months=(
        "janvier",
        "février|fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août|aout",
        "septembre",
        "octobre",
        "novembre",
        "décembre|decembre",
    ),
    on=r"le",
    within=r"en|au mois de|au mois d['’]",
    as_of=r"au|à la date du",
)
_ITALIAN = _Words(
    article=r"(?:(?:d?e?ll|all|nell|sull)['’])?(?:articol[oi]|art\.)",
    paragraph=r"paragrafo|par\.|comma|co\.|§",
    point=r"punto|lettera|lett\.|sezione",
    recital=r"considerando",
    annex=r"(?:(?:d?e?ll|all|nell|sull)['’])?allegato",
    chapter=r"capo|capitolo",
    months=(
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
    on=r"il|l['’]|nel giorno",
    within=r"nel mese di|nel|nell['’]|in|a",
    as_of=r"alla data del|al",
)
_GERMAN = _Words(
    article=r"art(?:ikels?|\.)",
    paragraph=r"absatz(?:es)?|abs\.",
    point=r"unterabsatz|buchstabe|buchst\.|lit\.|nummer|nr\.|ziffer|ziff\.|abschnitt",
    recital=r"erwägungsgrund(?:es)?|erwg\.?|eg",
    annex=r"anhangs?|anh\.",
    chapter=r"kapitels?",
    months=(
        "januar|jänner",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ),
    on=r"am|vom",
    within=r"im",
    as_of=r"zum|stand|per",
)
_WORDS = {Language.FRENCH: _FRENCH, Language.ITALIAN: _ITALIAN, Language.GERMAN: _GERMAN}


def latin_rules(language: Language) -> tuple[Rule, ...]:
    """The rules of one of the three languages, in the order in which they apply."""
    words = _WORDS[language]
    return (*_dates(words), *_locators(words), *_large(language))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _dates(words: _Words) -> tuple[Rule, ...]:
    month = "|".join(f"(?P<m{n}>{names})" for n, names in enumerate(words.months))
    lead = rf"(?:(?P<as_of>{words.as_of})\s*|(?P<on>{words.on})\s*|(?P<in>{words.within})\s*)?"
    day = r"(?P<day>\d{1,2})(?:er|º|°|\.)?\s+"
    return (
        (_pattern(rf"(?<!\w){lead}{day}(?:{month})\s+(?P<year>\d{{4}})(?!\w)"), _date),
        (_pattern(rf"(?<!\w){lead}(?:{month})\s+(?P<year>\d{{4}})(?!\w)"), _date),
    )


def _date(found: re.Match[str]) -> str:
    """A day or a month as in English, with the word that puts it in the sentence."""
    parts = found.groupdict()
    name = next(MONTHS[n] for n in range(12) if parts[f"m{n}"])
    day = parts.get("day")
    lead = ""
    if parts["as_of"]:
        lead = "as of "
    elif parts["on"] or parts["in"]:
        lead = "on " if day else "in "
    return f"{lead}{day} {name} {parts['year']}" if day else f"{lead}{name} {parts['year']}"


def _locators(words: _Words) -> tuple[Rule, ...]:
    para = rf"(?:,?\s*(?:{words.paragraph})\s*\(?(?P<para>\d+[a-z]?)\)?)?"
    labels = r"(?P<labels>(?:\(\w{1,4}\))*)"
    point = rf"(?:,?\s*(?:{words.point})\s*\(?(?P<point>[a-z]{{1,4}}|\d{{1,2}})\)?(?!\w))?"
    letter = (
        rf"(?:,?\s*(?:(?:{words.point})\s*\(?(?P<letter>[a-z]{{1,2}})\)?(?!\w)"
        r"|\(?(?P<bare>[a-z])\)))?"
    )
    return (
        (
            _pattern(
                rf"(?<!\w)(?:{words.article})\s*(?P<number>\d+[a-z]{{0,2}})(?!\w){labels}"
                rf"{para}{point}"
            ),
            _article,
        ),
        (
            _pattern(
                rf"(?<!\w)(?:{words.annex})\s+(?P<number>{ROMAN})(?!\w){labels}{point}{letter}"
            ),
            _annex,
        ),
        (_pattern(rf"(?<!\w)(?:{words.recital})\s*\(?(\d+)\)?"), lambda m: f"Recital {m[1]}"),
        (
            _pattern(rf"(?<!\w)(?:{words.chapter})\s+({ROMAN}|\d+)(?!\w)"),
            lambda m: f"Chapter {m[1].upper()}",
        ),
    )


def _article(found: re.Match[str]) -> str:
    tail = "".join(f"({label.lower()})" for label in (found["para"], found["point"]) if label)
    return f"Article {found['number'].lower()}{found['labels'] or ''}{tail}"


def _annex(found: re.Match[str]) -> str:
    labels = found.group("point", "letter", "bare")
    tail = "".join(f"({label.lower()})" for label in labels if label)
    return f"Annex {found['number'].upper()}{found['labels'] or ''}{tail}"


def _large(language: Language) -> tuple[Rule, ...]:
    """Powers of ten; figures with the marks of the continent."""
    power = (
        re.compile(r"\b10\s+(?:hoch|puissance|alla|exposant|elevato a)\s+(\d{1,2})\b", re.I),
        lambda m: f"10^{m[1]}",
    )
    spaced = (re.compile(r"(?<![\w.§])\d{1,3}(?:[ \u202f]\d{3})+(?!\w)"), _plain_figure)
    dotted = (re.compile(r"(?<![\w.§] )(?<![\w.§])\d{1,3}(?:\.\d{3})+(?![\w.(])"), _plain_figure)
    decimal = (re.compile(r"(?<![\w.])(\d+),(\d+)(?!\w)(\s?%)?"), _decimal)
    if language is Language.FRENCH:
        return (power, spaced, decimal)
    return (power, spaced, dotted, decimal)


def _plain_figure(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])


def _decimal(found: re.Match[str]) -> str:
    return f"{found[1]}.{found[2]}{(found[3] or '').strip()}"
