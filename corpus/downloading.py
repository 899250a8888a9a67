"""Downloads one file: attempts, redirects, conditional and partial requests, bounds.

`corpus.fetching` decides what to ask for; here it is had, whole and checked, or refused.
"""

from __future__ import annotations

import datetime as dt
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from corpus.addresses import Source, is_within, shown, wire_address
from corpus.errors import FetchError
from corpus.partial import Origin, Part
from corpus.receiving import check_content, megabytes, unpack
from corpus.replies import (
    BusyError,
    Reply,
    continued_total,
    declared_length,
    refusal,
    valid_date,
    valid_etag,
    validator,
)

if TYPE_CHECKING:
    from corpus.connecting import Connector, Deadline

# The eCFR answers 406 to a program that does not look like a browser, and to one that does not
# take packed answers.
USER_AGENT = "Mozilla/5.0 (compatible; PolicyAssistant/0.1)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


Step = Literal["asking", "receiving", "resuming", "waiting"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the text in store: the fields of the `Fetched` or `Unchanged` it came by.

    The publisher is asked for changes only when it is at the same `final_url`: an ETag means
    nothing at another address.
    """

    sha256: str
    etag: str = ""
    last_modified: str = ""
    final_url: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a fetch. `received` and `total` are bytes as they travel, mostly packed."""

    source: Source
    step: Step
    received: int = 0
    total: int | None = None
    wait_s: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch. `size` counts bytes as they travel, and again once unpacked.

    The largest text of the catalog, part 744 of the EAR, is 2.5 MB.
    """

    size: int = 32_000_000
    ratio: int = 100
    redirects: int = 5
    attempts: int = 4
    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 300.0
    backoff_s: float = 1.0
    retry_after_s: float = 60.0


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks, sleep and chance; tests bring their own. `chance` gives a number in [0, 1)."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = _utc_now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Network:
    """How names are resolved and connections made; None is the machine's own way."""

    resolve: Callable[[str, int], tuple[str, ...]] | None = None
    dial: Callable[[str, int, float], socket.socket] | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One file to download, and what to do on the way."""

    source: Source
    url: str
    accept: str
    format: str
    part: Part
    deadline: Deadline
    progress: Callable[[Progress], None]
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer; `data` is None when the publisher says that nothing changed."""

    data: bytes | None
    final_url: str
    etag: str
    last_modified: str
    content_type: str


@dataclass
class Downloader:
    """Downloads file after file, with the same bounds, clocks and way to the network."""

    mirror: str
    limits: Limits
    timing: Timing
    network: Network
    _opened: Connector | None = field(default=None, init=False, repr=False)

    def download(self, job: Job) -> Received:
        """The whole of `job.url`, after as many attempts as it takes and is allowed."""
        for attempt in range(self.limits.attempts):
            try:
                return self._attempt(job)
            except FetchError as error:
                if not error.retryable or attempt + 1 == self.limits.attempts:
                    raise
                wait_s = self._wait(error, attempt)
                if self.timing.monotonic() + wait_s >= job.deadline.at:
                    raise
                job.progress(Progress(job.source, "waiting", wait_s=wait_s, note=error.problem))
                self.timing.sleep(wait_s)
        raise ValueError("at least one attempt must be allowed")

    def _wait(self, error: FetchError, attempt: int) -> float:
        """Seconds to the next attempt: doubling, and between half and all of it by chance."""
        if isinstance(error, BusyError) and error.after_s is not None:
            return min(error.after_s, self.limits.retry_after_s)
        return float(self.limits.backoff_s * 2**attempt * (0.5 + self.timing.chance() / 2))

    def _attempt(self, job: Job) -> Received:
        connector = self._connector()
        url = self._wire(job.url, job.source)
        for _ in range(self.limits.redirects + 1):
            job.progress(Progress(job.source, "asking", note=url))
            origin = job.part.origin()
            resumed = origin if origin and origin.url == url else None
            headers = _headers(job, url, resumed, job.part.size)
            with connector.get(url, headers, job.deadline) as reply:
                if reply.status not in _REDIRECTS:
                    return self._answer(job, url, resumed, reply)
                url = self._redirected(url, reply.header("location"), job.source)
        raise FetchError(f"more than {self.limits.redirects} redirects, the last to {shown(url)}")

    def _answer(self, job: Job, url: str, resumed: Origin | None, reply: Reply) -> Received:
        etag = valid_etag(reply.header("etag"))
        last_modified = valid_date(reply.header("last-modified"))
        content_type = shown(reply.header("content-type"))
        if reply.status == 304 and _is_known_at(job.known, url) and job.known is not None:
            job.part.discard()
            etag, last_modified = etag or job.known.etag, last_modified or job.known.last_modified
            return Received(None, url, etag, last_modified, content_type)
        if reply.status == 416 and resumed:
            job.part.discard()
            raise BusyError("the rest of the text is not to be had; starting over", after_s=0)
        if reply.status not in {200, 206}:
            raise refusal(reply, job.source, self.timing.now())
        whole = continued_total(reply, resumed, job.part.size) if reply.status == 206 else None
        if reply.status == 206 and whole is None:
            job.part.discard()
            raise BusyError("the publisher sent another piece than asked for", after_s=0)
        with _disk_failures():
            self._receive(job, url, whole, reply)
            data = self._unpacked(job, reply.header("content-encoding"), content_type)
        return Received(data, url, etag, last_modified, content_type)

    def _receive(self, job: Job, url: str, whole: int | None, reply: Reply) -> None:
        """Write the answer's body to the part: after what is there, if it continues that."""
        limit = self.limits.size
        total = declared_length(reply) if whole is None else whole
        if total is not None and total > limit:
            raise _too_large(total, limit)
        step: Step
        if whole is None:
            received, step = 0, "receiving"
            origin = Origin(url, validator(reply), reply.header("content-encoding"), total)
            file = job.part.start(origin)
        else:
            received, step = job.part.size, "resuming"
            file = job.part.take_up()
        with file:
            job.progress(Progress(job.source, step, received, total))
            for chunk in reply.chunks:
                received += len(chunk)
                if received > limit:
                    break
                file.write(chunk)
                job.progress(Progress(job.source, "receiving", received, total))
        if received > limit:
            job.part.discard()
            raise _too_large(received, limit)
        if total is not None and received != total:
            raise FetchError(f"got {received} of {total} bytes", retryable=True)

    def _unpacked(self, job: Job, encoding: str, content_type: str) -> bytes:
        """The text in the part, checked; the part is used up, whatever the outcome."""
        limits = self.limits
        try:
            data = unpack(job.part.path, encoding, limit=limits.size, ratio=limits.ratio)
            check_content(data, content_type=content_type, format=job.format)
        finally:
            job.part.discard()
        return data

    # Where it may go

    def _connector(self) -> Connector:
        """The way to the network, made (and its library loaded) at the first fetch."""
        from corpus import connecting

        if self._opened is None:
            self._opened = connecting.Connector(
                connecting.is_usable_for_a_mirror if self.mirror else connecting.is_public,
                connecting.certificate_context(self.network.ca_file),
                self.network.resolve or connecting.resolve_host,
                self.network.dial or connecting.open_socket,
            )
        return self._opened

    def _wire(self, url: str, source: Source) -> str:
        """The address to ask for `url`: the publisher's under https, or the mirror's."""
        official = wire_address(url, source.hosts)
        if not self.mirror:
            return official
        return f"{self.mirror}/{official.removeprefix('https://')}"

    def _redirected(self, url: str, location: str, source: Source) -> str:
        host = urlsplit(url).hostname
        if not location:
            raise FetchError(f"{host} redirects, but does not say where to")
        try:
            wanted = urljoin(url, location)
            if self.mirror and is_within(wanted, self.mirror):
                return wanted.partition("#")[0]
            return self._wire(wanted, source)
        except (FetchError, ValueError) as error:
            raise FetchError(
                f"{host} redirects to {shown(location)}, which was refused ({error})",
                hint="The publisher may block programs, or may have moved; `policy corpus sync` "
                "only follows redirects to the publisher's own hosts.",
            ) from None


@contextmanager
def _disk_failures() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FetchError(
            f"the download cannot be kept: {error.strerror}",
            hint="Make room in POLICY_HOME, and see that you may write there.",
        ) from error


def _headers(job: Job, url: str, resumed: Origin | None, size: int) -> dict[str, str]:
    headers = {
        "Accept": job.accept,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "User-Agent": USER_AGENT,
    }
    if job.source.language:
        headers["Accept-Language"] = job.source.language
    if job.known is not None and _is_known_at(job.known, url):
        if etag := valid_etag(job.known.etag):
            headers["If-None-Match"] = etag
        if changed := valid_date(job.known.last_modified):
            headers["If-Modified-Since"] = changed
    if resumed:
        headers |= {"Range": f"bytes={size}-", "If-Range": resumed.validator}
    return headers


def _is_known_at(known: Known | None, url: str) -> bool:
    """Whether the publisher can be asked, at this address, if the known text has changed."""
    if known is None or known.final_url != url:
        return False
    return bool(valid_etag(known.etag) or valid_date(known.last_modified))


def _too_large(size: int, limit: int) -> FetchError:
    return FetchError(f"larger than {megabytes(limit)}: at least {megabytes(size)}")
