"""A draft from verified sentences: openings of ours, claims with their citations, a closing line.

What a model wrote comes in as plain words; all mark-up here is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citing import Citer
from assistant.engines.markup import escaped
from assistant.engines.wording import closing, lead, status_line
from assistant.protocols import Draft, Evidence
from assistant.types import Citation, Claim
from assistant.verify import Verdict
from corpus.types import Provision
from index.types import Hit


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a model with its verdict; `hit` is what it cites, None where nothing is."""

    text: str
    verdict: Verdict
    hit: Hit | None = None


def draft_of(
    judged: Sequence[Judged], evidence: Evidence, citer: Citer, model: str, *, mark: bool
) -> Draft:
    """The sentences that are borne out, provision by provision, each with what it cites.

    With `mark`, those that are not stand below, named as such and without a citation; else a
    line says how many were withheld.
    """
    building = _Building(citer, evidence)
    for group in _by_provision([one for one in judged if one.verdict.supported]):
        building.add(group)
    failed = [one for one in judged if not one.verdict.supported]
    if mark and failed:
        building.add_unsupported(failed)
    text = "\n\n".join([*building.paragraphs, _closing(building.citations, len(failed), mark=mark)])
    claims, citations = tuple(building.claims), tuple(building.citations)
    return Draft(text, claims, citations, engine="generated", model=model)


def _by_provision(kept: Sequence[Judged]) -> list[list[Judged]]:
    """Sentences of one provision together; provisions in the order in which they come up."""
    groups: dict[str, list[Judged]] = {}
    for one in kept:
        if one.hit is not None:
            groups.setdefault(one.hit.passage.provision_id, []).append(one)
    return list(groups.values())


class _Building:
    """A draft that is being put together."""

    def __init__(self, citer: Citer, evidence: Evidence) -> None:
        self._citer = citer
        self._evidence = evidence
        self.paragraphs: list[str] = []
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []

    def add(self, group: Sequence[Judged]) -> None:
        """One paragraph: where it stands and what holds there in our words, then the sentences."""
        numbers = [self._number(one) for one in group]
        first = self.citations[numbers[0] - 1]
        opening = status_line(first) if self.paragraphs else lead(first, self._evidence)
        said = [
            Claim(one.text, (number,), "checked", one.verdict.score)
            for one, number in zip(group, numbers, strict=True)
        ]
        self.claims += [Claim(opening, (first.n,), "checked"), *said]
        marked = opening if opening.endswith(":") else f"{opening} [{first.n}]"
        sentences = (f"{escaped(claim.text)} [{claim.citations[0]}]" for claim in said)
        self.paragraphs.append(" ".join([marked, *sentences]))

    def add_unsupported(self, failed: Sequence[Judged]) -> None:
        """A paragraph of what is not borne out, without a citation."""
        said = [Claim(one.text, (), "unsupported", one.verdict.score) for one in failed]
        self.claims += said
        words = " ".join(escaped(claim.text) for claim in said)
        self.paragraphs.append(f"**Not borne out by the passages:** {words}")

    def _number(self, one: Judged) -> int:
        """The number of the citation behind a sentence; the same words have the same number."""
        assert one.hit is not None  # noqa: S101 - `_by_provision` gives no others
        provision = self._provision(one.hit)
        version = one.hit.passage.version
        place = (provision.id, version, *one.verdict.span)
        for known in self.citations:
            if place == (known.provision_id, known.version, known.quote_start, known.quote_end):
                return known.n
        number = len(self.citations) + 1
        cited = self._citer.cite(number, provision, version, one.verdict.span, one.hit.passage.id)
        self.citations.append(cited)
        return number

    def _provision(self, hit: Hit) -> Provision:
        return self._citer.corpus.provisions[hit.passage.provision_id]


def _closing(citations: Sequence[Citation], failed: int, *, mark: bool) -> str:
    """What the sentences were made from, that they were checked, and what was left out."""
    kinds = closing(citations).replace("*Quoted from", "*Worded by a model from", 1)
    words = "Each sentence was checked against the words that it cites."
    if failed and not mark:
        were = "sentence was" if failed == 1 else "sentences were"
        words += f" {failed} {were} withheld."
    return f"{kinds.removesuffix('*')} {words}*"
