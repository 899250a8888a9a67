"""Whether a sentence of law answers a question with yes or no, by the verb that carries it (pure).

Only plain cases are decided: a question whether something must, may, must not be done or applies,
and a sentence with one such rule. A condition or an exception is told with the answer.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Rule(StrEnum):
    """What a sentence of law does."""

    OBLIGES = "obliges"
    PERMITS = "permits"
    FORBIDS = "forbids"
    EXEMPTS = "exempts"
    APPLIES = "applies"


_RULES: tuple[tuple[Rule, re.Pattern[str]], ...] = (
    (
        Rule.EXEMPTS,
        re.compile(
            r"\b(?:shall|do|does|will|is|are)(?: not|n't) (?:apply|cover|extend|(?:be )?subject"
            r"|(?:be )?required|obliged)\b|\bneed not\b|\b(?:is|are) exempt(?:ed)?\b"
            r"|\bno licen[cs]e is required\b",
            re.IGNORECASE,
        ),
    ),
    (
        Rule.FORBIDS,
        re.compile(
            r"\b(?:shall|may|must|can) not\b|\bcannot\b"
            r"|\b(?:is|are|be) (?:prohibited|forbidden|banned)\b"
            r"|\bno (?:person|[\w-]+) (?:may|shall)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Rule.APPLIES,
        re.compile(r"\b(?:shall apply|applies|apply|covers|(?:is|are) subject to)\b", re.I),
    ),
    (Rule.OBLIGES, re.compile(r"\b(?:shall|must|(?:is|are) (?:required|obliged) to)\b", re.I)),
    (
        Rule.PERMITS,
        re.compile(r"\bmay\b|\b(?:is|are) (?:permitted|allowed|authori[sz]ed|entitled)\b", re.I),
    ),
)
_QUESTIONS: tuple[tuple[re.Pattern[str], dict[Rule, str]], ...] = (
    (
        re.compile(r"\b(?:prohibited|banned|forbidden|illegal|unlawful)\b", re.IGNORECASE),
        {Rule.FORBIDS: "Yes"},
    ),
    (
        re.compile(r"\b(?:must|have to|has to|need to|needs? an?|required|obliged)\b", re.I),
        {Rule.OBLIGES: "Yes", Rule.EXEMPTS: "No"},
    ),
    (
        re.compile(r"\b(?:may|can|could|allowed|permitted|lawful|legal)\b", re.IGNORECASE),
        {Rule.PERMITS: "Yes", Rule.FORBIDS: "No"},
    ),
    (
        re.compile(r"\b(?:apply|applies|cover|covers|covered|subject to|bound by)\b", re.I),
        {Rule.APPLIES: "Yes", Rule.EXEMPTS: "No"},
    ),
)
_UNCLEAR = re.compile(r"\b(?:not|n't|never|only|still|already|no longer|or|without)\b|n't\b", re.I)
_UNLESS = re.compile(r"\b(?:unless|except)\b[^.;]*", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|where|when|provided|only|subject to|to the extent|as long as|in so far as|except"
    r"|unless|within the limits|under the conditions)\b",
    re.IGNORECASE,
)
LONGEST_UNLESS = 25


def verdict(question: str, sentence: str) -> str | None:
    """The answer that a sentence gives, with its exception or a word on conditions; else None.

    >>> verdict("May a drone fly at night?", "A drone must not fly at night, unless lit.")
    'No, unless lit.'
    """
    if _UNCLEAR.search(question):
        return None
    answers = next((found for pattern, found in _QUESTIONS if pattern.search(question)), None)
    rule = rule_of(sentence)
    if answers is None or rule not in answers:
        return None
    return answers[rule] + _condition(sentence)


def rule_of(sentence: str) -> Rule | None:
    """The one rule that a sentence sets apart from its exception; None for none or several.

    >>> rule_of("Providers shall keep the logs.").value
    'obliges'
    """
    rest = _UNLESS.sub("", sentence)
    found: list[Rule] = []
    for rule, pattern in _RULES:
        if pattern.search(rest):
            found.append(rule)
            rest = pattern.sub("", rest)
    return found[0] if len(found) == 1 else None


def _condition(sentence: str) -> str:
    unless = _UNLESS.search(sentence)
    if unless and len(unless[0].split()) <= LONGEST_UNLESS:
        return f", {unless[0].strip()}."
    return ", on the conditions quoted." if _CONDITION.search(sentence) else "."
