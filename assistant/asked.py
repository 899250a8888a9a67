"""What kind of answer a question wants, read from its words alone (pure)."""

from __future__ import annotations

import re
from enum import StrEnum


class AskedFor(StrEnum):
    """The kinds of answer that a question may want; one question may want several."""

    DEFINITION = "definition"  # "what is a deployer", "when is technology published"
    AMOUNT = "amount"  # a number, a limit, a share, a sum, a period
    DATE = "date"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    LIST = "list"  # "which obligations", "what are the conditions"
    PLACE = "place"  # "which article", "where does the Act"
    WHO = "who"
    STATUS = "status"  # "is it still in force"


_OPENING_NOISE = r"^\W*(?:(?:and|so|but|then|now|ok|well|please)\W+)*"

_PATTERNS: tuple[tuple[AskedFor, re.Pattern[str]], ...] = (
    (
        AskedFor.YES_NO,
        re.compile(
            _OPENING_NOISE + r"(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will"
            r"|would|has|have|had)\b|[,:;.] (?:is|are|do|does|can|may|must|will|would) (?:\w+ )",
            re.IGNORECASE,
        ),
    ),
    (
        AskedFor.AMOUNT,
        re.compile(
            r"\bhow (?:many|much|big|large|high|long|often|fast|quickly|soon|far)\b"
            r"|\b(?:threshold|ceiling|limit|share|percentage|figure|amount|maximum|minimum|fine)\b",
            re.IGNORECASE,
        ),
    ),
    (
        AskedFor.DATE,
        re.compile(
            r"\b(?:(?:by|from|since|until) when|when (?:do|does|did|will|must|is|are|was|were)"
            r"|(?:what|which)(?: \w+)? (?:date|day|year)|deadline)\b",
            re.IGNORECASE,
        ),
    ),
    (
        AskedFor.DEFINITION,
        re.compile(
            r"\bwhat (?:is|are|does|counts as|makes)\b.*\b(?:mean|defin\w*|count\w*)\b"
            r"|\bdefin(?:e|ed|ition|itions)\b|\bcounts? as\b|\bmeant by\b"
            r"|\bwhat (?:is|are) (?:an? |the )?['\"“‘\w-]+(?: ['\"”’\w-]+){0,4}\W*$",
            re.IGNORECASE,
        ),
    ),
    (
        AskedFor.LIST,
        re.compile(
            r"\b(?:which|what)(?: \w+){0,3} (?:obligations|duties|conditions|requirements|countries"
            r"|practices|systems|exceptions|exemptions|steps|rights|measures|factors|criteria)\b"
            r"|\blist\b|\bname (?:all|the)\b",
            re.IGNORECASE,
        ),
    ),
    (
        AskedFor.PLACE,
        re.compile(
            r"\b(?:which|what) (?:article|section|provision|paragraph|recital|annex|clause|rule|law"
            r"|point|note)\b|\bwhere (?:does|do|is|in|are|can)\b",
            re.IGNORECASE,
        ),
    ),
    (AskedFor.WHO, re.compile(r"\b(?:who|whom|whose|by which body)\b", re.IGNORECASE)),
    (
        AskedFor.STATUS,
        re.compile(
            r"\bstatus of\b|\bstill (?:valid|law|binding|applies|apply|in force|in effect|stand)"
            r"|\bin force\b|\b(?:revoked|repealed|rescinded|suspended)\b",
            re.IGNORECASE,
        ),
    ),
)


def asked_for(question: str) -> frozenset[AskedFor]:
    """The kinds of answer that a question wants, less comparison; empty when none shows.

    >>> sorted(asked_for("Which article sets the fine for prohibited practices?"))
    [<AskedFor.AMOUNT: 'amount'>, <AskedFor.PLACE: 'place'>]
    """
    return frozenset(kind for kind, pattern in _PATTERNS if pattern.search(question[:4000]))
