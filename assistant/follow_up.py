"""Whether a question leans on an earlier turn (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.jurisdictions import jurisdictions_in
from assistant.mentions import Kind, Names, mentions
from corpus.locators import formalise
from index.tokens import STOPWORDS, words

_ASKING = frozenset(
    """what which who whom whose when where why how does did has have had are was were can could may
    might must should would shall about any some our you your they them their its his her him she
    also too then than else from that those over only just exactly really there here say says said
    get gets much many long soon often""".split()  # noqa: SIM905 - reads best as words
)
_NO_CONTENT = STOPWORDS | _ASKING
# What laws have in common: a question of these words alone is about nothing by itself.
_GENERIC = frozenset(
    """exception exceptions exemption exemptions fine fines penalty penalties sanction sanctions
    deadline deadlines definition threshold thresholds limit limits scope requirement requirements
    condition conditions duty duties obligation obligations date dates article section paragraph
    rule rules law laws apply applies applied applicable force decide decides decided enforce
    enforces enforced enforcement happen happens happened revoked repealed suspended amended
    changed replaced start starts end ends expire expires long large high big maximum minimum
    worst highest first last next possible allowed required examples example reason reasons details
    mean means list name status reply answer years year days months still yes signed published
    start entry effect other others another more meant now today""".split()  # noqa: SIM905
)
OPENING = re.compile(
    r"\W*(?P<word>and|but|or|so|then|also|even|plus|ok(?:ay)? and|what about|how about|what if"
    r"|except|unless|otherwise|conversely|likewise)\b[\s,]*",
    re.IGNORECASE,
)
_ONLY_ASKS = re.compile(
    r"\W*(?:(?:and|but|so)\W+)?(?:(?:for|by|since|until|from|to|in|under|on|at|within) )?"
    r"(?:why(?: not)?|when|where|who|whom|whose|what|which(?: ones?)?"
    r"|how(?: so| come| (?:long|much|many|often|soon)(?: (?:days|weeks|months|years))?)?)\W*$",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|(?<!\d )may(?! \d)|might|must|shall|should|will"
    r"|would|has|have|had|\w{3,}(?:s|ed)(?= (?:the|an?|to|it|them|by|in|on|for|that)\b))\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:it|its|they|them|their|he|him|his|she|her)$")
_OWNERS = frozenset({"its", "their", "his", "her"})
_DEMONSTRATIVE = re.compile(r"(?:this|that|these|those|such)$")
# Before "that" and "this" these words show that it points at something: "does that", "of that".
_POINTED_AT = frozenset(
    """is are was were do does did has have had will would can could may might must should shall
    of for about on in to than like under by with from at into against after before without and or
    but if when because why whether who decides decide says means mean do""".split()  # noqa: SIM905
)
_NO_ANTECEDENT = re.compile(
    r"\b(?:is|was|isn't|wasn't|makes|find|consider)? ?\bit(?:'s)?(?: is| was| does| be)?"
    r" (?:still |not |also |now |really )*(?:true|possible|legal|illegal|lawful|allowed|permitted"
    r"|forbidden|prohibited|necessary|enough|required|mandatory|ok|okay|fine|correct|right|clear"
    r"|safe|up to|say|says|said|written|fair|\d|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|executive order)\b|\bit (?:says?|said|is written)\b",
    re.IGNORECASE,
)
# What is left unsaid: "would Macau do?", "which is longer?", "are there any?", "is there one?".
_LEANS = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:would|does|do|will|did|could|can|may|must)\b[^,?]{1,40}\b(?:do"
    r"|count|qualify|suffice|help|too|instead|as well|either)(?=[,?.]|\s*$)"
    r"|\b(?:instead|otherwise|in that case|as well|too|then|any|ones?|itself|themselves)\W*$"
    r"|^\W*which (?:is|are|was|were|has|applies|comes|goes)\b"
    r"|\bthe (?:same|other|former|latter)\b(?: \w+)?"
    r"(?= (?:apply|applies|go|goes|hold|holds|true|for|is|are|do|does|one|ones)\b|\W*$)"
    r"|\b(?:the|this|that|these|those|which) (?:[\w-]+ )?ones?\b(?! of)"
    r"|\b(?:else|among them|of them|of these|of those)\b",
    re.IGNORECASE,
)
# In content words; and in characters, for what can be no follow-up.
_SHORT, _MIDDLING, _LONG = 5, 9, 16
_LONGEST = 400
_NEAR, _FEW = 2, 3


def is_follow_up(question: str, names: Names | None = None) -> bool:
    """Whether a question leans on what was said before.

    It does if it is a fragment ("And for deployers?"), if a pronoun in it points outside, or if
    all its words are such as every law has ("What is the maximum fine?"). A question that opens
    with "and" but names its own text, and points nowhere, stands alone.

    >>> is_follow_up("And for open-source models?"), is_follow_up("What is a deployer?")
    (True, False)
    """
    if len(question) > _LONGEST:
        return False
    if _ONLY_ASKS.match(question):
        return True
    asked = _Asked.read(question, names)
    if len(asked.content) > _LONG:
        return False
    if OPENING.match(question) and not asked.stands_alone:
        return True
    if _points_outside(asked):
        return True
    return not asked.anchors and all(word in _GENERIC for word in asked.content)


def leans_on_more(clause: str, names: Names | None = None) -> bool:
    """Whether a clause leaves open what it is about: it names no text, or points back.

    >>> leans_on_more("where is it found"), leans_on_more("what does the GDPR say on fines")
    (True, False)
    """
    asked = _Asked.read(clause, names)
    return not asked.anchors or any(_PRONOUN.match(word) for word in words(clause))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its content words, and how it is tied to a text.

    `anchors`: 2 where it names a text or a place in one, 1 where it names a lawmaker, else 0.
    """

    text: str
    content: tuple[str, ...]
    anchors: int

    @classmethod
    def read(cls, text: str, names: Names | None) -> _Asked:
        kinds = {mention.kind for mention in mentions(formalise(text), names)}
        named = bool(kinds & {Kind.LOCATOR, Kind.INSTRUMENT})
        return cls(text, tuple(_content(text)), 2 if named else int(bool(jurisdictions_in(text))))

    @property
    def is_short(self) -> bool:
        """Whether there is too little in it to be about something by itself."""
        return len(self.content) <= _SHORT and not self.anchors

    @property
    def stands_alone(self) -> bool:
        """Whether it says enough, though it opens as if it went on."""
        fewest = {2: _FEW, 1: _MIDDLING, 0: _LONG}[self.anchors]
        return len(self.content) >= fewest and VERB.search(self.text) is not None


