"""Which hits answer: what retrieval found, weighed by what the question expects (pure).

Retrieval knows words and meaning; this knows law: a recital explains and an article binds,
and a question for a deadline wants a date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import Unit, find
from corpus.status import first_day, instrument_standing
from corpus.types import EventKind, Provision, Status
from index.expand import Expander
from index.types import Hit, Passage, PassageId, Route

# Chosen on our own gold questions (docs/decisions/0004-ranking-for-answers.md).
EXPLAINS = 0.90
EXPECTED = 1.12
NAMED = 1.10
STANDING = 1.40
ENDED = 0.90
_MOST = 12

_AMOUNT = re.compile(
    r"\b(?:how (?:many|much|big|large|high|long|often|fast|quickly|soon)"
    r"|(?:at|above|from) (?:what|which)|from how"
    r"|what (?:\w+ ){0,4}(?:threshold|ceiling|limit|share|percentage|figure|number|amount"
    r"|density|speed|fine|penalty|period|maximum|minimum|top)"
    r"|maximum|minimum|largest|worst|top)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:when|(?:by|from|since|until) when|(?:what|which) (?:date|day)|on what day|deadline"
    r"|start|begin|expire|end)\b",
    re.IGNORECASE,
)
# "Is the order still in force?" is answered by that order, whatever else is near.
_STANDS = re.compile(
    r"\b(?:status of|still (?:valid|law|binding|applies|in force|in effect)|in force|in effect"
    r"|revoked|repealed|rescinded|suspended)\b",
    re.IGNORECASE,
)
# Only a question in the past tense may well be about a text that has ended.
_PAST = re.compile(r"\b(?:was|were|did|had|previous(?:ly)?|former(?:ly)?|used to)\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b"
    r"|\b\d+ (?:calendar |working |business )?(?:days?|weeks?|months?|years?|hours?)\b"
)


@dataclass(frozen=True)
class Ranker:
    """Weighs hits against one corpus."""

    corpus: Corpus
    expander: Expander

    def rank(
        self, hits: Sequence[Hit], asked: Understood, named: Sequence[str], day: date
    ) -> list[Hit]:
        """The hits in the order in which they answer on a day, twins dropped, scores weighed."""
        weighed = [
            replace(hit, score=hit.score * self._weight(hit, asked, named, day)) for hit in hits
        ]
        ordered = sorted(weighed, key=lambda hit: -hit.score)
        return self._without_twins(ordered)[:_MOST]

    def ended_by(self, hits: Sequence[Hit], day: date) -> list[Hit]:
        """The provision that ended the best hit's instrument, as its timeline names it.

        Who asks about a revoked order is owed the clause that revoked it.
        """
        if not hits:
            return []
        owner = self.corpus.provisions[hits[0].passage.provision_id].instrument_id
        ends = [
            event
            for event in self.corpus.instruments[owner].timeline
            if event.kind in _ENDS and event.date <= day
        ]
        if not ends:
            return []
        note = ends[-1].note
        for instrument_id in self.expander.instruments_in(note):
            for mention in find(note):
                for provision in self.corpus.at(instrument_id, mention.locator)[:1]:
                    if instrument_id != owner and provision.on(day) is not None:
                        return [_as_hit(provision, day, hits[0].score)]
        return []

    def absent(self, text: str, hits: Sequence[Hit], day: date) -> list[Hit]:
        """The provisions that a question names, in the nearest wording, if none was there yet.

        Who asks for Article 4a in 2025 is owed the words "not yet", not another article.
        """
        if any("reference" in hit.found_by for hit in hits) or not any(find(text)):
            return []
        named = [
            self.corpus.provisions[identifier]
            for identifier, route in self.expander.expand(text)
            if route == "reference"
        ]
        return [
            _as_hit(provision, day, 1.0, "reference")
            for provision in named
            if provision.on(day) is None and self._was_there(provision.instrument_id, day)
        ]

    def _was_there(self, instrument_id: str, day: date) -> bool:
        first = first_day(self.corpus.instrument(instrument_id))
        return first is None or first <= day

    def _weight(self, hit: Hit, asked: Understood, named: Sequence[str], day: date) -> float:
        provision = self.corpus.provisions[hit.passage.provision_id]
        text = provision.versions[hit.passage.version].text
        weight = 1.0
        if provision.locator.unit is Unit.RECITAL:
            weight *= EXPLAINS
        if provision.instrument_id in named:
            weight *= STANDING if _STANDS.search(asked.text) else NAMED
        elif not _PAST.search(asked.text) and self._has_ended(provision.instrument_id, day):
            weight *= ENDED
        if _AMOUNT.search(asked.text) and _FIGURE.search(text):
            weight *= EXPECTED
        if _WHEN.search(asked.text) and _DATE.search(text):
            weight *= EXPECTED
        return weight

    def _has_ended(self, instrument_id: str, day: date) -> bool:
        stands = instrument_standing(self.corpus.instrument(instrument_id), day)
        return stands.status in {Status.REVOKED, Status.REPEALED}

    def _without_twins(self, hits: Sequence[Hit]) -> list[Hit]:
        """One of each pair that is the same place in a code and in the rule that amended it."""
        kept: dict[tuple[Unit, str, tuple[str, ...], str], Hit] = {}
        for hit in hits:
            place = _place(self.corpus.provisions[hit.passage.provision_id])
            twin = kept.setdefault(place, hit)
            if self._amends(twin) and not self._amends(hit):
                # The code is what is cited; the rule that wrote it is history.
                kept[place] = replace(hit, score=twin.score)
        return list(kept.values())

    def _amends(self, hit: Hit) -> bool:
        owner = self.corpus.provisions[hit.passage.provision_id].instrument_id
        return self.corpus.instruments[owner].kind == "rule"


def in_turn(hits: Sequence[Hit], sides: Sequence[str], *, rounds: int = 2) -> list[Hit]:
    """The hits, the best of each side first, in turn, then what is left in its order.

    Who asks about two texts wants both, though the words may be nearer to one.
    """
    of_side = {
        side: [hit for hit in hits if hit.passage.provision_id.split("#")[0] == side]
        for side in sides
    }
    first = [own[n] for n in range(rounds) for own in of_side.values() if n < len(own)]
    taken = {hit.passage.id for hit in first}
    return [*first, *(hit for hit in hits if hit.passage.id not in taken)]


_ENDS = {EventKind.REVOKED, EventKind.REPEALED}


def _as_hit(provision: Provision, day: date, score: float, route: Route = "crossref") -> Hit:
    """A provision reached without retrieval, as a hit of its whole text."""
    version = provision.nearest(day)
    number = provision.versions.index(version)
    passage = Passage(
        PassageId(f"{provision.id}@{number}:0"),
        provision.id,
        number,
        0,
        len(version.text),
        version.text,
        version.heading,
    )
    return Hit(passage, 0, score, 0.0, 0.0, (route,))


def _place(provision: Provision) -> tuple[Unit, str, tuple[str, ...], str]:
    """Equal for ``ear#§ 740.27(a)`` and ``ai-diffusion-rule#§ 740.27(a)``, else unique."""
    locator = provision.locator
    if locator.unit in {Unit.CFR, Unit.ECCN, Unit.SUPPLEMENT}:
        return (locator.unit, locator.number, locator.path, locator.note)
    return (Unit.HEADING, provision.id, (), "")
