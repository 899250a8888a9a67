"""What a text is: instruments, their provisions, the versions of a provision, their history.

Everything is frozen and free of I/O. No score and no vector ever lives on a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from corpus.locators import Locator

InstrumentId = NewType("InstrumentId", str)
ProvisionId = NewType("ProvisionId", str)


class TextKind(StrEnum):
    """Whose words a text is made of; a digest is never shown as if it were the law."""

    OFFICIAL = "official"
    DIGEST = "digest"
    DOSSIER = "dossier"
    UPLOAD = "upload"


class Authority(StrEnum):
    """What kind of force a text claims."""

    BINDING = "binding"
    GUIDANCE = "guidance"
    DECLARATION = "declaration"
    PROPOSAL = "proposal"
    UPLOAD = "upload"


class Status(StrEnum):
    """What a provision was on a date.

    `AMENDED` means in force on that date, in a wording that a later act gave it.
    """

    IN_FORCE = "in_force"
    NOT_YET_APPLICABLE = "not_yet_applicable"
    AMENDED = "amended"
    REPEALED = "repealed"
    REVOKED = "revoked"
    PROPOSED = "proposed"


class EventKind(StrEnum):
    """What can happen to an instrument."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    SIGNED = "signed"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    APPLIES = "applies"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    NOT_ENFORCED = "not_enforced"
    RESCISSION_PLANNED = "rescission_planned"
    REVOKED = "revoked"
    REPEALED = "repealed"
    EXPIRED = "expired"
    REPORTED = "reported"
    STATEMENT = "statement"
    OPENED = "opened"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """One dated step in an instrument's life, with the source that bears it out.

    A step may concern some places only: `locators`, empty for the whole text.
    """

    date: date
    kind: EventKind
    note: str
    source: str = ""
    locators: tuple[Locator, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open range of days ``[start, end)``; None leaves an end open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"need start < end, got [{self.start}, {self.end})")

    def contains(self, day: date) -> bool:
        """Whether `day` lies in the interval.

        >>> Interval(date(2024, 8, 1), date(2026, 7, 27)).contains(date(2026, 7, 27))
        False
        """
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Interval) -> bool:
        """Whether a day lies in both."""
        first_ends = self.end is not None and other.start is not None and self.end <= other.start
        other_ends = other.end is not None and self.start is not None and other.end <= self.start
        return not (first_ends or other_ends)


@dataclass(frozen=True, slots=True)
class Phase:
    """From when a part of an instrument applies, as the law stood in an interval.

    Legislators move such dates: the AI Act's high-risk chapter was to apply from 2 August 2026
    until an amendment of July 2026 made it 2 December 2027. `known` says on which days
    `applies_from` was the date in the text.
    """

    applies_from: date
    known: Interval
    groups: tuple[str, ...] = ()
    locators: tuple[Locator, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that an official text or an upload was read from.

    `retrieved_at` is in UTC; `url` is empty for a file added from disk. `dated` is the day whose
    text the file is, `derived` what a copy lost on its way from the publisher.
    """

    name: str
    sha256: str
    retrieved_at: datetime
    format: str
    url: str = ""
    dated: date | None = None
    derived: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, order, declaration or proposal: one text with one history.

    `collection` groups a user's own documents; it is empty for all else. `complete` says that
    every provision of the text is in the corpus, so that a reference into it must resolve.
    `amends` is the id of the instrument that an amending act amends.
    """

    id: InstrumentId
    title: str
    short_title: str
    kind: str
    jurisdiction: str
    authority: Authority
    text_kind: TextKind
    source_url: str
    aliases: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    reuse: str = ""
    retrieved: date | None = None
    timeline: tuple[Event, ...] = ()
    phases: tuple[Phase, ...] = ()
    collection: str = ""
    complete: bool = False
    amends: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a provision, and the days on which it was the text.

    `context` is the path of headings above it, outermost first; `line` is where it starts in
    `path`, for messages. `text` is canonical: quotes are offsets into it, in code points. `asks`
    are questions in everyday words that the provision answers: an aid to finding it, never
    shown and never quoted. `lead` is how the text above begins the sentence that this text
    goes on with ("The following practices shall be prohibited:"). `searched` is False for
    words that are found with a larger provision or say nothing alone. `origin` is the file of an
    official text or upload; None for what we wrote. `gist` is our digest of an official wording:
    it helps to find it, and is never shown in its place. `continues` says that the words are
    those of the version before: only a heading or a place around them is another.
    """

    text: str
    heading: str
    text_kind: TextKind
    valid: Interval = field(default_factory=Interval)
    context: tuple[str, ...] = ()
    applies_from: date | None = None
    terms: tuple[str, ...] = ()
    source: str = ""
    status: Status | None = None
    note: str = ""
    asks: tuple[str, ...] = ()
    checkable: bool = True
    path: str = ""
    line: int = 0
    lead: str = ""
    searched: bool = True
    origin: Origin | None = None
    gist: Version | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Provision:
    """The smallest unit a lawyer would cite, with every wording it has had, oldest first."""

    id: ProvisionId
    instrument_id: InstrumentId
    locator: Locator
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """The wording that was the text on `day`; None when there was none."""
        return next((version for version in self.versions if version.valid.contains(day)), None)

    def nearest(self, day: date) -> Version:
        """The wording of `day`; where there was none, the next one to come, else the last."""
        starts = ((version, version.valid.start) for version in self.versions)
        later = [version for version, start in starts if start is not None and start > day]
        return self.on(day) or (later[0] if later else self.versions[-1])


def provision_id(instrument_id: str, locator: Locator) -> ProvisionId:
    """The stable id of a provision: ``<instrument>#<locator slug>``."""
    return ProvisionId(f"{instrument_id}#{locator.slug}")
