"""What a provision was on a date: proposed, in force, applicable, amended, revoked (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.locators import Locator, Unit
from corpus.types import Event, EventKind, Instrument, Phase, Provision, Status, Version

_SETTING = {
    EventKind.PROPOSED: Status.PROPOSED,
    EventKind.REPORTED: Status.PROPOSED,
    EventKind.ADOPTED: Status.NOT_YET_APPLICABLE,
    EventKind.SIGNED: Status.NOT_YET_APPLICABLE,
    EventKind.PUBLISHED: Status.NOT_YET_APPLICABLE,
    EventKind.IN_FORCE: Status.IN_FORCE,
    EventKind.REVOKED: Status.REVOKED,
    EventKind.REPEALED: Status.REPEALED,
    EventKind.EXPIRED: Status.REPEALED,
}
_IMMEDIATE = {
    "order",
    "memorandum",
    "proclamation",
    "declaration",
    "code",
    "plan",
    "framework",
    "agreement",
    "statement",
}
_CAVEATS = {EventKind.SUSPENDED, EventKind.NOT_ENFORCED, EventKind.RESCISSION_PLANNED}
_MID_LIFE = {EventKind.AMENDED, EventKind.OTHER}
# An instrument only moves up: a proposal to amend a law in force makes it no proposal.
_RANK = {
    Status.PROPOSED: 0,
    Status.NOT_YET_APPLICABLE: 1,
    Status.IN_FORCE: 2,
    Status.REVOKED: 3,
    Status.REPEALED: 3,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with the sentence that explains it to a reader."""

    status: Status
    note: str


def instrument_standing(
    instrument: Instrument, day: date, place: Locator | None = None
) -> Standing:
    """What the instrument was on `day`, from its timeline; of `place`, if one is given.

    Caveats (suspended, not enforced, to be rescinded) that concern other places are left out of
    what is said of a place; so is a suspension that has ended.

    Before its first event a text did not exist; it is then reported as proposed, with a note
    that says when it came about. A text that takes effect with its adoption (an order, a
    declaration) is in force from then on.
    """
    status, cause, caveats = _stage(instrument, day, place)
    said = [_say(event) for event in (cause, *caveats) if event is not None]
    if cause is not None and cause.date > day:
        said[0] = f"Not there yet: {said[0]}"
    return Standing(status, " ".join(said))


def _stage(
    instrument: Instrument, day: date, place: Locator | None
) -> tuple[Status, Event | None, list[Event]]:
    """The status on `day`, the event that set it, and the events that qualify it."""
    past = [event for event in instrument.timeline if event.date <= day]
    status, cause = None, past[0] if past else None
    for event in past:
        new = _status_of(event, instrument)
        if new is not None and (status is None or _RANK[new] > _RANK[status]):
            status, cause = new, event
    if status is None:
        # Steps of mid-life alone tell nothing, unless the text's birth is still to come.
        to_come = any(_status_of(event, instrument) for event in instrument.timeline)
        status = Status.PROPOSED if to_come else _default(instrument)
        cause = cause or (instrument.timeline[0] if to_come else None)
    return status, cause, _caveats(instrument, status, cause, past, place)


def _caveats(
    instrument: Instrument,
    status: Status,
    cause: Event | None,
    past: Sequence[Event],
    place: Locator | None,
) -> list[Event]:
    """What a reader must know besides the event that set the status."""
    after = [e for e in past if cause and e.date >= cause.date and _concerns(e, place)]
    if instrument.kind == "convention" and status is Status.NOT_YET_APPLICABLE:
        return [event for event in after if event is not cause]  # how far it has got
    resumed = _resumption(after)
    over = {EventKind.SUSPENDED} if resumed else set()
    return [e for e in after if e is resumed or e.kind in _CAVEATS - over]


def _resumption(events: Sequence[Event]) -> Event | None:
    """The event from which a suspended text applies again; None when it was not suspended."""
    suspended = [event.date for event in events if event.kind is EventKind.SUSPENDED]
    again = [
        event
        for event in events
        if event.kind is EventKind.APPLIES and suspended and event.date > max(suspended)
    ]
    return again[-1] if again else None


def _concerns(event: Event, place: Locator | None) -> bool:
    """Whether an event concerns `place`; None means the whole text."""
    if place is None or not event.locators:
        return True
    return any(locator.covers(place) or place.covers(locator) for locator in event.locators)


def first_day(instrument: Instrument) -> date | None:
    """The day a text came about; None where the timeline starts in mid-life.

    Our account of an event came about with its first event, a law with its proposal or adoption.
    """
    births = [
        event
        for event in instrument.timeline
        if event.kind not in _MID_LIFE or instrument.kind == "dossier"
    ]
    return births[0].date if births else None


def _default(instrument: Instrument) -> Status:
    return Status.PROPOSED if instrument.authority == "proposal" else Status.IN_FORCE


def _status_of(event: Event, instrument: Instrument) -> Status | None:
    status = _SETTING.get(event.kind)
    if status is Status.NOT_YET_APPLICABLE and instrument.kind in _IMMEDIATE:
        return Status.IN_FORCE
    if instrument.kind == "convention":
        return status  # a treaty waits for its ratifications, however long
    if status is Status.NOT_YET_APPLICABLE and not _has(instrument, EventKind.IN_FORCE):
        return Status.IN_FORCE
    return status