def _content(text: str) -> list[str]:
    return [word for word in words(text) if len(word) > 2 and word not in _NO_CONTENT]


def _points_outside(asked: _Asked) -> bool:
    """Whether a pronoun or a pointing phrase finds nothing in the question that it could mean."""
    most = len(asked.content)
    leans = _LEANS.search(asked.text)
    if leans and (asked.is_short or len(_content(asked.text[: leans.start()])) <= _NEAR):
        return most <= _MIDDLING
    plain = _NO_ANTECEDENT.sub(" said ", asked.text)
    found = list(re.finditer(r"[^\W_]+(?:['’]\w+)?|[,;?.]", plain))
    for place, token in enumerate(found):
        word = token[0].casefold()
        if _PRONOUN.match(word):
            most_before = 1 if word not in _OWNERS or most <= _MIDDLING else -1
        elif _DEMONSTRATIVE.match(word) and _is_pointing(found, place):
            most_before = 1 if asked.anchors > 1 else _FEW
        else:
            continue
        if asked.is_short or len(_content(plain[: token.start()])) <= most_before:
            return True
    return False


def _is_pointing(found: list[re.Match[str]], place: int) -> bool:
    """Whether "that" or the like points at a thing, and does not open a clause."""
    before = found[place - 1][0].casefold() if place else "and"
    after = found[place + 1][0].casefold() if place + 1 < len(found) else "?"
    if found[place][0].casefold() == "such":
        return after not in {"as", "that"}
    if found[place][0].casefold() in {"those", "these"}:
        return after not in {"who", "which", "that", "of", "with", "in", "whose"}
    follows = found[place + 2][0].casefold() if place + 2 < len(found) else "?"
    return before in _POINTED_AT or bool({after, follows} & {"?", ".", ","}) or follows == "to"
