"""Where an answer was lost: in retrieval, in the choice of what to cite, or in declining (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.errors import LocatorError
from corpus.locators import parse
from corpus.types import provision_id
from evals.types import Figure, HitLine, Record, Suite

STAGES = (
    "failed",
    "answered, to be declined",
    "declined",
    "declined, gold was found",
    "declined, gold was not found",
    "gold not among the ten best",
    "gold found, not cited",
    "gold cited, answer incomplete or wrong",
    "wrong in another way",
)


def stage(record: Record) -> str:
    """One of `STAGES`, the first step that went wrong; empty for an answer without a fault."""
    if record.failure:
        return STAGES[0]
    if not record.faults:
        return ""
    if record.should_abstain:
        return STAGES[1]
    if not record.gold:
        return STAGES[2] if record.abstained else STAGES[8]
    return _of_gold(record)


def _of_gold(record: Record) -> str:
    if record.abstained:
        found = any(best_rank(group, record.hits) for group in record.gold)
        return STAGES[3] if found else STAGES[4]
    missed = [group for group in record.gold if not _is_cited(group, record)]
    if missed:
        found = all(best_rank(group, record.hits) for group in missed)
        return STAGES[6] if found else STAGES[5]
    return STAGES[7]


def best_rank(group: Sequence[str], hits: Sequence[HitLine]) -> int | None:
    """The rank of the first hit at or below one of the places of a gold part; None if none is."""
    return next((hit.rank for hit in hits if is_gold(hit.provision_id, group)), None)


def is_gold(identifier: str, places: Sequence[str]) -> bool:
    """Whether a provision is, or lies below, one of the places ("instrument locator").

    >>> is_gold("eu-ai-act#article-6_2_a", ["eu-ai-act Article 6(2)"])
    True
    >>> is_gold("eu-ai-act#article-6_2", ["eu-ai-act Article 6(2)(a)", "gdpr"])
    False
    """
    return any(_is_within(identifier, place) for place in places)


def _is_within(identifier: str, place: str) -> bool:
    instrument, _, locator = place.partition(" ")
    if not locator:
        return identifier.startswith(f"{instrument}#")
    try:
        gold = provision_id(instrument, parse(locator))
    except LocatorError:
        return False
    return identifier == gold or identifier.startswith(f"{gold}_")


def _is_cited(group: Sequence[str], record: Record) -> bool:
    for place in record.citations:
        try:
            cited = provision_id(place.instrument_id, parse(place.locator))
        except LocatorError:
            continue
        if is_gold(cited, group):
            return True
    return False


def worst(records: Sequence[Record], suite: Suite, count: int = 20) -> list[Record]:
    """The records with the most wrong with them: failures, then by the leading figures.

    Of two alike, one that answered is worse than one that declined.
    """
    faulty = [record for record in records if record.faults or record.failure]
    faulty.sort(key=lambda r: (not r.failure, _goodness(r, suite.leading), r.abstained, r.id))
    return faulty[:count]


def _goodness(record: Record, leading: Sequence[Figure]) -> float:
    values = [
        value if figure.higher_is_better else 1 - value
        for figure in leading
        if (value := record.measures.get(figure.name)) is not None
    ]
    return sum(values) / len(values) if values else 0.0
