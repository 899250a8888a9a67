"""Instruments and provisions as JSON-ready tables, as of a day (the contract's fields)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from corpus.catalog import Corpus
from corpus.links import official_url
from corpus.locators import iter_ancestors
from corpus.references import references
from corpus.status import instrument_standing, standing
from corpus.stored import origin_json
from corpus.terms import terms_used
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
    collection: str
    url: str
    timeline: list[EventJson]


def instrument_json(corpus: Corpus, instrument_id: str, day: date) -> InstrumentJson:
    """An instrument with its counts and its status on `day`."""
    instrument = corpus.instrument(instrument_id)
    provisions = corpus.of(instrument_id)
    stands = instrument_standing(instrument, day)
    kinds = Counter(provision.nearest(day).text_kind.value for provision in provisions)
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
        "collection": instrument.collection,
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
    version = provision.nearest(day)
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
        "verified": version.origin is None and provision.id in verified_ids(),
        "lead": version.lead,
        "terms": list(version.terms),
        "origin": origin_json(version.origin) if version.origin else None,
        "timeline": timeline_json(instrument.timeline),
        "url": official_url(instrument, provision.locator),
    }


def linked_json(corpus: Corpus, provision: Provision, day: date) -> dict[str, object]:
    """`provision_json`, with what the provision refers to and what stands below it."""
    version = provision.nearest(day)
    return {
        **provision_json(corpus, provision, day),
        "terms_used": terms_used(corpus, provision, version),
        "references": [
            {
                "locator": str(reference.locator),
                "instrument_id": reference.instrument_id or None,
                "provision_ids": list(reference.provision_ids),
                "words": reference.words,
            }
            for reference in references(corpus, provision, version)
        ],
        "below": [str(other.locator) for other in _below(corpus, provision, day)],
        "instead": [str(other.locator) for other in instead(corpus, provision, day)],
    }


def instead(corpus: Corpus, provision: Provision, day: date) -> list[Provision]:
    """What stood on `day` in the place of a provision that had no wording then.

    A wording that has ended may go on in paragraphs below it (Article 4 of the AI Act in 4(1) to
    4(3)); what was yet to come may have stood in the provision above.
    """
    if provision.on(day) is not None:
        return []
    above = (
        other
        for place in iter_ancestors(provision.locator)
        for other in corpus.at(provision.instrument_id, place)
        if other.locator == place and other.on(day)
    )
    return _below(corpus, provision, day) or list(above)[:1]


def _below(corpus: Corpus, provision: Provision, day: date) -> list[Provision]:
    """The provisions that stood below this one on `day`, in reading order."""
    place = provision.locator
    return [
        other
        for other in corpus.of(provision.instrument_id)
        if other is not provision and place.covers(other.locator) and other.on(day)
    ]


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
        "origin": origin_json(version.origin) if version.origin else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
