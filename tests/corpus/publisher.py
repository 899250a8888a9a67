"""A publisher of invented texts on this machine, for tests: honest, broken and hostile.

It serves every host of the catalog as a mirror does (``/{host}{path}?{query}``), or as the
publisher itself when a test connects its hosts here. What it was asked is in `requests`.
"""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from corpus.addresses import Source
from corpus.fetching import Timing

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TITLES = "/www.ecfr.gov/api/versioner/v1/titles.json"


def act(words: str = "Invented words.", *, number: str = "", language: str = "") -> bytes:
    """An act as Cellar sends it; "2016/679" makes it say that it is that regulation."""
    spoken = f' lang="{language}"' if language else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML//EN" '
        f'"xhtml-strict.dtd"><html xmlns="http://www.w3.org/1999/xhtml"{spoken}><head>'
        '<title>L_1</title></head><body><div class="eli-container"><p class="oj-doc-ti">'
        f"REGULATION {f'(EU) {number} ' if number else ''}ON INVENTED "
        'THINGS</p><div class="eli-subdivision" id="art_1"><p class="oj-ti-art">Article 1</p>'
        f'<p class="oj-normal">{words}</p></div></div></body></html>\n'
    ).encode()


def part(number: int, words: str = "Invented words.", *, title: int = 0) -> bytes:
    """A part of the CFR as the eCFR versioner sends it; with `title`, it says of which title."""
    path = f"/on/_SUBSTITUTE_DATE_/title-{title}/part-{number}"
    told = f' hierarchy_metadata="{{&quot;path&quot;:&quot;{path}&quot;}}"' if title else ""
    return (
        f'<?xml version="1.0"?>\n<DIV5 N="{number}" TYPE="PART"{told}>\n<HEAD>PART {number}—THINGS'
        f'</HEAD>\n<DIV8 N="{number}.1" TYPE="SECTION"><HEAD>§ {number}.1 Scope.</HEAD>\n'
        f"<P>(a) {words}</P></DIV8>\n"
        f'<DIV8 N="{number}.2" TYPE="SECTION"><HEAD>§ {number}.2 Rest.</HEAD>\n'
        "<P>Nothing more.</P></DIV8></DIV5>\n"
    ).encode()


def order(number: str, words: str = "Invented words.") -> bytes:
    """A document of the Federal Register, as XML."""
    return (
        f"<PRESDOCU><EXECORD><HD SOURCE='HD1'>Section 1. Purpose</HD><FP>{words}</FP>"
        f"<FRDOC>[FR Doc. {number} Filed]</FRDOC></EXECORD></PRESDOCU>\n"
    ).encode()


