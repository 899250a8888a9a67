"""Answers by quoting: picks the sentences that answer, from few provisions; needs no model.

A direct answer comes first where a quoted sentence bears it out, then the quotes, provision by
provision; a comparison is a table. Every quote is a sentence of a provision, character for
character; what is ours names the source and its status. Each sentence carries a marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.asked import AskedFor
from assistant.citing import Citer
from assistant.engines.choosing import choose, without_echoes, without_strays
from assistant.engines.defining import turning_on
from assistant.engines.figures import figures
from assistant.engines.following import followed
from assistant.engines.leading import Direct, Said, direct
from assistant.engines.markup import escaped, ours
from assistant.engines.picking import Asked, Idf, read
from assistant.engines.quoting import MAX_POINTS, Quoted, Quoter
from assistant.engines.table import Row, markers, table
from assistant.engines.wording import closing, label, lead, led_in, standing_words, status_line
from assistant.protocols import Draft, Evidence
from assistant.types import Claim
from corpus.catalog import Corpus
from index.types import Hit

__all__ = ["MAX_POINTS", "ExtractiveEngine", "choose"]


@dataclass(frozen=True)
class ExtractiveEngine:
    """Quotes the corpus. `idf` weighs a stem by its rarity in the corpus (0 when unknown)."""

    corpus: Corpus
    idf: Idf
    name: Literal["extractive"] = "extractive"

    def compose(self, evidence: Evidence) -> Draft:
        """A direct answer if one is plain, then the sentences that answer; or a table."""
        asked = read(evidence.understood.text, self.idf, evidence.understood.kinds)
        quoter = Quoter(Citer(self.corpus, evidence.as_of), asked, evidence.as_of)
        chosen = self._chosen(evidence, asked, quoter)
        if not chosen:
            return Draft("", (), ())
        quoted = [quoter.of_hit(hit, place) for place, hit in enumerate(chosen)]
        if is_compared(quoted, evidence):
            text, claims = table(self._rows(quoted, evidence))
        else:
            quoted += self._followed(evidence, quoted, quoter)
            definition = self._definition(evidence, quoted, quoter)
            compared = evidence.understood.is_comparison
            plain = None if compared else self._direct(asked, quoted, quoter, evidence)
            text, claims = told([*quoted, *definition], plain, evidence)
        text = f"{text}\n\n{closing(quoter.citations)}"
        return Draft(text, claims, tuple(quoter.citations))

    def _chosen(self, evidence: Evidence, asked: Asked, quoter: Quoter) -> list[Hit]:
        """The hits to quote, in the order in which they are told."""
        chosen = without_echoes(choose(evidence), self._amends, evidence)
        if not chosen:
            return []
        if all("reference" in hit.found_by for hit in chosen):
            chosen.sort(key=self._place)  # who names an article reads it from its first paragraph
        elif "reference" in chosen[0].found_by:
            # The provision named is what the question is about; the figure may stand elsewhere.
            chosen.sort(key=lambda hit: not figures(self._text(hit), asked.measures, asked.text))
        elif self._is_settled(chosen[0], asked):
            chosen = without_strays(chosen, evidence)
        return _without_bare_heads(chosen, quoter)

    def _direct(
        self, asked: Asked, quoted: Sequence[Quoted], quoter: Quoter, evidence: Evidence
    ) -> Direct | None:
        first = quoted[0]
        cited = {citation.n: citation for citation in quoter.citations}
        said = [
            Said(claim.text, cited[claim.citations[0]], one is first)
            for one in quoted
            for claim in one.claims
            if claim.support == "verbatim"
        ]
        is_named = evidence.named_instruments == (first.first.instrument_id,)
        return direct(asked, said, evidence.as_of, is_named=is_named)

    def _followed(
        self, evidence: Evidence, quoted: Sequence[Quoted], quoter: Quoter
    ) -> list[Quoted]:
        """What the leading rule refers to for a figure that is asked and stands in no quote."""
        asked, first = quoter.asked, quoted[0]
        if not asked.measures or any(
            figures(one.version.text, asked.measures, asked.text) for one in quoted
        ):
            return []
        found = followed(self.corpus, asked, first.provision, first.version, evidence.as_of)
        return [quoter.of_place(*place) for place in found]

    def _definition(
        self, evidence: Evidence, quoted: Sequence[Quoted], quoter: Quoter
    ) -> list[Quoted]:
        """The definition that the question turns on, unless it is quoted already."""
        first = quoted[0]
        found = turning_on(
            self.corpus, evidence.understood.text, first.provision, first.version, evidence.as_of
        )
        if found is None or any(one.provision.id == found[0].id for one in quoted):
            return []
        return [quoter.of_definition(*found)]

    def _rows(self, quoted: Sequence[Quoted], evidence: Evidence) -> list[Row]:
        """A row for each provision quoted, then one for each text named that is silent."""
        rows = [Row(label(q.first), q.first, q.claims, q.version.lead) for q in quoted]
        present = {q.provision.instrument_id for q in quoted}
        sided = evidence.named_instruments if len(evidence.named_instruments) > 1 else ()
        silent = [name for name in sided if name not in present]  # each was searched by itself
        return rows + [Row(self.corpus.instrument(name).short_title) for name in silent]

    @cached_property
    def _amends(self) -> dict[str, str]:
        """Amending acts with what they amend."""
        return {str(i.id): i.amends for i in self.corpus.instruments.values() if i.amends}

    def _is_settled(self, hit: Hit, asked: Asked) -> bool:
        """Whether a hit gives the kind of answer that is asked: its figure, its definition."""
        if "definition" in hit.found_by or AskedFor.DEFINITION in asked.kinds:
            return True
        return bool(figures(self._text(hit), asked.measures, asked.text))

    def _text(self, hit: Hit) -> str:
        return self.corpus.provisions[hit.passage.provision_id].versions[hit.passage.version].text

    def _place(self, hit: Hit) -> tuple[object, ...]:
        return self.corpus.provisions[hit.passage.provision_id].locator.sort_key


def is_compared(quoted: Sequence[Quoted], evidence: Evidence) -> bool:
    """Whether the answer is a table: a comparison, with words of two texts or a silent one."""
    owners = {str(one.provision.instrument_id) for one in quoted}
    if len(evidence.named_instruments) > 1:
        owners |= set(evidence.named_instruments)
    return evidence.understood.is_comparison and len(owners) > 1


def told(
    quoted: Sequence[Quoted], answer: Direct | None, evidence: Evidence
) -> tuple[str, tuple[Claim, ...]]:
    """The answer in paragraphs: what is plain, then provision by provision."""
    claims: list[Claim] = []
    paragraphs: list[str] = []
    if answer:
        claims.append(Claim(answer.text, (answer.citation,), "checked"))
        paragraphs.append(_marked(claims[0]))
    standings: set[tuple[str, str]] = set()
    for position, one in enumerate(quoted):
        stands = (one.first.instrument_id, standing_words(one.first))
        told_before = stands in standings or bool(answer and answer.tells_status and not position)
        opening = (
            lead(one.first, evidence)
            if not position and not told_before
            else status_line(one.first, told=told_before)
        )
        standings.add(stands)
        said = [Claim(led_in(opening, one.version.lead), (one.first.n,), "checked"), *one.claims]
        if not (position or told_before) and AskedFor.STATUS in evidence.understood.kinds:
            said.append(Claim(f"Status: {one.first.status_note}", (one.first.n,), "checked"))
        claims += said
        paragraphs.append(" ".join(_marked(claim) for claim in said))
    return "\n\n".join(paragraphs), tuple(claims)


def _without_bare_heads(hits: Sequence[Hit], quoter: Quoter) -> list[Hit]:
    """The hits without heads of lists after the first; a list is given once, with points.

    Points of a list that is given whole are left out too.
    """
    first, *others = hits
    given = {provision.id for provision, _ in quoter.points_of(first)[:MAX_POINTS]}
    kept = [h for h in others if h.passage.provision_id not in given and not quoter.points_of(h)]
    return [first, *kept]


def _marked(claim: Claim) -> str:
    """A claim with its markers; an opening that ends in a colon runs on into its quote."""
    if claim.support == "verbatim":
        return f"{escaped(claim.text)} {markers(claim)}"
    if claim.text.endswith(":"):
        return ours(claim.text)
    return f"{ours(claim.text)} {markers(claim)}"
