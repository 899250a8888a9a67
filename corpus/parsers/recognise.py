"""Finds the parser for a file by what it holds, never by what it is called.

The table below names modules as strings and imports them on use: recognising a text file loads
neither pdfium nor python-docx.
"""

from __future__ import annotations

import importlib
import re
import zlib
from collections.abc import Callable
from typing import cast

from corpus.errors import ParseError
from corpus.parsers.document import ParsedText

Parse = Callable[..., ParsedText]  # parse(data, *, path)
Look = Callable[[bytes], bool]

# Family of the first bytes -> its formats, the most particular first. Format NAME is read by
# `parse_NAME` of the module NAME, and known by its `looks_like_NAME`.
FORMATS: dict[str, tuple[str, ...]] = {
    "a PDF": ("pdf",),
    "a zip archive": ("formex", "docx"),
    "a gzip file": ("federal_register",),
    "markup": (
        "formex",
        "ecfr",
        "federal_register",
        "clml",
        "eurlex_consolidated",
        "eurlex_proposal",
        "eurlex",
        "plain_html",
    ),
    "JSON": ("cfr_json", "federal_register_json"),
    "text": ("cfr_markdown", "markdown", "plain_text"),
}
READ = (
    "PDF with a text layer, Word (.docx), HTML, Markdown, plain text, Formex, eCFR, Federal "
    "Register and legislation.gov.uk XML, EUR-Lex pages, JSON of the eCFR and Federal Register"
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls or .ppt)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
)
_HEAD_BYTES = 4096


def parse_any(data: bytes, *, path: str) -> ParsedText:
    """Read a file of any format that is known.

    Args:
        data: The whole file.
        path: Named in errors; the ending only decides between Markdown and plain text.

    Raises:
        ParseError: If no parser knows the format, or the one that does cannot read it.
    """
    return recognise(data, path)(data, path=path)


def recognise(data: bytes, name: str) -> Parse:
    """The parser of `data`: a function ``parse(data, *, path)``.

    Raises:
        ParseError: If the file is empty or of no format that is read; says what was seen.
    """
    return cast("Parse", _load(recognise_format(data, name), "parse"))


def recognise_format(data: bytes, name: str) -> str:
    """The name of the format, which is that of its module in `corpus.parsers`.

    Raises:
        ParseError: If the file is empty or of no format that is read; says what was seen.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise ParseError(name, 1, "is empty")
    family = _family(data)
    for candidate in FORMATS.get(family, ()):
        if cast("Look", _load(candidate, "looks_like"))(data):
            return _by_ending(candidate, name)
    raise ParseError(name, 1, f"is {_seen(data, family)}, which is not read; read are: {READ}")


def _by_ending(candidate: str, name: str) -> str:
    """Markdown and plain text can look the same: there the ending of the name decides."""
    if candidate == "markdown" and name.lower().endswith((".txt", ".text")):
        return "plain_text"
    if candidate == "plain_text" and name.lower().endswith((".md", ".markdown")):
        return "markdown"
    return candidate


def _load(name: str, what: str) -> object:
    module = importlib.import_module(f"corpus.parsers.{name}")
    return getattr(module, f"{what}_{name}")


def _family(data: bytes) -> str:
    """What the first bytes say: a family of `FORMATS`, or something that is not read."""
    if b"%PDF-" in data[:1024]:
        return "a PDF"
    for magic, family in _MAGIC:
        if data.startswith(magic):
            return family
    head = _head(data)
    if head.startswith("<") and not head.startswith(("<!-- ", "<!--\n")):
        return "markup"
    if re.match(r"\{\s*(?:[\"}]|$)|\[\s*[\[{\"\]\d]", head) and _is_json(data):
        return "JSON"
    if head.startswith("<!--") and _is_markup_below(head):
        return "markup"
    return "text"


def _head(data: bytes) -> str:
    head = data[:_HEAD_BYTES]
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")


def _is_json(data: bytes) -> bool:
    """Whether what opens as JSON also ends so: "[omitted] ..." is text."""
    return data.rstrip(b"\x00 \t\r\n")[-1:] in {b"}", b"]"}


def _is_markup_below(head: str) -> bool:
    """Whether a comment at the top is followed by HTML or XML rather than by Markdown."""
    rest = head.partition("-->")[2].lstrip()
    return re.match(r"<(?:!doctype|\?xml|html|head|body)", rest, re.IGNORECASE) is not None


def _seen(data: bytes, family: str) -> str:
    """What the file is, in words for the user."""
    if family == "a gzip file":
        try:
            inside = zlib.decompressobj(wbits=31).decompress(data[:_HEAD_BYTES], _HEAD_BYTES)
        except zlib.error:
            inside = b""
        if not inside:
            return "a damaged or empty gzip file"
        return f"a gzip file of {_family(inside)} other than a Federal Register issue"
    if family == "a zip archive":
        return "a zip archive, neither a Word document nor Formex"
    if family == "markup":
        found = re.search(r"<([A-Za-z][\w:.-]{0,60})", _head(data))
        return f"XML with the root <{found[1]}>" if found else "markup without an element"
    if family == "JSON":
        return "JSON of another kind than the eCFR's and the Federal Register's"
    return "binary data" if family == "text" else family
