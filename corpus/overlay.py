"""Official texts and uploads laid over the digests: one corpus, each wording on its days (pure).

An official text is what the law said on the day it is dated. How long before and after that it
was the text is known from the digests, which keep every change of wording, and from the
amendments of other official texts. On the days an official wording covers, it takes the place
of the digest; on all others the digest stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from corpus.amend import carry_out
from corpus.catalog import Corpus, assemble_parts
from corpus.fold import Division, fold
from corpus.locators import Locator
from corpus.neighbours import Changes, Contexts, Cover
from corpus.parsers.document import Amendment, Node
from corpus.spans import Span, Wording, outside, spans_of
from corpus.store import StoredText
from corpus.types import (
    Authority,
    Event,
    EventKind,
    Instrument,
    InstrumentId,
    Interval,
    Origin,
    Provision,
    TextKind,
    Version,
)


def overlay(base: Corpus, texts: Sequence[StoredText]) -> Corpus:
    """The corpus with `texts`; `base` itself when there are none."""
    official: dict[str, list[StoredText]] = defaultdict(list)
    uploads: dict[str, StoredText] = {}
    for text in texts:
        if text.kind is TextKind.UPLOAD or text.instrument_id not in base.instruments:
            uploads[text.instrument_id] = text
        else:
            official[text.instrument_id].append(text)
    if not texts:
        return base
    instruments = dict(base.instruments)
    wordings: list[tuple[InstrumentId, Locator, Version]] = []
    amendments = _amendments(base, texts)
    for instrument_id in base.instruments:
        merger = _Merger(
            base.of(instrument_id),
            tuple(official.get(instrument_id, ())),
            amendments.get(instrument_id, ()) if instrument_id in official else (),
            _issued(base.instruments[instrument_id]),
        )
        wordings += [(instrument_id, locator, v) for locator, v in merger.wordings()]
    for text in uploads.values():
        instrument = _own_document(text)
        instruments[instrument.id] = instrument
        wordings += [(instrument.id, locator, v) for locator, v in _upload_wordings(text)]
    return assemble_parts(instruments, wordings)


@dataclass(frozen=True, slots=True)
class _Amending:
    """What one amending act at hand does to an instrument, and from which day."""

    day: date
    amendments: tuple[Amendment, ...]
    origin: Origin


def _amendments(base: Corpus, texts: Sequence[StoredText]) -> dict[str, tuple[_Amending, ...]]:
    """Amending acts by the instrument they amend; only those whose day is known."""
    found: dict[str, list[_Amending]] = defaultdict(list)
    for text in texts:
        amending = base.instruments.get(InstrumentId(text.instrument_id))
        day = _in_force_from(amending) if amending else None
        for key, instrument in base.instruments.items():
            celex = dict(instrument.identifiers).get("celex")
            own = tuple(a for a in text.parsed.amendments if celex and a.act == celex)
            if own and day is not None:
                found[key].append(_Amending(day, own, text.origin))
    return {key: tuple(sorted(acts, key=lambda act: act.day)) for key, acts in found.items()}


def _in_force_from(instrument: Instrument) -> date | None:
    days = [event.date for event in instrument.timeline if event.kind is EventKind.IN_FORCE]
    return min(days, default=None)


def _issued(instrument: Instrument) -> date | None:
    days = [event.date for event in instrument.timeline if event.kind is EventKind.PUBLISHED]
    return min(days, default=None)


def _day_of(text: StoredText, issued: date | None) -> date:
    """The day whose text a file is; an act as its journal printed it is that of its issue."""
    if text.origin.dated:
        return text.origin.dated
    printed = text.parsed.identifier("celex")[:1] == "3" or text.parsed.identifier("oj")
    return issued if printed and issued else text.origin.retrieved_at.date()


@dataclass(frozen=True)
class _State:
    """The nodes of a text on a day. `begins`: the day is that of a change, not of a copy.

    `unknown` are places whose words on that day could not be derived, `silent` the articles,
    sections ... of which a state that begins says nothing.
    """

    day: date
    nodes: tuple[Node, ...]
    origin: Origin
    begins: bool = False
    unknown: frozenset[Locator] = frozenset()
    silent: frozenset[Locator] = frozenset()

    def knows(self, division: Division) -> bool:
        """Whether the words of a division are those of the day."""
        if division.locator in self.unknown:
            return False
        near = (place for place in self.unknown if place.number == division.locator.number)
        return not (division.whole and any(division.locator.covers(place) for place in near))

    def would_hold(self, root: Locator) -> bool:
        """Whether a place below `root` that the state does not hold was not in the text."""
        if self.begins:
            return root not in self.silent
        return not self.origin.derived and root in self.roots

    @cached_property
    def roots(self) -> frozenset[Locator]:
        """The articles, sections ... that the state holds."""
        return frozenset(node.locator.root for node in self.nodes)


@dataclass(frozen=True)
class _Merger:
    """Merges the digests of one instrument with its official texts."""

    digests: tuple[Provision, ...]
    texts: tuple[StoredText, ...]
    amending: tuple[_Amending, ...]
    issued: date | None = None

    def wordings(self) -> Iterator[tuple[Locator, Version]]:
        """Every wording with its days: official ones, then what is left of the digests."""
        if not self.texts:
            yield from ((p.locator, v) for p in self.digests for v in p.versions)
            return
        states = self._states()
        official = self._official(states)
        cover = Cover(official, _unknown_days(states))
        for provision in self.digests:
            place = provision.locator
            for version in provision.versions:
                rest = outside(version.valid, cover.of(place))
                yield from ((place, replace(version, valid=days)) for days in rest)
                heir = None if rest == [version.valid] else cover.heir(place, version.valid)
                if heir is not None:
                    official[heir] = [_asked(v, version) for v in official[heir]]
        for locator, versions in official.items():
            yield from ((locator, version) for version in versions)

    def _official(self, states: Sequence[_State]) -> dict[Locator, list[Version]]:
        exact = {provision.locator: provision for provision in self.digests}
        wordings = self._read(states)
        changes = Changes(self.digests, {state.day for state in states if state.begins})
        contexts = Contexts(self.digests)
        official: dict[Locator, list[Version]] = {}
        for locator, found in wordings.items():
            whole = any(wording.division.whole for wording in found)
            days, gone = changes.at(locator, whole=whole), set[date]()
            known, root = {wording.known_on for wording in found}, locator.root
            for state in states:
                if state.day not in known and state.would_hold(root):
                    (days if locator in state.unknown else gone).add(state.day)
            spans = spans_of(found, days, gone)
            official[locator] = [
                _version(span, exact.get(locator), contexts.of(locator)) for span in spans
            ]
        return official

    def _states(self) -> list[_State]:
        """The text on each day on which it is known, copies in the order of retrieval."""
        copies = [
            _State(_day_of(text, self.issued), text.parsed.nodes, text.origin)
            for text in sorted(self.texts, key=lambda text: text.origin.retrieved_at)
        ]
        states = list(copies)
        for day in sorted({act.day for act in self.amending}):
            acts = [act for act in self.amending if act.day == day]
            later = {root for state in copies if day <= state.day for root in state.roots}
            before = sorted((s for s in states if s.day < day), key=lambda state: state.day)
            last = {node.locator.root: node for state in before for node in state.nodes}
            if not last:
                continue
            unknown: set[Locator] = set()
            for state in before:
                unknown = {place for place in unknown if place.root not in state.roots}
                unknown |= state.unknown
            amendments = [a for act in acts for a in act.amendments if a.locator.root not in later]
            kept = tuple(node for root, node in last.items() if root not in later)
            amended = carry_out(kept, amendments, unknown_before=unknown)
            names = dict.fromkeys(state.origin.name for state in before)
            made = f"text put together here from {', '.join(names)} and its amendment"
            states.append(
                _State(
                    day,
                    amended.nodes,
                    replace(acts[0].origin, derived=made),
                    begins=True,
                    unknown=amended.unknown,
                    silent=frozenset(later),
                )
            )
        return states

    def _read(self, states: Sequence[_State]) -> dict[Locator, list[Wording]]:
        """Official wordings by locator, oldest first; the later file wins where two are equal."""
        apart = frozenset(provision.locator for provision in self.digests)
        found: dict[Locator, dict[date, Wording]] = defaultdict(dict)
        for state in states:
            for division in fold(state.nodes, apart=apart.__contains__):
                if state.knows(division):
                    found[division.locator][state.day] = Wording(
                        state.day, division, state.origin, state.begins
                    )
        return {
            locator: [by_day[day] for day in sorted(by_day)] for locator, by_day in found.items()
        }


def _unknown_days(states: Sequence[_State]) -> list[tuple[Locator, Interval]]:
    """Places whose words are unknown, each until the next day on which the text is known."""
    days = sorted({state.day for state in states})
    after = dict(pairwise(days))
    return [
        (place, Interval(state.day, after.get(state.day)))
        for state in states
        for place in state.unknown
    ]


def _version(span: Span, digest: Provision | None, context: tuple[str, ...]) -> Version:
    wording, valid = span.wording, Interval(span.start, span.end)
    division = wording.division
    twins = [v for v in digest.versions if v.valid.overlaps(valid)] if digest else []
    twin = twins[0] if twins else None  # its status and dates hold for the official words too
    asks = tuple(dict.fromkeys(ask for version in twins for ask in version.asks))
    return Version(
        text=division.text,
        heading=division.heading or (twin.heading if twin else ""),
        text_kind=TextKind.OFFICIAL,
        valid=valid,
        context=division.context or (twin.context if twin else ()) or context,
        applies_from=twin.applies_from if twin else None,
        terms=tuple(dict.fromkeys([*division.terms, *(twin.terms if twin else ())])),
        source=wording.origin.name,
        status=twin.status if twin else None,
        note=twin.note if twin else "",
        asks=asks,
        path=wording.origin.name,
        lead=division.lead,
        searched=division.searched or bool(asks),
        origin=wording.origin,
        gist=twins[-1] if twins else None,
        continues=span.continues,
    )


def _asked(official: Version, digest: Version) -> Version:
    """An official wording that also answers what a digest answers, in whose stead it stands."""
    if not digest.asks or not official.valid.overlaps(digest.valid):
        return official
    return replace(
        official, asks=tuple(dict.fromkeys([*official.asks, *digest.asks])), searched=True
    )


def _own_document(text: StoredText) -> Instrument:
    """A user's document as an instrument: it has an authority of its own, that of no law."""
    added = text.origin.retrieved_at.date()
    title = text.parsed.title or text.origin.name
    note = f"Your own document {text.origin.name}, added on this day; not law."
    return Instrument(
        id=InstrumentId(text.instrument_id),
        title=title,
        short_title=title[:80],
        kind="upload",
        jurisdiction="",
        authority=Authority.UPLOAD,
        text_kind=TextKind.UPLOAD,
        source_url=text.origin.url,
        language=text.parsed.language,
        retrieved=added,
        timeline=(Event(added, EventKind.OTHER, note, text.origin.name),),
        collection=text.collection,
    )


def _upload_wordings(text: StoredText) -> Iterator[tuple[Locator, Version]]:
    for division in fold(text.parsed.nodes):
        yield (
            division.locator,
            Version(
                text=division.text,
                heading=division.heading,
                text_kind=TextKind.UPLOAD,
                context=division.context,
                terms=division.terms,
                source=text.origin.name,
                path=text.origin.name,
                lead=division.lead,
                searched=division.searched,
                origin=text.origin,
            ),
        )
