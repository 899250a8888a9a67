"""Facts about the world beside the rules, which texts of law do not hold (pure).

Who was fined so far, what a minister replied, how a court will rule: such a question is near the
rules in its words and is answered by none of them. What the corpus does hold of such facts
(a list of signatories, a reported reply) keeps the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.asked import AskedFor, asked_for
from assistant.mentions import Kind, mentions
from assistant.premises_fact_kinds import PEOPLE, STATES, FactKind, kind_of_fact, somebody_in
from assistant.premises_fault import Fault
from assistant.premises_lists import items_in
from assistant.protocols import Evidence
from assistant.sentences import sentences
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from index.tokens import tokens
from index.types import Hit

LOOKED_AT = 3
UNKNOWN_AMONG = 2
NAMES_ENOUGH = 3
SHARED_ENOUGH = 2
# Share of the question's content words that "not known" has to be about.
IS_ABOUT = 0.4

_EMPTY = frozenset(
    tokens(
        """what which who whom whose where when why how many much do does did have has had be been
        is are was were must may can could shall should would will under about by now so far any
        already yet some our we i my us you since"""
    )
)
_UNKNOWN = re.compile(
    r"\bnames? no\b|\b(?:is|are|was|were) not (?:yet )?(?:known|public|reported|named|published)\b"
    r"|\bno (?:[\w’'\"-]+ ){1,12}(?:has|have|had) been (?:published|reported|named|released)\b"
    r"|\bno source\b|\b(?:does|do|did) not (?:say|name|report|show)\b"
    r"|\bneither\b[^.]{0,80}\bnames?\b|\bunknown\b|\bnot on record\b"
    r"|\bno (?:[\w’'-]+ ){0,4}(?:is|are) (?:known|reported|on record)\b",
    re.IGNORECASE,
)
_ONE = frozenset({"country", "state", "government", "nation"})
_FURTHER = re.compile(r"\b(?:further|more|new|newly|since then|later|other)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:must|may|can|could|shall|should|would|need|needs|have to|has to)\b")
_MONEY = re.compile(r"[€$£]\s?\d|\b(?:EUR|USD)\s?\d|\d[\d.,]* (?:billion|million|euros|dollars)\b")
_NUMBER = (
    r"(?:\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|sixteen"
    r"|twenty|thirty)"
)
_COUNTED = re.compile(
    r"how many (?:[\w'’-]+ ){0,3}?([\w-]+?)s?\b(?= (?:ha|wer|wa|ar|is|wor|did|of|sig|joi|app|ra))",
    re.IGNORECASE,
)
_SAYING = r"(?:reply|respond|answer|tell|say|think|decide|announce|promise|claim|argue|propose)"
_SAID = re.compile(r"\b(?:repl|answer|told|respond|said|decided|announc|promis|claim|argu|propos)")
_OFFICE = re.compile(
    r"\b(?:secretary|secretaries|director|department|office|commission|administrator|assistant"
    r"|attorney|council|agency|president|board|authority|committee|bureau)\b"
)
# Facts that no rule holds, whatever the evidence says.
_NEVER = frozenset({FactKind.ADVICE, FactKind.PRIVATE, FactKind.DOCUMENT})


@dataclass(frozen=True)
class Facts:
    """Tells facts that the evidence holds from those that it does not."""

    corpus: Corpus

    def fault(self, evidence: Evidence) -> Fault | None:
        """A fact is asked for that the best provisions do not hold, or say is not known."""
        question = _asking(evidence)
        kind = kind_of_fact(question)
        hits = [hit for hit in evidence.hits if "crossref" not in hit.found_by][:LOOKED_AT]
        if kind is None or not hits:
            return None
        if unknown := self._not_known(question, hits):
            return self._told(kind, *unknown) if _is_open(question) else None
        if kind is FactKind.THRESHOLD or (kind not in _NEVER and self._holds(kind, question, hits)):
            return None
        said = (
            f"This asks {kind.value}. The texts held here give the rules; they do not give that "
            "fact."
        )
        return Fault(AbstainReason.NOT_IN_CORPUS, said)

    def _told(self, kind: FactKind, hit: Hit, quote: str) -> Fault:
        """The fault that the source itself tells: it says that the fact is not known."""
        provision = self.corpus.provisions[hit.passage.provision_id]
        title = self.corpus.instrument(provision.instrument_id).short_title
        place = str(provision.locator).removeprefix("Heading: ")
        said = f"This asks {kind.value}; that is not known here. {title}, {place}, says: “{quote}”"
        return Fault(AbstainReason.NOT_IN_CORPUS, said, (hit,))

    def _text(self, hit: Hit) -> str:
        return self.corpus.provisions[hit.passage.provision_id].versions[hit.passage.version].text

    def _not_known(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, str] | None:
        """The best hit with its sentence that says that the matter is not known."""
        asked = set(tokens(question)) - _EMPTY
        for hit in hits[:UNKNOWN_AMONG]:
            for sentence in sentences(self._text(hit)):
                about = asked & set(tokens(sentence.text))
                if _UNKNOWN.search(sentence.text) and len(about) >= IS_ABOUT * len(asked):
                    return hit, sentence.text
        return None

    def _holds(self, kind: FactKind, question: str, hits: Sequence[Hit]) -> bool:
        return any(_HOLDS[kind](question, self._text(hit)) for hit in hits)


def _asking(evidence: Evidence) -> str:
    """The question; of one that was read together with earlier turns, what it asks now."""
    understood = evidence.understood
    text = understood.text[:4000]
    if not understood.rewritten:
        return text
    return understood.asking or re.split(r"(?<=[?!.])\s+", text)[-1]


def _is_open(question: str) -> bool:
    """Whether a question wants more than yes or no; "not reported" answers one that does not."""
    return AskedFor.YES_NO not in asked_for(question)


def _has_names(question: str, text: str) -> bool:
    """Whether a sentence on the matter lists names of the kind asked for: states, or others."""
    if _FURTHER.search(question):
        return False
    found = re.search(rf"\b{STATES}\b", question, re.IGNORECASE)
    enough = 1 if found and found[0].casefold() in _ONE else NAMES_ENOUGH
    asked = set(tokens(question)) - _EMPTY
    for one in sentences(text):
        states = {m.value.casefold() for m in mentions(one.text) if m.kind is Kind.COUNTRY}
        others = {name for name in items_in(one.text) if not _OFFICE.search(name)} - states
        listed = states if found else others
        if len(listed) >= enough and len(asked & set(tokens(one.text))) >= SHARED_ENOUGH:
            return True
    return False


def _has_count(question: str, text: str) -> bool:
    """Whether a text has a number of what is counted, by its noun or another for the same."""
    found = _COUNTED.search(question)
    if found is None:
        return False
    plural = f"{found[1]}s"
    same = next((group for group in (STATES, PEOPLE) if re.fullmatch(group, plural, re.I)), "")
    nouns = same or f"{re.escape(found[1])}s?"
    return re.search(rf"\b{_NUMBER} (?:[\w-]+ ){{0,2}}{nouns}\b", text, re.I) is not None


def _has_money(question: str, text: str) -> bool:
    """Whether a text has a sum, and a name of the question that it was paid to or by."""
    found = (one for one in mentions(question) if one.kind in {Kind.NAME, Kind.COUNTRY})
    names = [question[one.start : one.end].rsplit(maxsplit=1)[-1] for one in found]
    own = [name for name in names if not name.isupper()]
    return bool(_MONEY.search(text)) and any(_has_word(name, text) for name in own)


def _has_reply(question: str, text: str) -> bool:
    """Whether a sentence tells what one of those named said."""
    found = re.search(rf"(?i:what|how) did (?:the )?(.{{2,80}}?) {_SAYING}\b", question)
    names = re.findall(r"[A-Z]\w+", found[1]) if found else []
    return any(
        any(name in one.text for name in names)
        and _SAID.search(one.text)
        and not _UNKNOWN.search(one.text)
        for one in sentences(text)
    )


def _has_year(question: str, text: str) -> bool:
    return any(year in text for year in re.findall(r"\b20[3-9]\d\b", question))


def _has_somebody(question: str, text: str) -> bool:
    """Whether a text has the one whose doing is asked about, under its name or its country's.

    What somebody has to do, or had to do, is a matter of rules, whoever it is.
    """
    found = somebody_in(question)
    if found is None or _MODAL.search(found[1]):
        return True
    name = found[0]
    countries = {one.value for one in mentions(f"the {name}") if one.kind is Kind.COUNTRY}
    if countries & {one.value for one in mentions(text) if one.kind is Kind.COUNTRY}:
        return True
    return any(word.casefold().rstrip("s") in text.casefold() for word in name.split())


def _has_word(word: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _with(pattern: str) -> Callable[[str, str], bool]:
    """Whether a text has words that tell such a fact."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda _, text: compiled.search(text) is not None


_HOLDS: dict[FactKind, Callable[[str, str], bool]] = {
    FactKind.COUNT: _has_count,
    FactKind.NAMES: _has_names,
    FactKind.OFFICE: _with(r"\bchair(?:s|ed|person)?\b|\bheaded by\b|\bled by\b"),
    FactKind.STATEMENT: _has_reply,
    FactKind.RULING: _with(r"\bcourt\b[^.]{0,60}\b(?:ruled|held|decided|struck|blocked)\b"),
    FactKind.VOTE: _with(r"\bvotes? (?:of|to)\b|\bvoted\b"),
    FactKind.MONEY: _has_money,
    FactKind.AVERAGE: _with(r"\b(?:average|median|market share|in practice)\b"),
    FactKind.FUTURE: _has_year,
    FactKind.EVENT: _has_somebody,
    FactKind.LIKELY: _with(r"\b(?:likely|probab|percent|often|frequen)|%"),
}