def uk_act(words: str = "Invented words.") -> bytes:
    """An act of legislation.gov.uk."""
    return (
        '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation">'
        f"<Body><P1><Pnumber>1</Pnumber><P1para><Text>{words}</Text></P1para></P1></Body>"
        "</Legislation>"
    ).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: as given, or cut off after `cut` bytes of its body.

    `raw` is sent instead of everything else, byte strings one after the other, until the client
    hangs up; `stall` keeps the connection open afterwards, saying nothing.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/xml"),)
    cut: int | None = None
    raw: Iterable[bytes] | None = None
    stall: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is served as a good server does: packed, by range, on condition."""

    body: bytes
    content_type: str = "application/xml"
    etag: str = '"v1"'
    last_modified: str = ""
    ranges: bool = True
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; names of headers in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Publisher:
    """Texts by path, and answers that come first, one a request."""

    url: str
    texts: dict[str, Text] = field(default_factory=dict)
    scripts: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        """The port on this machine."""
        return int(self.url.rpartition(":")[2])

    def publish(self, source: Source, body: bytes, *, on: date = date(2026, 9, 1)) -> str:
        """Serve a text of the catalog, with all that leads to it; the path it is at."""
        kind = "application/xhtml+xml" if source.format.startswith("eurlex") else "application/xml"
        path = self.path(source.address(on if source.needs_date else None))
        if source.latest:
            titles = [{"number": n, "up_to_date_as_of": on.isoformat()} for n in (15, 22)]
            self.texts[TITLES] = _record({"titles": titles})
        if source.follow:
            number = source.identifier[1]
            url = f"https://{source.hosts[0]}/documents/full_text/xml/2026/01/02/{number}.xml"
            self.texts[path] = _record({"document_number": number, source.follow: url})
            path = self.path(url)
        self.texts[path] = Text(body, kind)
        return path

    def script(self, path: str, *answers: Answer) -> None:
        """Answer so, once each, before the text at `path` is served."""
        self.scripts.setdefault(path, []).extend(answers)

    def asked(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path]

    @staticmethod
    def path(url: str) -> str:
        """Where a mirror has an address."""
        parts = urlsplit(url)
        return f"/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")


@dataclass
class Clock:
    """A clock that only sleep moves, and each look at it by `tick_s`."""

    at: float = 1000.0
    tick_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """Seconds, from anywhere."""
        self.at += self.tick_s
        return self.at

    def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.slept.append(seconds)
        self.at += seconds

    @property
    def timing(self) -> Timing:
        """For a fetcher; chance is always 0.5, and now is always `NOW`."""
        return Timing(self.monotonic, lambda: NOW, self.sleep, lambda: 0.5)


@contextmanager
def serving(*, certificate: Path | None = None, host: str = "") -> Iterator[Publisher]:
    """A publisher that runs in a thread until the block ends.

    With a `certificate` (a PEM file with its key) it speaks TLS. With a `host`, it is that
    host's own server: paths come without the host's name.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Handshakes happen in the thread of the connection, and may fail there.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        scheme = "https"
    publisher = Publisher(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    server.publisher = publisher  # type: ignore[attr-defined]
    server.prefix = f"/{host}" if host else ""  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _record(record: object) -> Text:
    return Text(json.dumps(record).encode(), "application/json; charset=utf-8", etag="")


class _Handler(BaseHTTPRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):  # the client hung up, as it should on much of this
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        publisher: Publisher = self.server.publisher  # type: ignore[attr-defined]
        path = self.server.prefix + self.path  # type: ignore[attr-defined]
        headers = {name.lower(): value for name, value in self.headers.items()}
        publisher.requests.append(Request(path, headers))
        self.close_connection = True
        if publisher.scripts.get(path):
            self._send(publisher.scripts[path].pop(0), publisher)
        elif path in publisher.texts:
            self._send(_answer(publisher.texts[path], headers), publisher)
        else:
            self._send(Answer(404), publisher)

    def _send(self, answer: Answer, publisher: Publisher) -> None:
        if answer.raw is not None:
            for piece in answer.raw:
                self.wfile.write(piece)
        else:
            self.send_response(answer.status)
            names = {name.lower() for name, _ in answer.headers}
            for name, value in answer.headers:
                self.send_header(name, value)
            if not names & {"content-length", "transfer-encoding"} and answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])
        self.wfile.flush()
        if answer.stall:
            publisher.over.wait(10)


def _answer(text: Text, asked: dict[str, str]) -> Answer:
    headers = [("Content-Type", text.content_type)]
    headers += [("ETag", text.etag)] if text.etag else []
    headers += [("Last-Modified", text.last_modified)] if text.last_modified else []
    same = text.etag and asked.get("if-none-match") == text.etag
    same = same or (
        "if-none-match" not in asked
        and text.last_modified
        and asked.get("if-modified-since") == text.last_modified
    )
    if same:
        return Answer(304, headers=tuple(headers))
    body = text.body
    if text.packed and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    wanted = asked.get("range", "")
    if text.ranges and wanted and asked.get("if-range") in {text.etag, text.last_modified}:
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(body):
            return Answer(416, headers=(("Content-Range", f"bytes */{len(body)}"),))
        headers.append(("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}"))
        return Answer(206, body[start:], tuple(headers))
    return Answer(200, body, tuple(headers))
