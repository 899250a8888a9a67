"""Force that a question takes a text to have: penalties, and the status on the day (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.premises_fault import Fault, Span, as_hit
from assistant.premises_places import the_capital
from assistant.protocols import Evidence
from assistant.sentences import sentences
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.status import format_date, instrument_standing
from corpus.types import Authority, Instrument, Provision, Status
from index.types import Hit

_SOFT = {
    Authority.GUIDANCE: "guidance",
    Authority.DECLARATION: "a political text",
    Authority.PROPOSAL: "a proposal",
}
_PENALTY = re.compile(
    r"\b(?:fines?(?!-)|fined|penalt(?:y|ies)|punish\w*|sanctions?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Sort:
    """What may be asked of a text, how texts name it, and how they deny it.

    `is_sure`: a text that does not name it has none, though it does not deny it.
    """

    noun: str
    asks: re.Pattern[str]
    names: re.Pattern[str]
    denies: re.Pattern[str]
    is_sure: bool


_SORTS = (
    _Sort(
        "fine or other penalty is set",
        re.compile(
            r"\b(?:what|which|how (?:large|big|high|much|severe)|is there an?|does|do)\b"
            r"[^.?!]{0,80}\b(?:fines?(?!-)|penalt(?:y|ies)|punishments?)\b",
            re.IGNORECASE,
        ),
        _PENALTY,
        re.compile(
            r"\bvoluntary\b|\bnot (?:be )?(?:legally )?binding\b|\bno (?:legally )?binding\b"
            r"|\b(?:creates?|impos\w+) no (?:legal )?(?:obligation|dut)",
            re.IGNORECASE,
        ),
        is_sure=True,
    ),
    _Sort(
        "sum is promised",
        re.compile(
            r"\bhow (?:many|much) (?:dollars|euros|pounds|yen|won|money|funds?|funding)\b",
            re.IGNORECASE,
        ),
        re.compile(r"[€$£]\s?\d|\b(?:EUR|USD)\s?\d|\d[\d.,]* (?:billion|million)\b"),
        re.compile(
            r"\b(?:no|nothing|not|neither)\b[^.]{0,80}\b(?:expend\w+|spend\w*|funds|funding)\b",
            re.IGNORECASE,
        ),
        is_sure=False,
    ),
)
_ENDED = {Status.REVOKED, Status.REPEALED}
_SINCE = re.compile(
    r"\b(?:since|now that|given that|after|because|as)\b(?P<what>[^.?!,;]{3,120}?)"
    r"\b(?P<aux>(?:has|have) been|was|were|is|got|being)\s+(?:formally |finally |already |now )*"
    r"(?P<ended>revoked|repealed|rescinded|withdrawn|abolished|annulled|cancelled|canceled"
    r"|struck(?: down)?(?: from)?)\b",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(
    r"\b(?:since|now that|given that|after|because|as)\b(?P<what>[^.?!,;]{3,120}?)"
    r"\b(?:(?:has |have |had )?(?:entered|came|come|went|gone) into (?:force|effect)"
    r"|(?:took|taken|takes) effect|became law"
    r"|(?:is|was) (?:now |already )?(?:law|in force|binding))\b",
    re.IGNORECASE,
)
_ON_STATUS = re.compile(r"status|known", re.IGNORECASE)
_TELLS_STATUS = re.compile(
    r"\b(?:revok|rescind|rescission|repeal|in force|enter into force|codified|proposed|not enforce"
    r"|no text|withdraw)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Force:
    """Compares what questions take a text to be with what it is."""

    corpus: Corpus

    def fault(self, evidence: Evidence) -> Fault | None:
        """A penalty asked of a text that binds nobody, or a status that it does not have."""
        return self._beyond(evidence) or self._status(evidence)

    def _beyond(self, evidence: Evidence) -> Fault | None:
        """A penalty or a sum asked of a text that binds nobody and names none."""
        text = evidence.understood.text[:4000]
        owner = self._meant(evidence)
        sort = next((one for one in _SORTS if one.asks.search(text)), None)
        if owner is None or sort is None or owner.authority not in _SOFT:
            return None
        if any(sort.names.search(words) for _, words in self._wordings(owner, evidence)):
            return None
        verb = "are" if owner.short_title.endswith("s") else "is"
        said = (
            f"{the_capital(owner)} {verb} {_SOFT[owner.authority]}, not binding law; "
            f"no {sort.noun} there."
        )
        for provision, words in self._wordings(owner, evidence):
            if span := _sentence(words, sort.denies):
                return _refuted(said, as_hit(provision, evidence.as_of), span)
        return Fault(AbstainReason.FALSE_PREMISE, said) if sort.is_sure else None

    def _meant(self, evidence: Evidence) -> Instrument | None:
        """The one text named; without a name the best hit's, if the next one is its own too."""
        if len(evidence.named_instruments) == 1:
            return self.corpus.instrument(evidence.named_instruments[0])
        owners = {hit.passage.provision_id.partition("#")[0] for hit in evidence.hits[:2]}
        if evidence.named_instruments or len(owners) != 1:
            return None
        return self.corpus.instrument(owners.pop())

    def _wordings(self, owner: Instrument, evidence: Evidence) -> Iterator[tuple[Provision, str]]:
        """The provisions of a text, with their words on the day."""
        for provision in self.corpus.of(owner.id):
            yield provision, provision.nearest(evidence.as_of).text

    def _status(self, evidence: Evidence) -> Fault | None:
        """A text said to have ended that has not, or to be in force though it is not."""
        text = evidence.understood.text[:4000]
        ended, begun = _SINCE.search(text), _IN_FORCE.search(text)
        found = ended or begun
        if found is None or len(evidence.named_instruments) != 1:
            return None
        owner = self.corpus.instrument(evidence.named_instruments[0])
        if not self._names(found["what"], owner):
            return None
        stands = instrument_standing(owner, evidence.as_of)
        if (stands.status in _ENDED) if ended else (stands.status is not Status.PROPOSED):
            return None
        day = format_date(evidence.as_of)
        said = (
            f"{the_capital(owner)} had not been revoked or repealed on {day}."
            if ended
            else f"{the_capital(owner)} was not law on {day}, but a proposal. {stands.note}"
        )
        return self._on_status(said, owner, evidence)

    def _names(self, words: str, owner: Instrument) -> bool:
        """Whether words name a text, so that its end and no other's is spoken of."""
        said = f" {re.sub(r'[^a-z0-9]+', ' ', words.casefold())} "
        names = (owner.short_title, owner.title, *owner.aliases)
        return any(f" {re.sub(r'[^a-z0-9]+', ' ', n.casefold()).strip()} " in said for n in names)

    def _on_status(self, said: str, owner: Instrument, evidence: Evidence) -> Fault:
        """The fault with the provision that tells the status, best where its heading says so."""
        own = [one for one in self._wordings(owner, evidence) if _ON_STATUS.search(one[0].id)]
        own.sort(key=lambda one: "status" not in one[0].id.casefold())
        for provision, words in own:
            told = [one for one in sentences(words) if _TELLS_STATUS.search(one.text)]
            if told:
                span = (told[0].start, told[-1].end)
                return _refuted(said, as_hit(provision, evidence.as_of), span)
        return Fault(AbstainReason.FALSE_PREMISE, said)


def _refuted(said: str, hit: Hit, span: Span) -> Fault:
    words = said[:1].lower() + said[1:] if said.startswith("The ") else said
    return Fault(AbstainReason.FALSE_PREMISE, f"No: {words}", (hit,), answers=True, spans=(span,))


def _sentence(text: str, pattern: re.Pattern[str]) -> Span | None:
    """Where the first sentence with a pattern stands."""
    found = next((one for one in sentences(text) if pattern.search(one.text)), None)
    return (found.start, found.end) if found else None