def _has(instrument: Instrument, kind: EventKind) -> bool:
    return any(event.kind is kind for event in instrument.timeline)


def _say(event: Event) -> str:
    note = event.note.strip()
    label = event.kind.value.replace("_", " ")
    return f"{format_date(event.date)}: {note or label}{'' if note.endswith('.') else '.'}"


def format_date(day: date) -> str:
    """A date as the corpus writes it.

    >>> format_date(date(2026, 8, 2))
    '2 August 2026'
    """
    return f"{day.day} {day:%B %Y}"


def phase_of(
    instrument: Instrument, provision: Provision, version: Version, day: date
) -> Phase | None:
    """The phase that fixes from when a provision applies, as the law stood on `day`.

    The most specific wins: a locator before a group, a longer locator before a shorter one.
    """
    best: tuple[int, Phase] | None = None
    for phase in instrument.phases:
        if not phase.known.contains(day):
            continue
        rank = _match(phase, provision, version)
        if rank and (best is None or rank > best[0]):
            best = (rank, phase)
    return best[1] if best else None


def _match(phase: Phase, provision: Provision, version: Version) -> int:
    covering = [loc for loc in phase.locators if loc.covers(provision.locator)]
    if covering:
        return 100 + max(len(locator.path) for locator in covering)
    path = " > ".join(version.context)
    matching = [group for group in phase.groups if _in_group(group, path)]
    if matching:
        return 1 + max(group.count(">") for group in matching) + (matching != ["*"])
    return 0


def _in_group(group: str, path: str) -> bool:
    """Whether a path of headings lies in `group` ("Chapter III > Section 4", "*")."""
    if group == "*":
        return True
    wanted = [part.strip() for part in group.split(">")]
    have = [part.strip() for part in path.split(" > ")]
    return len(have) >= len(wanted) and all(
        h == w or h.startswith(f"{w}:") for h, w in zip(have, wanted, strict=False)
    )


def standing(  # noqa: PLR0911 - a return for each thing a wording can be
    instrument: Instrument, provision: Provision, version: Version, day: date
) -> Standing:
    """What this wording of a provision was on `day`, and the sentence that says so."""
    if version.status is not None:
        return Standing(version.status, version.note)
    whole = instrument_standing(instrument, day, provision.locator)
    notes = [version.note] if version.note else []
    if not version.valid.contains(day):
        return _out_of_interval(version, day, notes)
    if whole.status is not Status.IN_FORCE:
        return Standing(whole.status, " ".join([whole.note, *notes]).strip())
    phase = phase_of(instrument, provision, version, day)
    applies = version.applies_from or (phase.applies_from if phase else None)
    if applies is not None and applies > day:
        where = f" ({phase.note})" if phase and phase.note else ""
        notes.insert(0, f"In force, but applies only from {format_date(applies)}{where}.")
        return Standing(Status.NOT_YET_APPLICABLE, " ".join(notes))
    same = _same_words(provision, version)
    is_first = provision.versions[0] is same[0]
    start = same[0].valid.start
    if applies is not None:
        # What a later act put in cannot have applied before it.
        since = max(applies, start) if is_first and start is not None else applies
        notes.insert(0, f"Applies since {format_date(since)}.")
    else:
        notes.insert(0, _opening(instrument, provision, same[0], day))
    if provision.locator.unit is Unit.HEADING:
        return Standing(Status.IN_FORCE, " ".join(notes).strip())
    if same[-1].valid.end is not None:
        notes.append(f"This wording was replaced on {format_date(same[-1].valid.end)}.")
    if start is not None and not is_first:
        notes.append(f"Wording in force since {format_date(start)}.")
        return Standing(Status.AMENDED, " ".join(notes).strip())
    return Standing(Status.IN_FORCE, " ".join(notes).strip())


def _opening(instrument: Instrument, provision: Provision, version: Version, day: date) -> str:
    """What the instrument's timeline says of a provision in force.

    A wording with a first day of its own did not begin with the instrument.
    """
    _, cause, caveats = _stage(instrument, day, provision.locator)
    said = [_say(event) for event in caveats]
    ours = provision.locator.unit is Unit.HEADING  # our account, not a wording of the text
    if cause is not None and (version.valid.start is None or ours):
        said.insert(0, _say(cause))
    elif version.valid.start is not None and provision.versions[0] is version:
        said.insert(0, f"In the text since {format_date(version.valid.start)}.")
    return " ".join(said)


def _same_words(provision: Provision, version: Version) -> tuple[Version, ...]:
    """The version with those before and after that have its words under other headings."""
    if not any(other.continues for other in provision.versions):
        return (version,)
    runs: list[list[Version]] = []
    for other in provision.versions:
        if not other.continues or not runs:
            runs.append([])
        runs[-1].append(other)
    return next((tuple(run) for run in runs if any(v is version for v in run)), (version,))


def _out_of_interval(version: Version, day: date, notes: list[str]) -> Standing:
    if version.valid.start is not None and day < version.valid.start:
        notes.insert(
            0, f"Not yet the text: this wording starts on {format_date(version.valid.start)}."
        )
        return Standing(Status.NOT_YET_APPLICABLE, " ".join(notes))
    assert version.valid.end is not None  # noqa: S101 - the interval does not contain the day
    notes.insert(0, f"No longer the text: replaced on {format_date(version.valid.end)}.")
    return Standing(Status.REPEALED, " ".join(notes))
