"""Endings by which a word of one language is that of another, or its own dictionary form."""

from __future__ import annotations

import re

from assistant.languages.types import Language

# An ending, and what English has in its place: the first that gives an English word counts.
COGNATES: dict[Language, tuple[tuple[str, str], ...]] = {
    Language.FRENCH: (
        ("ification", "ification"),
        ("tions", "tions"),
        ("ités", "ities"),
        ("ité", "ity"),
        ("iques", "ic"),
        ("ique", "ic"),
        ("aire", "ary"),
        ("eur", "or"),
        ("ie", "y"),
        ("els", "al"),
        ("el", "al"),
        ("és", "ed"),
        ("é", "ed"),
        ("er", "e"),
        ("e", ""),
        ("es", ""),
    ),
    Language.ITALIAN: (
        ("zione", "tion"),
        ("zioni", "tions"),
        ("sione", "sion"),
        ("sioni", "sions"),
        ("ità", "ity"),
        ("tà", "ty"),
        ("ico", "ic"),
        ("ica", "ic"),
        ("ici", "ic"),
        ("ale", "al"),
        ("ali", "al"),
        ("enza", "ence"),
        ("anza", "ance"),
        ("ente", "ent"),
        ("mento", "ment"),
        ("o", ""),
        ("o", "e"),
        ("a", "e"),
        ("i", ""),
    ),
    Language.GERMAN: (
        ("ationen", "ations"),
        ("ität", "ity"),
        ("isch", "ic"),
        ("ische", "ic"),
        ("ischen", "ic"),
        ("ieren", "e"),
        ("ierung", "ation"),
        ("enz", "ence"),
        ("ie", "y"),
        ("k", "c"),
        ("en", ""),
        ("e", ""),
    ),
}
_PREFIX = (
    "(ab|an|auf|aus|bei|bereit|durch|ein|fest|her|hin|mit|nach|offen|sicher|um|unter|vor|weg|zu"
    "|zurück|zusammen)"
)
# German words by the form that a dictionary has: "mitzuteilen" and "mitgeteilt" stand under
# "mitteilen", "prüft" and "prüfte" under "prüfen", "Expertinnen" under "Expert-".
GERMAN_FORMS = (
    (re.compile(rf"{_PREFIX}zu(\w{{3,}})"), ""),
    (re.compile(rf"{_PREFIX}ge(\w{{3,}}?)e?t(?:e[nmrs]?)?"), "en"),
    (re.compile(r"ge(\w{3,}?)e?t(?:e[nmrs]?)?"), "en"),
    (re.compile(r"(\w{3,}?)e?t(?:e[nmrs]?)?"), "en"),
    (re.compile(r"(\w{4,}?)in(?:nen)?"), ""),
)
