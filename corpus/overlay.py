"""Official texts and uploads laid over the digests: one corpus, each wording on its days (pure).

An official text is what the law said on the day it is dated. How long before and after that it
was the text is known from the digests, which keep every change of wording, and from the
amendments of other official texts. On the days an official wording covers, it takes the place
of the digest; on all others the digest stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.amend import carry_out
from corpus.catalog import Corpus, assemble_parts
from corpus.fold import Division, fold
from corpus.locators import Locator
from corpus.parsers.document import Amendment, Node
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


@dataclass(frozen=True, slots=True)
class _State:
    """The nodes of a text on a day. `begins`: the day is that of a change, not of a copy.

    `unknown` are places whose words on that day could not be derived.
    """

    day: date
    nodes: tuple[Node, ...]
    origin: Origin
    begins: bool = False
    unknown: frozenset[Locator] = frozenset()

    def knows(self, division: Division) -> bool:
        """Whether the words of a division are those of the day."""
        if division.locator in self.unknown:
            return False
        near = (place for place in self.unknown if place.number == division.locator.number)
        return not (division.whole and any(division.locator.covers(place) for place in near))


@dataclass(frozen=True, slots=True)
class _Wording:
    """An official wording and a day on which it was the text."""

    known_on: date
    division: Division
    origin: Origin
    begins: bool = False


@dataclass(frozen=True)
class _Merger:
    """Merges the digests of one instrument with its official texts."""

    digests: tuple[Provision, ...]
    texts: tuple[StoredText, ...]
    amending: tuple[_Amending, ...]

    def wordings(self) -> Iterator[tuple[Locator, Version]]:
        """Every wording with its days: official ones, then what is left of the digests."""
        if not self.texts:
            yield from ((p.locator, v) for p in self.digests for v in p.versions)
            return
        official = self._official()
        for locator, versions in official.items():
            yield from ((locator, version) for version in versions)
        cover = _Cover(official)
        for provision in self.digests:
            for version in provision.versions:
                for rest in _outside(version.valid, cover.of(provision.locator)):
                    yield provision.locator, replace(version, valid=rest)

    def _official(self) -> dict[Locator, list[Version]]:
        exact = {provision.locator: provision for provision in self.digests}
        states = self._states()
        wordings = self._read(states)
        changes = _Changes(self.digests, {act.day for act in self.amending})
        official: dict[Locator, list[Version]] = {}
        for locator, found in wordings.items():
            whole = any(wording.division.whole for wording in found)
            days = changes.at(locator, whole=whole)
            ended = _ended(found, states)
            versions = _versions(found, sorted({*days, *ended}), exact.get(locator))
            official[locator] = list(versions)
        return official

    def _states(self) -> list[_State]:
        """The text on each day on which it is known, in the order of retrieval."""
        states = [
            _State(
                text.origin.dated or text.origin.retrieved_at.date(),
                text.parsed.nodes,
                text.origin,
            )
            for text in sorted(self.texts, key=lambda text: text.origin.retrieved_at)
        ]
        for act in self.amending:
            before = [state for state in states if state.day < act.day]
            known = any(act.day <= state.day for state in states)
            if before and not known:  # no consolidated text of that day or later is at hand
                last = max(before, key=lambda state: state.day)
                amended = carry_out(last.nodes, act.amendments)
                origin = replace(
                    act.origin,
                    derived=f"text put together here from {last.origin.name} and its amendment",
                )
                states.append(
                    _State(act.day, amended.nodes, origin, begins=True, unknown=amended.unknown)
                )
        return states

    def _read(self, states: Sequence[_State]) -> dict[Locator, list[_Wording]]:
        """Official wordings by locator, oldest first; the later file wins where two are equal."""
        apart = frozenset(provision.locator for provision in self.digests)
        found: dict[Locator, dict[date, _Wording]] = defaultdict(dict)
        for state in states:
            for division in fold(state.nodes, apart=apart.__contains__):
                if state.knows(division):
                    found[division.locator][state.day] = _Wording(
                        state.day, division, state.origin, state.begins
                    )
        return {
            locator: [by_day[day] for day in sorted(by_day)] for locator, by_day in found.items()
        }


def _ended(found: Sequence[_Wording], states: Sequence[_State]) -> set[date]:
    """Days on which an amending act deleted a place, or changed it in words not known here."""
    known = {wording.known_on for wording in found}
    return {state.day for state in states if state.begins and state.day not in known}


class _Changes:
    """The days on which the wording of a place changed, as the digests tell.

    On days on which an amending act that is at hand took effect, the act tells, not they.
    """

    def __init__(self, digests: Iterable[Provision], acted: set[date]) -> None:
        self._acted = acted
        self._near: dict[Locator, list[Provision]] = defaultdict(list)
        for provision in digests:
            self._near[provision.locator.root].append(provision)

    def at(self, locator: Locator, *, whole: bool) -> set[date]:
        """Days on which the nearest digest at or above the place changed.

        `whole`: the words below the place belong to its text, and their digests count too.
        """
        near = self._near[locator.root]
        above = [p for p in near if p.locator.covers(locator)]
        nearest = max((len(p.locator.path) for p in above), default=0)
        chosen = [p for p in above if len(p.locator.path) == nearest]
        chosen += [p for p in near if whole and locator.covers(p.locator)]
        days = {
            day
            for provision in chosen
            for version in provision.versions
            for day in (version.valid.start, version.valid.end)
            if day is not None
        }
        return days - self._acted


def _versions(
    wordings: Sequence[_Wording], changes: Sequence[date], digest: Provision | None
) -> Iterator[Version]:
    """The wordings of one place with the days on which each was the text.

    A wording held from the last change before its day to the next one after. Where two differ
    with no known change between, the later one's day stands for the change.
    """
    spans: list[tuple[_Wording, date | None, date | None]] = []
    for wording in wordings:
        start = max((day for day in changes if day <= wording.known_on), default=None)
        if wording.begins:
            start = wording.known_on
        end = min((day for day in changes if day > wording.known_on), default=None)
        if spans:
            earlier, since, until = spans[-1]
            if until is None or until > wording.known_on:
                if earlier.division.text == wording.division.text:
                    continue  # confirmed on a later day
                start = wording.known_on
                spans[-1] = (earlier, since, start)
        spans.append((wording, start, end))
    for wording, start, end in spans:
        yield _version(wording, Interval(start, end), digest)


def _version(wording: _Wording, valid: Interval, digest: Provision | None) -> Version:
    division = wording.division
    twins = [v for v in digest.versions if v.valid.overlaps(valid)] if digest else []
    twin = twins[0] if twins else None  # its status and dates hold for the official words too
    asks = tuple(dict.fromkeys(ask for version in twins for ask in version.asks))
    return Version(
        text=division.text,
        heading=division.heading or (twin.heading if twin else ""),
        text_kind=TextKind.OFFICIAL,
        valid=valid,
        context=division.context or (twin.context if twin else ()),
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
    )


class _Cover:
    """On which days official words stand for a digest's place."""

    def __init__(self, official: dict[Locator, list[Version]]) -> None:
        self._exact = official
        self._by_root: dict[Locator, list[Locator]] = defaultdict(list)
        for locator in official:
            self._by_root[locator.root].append(locator)

    def of(self, place: Locator) -> list[Interval]:
        """Those of the place itself; else of what stands below it; else of what holds it."""
        if place in self._exact:
            return [version.valid for version in self._exact[place]]
        near = self._by_root.get(place.root, ())
        below = [locator for locator in near if place.covers(locator)]
        if below:
            return [version.valid for version in self._exact[below[0]]]
        above = [locator for locator in near if locator.covers(place)]
        return [
            version.valid
            for locator in above[-1:]
            for version in self._exact[locator]
            if version.searched
        ]


def _outside(whole: Interval, covered: Sequence[Interval]) -> list[Interval]:
    """What is left of an interval outside others.

    >>> _outside(Interval(), [Interval(None, date(2026, 7, 27))])
    [Interval(start=datetime.date(2026, 7, 27), end=None)]
    """
    left = [whole]
    for taken in covered:
        left = [piece for part in left for piece in _without(part, taken)]
    return left


def _without(part: Interval, taken: Interval) -> Iterator[Interval]:
    if not part.overlaps(taken):
        yield part
        return
    if taken.start is not None and (part.start is None or part.start < taken.start):
        yield Interval(part.start, taken.start)
    if taken.end is not None and (part.end is None or taken.end < part.end):
        yield Interval(taken.end, part.end)


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
