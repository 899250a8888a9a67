"""Instruments and provisions as JSON-ready tables, as of a day (the contract's fields)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from corpus.catalog import Corpus
from corpus.links import official_url
from corpus.status import instrument_standing, standing
from corpus.types import Event, Provision, Version
from corpus.verified import verified_ids


class EventJson(TypedDict):
    """One event of a timeline."""

    date: str
    event: str
    note: str
    source: str


class InstrumentJson(TypedDict):
    """One instrument of `corpus list --json`."""

    id: str
    title: str
    short_title: str
    kind: str
    jurisdiction: str
    authority: str
    status: str
    status_note: str
    provisions: int
    text_kinds: dict[str, int]
    verified: int
    url: str
    timeline: list[EventJson]


def instrument_json(corpus: Corpus, instrument_id: str, day: date) -> InstrumentJson:
    """An instrument with its counts and its status on `day`."""
    instrument = corpus.instrument(instrument_id)
    provisions = corpus.of(instrument_id)
    stands = instrument_standing(instrument, day)
    kinds = Counter(provision.versions[-1].text_kind.value for provision in provisions)
    return {
        "id": instrument.id,
        "title": instrument.title,
        "short_title": instrument.short_title,
        "kind": instrument.kind,
        "jurisdiction": instrument.jurisdiction,
        "authority": instrument.authority.value,
        "status": stands.status.value,
        "status_note": stands.note,
        "provisions": len(provisions),
        "text_kinds": {"digest": 0, "official": 0, **kinds},
        "verified": sum(provision.id in verified_ids() for provision in provisions),
        "url": instrument.source_url,
        "timeline": timeline_json(instrument.timeline),
    }


def timeline_json(timeline: Sequence[Event]) -> list[EventJson]:
    """The events of a timeline, oldest first."""
    return [
        {"date": e.date.isoformat(), "event": e.kind.value, "note": e.note, "source": e.source}
        for e in timeline
    ]


def provision_json(corpus: Corpus, provision: Provision, day: date) -> dict[str, object]:
    """A provision as it was on `day`; the nearest wording, and its status, when it was not."""
    instrument = corpus.instruments[provision.instrument_id]
    version = provision.on(day) or _nearest(provision, day)
    stands = standing(instrument, provision, version, day)
    return {
        "instrument_id": instrument.id,
        "locator": str(provision.locator),
        "provision_id": provision.id,
        "heading": version.heading,
        "text": version.text,
        "text_kind": version.text_kind.value,
        "authority": instrument.authority.value,
        "context": list(version.context),
        "valid_from": _iso(version.valid.start),
        "valid_to": _iso(version.valid.end),
        "versions": [_version_json(v) for v in provision.versions],
        "status": stands.status.value,
        "status_note": stands.note,
        "verified": provision.id in verified_ids(),
        "timeline": timeline_json(instrument.timeline),
        "url": official_url(instrument, provision.locator),
    }


def parent_json(
    corpus: Corpus, found: Sequence[Provision], asked: str, day: date
) -> dict[str, object]:
    """Several provisions below one locator, joined in reading order, each also on its own."""
    children = [provision_json(corpus, provision, day) for provision in found]
    first = children[0]
    return {
        **first,
        "locator": asked,
        "provision_id": None,
        "text": "\n".join(f"{child['locator']}: {child['text']}" for child in children),
        "children": children,
    }


def _version_json(version: Version) -> dict[str, object]:
    return {
        "valid_from": _iso(version.valid.start),
        "valid_to": _iso(version.valid.end),
        "heading": version.heading,
        "text": version.text,
        "text_kind": version.text_kind.value,
    }


def _nearest(provision: Provision, day: date) -> Version:
    later = [v for v in provision.versions if v.valid.start is not None and v.valid.start > day]
    return later[0] if later else provision.versions[-1]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
