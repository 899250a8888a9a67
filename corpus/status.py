"""What a provision was on a date: proposed, in force, applicable, amended, revoked (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


def instrument_standing(instrument: Instrument, day: date) -> Standing:
    """What the instrument was on `day`, from its timeline.

    Before its first event a text did not exist; it is then reported as proposed, with a note
    that says when it came about. A text that takes effect with its adoption (an order, a
    declaration) is in force from then on.
    """
    past = [event for event in instrument.timeline if event.date <= day]
    if not past:
        first = instrument.timeline[0] if instrument.timeline else None
        if first is None:
            return Standing(_default(instrument), "")
        return Standing(Status.PROPOSED, f"Not there yet: {_say(first)}")
    status, cause = None, past[0]
    for event in past:
        new = _status_of(event, instrument)
        if new is not None and (status is None or _RANK[new] > _RANK[status]):
            status, cause = new, event
    status = _default(instrument) if status is None else status
    caveats = [event for event in past if event.kind in _CAVEATS and event.date >= cause.date]
    return Standing(status, " ".join(_say(event) for event in (cause, *caveats)))


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


def standing(instrument: Instrument, provision: Provision, version: Version, day: date) -> Standing:
    """What this wording of a provision was on `day`, and the sentence that says so."""
    if version.status is not None:
        return Standing(version.status, version.note)
    whole = instrument_standing(instrument, day)
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
    if applies is not None:
        notes.insert(0, f"Applies since {format_date(applies)}.")
    else:
        notes.insert(0, whole.note)
    if version.valid.end is not None:
        notes.append(f"This wording was replaced on {format_date(version.valid.end)}.")
    is_first = provision.versions[0] is version
    if version.valid.start is not None and not is_first:
        notes.append(f"Wording in force since {format_date(version.valid.start)}.")
        return Standing(Status.AMENDED, " ".join(notes).strip())
    return Standing(Status.IN_FORCE, " ".join(notes).strip())


def _out_of_interval(version: Version, day: date, notes: list[str]) -> Standing:
    if version.valid.start is not None and day < version.valid.start:
        notes.insert(
            0, f"Not yet the text: this wording starts on {format_date(version.valid.start)}."
        )
        return Standing(Status.NOT_YET_APPLICABLE, " ".join(notes))
    assert version.valid.end is not None  # noqa: S101 - the interval does not contain the day
    notes.insert(0, f"No longer the text: replaced on {format_date(version.valid.end)}.")
    return Standing(Status.REPEALED, " ".join(notes))
