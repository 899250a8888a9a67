"""Hits as JSON-ready tables (the contract's fields)."""

from __future__ import annotations

from typing import TypedDict

from corpus.catalog import Corpus
from index.types import Hit


class HitJson(TypedDict):
    """One hit of `policy search --json`."""

    rank: int
    score: float
    passage_id: str
    provision_id: str
    instrument_id: str
    locator: str
    text: str
    found_by: list[str]


def hit_json(hit: Hit, corpus: Corpus) -> HitJson:
    """One hit as JSON."""
    provision = corpus.provisions[hit.passage.provision_id]
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "passage_id": hit.passage.id,
        "provision_id": provision.id,
        "instrument_id": provision.instrument_id,
        "locator": str(provision.locator),
        "text": hit.passage.text,
        "found_by": list(hit.found_by),
    }
