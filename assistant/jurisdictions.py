"""Whose rules a question is about, from the capitals, bodies and people it mentions (pure)."""

from __future__ import annotations

import re

# The codes are those of the corpus; a longer name is taken out of the text before a shorter one.
_WORDS: tuple[tuple[str, str], ...] = (
    ("COE", r"Council of Europe|\bCoE\b|\bCETS\b|Strasbourg"),
    ("OECD", r"\bOECD\b"),
    (
        "G7",
        r"\bG-?7\b|Hiroshima|Kananaskis|Apulia|Puglia|Borgo Egnazia|\bEvian\b|Group of Seven"
        r"|\b(?:the |these )seven (?:leaders|powers|countries|nations)?"
        r"|\b(?:rich|leading|big|seven|major) (?:industrial(?:i[sz]ed)? )?(?:democrac|econom)\w+"
        r"|\ballied (?:governments?|delegations?|nations?|access)",
    ),
    ("INT", r"Bletchley|(?:AI )?Seoul (?:summit|pledge|commitment|statement|declaration|text)\w*"),
    ("US", r"Federal Communications Commission|Federal Trade Commission"),
    (
        "EU",
        r"\bEU\b|\bE\.U\.|Brussels|\bEurop(?:e|ean|eans)\b|\bCommission\b|\bAI Office\b"
        r"|\b[Mm]ember [Ss]tates?\b|European Parliament|\bOfficial Journal\b|\bGDPR\b",
    ),
    (
        "US",
        r"\bU\.?S\.?(?:A\.?)?(?!\w)|\bAmerica(?:n|ns|'s)?\b|Washington|White House|\bCommerce\b"
        r"|\bBIS\b|\bDDTC\b|\bNIST\b|\bOMB\b|\bFCC\b|\bFTC\b|\bNSA\b|Pentagon|Congress\b|Uncle Sam"
        r"|(?:State|Energy|Justice|Treasury|Defen[sc]e) Department|Department of (?:State|Energy"
        r"|Justice|Commerce|the Treasury|Defen[sc]e|War)|\bfederal\b|\bfeds\b|\bBiden|\bTrump"
        r"|\b[Ee]xecutive [Oo]rder|\bE\.?O\.? ?\d|\bCFR\b|\bU\.S\.C\.|\bECCN\b|Entity List"
        r"|Country Group|\bEAR\b|\bITAR\b|\bAttorney General\b|\bPresident(?:ial)?\b|\bCHIPS\b",
    ),
    ("UK", r"\bU\.?K\.?(?!\w)|\bBrit(?:ain|ish|ons?)\b|\bLondon\b"),
)
_PATTERNS = tuple((code, re.compile(pattern)) for code, pattern in _WORDS)


def jurisdictions_in(text: str) -> tuple[str, ...]:
    """Codes of the lawmakers that a text points at, in the order of the text; often none.

    The corpus's own codes (EU, US, G7, COE, OECD, INT), and UK. A country that is only a place
    where something goes or is made is no lawmaker.

    >>> jurisdictions_in("Does Brussels or Commerce ask more, and what of the Council of Europe?")
    ('EU', 'US', 'COE')
    """
    left, found = text[:4000], dict[str, int]()
    for code, pattern in _PATTERNS:
        hits = list(pattern.finditer(left))
        if hits:
            found[code] = min(hits[0].start(), found.get(code, len(left)))
            left = pattern.sub(lambda hit: "|" * len(hit[0]), left)
    return tuple(sorted(found, key=lambda code: found[code]))
