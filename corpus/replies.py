"""What the head of an answer says: versions, dates, ranges, refusals (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from corpus.addresses import Source
from corpus.errors import FetchError
from corpus.partial import Origin

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_STRONG_AFTER = dt.timedelta(seconds=60)  # RFC 9110, section 8.8.2.2


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer, and its body as it arrives: still packed, as `chunks`."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]

    def header(self, name: str) -> str:
        """The header's value; empty when the answer has none."""
        return self.headers.get(name, "")


class BusyError(FetchError):
    """The publisher asks to come back, after `after_s` seconds if it says when."""

    def __init__(self, problem: str, *, after_s: float | None, hint: str | None = None) -> None:
        super().__init__(problem, hint=hint, retryable=True)
        self.after_s = after_s


def valid_etag(text: str) -> str:
    """`text`, if it is an ETag that can be sent back."""
    return text if _ETAG.fullmatch(text) else ""


def valid_date(text: str) -> str:
    """`text`, if it is a date as HTTP writes it."""
    return text if len(text) < 60 and text.isascii() and _parsed_date(text) else ""


def _parsed_date(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def validator(reply: Reply) -> str:
    """What shows later that the rest belongs to these bytes; empty when nothing does.

    Source:
        RFC 9110, sections 13.1.5 and 8.8.2.2: a strong ETag, or a date a minute old.
    """
    if etag := valid_etag(reply.header("etag")):
        return "" if etag.startswith("W/") else etag
    changed, sent = (_parsed_date(reply.header(name)) for name in ("last-modified", "date"))
    if changed and sent and sent - changed >= _STRONG_AFTER:
        return valid_date(reply.header("last-modified"))
    return ""


def continued_total(reply: Reply, resumed: Origin | None, size: int) -> int | None:
    """Bytes of the whole, when a 206 goes on at `size` in the same version and packing.

    None when it does anything else.
    """
    found = _CONTENT_RANGE.fullmatch(reply.header("content-range"))
    if resumed is None or found is None or int(found[1]) != size:
        return None
    total = int(found[3])
    if resumed.total not in {None, total} or int(found[2]) != total - 1:
        return None
    etag = valid_etag(reply.header("etag"))
    if etag and resumed.validator.startswith('"') and etag != resumed.validator:
        return None
    return total if reply.header("content-encoding") == resumed.encoding else None


def declared_length(reply: Reply) -> int | None:
    """Bytes that the body will have on the wire; None when the head does not say."""
    text = reply.header("content-length")
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None


_REFUSALS: dict[int, tuple[str, str]] = {
    202: (
        "the publisher is still making this format of the text",
        "Try again in some minutes.",
    ),
    300: (
        "the publisher has the text in several parts and does not send it as one",
        "Fetch the parts by hand, and take them in with `policy corpus add`.",
    ),
    401: ("the publisher asks for a sign-in", ""),
    403: (
        "the publisher refuses access",
        "It may block programs or networks; try from another, or through a mirror.",
    ),
    404: (
        "the publisher knows no text at this address",
        "With a date: it may lie before the publisher's first, or after its last.",
    ),
    406: (
        "the publisher does not have the text in the format asked for",
        "It may not be made yet, or something on the way (a proxy) changes the request.",
    ),
    429: ("the publisher asks for fewer requests", "Try again later."),
}


def refusal(reply: Reply, source: Source, now: dt.datetime) -> FetchError:
    """A status that is no text, in plain words."""
    status = reply.status
    problem, hint = _REFUSALS.get(status, ("the publisher answers with an error", ""))
    problem = f"{problem} (status {status}, {source.publisher})"
    if status in {202, 429} or status >= 500:
        after_s = _retry_after(reply.header("retry-after"), now)
        return BusyError(problem, after_s=after_s, hint=hint or None)
    return FetchError(problem, hint=hint or None)


def _retry_after(text: str, now: dt.datetime) -> float | None:
    """Seconds to wait, from the header's number or date; None when it says neither."""
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    when = _parsed_date(text) if text else None
    return max(0.0, (when - now).total_seconds()) if when else None
