"""Which facts beside the rules questions ask for, read from their words alone (pure).

Each kind has a few patterns. They look for the past and for practice ("have been fined so far",
"did the court decide"); law asks and answers in "must", "may" and "shall".
"""

from __future__ import annotations

import re
from enum import StrEnum


class FactKind(StrEnum):
    """The kinds of fact that stand next to the rules, each as a clause after "This asks"."""

    PRIVATE = "something private about a person"
    ADVICE = "what somebody should buy or choose"
    FUTURE = "what will happen"
    RULING = "how a court ruled"
    VOTE = "how a vote went"
    OFFICE = "who holds an office"
    AVERAGE = "what is usual in practice"
    MONEY = "what was earned, paid or charged"
    STATEMENT = "what somebody said"
    DOCUMENT = "what another document contains"
    COUNT = "how many there are so far"
    NAMES = "who in particular it was"
    LIKELY = "how likely or how common something is"
    EVENT = "what somebody did"
    THRESHOLD = "for a figure or a criterion"


PEOPLE = (
    r"(?:compan(?:y|ies)|firms?|labs?|banks?|hospitals?|senators?|consorti(?:um|a)|auditors?"
    r"|boss(?:es)?|leaders?|organi[sz]ations?|universit(?:y|ies)|lawyers?|persons?|people|judges?"
    r"|officials?|vendors?|suppliers?|consultanc(?:y|ies)|competitors?|benchmarks?)"
)
STATES = r"(?:countr(?:y|ies)|(?:member )?states?|governments?|nations?|allies)"
# Words that are parties or things of the rules as well: only "so far" tells.
_ROLES = (
    r"(?:operators?|bod(?:y|ies)|models?|makers?|providers?|developers?|standards?|chips?|systems?"
    r"|sites?|authorit(?:y|ies))"
)
# What law itself counts and measures.
_UNITS = (
    r"(?:days?|hours?|weeks?|months?|years?|minutes?|percent|times|operations?|flops?|tokens?"
    r"|parameters?|articles?|paragraphs?|points?|principles?|actions?|recitals?|chapters?|sections?"
    r"|annex(?:es)?|categories|levels?|steps?|ratifications?)"
)
_SO_FAR = r"(?:so far|to date|by now|currently|at present|today|at the moment)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
# Who speaks and acts through the texts themselves.
_LAWMAKERS = (
    r"(?:G7|G20|EU|US|UK|OECD|NIST|BIS|FCC|FTC|Congress|Commission|Commerce|Council|Parliament"
    r"|President|White House|Leaders|Article|Annex|Section|Recital|Act|Order|Declaration|Convention"
    r"|Code|Executive|Regulation|Treaty|Biden|Trump|Washington|Brussels|Strasbourg|NSM|NSPM|CETS"
    rf"|AI|Digital|{_MONTH})\b"
)
_TEXTS = r"(?:Act|Order|Declaration|Convention|Code|Statement|Communiqu|Deal|Rule|leaders)\b"
SOMEBODY = (
    rf"(?!{_LAWMAKERS})(?!(?:[A-Z][\w&-]* ){{1,5}}{_TEXTS})"
    r"(?P<somebody>[A-Z][\w&-]*(?: [A-Z][\w&-]*){0,3})"
)
# "which companies were fined", "which states lost ...", "which firms smuggled GPUs"
_DONE = (
    r"(?:(?:have|has|had) (?!to\b)(?!been (?:named|listed|designated))(?:so far |already |now )*\w+"
    r"|(?:was|were) (?:the first|late|fined|certified|chosen|picked|awarded|sued)"
    r"|(?<!are )(?<!is )(?<!be )(?:won|lost|joined|made it|sat|picked|voted|handed|received"
    r"|refused|crossed|signed|applied|registered|got|obtained|paid|filed|sued|complained|withdrew"
    r"|took part|attended|lobbied)"
    r"|did [A-Z][^?]{1,40}? (?:name|pick|publish|designate|certify|choose|award|approve))\b"
)
_ACTIVE_PAST = (
    r"(?!need|exceed|proceed)\w+ed "
    r"(?!(?:by|in|as|on|to|for|under|outside|within|with|from|at|of|through|that|who|and|or)\b)"
)
_NO_MODAL = r"(?![^?]*\b(?:must|may|shall|should|can|could|need)\b)"
_SOME = rf"(?:(?!{_UNITS}\b)[\w'’-]+ ){{1,6}}?"
_HOW_MANY = rf"(?i:how many){_NO_MODAL} "

