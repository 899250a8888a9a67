"""Which few of the hits an answer is made from (pure).

The best hit leads. Its kin (the rule above, the points below, the paragraphs beside it) qualify
it, so they come with it while they are near. A provision elsewhere has to come nearer, unless the
question has several parts: then the second part may well be answered there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.asked import AskedFor, asked_for
from assistant.protocols import Evidence
from index.tokens import words
from index.types import Hit

# Chosen on our own gold questions (docs/decisions/0004-ranking-for-answers.md).
KIN = 0.88
ELSEWHERE = 0.94
ANOTHER_PART = 0.88
BESIDE_NAMED = 0.88
A_SIDE = 0.93
MAX_KIN = 3
MAX_ELSEWHERE = 1
MAX_PARTS = 2
BESIDE_PARTS = 0.92
MAX_BESIDE_PARTS = 1
MAX_PROVISIONS = 4
MAX_NAMED = 3
MAX_SIDES = 4
MAX_A_SIDE = 2
SHORT_QUESTION = 9

_OPEN = {AskedFor.PLACE, AskedFor.LIST}
_ASKS = (
    r"who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|may|must"
    r"|should|shall|will|would|has|have|had"
)
_SEAM = re.compile(
    r"[.?!;:]\s+|,\s+(?:(?:and|or|but)\s+)?"
    rf"|\b(?:and|or) (?=(?:{_ASKS}|by|from|to|in|at|on)\b)",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_PART_OPENING = re.compile(rf"(?:{_ASKS})\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:each|both|respectively|vs|versus|compared?|compares)\b", re.IGNORECASE)
_AMENDING = re.compile(
    r"\b(?:amend\w*|chang\w+|insert\w*|added|adds|brought|replac\w+|new(?:ly)?|latest)\b",
    re.IGNORECASE,
)


def choose(evidence: Evidence) -> list[Hit]:
    """The few hits to answer from, the leading one first; empty where nothing was found.

    A question that names several texts gets the best of each, one that names its provision gets
    that first. What ended a text comes last.
    """
    found = [hit for hit in evidence.hits if "crossref" not in hit.found_by]
    ended_by = [hit for hit in evidence.hits if "crossref" in hit.found_by]
    if not found:
        return []
    if sided := sides_named(evidence):
        chosen = _of_each(found, sided)
    else:
        named = [hit for hit in found if "reference" in hit.found_by]
        chosen = _named(named, found, evidence) if named else _near(found, evidence)
    present = {hit.passage.provision_id for hit in chosen}
    return [*chosen, *(hit for hit in ended_by if hit.passage.provision_id not in present)]


def sides_named(evidence: Evidence) -> tuple[str, ...]:
    """The instruments to be set side by side: those named, if two or more of them have hits."""
    present = {instrument_of(hit) for hit in evidence.hits}
    named = tuple(owner for owner in evidence.named_instruments if owner in present)
    return named if len(named) > 1 else ()


def parts_of(question: str) -> tuple[str, ...]:
    """The parts of a question that each ask something.

    >>> parts_of("Who must report an incident, and by when?")
    ('Who must report an incident', 'by when')
    """
    pieces = (piece.strip(" ?") for piece in _SEAM.split(question) if piece)
    return tuple(p for p in pieces if _PART.search(p) or _PART_OPENING.match(p))


def has_parts(question: str) -> bool:
    """Whether a question asks several things, or one thing of several."""
    return len(parts_of(question)) > 1 or _SEVERAL.search(question) is not None


def instrument_of(hit: Hit) -> str:
    """The id of the instrument that a hit belongs to."""
    return hit.passage.provision_id.partition("#")[0]


def is_kin(one: Hit, other: Hit) -> bool:
    """Whether two hits lie in one article, section, annex or entry."""
    return division_of(one.passage.provision_id) == division_of(other.passage.provision_id)


def division_of(provision_id: str) -> str:
    """The article, section, annex or entry that a provision lies in, by its id.

    >>> division_of("ear#s-742.6_a_6_iii"), division_of("ear#s-742.6")
    ('ear#s-742.6', 'ear#s-742.6')
    """
    owner, _, slug = provision_id.partition("#")
    return f"{owner}#{slug.partition('_')[0]}"


def _near(found: Sequence[Hit], evidence: Evidence) -> list[Hit]:
    """The best hit of the question, or of each question put in it, with what is near it."""
    heads = _heads(found, evidence)
    if len(heads) > 1:
        floor, most = BESIDE_PARTS, MAX_BESIDE_PARTS
    elif _is_of_several(evidence):
        floor, most = ANOTHER_PART, MAX_PARTS
    else:
        floor, most = ELSEWHERE, MAX_ELSEWHERE
    best, taken = found[0].score, _ids(heads)
    rest = [hit for hit in found if hit.passage.provision_id not in taken]
    kin = [h for h in rest if any(is_kin(h, one) for one in heads) and h.score >= KIN * best]
    others = [h for h in _without_kin(rest, heads) if h.score >= floor * best]
    near = _ids([*kin[:MAX_KIN], *others[:most]])
    chosen = [*heads, *(hit for hit in rest if hit.passage.provision_id in near)]
    return [*chosen[:MAX_PROVISIONS], *_other_side(chosen, found, evidence)]


def _heads(found: Sequence[Hit], evidence: Evidence) -> list[Hit]:
    """The best hit of each question put in one, then that of the whole; each once."""
    firsts = [
        next((hit for hit in part.hits if "crossref" not in hit.found_by), None)
        for part in evidence.parts
    ]
    heads = {hit.passage.provision_id: hit for hit in [*firsts, found[0]] if hit is not None}
    return list(heads.values())


def _without_kin(hits: Sequence[Hit], heads: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if not any(is_kin(hit, head) for head in heads)]


def _other_side(chosen: Sequence[Hit], found: Sequence[Hit], evidence: Evidence) -> list[Hit]:
    """The best hit of the text that a comparison names, if it was not near enough by itself."""
    if not evidence.understood.is_comparison:
        return []
    present = {instrument_of(hit) for hit in chosen}
    named = set(evidence.named_instruments) - present
    return [hit for hit in found if instrument_of(hit) in named][:1]


def _named(named: Sequence[Hit], found: Sequence[Hit], evidence: Evidence) -> list[Hit]:
    """The provisions that a question names; in a long one also what comes near the best hit.

    "How long is a licence for the chips of § 1.2 valid?" names what it is about, and is answered
    elsewhere.
    """
    chosen = list(named[:MAX_NAMED])
    if len(words(evidence.understood.text)) <= SHORT_QUESTION:
        return chosen
    best = found[0]
    near = [h for h in found if h not in named and h.score >= BESIDE_NAMED * best.score]
    return [*chosen, *near[:MAX_PARTS]][:MAX_PROVISIONS]


def _of_each(found: Sequence[Hit], named: Sequence[str]) -> list[Hit]:
    """The best hits of each instrument compared, in the order found."""
    chosen: list[Hit] = []
    order = dict.fromkeys(instrument_of(hit) for hit in found if instrument_of(hit) in named)
    for owner in list(order)[:MAX_SIDES]:
        own = [hit for hit in found if instrument_of(hit) == owner]
        near = [hit for hit in own if hit.score >= A_SIDE * own[0].score]
        chosen += near[: MAX_A_SIDE if len(order) < MAX_SIDES else 1]
    return chosen


def without_echoes(chosen: Sequence[Hit], amends: dict[str, str], evidence: Evidence) -> list[Hit]:
    """The hits without those of an amending act beside the text that it amended.

    One citation says it; unless the question is about the amendment. `amends` maps an amending
    instrument to the amended one.
    """
    if _AMENDING.search(evidence.understood.text):
        return list(chosen)
    owners = {instrument_of(hit) for hit in chosen}
    named = evidence.named_instruments
    return [
        hit
        for hit in chosen
        if instrument_of(hit) in named or amends.get(instrument_of(hit)) not in owners
    ]


def without_strays(chosen: Sequence[Hit], evidence: Evidence) -> list[Hit]:
    """The leading hit with its kin and what ended its text, without provisions elsewhere.

    For a question of one part that the leading hit settles: it holds the figure, or defines.
    """
    if not chosen or _is_of_several(evidence) or sides_named(evidence):
        return list(chosen)
    return [h for h in chosen if is_kin(h, chosen[0]) or "crossref" in h.found_by]


def _is_of_several(evidence: Evidence) -> bool:
    """Whether several provisions may well be the answer: "which rules", "which duties" too."""
    understood = evidence.understood
    kinds = understood.kinds or asked_for(understood.text)
    return bool(kinds & _OPEN) or has_parts(understood.text) or understood.is_comparison


def _ids(hits: Iterable[Hit]) -> set[str]:
    return {hit.passage.provision_id for hit in hits}
