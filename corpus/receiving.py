"""Whether a publisher sent the text that was asked for: whole, in its format, no error page."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

from corpus.errors import FetchError, ParseError
from corpus.parsers.markup import read_xml

_BLOCK = 65_536
_RATIO_FROM = 1_000_000  # a small page of blanks may well shrink a thousandfold

_XML_TYPES = frozenset({"application/xml", "text/xml"})
_TYPES: dict[str, frozenset[str]] = {
    "eurlex": frozenset({"application/xhtml+xml", "text/html"}) | _XML_TYPES,
    "eurlex_consolidated": frozenset({"application/xhtml+xml", "text/html"}) | _XML_TYPES,
    "ecfr": _XML_TYPES,
    "fr": _XML_TYPES,
    "clml": _XML_TYPES | {"application/akn+xml"},
    "json": frozenset({"application/json"}),
}
# A server that says nothing of the type, as one that mirrors files without a suffix does.
_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_SIGNATURES = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x1f\x8b", "a packed file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)
_ROOTS: dict[str, re.Pattern[str]] = {
    "ecfr": re.compile(r"DIV[1-9]|DLPSTEXTCLASS|ECFR"),
    "clml": re.compile(r"Legislation"),
    "fr": re.compile(r"[A-Z]+"),
}
# What every act of EUR-Lex has, of any age since 2004, and no sign-in or error page.
_EURLEX_MARKS = re.compile(
    rb'class="(?:oj-)?(?:doc-ti|ti-art|normal|hd-ti)"|eli-container|title-article-norm'
)


def unpack(path: Path, encoding: str, *, limit: int, ratio: int) -> bytes:
    """The file's content, unpacked if `encoding` is gzip; in memory, never more than `limit`.

    Raises:
        FetchError: If it unpacks to more than `limit` bytes, or to more than `ratio` times its
            own size; is cut off; or is packed in another way.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return path.read_bytes()
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchError(f"the answer is packed as {encoding[:40]!r}; only gzip was asked for")
    out = bytearray()
    packed = 0
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            while block:
                before = len(block)
                if stream.eof:  # a gzip file may have several members
                    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                try:
                    out += stream.decompress(block, _BLOCK)
                except zlib.error as error:
                    raise FetchError(f"the answer is no valid gzip: {error}") from error
                block = stream.unused_data if stream.eof else stream.unconsumed_tail
                packed += before - len(block)
                if len(out) > limit:
                    raise FetchError(f"the text unpacks to more than {megabytes(limit)}")
                if len(out) > _RATIO_FROM and len(out) > ratio * packed:
                    raise FetchError(
                        f"the answer unpacks to more than {ratio} times its size: no legal text"
                    )
    out += stream.flush()
    if not stream.eof:
        raise FetchError("the answer ends in the middle of its gzip stream", retryable=True)
    return bytes(out)


def check_content(data: bytes, *, content_type: str, format: str) -> None:  # noqa: A002 - as in Source
    """Refuse what cannot be the text.

    Raises:
        FetchError: If it is empty, of another type, a web page where a text was expected, or
            cut off.
    """
    body = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise FetchError("the publisher sent an empty answer", retryable=True)
    for signature, what in _SIGNATURES:
        if body.startswith(signature):
            raise FetchError(f"the publisher sent {what} instead of {_wanted(format)}")
    kind = content_type.partition(";")[0].strip().lower()
    if format not in {"eurlex", "eurlex_consolidated"} and _is_web_page(body):
        raise FetchError(
            f"the publisher sent a web page{_titled(body)} instead of {_wanted(format)}",
            hint="It asks for a sign-in, or blocks programs. Try again later, or from another "
            "network, or fetch through a mirror (POLICY_SYNC_MIRROR).",
        )
    if kind not in _TYPES[format] and kind not in _UNSTATED:
        raise FetchError(f"the publisher sent {kind[:60]!r} instead of {_wanted(format)}")
    if format == "json":
        _check_json(body)
    elif format in _ROOTS:
        _check_xml(data, _ROOTS[format], format)
    else:
        _check_eurlex(body)


def megabytes(count: int) -> str:
    """A number of bytes, in words.

    >>> megabytes(32_000_000)
    '32 MB'
    """
    return f"{count / 1_000_000:.3g} MB"


def _wanted(kind: str) -> str:
    return {"json": "JSON", "eurlex": "an act", "eurlex_consolidated": "an act"}.get(kind, "XML")


def _is_web_page(body: bytes) -> bool:
    head = re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", body[:4096], flags=re.DOTALL).lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html"))


def _titled(body: bytes) -> str:
    found = re.search(rb"<title[^>]*>([^<]{1,200})", body[:20_000], re.IGNORECASE)
    words = " ".join(found[1].decode("utf-8", "replace").split()) if found else ""
    words = "".join(c for c in words if c.isprintable())[:80]
    return f" ({words!r})" if words else ""


def _check_json(body: bytes) -> None:
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"the publisher sent no valid JSON ({error})", retryable=True) from error


def _check_xml(data: bytes, root: re.Pattern[str], kind: str) -> None:
    try:
        found = read_xml(data, kind)
    except ParseError as error:
        # Unfinished or otherwise broken: a second download may well be whole.
        raise FetchError(
            f"the text is unfinished or broken: {error.problem}", retryable=True
        ) from (error)
    name = str(found.tag)
    name = name.rpartition("}")[2]
    if name.lower() == "html" or not root.fullmatch(name):
        raise FetchError(f"the publisher sent a document <{name[:40]}>, which is not the text")


def _check_eurlex(body: bytes) -> None:
    if not _EURLEX_MARKS.search(body):
        raise FetchError(
            f"the publisher sent a web page{_titled(body)} instead of an act",
            hint="EUR-Lex may be under maintenance; try again later.",
            retryable=True,
        )
    if not body.rstrip().endswith(b"</html>"):
        raise FetchError("the text is unfinished: it ends before </html>", retryable=True)
