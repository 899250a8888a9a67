"""Quotes as claims: sentences of provisions with their citations, numbered as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.citing import Citer
from assistant.engines.lists import points_below
from assistant.engines.picking import Asked, pick
from assistant.engines.wording import label
from assistant.sentences import Sentence, sentences
from assistant.types import Citation, Claim
from corpus.types import Provision, Version
from index.types import Hit

MAX_POINTS = 12


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is quoted of one provision: its claims, and the first of their citations."""

    provision: Provision
    version: Version
    first: Citation
    claims: tuple[Claim, ...]

    @property
    def words(self) -> str:
        """The words quoted, without their markers."""
        return " ".join(claim.text for claim in self.claims if claim.support == "verbatim")


@dataclass(frozen=True)
class Quoter:
    """Quotes what answers one question on one day; `citations` collects what was cited."""

    citer: Citer
    asked: Asked
    day: date
    citations: list[Citation] = field(default_factory=list)

    def of_hit(self, hit: Hit, place: int = 0) -> Quoted:
        """The sentences of a hit that answer; the head of a list with its points.

        `place` counts the provisions of the answer from 0.
        """
        provision = self.citer.corpus.provisions[hit.passage.provision_id]
        text = provision.versions[hit.passage.version].text
        return self._quote(
            provision, hit.passage.version, pick(self.asked, text, place=place), hit.passage.id
        )

    def of_definition(self, provision: Provision, version: int) -> Quoted:
        """The first sentence of a definition, which says what the term means."""
        return self._quote(provision, version, sentences(provision.versions[version].text)[:1])

    def of_place(self, provision: Provision, version: int) -> Quoted:
        """The sentences of a provision that answer, where no hit led to it."""
        text = provision.versions[version].text
        return self._quote(provision, version, pick(self.asked, text, place=1))

    def points_of(self, hit: Hit) -> list[tuple[Provision, int]]:
        """The points that are quoted with a hit, if it is the head of a list."""
        provision = self.citer.corpus.provisions[hit.passage.provision_id]
        return points_below(self.citer.corpus, provision, self.day)

    def _quote(
        self, provision: Provision, version: int, picked: Sequence[Sentence], passage_id: str = ""
    ) -> Quoted:
        claims: list[Claim] = []
        number = len(self.citations)
        for run in _runs(picked):
            cited = self._cite(provision, version, (run[0].start, run[-1].end), passage_id)
            claims += [Claim(sentence.text, (cited,), "verbatim") for sentence in run]
        first = self.citations[number]
        claims += self._points(provision, first)
        return Quoted(provision, provision.versions[version], first, tuple(claims))

    def _points(self, provision: Provision, head: Citation) -> list[Claim]:
        """The points below the head of a list; how many more there are, if they are too many."""
        points = points_below(self.citer.corpus, provision, self.day)
        claims: list[Claim] = []
        for point, number in points[:MAX_POINTS]:
            said = sentences(point.versions[number].text)[0]
            cited = self._cite(point, number, (said.start, said.end))
            claims.append(Claim(said.text, (cited,), "verbatim"))
        if more := len(points) - len(claims):
            words = "1 more point stands" if more == 1 else f"{more} more points stand"
            claims.append(Claim(f"{words} in {label(head)}.", (head.n,), "checked"))
        return claims

    def _cite(
        self, provision: Provision, version: int, span: tuple[int, int], passage_id: str = ""
    ) -> int:
        number = len(self.citations) + 1
        self.citations.append(self.citer.cite(number, provision, version, span, passage_id))
        return number


def _runs(picked: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences that follow each other in the text, together: one quote, one number."""
    runs: list[list[Sentence]] = []
    for sentence in picked:
        if runs and sentence.start - runs[-1][-1].end <= 1:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return runs
