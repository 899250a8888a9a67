"""Fetches one official text from its publisher: what to ask for, and what came of it.

Nothing is stored here but partial downloads; a failure leaves the last good text where it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.addresses import Source, check_mirror, shown
from corpus.downloading import (
    Downloader,
    Job,
    Known,
    Limits,
    Network,
    Progress,
    Received,
    Timing,
)
from corpus.errors import FetchError
from corpus.partial import Part

__all__ = [
    "Fetched",
    "Fetcher",
    "Known",
    "Limits",
    "Network",
    "Progress",
    "Timing",
    "Unchanged",
]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A text that is new, or that differs from the one known.

    `url` is the publisher's address, `final_url` where the answer came from in the end (a
    mirror's address, if one is set). `sha256` is that of `data`, hexadecimal. `retrieved_at` is
    in UTC. `dated` is the day whose wording it is, for sources that take a day.
    """

    source: Source
    data: bytes
    url: str
    final_url: str
    etag: str
    last_modified: str
    sha256: str
    retrieved_at: dt.datetime
    content_type: str
    dated: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The text is the one known: the publisher says so, or sent the same bytes again."""

    source: Source
    url: str
    final_url: str
    etag: str
    last_modified: str
    sha256: str
    retrieved_at: dt.datetime
    dated: dt.date | None = None


def _silent(progress: Progress) -> None:
    pass


@dataclass
class Fetcher:
    """Fetches the texts of the catalog, one after the other.

    `part_folder` keeps what was cut off, to be taken up by the next fetch; it belongs to one
    process at a time. With a `mirror` (an http:// or https:// base address), every address is
    fetched as ``{mirror}/{host}{path}?{query}``, and no other host is contacted.

    Raises:
        SettingsError: If `mirror` is no such address.
    """

    part_folder: Path
    mirror: str = ""
    limits: Limits = field(default_factory=Limits)
    timing: Timing = field(default_factory=Timing)
    network: Network = field(default_factory=Network)
    _latest: dict[str, dict[int, dt.date]] = field(default_factory=dict, init=False, repr=False)
    _downloader: Downloader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.mirror = self.mirror.rstrip("/")
        if self.mirror:
            check_mirror(self.mirror)
        self._downloader = Downloader(self.mirror, self.limits, self.timing, self.network)

    def fetch(
        self,
        source: Source,
        *,
        date: dt.date | None = None,
        known: Known | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Fetched | Unchanged:
        """The text of `source`; `Unchanged` when it is still the one `known`.

        Args:
            source: One of the catalog's.
            date: The day whose wording is wanted; the latest when None. Sources that do not
                take a day (`Source.takes_date`) give their one text.
            known: The text in store, if there is one.
            progress: Told of each step.

        Raises:
            FetchError: Naming the instrument, when the text cannot be had.
        """
        with _named(source):
            job = self._job(source, progress or _silent)
            day = self._day(job, date) if source.takes_date else None
            url = source.address(day)
            if source.follow:
                url = self._followed(replace(job, url=url))
            received = self._downloader.download(
                replace(job, url=url, accept=source.accept, format=source.format, known=known)
            )
            return self._result(source, url, received, known, day)

    def latest(self, source: Source) -> dt.date:
        """The last day whose wording the publisher has.

        Raises:
            FetchError: If it does not say so.
            ValueError: If the source does not take a day.
        """
        if not source.latest:
            raise ValueError(f"{source.key} has no address that names its latest day")
        with _named(source):
            return self._latest_day(self._job(source, _silent))

    # What to ask for

    def _job(self, source: Source, progress: Callable[[Progress], None]) -> Job:
        from corpus.connecting import Deadline

        limits, monotonic = self.limits, self.timing.monotonic
        return Job(
            source=source,
            url=source.url,
            accept="application/json",
            format="json",
            part=Part(self.part_folder, source.key),
            deadline=Deadline(
                monotonic() + limits.total_s, monotonic, limits.connect_s, limits.read_s
            ),
            progress=progress,
        )

    def _day(self, job: Job, date: dt.date | None) -> dt.date | None:
        if date is None:
            return self._latest_day(job) if job.source.needs_date else None
        if date > self.timing.now().date():
            raise FetchError(f"{date} is in the future: no publisher has the text of that day yet")
        return date

    def _latest_day(self, job: Job) -> dt.date:
        url = job.source.latest
        if url not in self._latest:
            answer = self._lookup(replace(job, url=url))
            self._latest[url] = _latest_by_title(answer)
        title = int(job.source.identifier[1].partition("/")[0])
        try:
            return self._latest[url][title]
        except KeyError:
            raise FetchError(f"the publisher does not say how far title {title} goes") from None

    def _followed(self, job: Job) -> str:
        """The address of the text, from the publisher's record of it."""
        answer = self._lookup(job)
        record = answer if isinstance(answer, dict) else {}
        number, url = record.get("document_number"), record.get(job.source.follow)
        wanted = job.source.identifier[1]
        if number != wanted:
            told = shown(str(number), width=30)
            raise FetchError(f"asked for document {wanted}, got the record of {told}")
        if not isinstance(url, str) or not url:
            raise FetchError(f"the publisher has no XML text of document {wanted} (yet)")
        return url  # checked like any other before it is asked for

    def _lookup(self, job: Job) -> object:
        part = Part(self.part_folder, f"{job.source.key}.lookup")
        received = self._downloader.download(replace(job, part=part))
        return json.loads(received.data or b"null")

    def _result(
        self, source: Source, url: str, got: Received, known: Known | None, day: dt.date | None
    ) -> Fetched | Unchanged:
        now = self.timing.now().astimezone(dt.UTC)
        sha256 = hashlib.sha256(got.data).hexdigest() if got.data is not None else ""
        if known is not None and (got.data is None or sha256 == known.sha256):
            return Unchanged(
                *(source, url, got.final_url, got.etag, got.last_modified),
                *(known.sha256, now, day),
            )
        return Fetched(
            *(source, got.data or b"", url, got.final_url, got.etag, got.last_modified),
            *(sha256, now, got.content_type, day),
        )


@contextmanager
def _named(source: Source) -> Iterator[None]:
    """Failures with the instrument's name."""
    try:
        yield
    except FetchError as error:
        raise FetchError(
            f"{error.problem} ({source.key})",
            hint=error.hint,
            retryable=error.retryable,
            unreachable=error.unreachable,
            instrument_id=source.instrument_id,
        ) from error


def _latest_by_title(answer: object) -> dict[int, dt.date]:
    """Title number -> last day, from the eCFR's list of titles."""
    titles = answer.get("titles") if isinstance(answer, dict) else None
    found: dict[int, dt.date] = {}
    for entry in titles if isinstance(titles, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("number"), int):
            try:
                found[entry["number"]] = dt.date.fromisoformat(str(entry["up_to_date_as_of"]))
            except (KeyError, ValueError):
                continue
    return found