_WORDS: dict[FactKind, tuple[str, ...]] = {
    FactKind.PRIVATE: (
        r"(?i:home address|private address|phone number|date of birth)\b",
        r"(?i:where does) [A-Z]\w+ [A-Z]\w+ live\b",
    ),
    FactKind.ADVICE: (
        r"(?i:which|what) (?:stocks?|shares|bonds)\b",
        r"(?i:should I) (?:buy|sell|invest|vote)\b",
    ),
    FactKind.FUTURE: (
        r"(?i:who will) (?:win|head|lead|run|chair|be the (?:first|next))\b",
        r"(?i:how will) (?:the )?[\w ]{2,40}? (?:rule|decide|vote|react|respond)\b",
        r"(?i:will)\b[^.?!]{0,60}\b(?:next (?:year|month|term|election)|in the coming years?)\b",
        r"(?i:when will) (?:the )?[A-Z][\w .'’-]{1,40}? (?:ratify|release|announce|launch|vote)\b",
        r"(?i:what|which|who|how)\b[^.?!]{0,40}\bwill\b[^.?!]{0,60}\bin 20[3-9]\d\b",
    ),
    FactKind.RULING: (
        r"(?i:what|how|why|when) did (?:the |a )?(?:[\w']+ ){0,3}[Cc]ourts?\b",
        r"(?i:which) (?:courts?|judges?)\b[^?]{0,30}\b(?:decided|ruled|heard|held|struck"
        r"|blocked)\b",
        r"(?i:what was the) (?:ruling|verdict|judgment)\b",
        r"[A-Z]\w+ v\.? [A-Z]\w+",
    ),
    FactKind.VOTE: (
        r"(?i:with|by) how many (?:\w+ )?votes\b",
        r"voted (?:for|against)\b",
        r"(?i:how did) (?:the )?\w+ vote\b",
        r"bill number\b",
    ),
    FactKind.OFFICE: (
        r"(?i:who(?:'s| is| was)) (?:currently |now )?(?:the )?(?:current )?(?:[A-Z]\w+ )?"
        r"(?:(?:Under )?Secretary|President|CEO|chief executive|Commissioner|[Dd]irector"
        r"|head(?! of the \w+ appointed| appointed)|[Cc]hair(?:man|woman|person)?|[Mm]inister)\b"
        r"(?![^?]*\b(?:must|to consult|appointed)\b)",
        r"(?i:who) (?:currently |now )?(?:chairs|heads|leads) the\b",
        r"(?i:who) (?:runs [A-Z]|currently \w+s\b)",
    ),
    FactKind.AVERAGE: (
        r"(?i:what|how|which|whats)\b[^.?!]{0,60}\b(?:on average|average|avg|median|turnaround"
        r"|market share|success rate|in practice)\b",
    ),
    FactKind.MONEY: (
        r"(?i:revenue|profit|dividend) (?:did|does|has|of|from|figures?|policy)\b",
        r"(?i:what|which) (?:annual |net )?(?:revenue|profit|budget|salary) "
        r"(?:did|does|do|was|has)\b",
        r"(?i:what was|what is) [\w .'’]{2,30}?(?:revenue|profit|market value|share price"
        r"|salary)\b",
        r"(?i:what|which) (?:is|was) the price of\b",
        r"(?i:how much) (?:did|has) [^?]{2,60}\b(?:pay|paid|cost|earn|earned|spend|spent|invest"
        r"|invested)\b",
        r"(?i:how much) [^?]{2,60}\b(?:end(?:ed)? up getting|actually been paid|has been paid)\b",
        r"(?i:how many) (?:euros|dollars|pounds|yen|billions|millions)\b" + _NO_MODAL,
        r"what does (?:the|a) certificate cost\b",
    ),
    FactKind.STATEMENT: (
        rf"(?i:what|how) did (?:the )?(?!{_LAWMAKERS})[A-Z][^?]{{1,60}}? "
        r"(?:reply|respond|answer|tell)\b",
        rf"(?i:what) did (?:the )?(?!{_LAWMAKERS})[A-Z][\w'’]+(?: (?!{_TEXTS})[\w'’]+){{0,2}}? "
        r"(?:say|think|decide|announce|promise|claim|argue|propose)\b",
    ),
    FactKind.DOCUMENT: (
        r"(?:[Ww]hat (?:does|did|do) the|[Ii]n the|of the(?: EU['’]s)?)\b[^?]{0,60}"
        r"(?:Code of Practice|[Ss]ystem [Cc]ard|[Tt]erms of [Ss]ervice)\b"
        r"(?=[^?]{0,60}\bsay\b|\W*$)",
    ),
    FactKind.COUNT: (
        rf"{_HOW_MANY}{_SOME}(?:have|has|had) (?!to\b)\w+",
        rf"{_HOW_MANY}{_SOME}(?:are|were|is|was) (?:[A-Z]\w+ )?(?:registered|sold|running|enrolled"
        r"|promised|employed|certified|licensed|fined)\b",
        rf"{_HOW_MANY}{_SOME}works? (?:in|at|for)\b",
        rf"{_HOW_MANY}(?!{_UNITS}\b)[^?]{{2,40}}\b(?:signed|applied|registered|joined|ratified"
        r"|received|took part|filed|complained|lost|quit)\b",
        rf"{_HOW_MANY}(?!{_UNITS}\b)[^?]{{2,80}}\b{_SO_FAR}\W*$",
        rf"{_HOW_MANY}(?:employees|staff|people|lawyers)\b[^?]*\bhave\W*$",
        rf"{_HOW_MANY}(?!{_UNITS}\b)[^?]{{2,60}}\bdid [A-Z][^?]{{1,40}} (?:grant|approve|deny"
        r"|refuse|issue|impose|award)\b",
    ),
    FactKind.NAMES: (
        rf"(?i:which|what|whose)(?: [\w'’-]+){{0,7}}? (?:{PEOPLE}|{STATES})\b[^.?!]{{0,50}}?"
        rf"\b{_DONE}" + _NO_MODAL,
        rf"(?i:which|what)(?: [\w'’-]+){{0,3}}? (?:{PEOPLE}|{STATES}) {_ACTIVE_PAST}" + _NO_MODAL,
        rf"(?i:which|what)(?: [\w'’-]+){{0,7}}? {_ROLES}\b[^.?!]{{0,80}}?\b{_SO_FAR}\b",
        rf"(?i:which|what)(?: [\w'’-]+){{0,7}}? {_ROLES}(?: for [\w ]{{2,20}})? "
        r"(?:has|have|had|did) (?:the )?[A-Z]",
        r"(?i:which)\b[^.?!]{3,100}\b(?:so far|to date)\W*$",
        rf"(?i:which) {_ROLES} won\b",
        rf"(?i:name the) (?:[\w'’-]+ ){{0,4}}{PEOPLE}\b[^.?!]{{0,60}}\b\w+ed\b",
        r"(?i:who) (?:invented|founded|leaked)\b",
    ),
    FactKind.LIKELY: (
        r"(?i:is it likely that|how likely is it)\b",
        r"(?i:what are the) (?:chances|odds)\b",
        r"(?i:how) (?:often|frequently) (?:has|have|was|were)\b",
        r"(?i:what) percentage of\b[^?]*\b(?:are|is|were|have)\b" + _NO_MODAL,
        r"(?i:how) (?:accurate|popular|common|successful) (?:is|are)\b",
        r"(?i:how) (?:big|long) is the (?:backlog|queue)\b",
    ),
    FactKind.EVENT: (rf"(?i:did|has|have|had|was|were) (?:the )?{SOMEBODY}",),
    FactKind.THRESHOLD: (
        r"(?i:what|which) (?:\w+ ){0,4}?(?:minimum|maximum|score|threshold|criteria|criterion"
        r"|ceiling|quota)\b",
    ),
}
# In the order of the kinds: the surest first.
_PATTERNS = tuple(
    (kind, tuple(re.compile(rf"\b{words}") for words in _WORDS[kind])) for kind in FactKind
)
# The end of a long question is what asks.
_MOST_CHARS = 1_000
_EVENT = re.compile(_WORDS[FactKind.EVENT][0])


def kind_of_fact(question: str) -> FactKind | None:
    """The kind of fact beside the rules that a question asks for; None where it asks for rules.

    >>> kind_of_fact("Which companies have been fined under the Act so far?").name
    'NAMES'
    >>> kind_of_fact("How many days do we have to notify a breach?")
    """
    text = question[-_MOST_CHARS:]
    found = (kind for kind, patterns in _PATTERNS if any(p.search(text) for p in patterns))
    return next(found, None)


def somebody_in(question: str) -> tuple[str, str] | None:
    """The one whose doing a question asks about, and the words from there on."""
    text = question[-_MOST_CHARS:]
    found = _EVENT.search(text)
    return (found["somebody"], text[found.start() :]) if found else None
