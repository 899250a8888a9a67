"""What kind of answer a question wants, read from its words alone (pure)."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.splitting import pieces_of


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


_AUX = (
    r"(?:is|are|was|were|am|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had"
    r"|isn't|aren't|doesn't|don't|can't|won't)\b"
)
_WH = (
    r"(?:(?:from|by|until|since|in|under|to|for|on|at|with|within|above|below|up to|of)\s+)?"
    r"(?:what|which|who|whom|whose|when|where|why|how)\b"
)
_NOISE = re.compile(r"\W*(?:(?:and|so|but|or|then|now|ok|well|please|also)\b\W+)*", re.IGNORECASE)
# "If we do, does ...", "Back in 2024: what ...": the question proper begins after the mark.
_PROPER = re.compile(rf"[,:;–—]\s+(?:so |then |and )?(?={_WH}|{_AUX})", re.IGNORECASE)
_OPENS = re.compile(rf"(?:\w+ly )?(?:{_WH}|{_AUX})", re.IGNORECASE)

_MEASURE = (
    r"(?:threshold|ceiling|limit|cap|percentage|per cent|percent|figure|number|amount|sum|rate"
    r"|price|budget|density|bandwidth|speed|size|age|stake|shareholding|maximum|minimum|fine|penalty"
    r"|punishment|tariff|duty|fee|bill|cost|period|time|term|days|weeks|months|years|euros"
    r"|dollars|odds)s?"
)
_MOST = r"(?:biggest|largest|highest|longest|worst|top|maximum|minimum|lowest|shortest|least|most)"
_PLACES = (
    r"(?:article|section|provision|paragraph|recital|annex|clause|rule|statute|law|point|note|part"
    r"|item|outcome|principle|sentence|passage|chapter|action|exemption|exception|order|memorandum"
    r"|text|instrument|entry|ECCN)"
)
_BODIES = (
    r"(?:body|bodies|authority|authorities|official|officials|agency|agencies|regulator|court"
    r"|person|office|department|minister|secretary|company|companies|firms?|labs?|countries|states)"
)

_PATTERNS: tuple[tuple[AskedFor, str], ...] = (
    (
        AskedFor.YES_NO,
        rf"^{_AUX}(?! (?:so|not)\b)|\b(?:right|correct|true|okay|yes or no|fact or \w+)\W*$",
    ),
    (
        AskedFor.AMOUNT,
        r"^(?:\w+ )?how (?:many|much|big|large|high|long|often|fast|quickly|soon|serious|old"
        r"|far (?:ahead|down|back|in advance))\b"
        r"|\band (?:by |for )?how (?:many|much|long|soon|far|often)\b"
        r"|^(?:at|above|below|from|over|under|up to|beyond|by) (?:what|which|how) "
        rf"(?:[\w-]+ ){{0,5}}?{_MEASURE}\b"
        rf"|^(?:what|which)(?:'s| is| was| are| were)? (?:[\w'’-]+ ){{0,4}}?{_MEASURE}\b"
        rf"|^(?:what|which) share\b|^(?:what|which)\b.{{0,30}}?\b{_MOST}\b",
    ),
    (
        AskedFor.DATE,
        r"^(?:by|from|since|until|till) when\b|\b(?:by|from|since|until|counted from) when\W*$"
        r"|^when (?:did|was|were|will)\b|^when (?:at the latest|exactly)\b"
        r"|^when\b.*\b(?:start|begin|apply|enter|effect|force|come|bite|end|expire|lapse|due"
        r"|run out|vanish|bind|kick in|ready|open)s?\b"
        r"|\b(?:by|on|from|since|until|till)? ?(?:what|which)(?: \w+)? (?:date|day|month|year)\b"
        r"|\bdeadline\b",
    ),
    (
        AskedFor.DEFINITION,
        r"^(?:what|who)(?: all| exactly)?(?:'s| is| are| was| were) (?:an?\b|['\"‘“]|(?:the )?(?:"
        r"definition|meaning)) ?"
        r"|^what (?:exactly )?(?:counts?|qualif(?:y|ies)|makes?) |\bmeant by\b|\bmeans? by\b"
        r"|^what (?:does|do|did) .*\b(?:mean|count as)\b|^what all does .*\bcount\b"
        r"|^who does .*\bmean\b|^who counts?\b|^what are (?!the\b)[\w-]+(?: [\w-]+){0,2}\W*$"
        r"|\b(?:define[ds]?|definitions?)\b|\bwho counts as\b|\bwhat counts as\b"
        r"|^(?!.*\bit still counts)(?:is|are|would|does|do|can|will|when) .*\bcounts? as\b"
        r"|^how (?:is|are) .*\b(?:defined|described)\b"
        r"|^how (?:does|do|did) .*\b(?:define|describe)\b"
        r"|^when (?:is|are|does|do) .*['\"‘“]",
    ),
    (
        AskedFor.LIST,
        r"^(?:\w+ )?(?:which|what)(?: of (?:the|its|our|these|those|his|her))?"
        rf"(?: (?!{_AUX}|of\b)[\w'’-]+){{0,4}}? (?!{_AUX}|us\b|its\b|this\b|status\b|basis\b)"
        r"(?:[a-z'’-]{3,}[^su\W]s|countries|criteria)(?: and [\w-]+)?"
        rf"(?: (?:{_AUX}|of\b|we\b|so far)|$)"
        r"|^which(?: [\w'’-]+){1,3} (?:companies|countries|states|firms|bodies|labs|bosses|parts)\b"
        r"|^(?:please )?(?:list|name|line up|set out) |^(?:which|who) are the\b"
        r"|^what are the [\w-]+s\b",
    ),
    (
        AskedFor.PLACE,
        r"^(?:in |under |from )?(?:which|what)(?! does| do| did| would| will| can) "
        rf"(?:[\w'’-]+ ){{0,3}}?{_PLACES}s?\b"
        r"|^where\b.{0,90}?\b(?:says?|said|written|found|states?|speaks?|mentions?|requires?|line"
        r"|laid|regulated|defined|find|names?|makes?|put|gives?)\b"
        r"|\b(?:give|cite|quote) the (?:article|clause|section|paragraph|provision)\b",
    ),
    (
        AskedFor.WHO,
        rf"^(?:to |by |from |with |for |of )?(?:who|whom|whose)\b|^(?:to |by )?(?:which|what) "
        rf"(?:(?!says\b|lets\b|an?\b|the\b|did\b|does\b)[\w'’-]+ ){{0,3}}?{_BODIES}\b",
    ),
    (
        AskedFor.STATUS,
        r"\bstatus of\b|\bstill (?:valid|law|binding|bind|bound|appl(?:y|ies)|in force|in effect"
        r"|stands?|current|the law)\b"
        r"|^(?:is|are|was|were|has|have|had)\b.*\b(?:in force|in effect|revoked"
        r"|repealed|rescinded|suspended|withdrawn|replaced|law yet|legally binding)\b"
        r"|^(?:what|who|which (?:[\w-]+ ){1,3}?)(?:\W*)(?:ended|revoked|repealed|replaced|cancelled"
        r"|suspended)\b|\b(?:what|has) (?:has )?(?:become|became) of\b|^what happened to\b",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


def asked_for(question: str) -> frozenset[AskedFor]:
    """The kinds of answer that a question wants, less comparison; empty when none shows.

    Each question in it is read from where it begins to ask: what is told before counts for none.

    >>> sorted(asked_for("Our model is open. Which article binds us, and how high is the fine?"))
    [<AskedFor.AMOUNT: 'amount'>, <AskedFor.PLACE: 'place'>]
    """
    heads = [_proper(piece) for piece in pieces_of(question[:4000])]
    return frozenset(
        kind for kind, pattern in _COMPILED if any(pattern.search(head) for head in heads)
    )


def _proper(clause: str) -> str:
    """A clause from its question word or verb on."""
    noise = _NOISE.match(clause)
    bare = clause[noise.end() :] if noise else clause
    if _OPENS.match(bare):
        return bare
    found = _PROPER.search(bare)
    return bare[found.end() :] if found else bare
