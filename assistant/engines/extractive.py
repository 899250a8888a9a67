"""Answers by quoting: picks the sentences that answer, from few provisions; needs no model.

Every sentence of the answer but the lead is a sentence of a provision, character for character.
The lead names the source and its status; each carries a marker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.citing import Citer
from assistant.engines.lists import points_below
from assistant.engines.wording import closing, lead, led_in, status_line
from assistant.protocols import Draft, Evidence
from assistant.sentences import Sentence, sentences
from assistant.types import Citation, Claim
from corpus.catalog import Corpus
from corpus.types import Provision, Version
from index.tokens import tokens
from index.types import Hit

# Chosen on our own gold questions (docs/decisions/0004-ranking-for-answers.md).
MAX_PROVISIONS = 3
MAX_COMPARED = 4
NEAR_BEST = 0.88
WHOLE_WORDS = 110
LEADING_SENTENCES = 4
FURTHER_SENTENCES = 2
MAX_POINTS = 12

Idf = Callable[[str], float]


@dataclass(frozen=True)
class ExtractiveEngine:
    """Quotes the corpus. `idf` weighs a stem by its rarity in the corpus (0 when unknown)."""

    corpus: Corpus
    idf: Idf
    name: Literal["extractive"] = "extractive"

    def compose(self, evidence: Evidence) -> Draft:
        """A lead, then the sentences that answer, provision by provision."""
        chosen = choose(evidence)
        if not chosen:
            return Draft("", (), ())
        if all("reference" in hit.found_by for hit in chosen):
            chosen.sort(key=self._place)  # who names an article reads it from its first paragraph
        citer = Citer(self.corpus, evidence.as_of)
        claims: list[Claim] = []
        citations: list[Citation] = []
        paragraphs: list[str] = []
        for position, hit in enumerate(self._without_bare_heads(chosen, evidence.as_of)):
            most = LEADING_SENTENCES if position == 0 else FURTHER_SENTENCES
            said: list[Claim] = []
            for run in _runs(self.pick(evidence.understood.text, hit, most)):
                citation = self._cite(citer, len(citations) + 1, hit, run)
                citations.append(citation)
                said += [Claim(s.text, (citation.n,), "verbatim") for s in run]
            first = next(c for c in citations if c.n == said[0].citations[0])
            for provision, number in self._points(hit, evidence.as_of)[:MAX_POINTS]:
                head = sentences(provision.versions[number].text)[0]
                span = (head.start, head.end)
                citations.append(citer.cite(len(citations) + 1, provision, number, span))
                said.append(Claim(head.text, (len(citations),), "verbatim"))
            opening = lead(first, evidence) if position == 0 else status_line(first)
            opening = led_in(opening, self._version(hit).lead)
            said.insert(0, Claim(opening, (first.n,), "checked"))
            claims += said
            paragraphs.append(" ".join(_marked(claim) for claim in said))
        text = "\n\n".join([*paragraphs, closing(citations)])
        return Draft(text, tuple(claims), tuple(citations))

    def _points(self, hit: Hit, day: date) -> list[tuple[Provision, int]]:
        provision = self.corpus.provisions[hit.passage.provision_id]
        return points_below(self.corpus, provision, day)

    def _without_bare_heads(self, hits: Sequence[Hit], day: date) -> list[Hit]:
        """The hits without heads of lists after the first; a list is given once, with points.

        Points of a list that is given whole are left out too.
        """
        first, *others = hits
        given = {provision.id for provision, _ in self._points(first, day)[:MAX_POINTS]}
        return [
            first,
            *(
                hit
                for hit in others
                if hit.passage.provision_id not in given and not self._points(hit, day)
            ),
        ]

    def _version(self, hit: Hit) -> Version:
        return self.corpus.provisions[hit.passage.provision_id].versions[hit.passage.version]

    def _place(self, hit: Hit) -> tuple[object, ...]:
        return self.corpus.provisions[hit.passage.provision_id].locator.sort_key

    def pick(self, question: str, hit: Hit, most: int) -> list[Sentence]:
        """The sentences of a hit's provision that answer, in the text's own order.

        A short provision is quoted whole: its conditions and exceptions belong to the rule.
        """
        provision = self.corpus.provisions[hit.passage.provision_id]
        text = provision.versions[hit.passage.version].text
        found = sentences(text)
        if len(text.split()) <= WHOLE_WORDS and len(found) <= most:
            return list(found)
        asked = dict.fromkeys(tokens(question))
        ranked = sorted(
            range(len(found)),
            key=lambda n: (-self._overlap(asked, found[n].text) - (0.15 if n == 0 else 0), n),
        )
        return [found[n] for n in sorted(ranked[:most])]

    def _overlap(self, asked: dict[str, None], sentence: str) -> float:
        """Share of the question's rarity that a sentence holds, in [0, 1]."""
        held = set(tokens(sentence))
        total = sum(self.idf(token) for token in asked)
        return sum(self.idf(t) for t in asked if t in held) / total if total else 0.0

    def _cite(self, citer: Citer, n: int, hit: Hit, run: Sequence[Sentence]) -> Citation:
        provision = self.corpus.provisions[hit.passage.provision_id]
        span = (run[0].start, run[-1].end)
        return citer.cite(n, provision, hit.passage.version, span, hit.passage.id)


def choose(evidence: Evidence) -> list[Hit]:
    """The few hits to answer from: the best and what comes close to it, then what ended it.

    A question that names its provision gets that provision alone; a comparison gets the best
    of each instrument.
    """
    found = [hit for hit in evidence.hits if "crossref" not in hit.found_by]
    ended_by = [hit for hit in evidence.hits if "crossref" in hit.found_by]
    if not found:
        return []
    if evidence.understood.is_comparison:
        chosen = _one_each(found, evidence.named_instruments)
    elif "reference" in found[0].found_by:
        named = [hit for hit in found if "reference" in hit.found_by]
        chosen = named[:MAX_PROVISIONS]
    else:
        near = [hit for hit in found[1:] if hit.score >= NEAR_BEST * found[0].score]
        chosen = [found[0], *near][:MAX_PROVISIONS]
    present = {hit.passage.provision_id for hit in chosen}
    return [*chosen, *(hit for hit in ended_by if hit.passage.provision_id not in present)]


def _one_each(hits: Sequence[Hit], named: Sequence[str]) -> list[Hit]:
    """The best hit of each instrument compared; named ones first, else the best few."""
    chosen: dict[str, Hit] = {}
    for hit in hits:
        instrument = hit.passage.provision_id.split("#")[0]
        if (not named or instrument in named) and instrument not in chosen:
            chosen[instrument] = hit
    if len(chosen) < 2:
        return list(hits[:2])
    floor = 0 if named else 0.75 * hits[0].score
    return [hit for hit in chosen.values() if hit.score >= floor][:MAX_COMPARED]


def _runs(picked: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences that follow each other in the text, together: one quote, one number."""
    runs: list[list[Sentence]] = []
    for sentence in picked:
        if runs and sentence.start - runs[-1][-1].end <= 1:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return runs


def _marked(claim: Claim) -> str:
    """A claim with its markers; an opening that ends in a colon runs on into its quote."""
    if claim.support == "checked" and claim.text.endswith(":"):
        return claim.text
    return f"{claim.text} " + "".join(f"[{n}]" for n in claim.citations)
