"""Reads a Word document (.docx): headings, paragraphs and tables; nothing in it is run."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import ParseError as XmlError

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from lxml import etree

from corpus.errors import ParseError
from corpus.parsers._outline import Outline, superscript
from corpus.parsers.document import ParsedText, check_parsed
from corpus.parsers.markup import canonical

MAX_UNPACKED_BYTES = 200_000_000
MAX_MEMBERS = 10_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}footnotePr", f"{_W}txbxContent"})
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|kop|rubrik) ?([1-9])", re.IGNORECASE)
_CONTAINERS = ("body", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
_MAX_LEVEL = 9
_UNNUMBERED = "numbers that Word adds by itself to headings and lists are left out"
_WORDS: dict[str, Callable[[etree._Element], str]] = {
    f"{_W}t": lambda part: part.text or "",
    f"{_W}tab": lambda _: " ",
    f"{_W}br": lambda _: "\n",
    f"{_W}cr": lambda _: "\n",
    f"{_W}noBreakHyphen": lambda _: "-",
}
_BROKEN_FILES = (
    OpcError, InvalidXmlError, XmlError, etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError,
    AttributeError, IndexError, NotImplementedError, OSError, RuntimeError, EOFError,
    TypeError, zlib.error,
)  # fmt: skip


def looks_like_docx(data: bytes) -> bool:
    """Whether the bytes are a zip archive whose parts are those of a Word document."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _MAIN in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return False


def parse_docx(data: bytes, *, path: str) -> ParsedText:
    """Read a Word document section by section; notes and deleted text are left out.

    Raises:
        ParseError: If it is no Word document, unpacks to too much, or holds no words.
    """
    _check_archive(data, path)
    try:
        document = docx.Document(io.BytesIO(_as_document(data)))
        outline, styled_title = _outline(document)
        counted = next(document.element.body.iter(f"{_W}numPr"), None) is not None
        title = canonical(document.core_properties.title or "") or styled_title
    except _BROKEN_FILES as error:
        raise ParseError(path, 1, f"is no readable Word document: {error}") from error
    title = title or outline.first_heading
    warnings = (_UNNUMBERED,) if counted else ()
    return check_parsed(ParsedText("docx", title, outline.nodes(title), warnings=warnings), path)


def _check_archive(data: bytes, path: str) -> None:
    """Refuse what is no zip archive, or one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except _BROKEN_FILES as error:
        raise ParseError(path, 1, f"is no Word document (not a zip archive): {error}") from error
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
        limit = f"{MAX_UNPACKED_BYTES // 1_000_000} MB or {MAX_MEMBERS} parts"
        raise ParseError(path, 1, f"unpacks to more than {limit}")
    if any(member.flag_bits & 1 for member in members):
        raise ParseError(path, 1, "is encrypted; remove the password first")
    if not any(member.filename == _MAIN for member in members):
        raise ParseError(path, 1, f"is no Word document: the archive lacks {_MAIN}")


def _as_document(data: bytes) -> bytes:
    """The archive, declared as a plain document where it is a template or may hold macros."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml")
        plain = re.sub(
            rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabledTemplate"
            rb"|ms-word\.(?:document|template)\.macroEnabled"
            rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml",
            CONTENT_TYPE.WML_DOCUMENT_MAIN.encode(),
            types,
        )
        if plain == types:
            return data
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as renamed:
            for member in archive.infolist():
                is_types = member.filename == "[Content_Types].xml"
                renamed.writestr(member.filename, plain if is_types else archive.read(member))
    return copy.getvalue()


def _outline(document: Document) -> tuple[Outline, str]:
    """The sections of the body, and what stands in the style "Title"."""
    outline, title, items = Outline(), "", []
    levels = _heading_levels(document)
    for block in _blocks(document.element.body):
        if block.tag == f"{_W}p" and _is_item(block) and _style(block) not in levels:
            items.append(f"- {_paragraph(block)}")
            continue
        outline.paragraph("\n".join(item for item in items if item != "- "), listed=True)
        items = []
        if block.tag == f"{_W}tbl":
            outline.paragraph("\n".join(_rows(block)))
            continue
        text, level = _paragraph(block), levels.get(_style(block))
        if level == 0 and not title:
            title = canonical(text)
        elif level is None:
            outline.paragraph(text)
        elif level <= _MAX_LEVEL:
            outline.heading(max(level, 1), text)
    outline.paragraph("\n".join(item for item in items if item != "- "), listed=True)
    return outline, title


def _blocks(body: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, those in content controls too."""
    inside: list[etree._Element] = [body]
    while inside:
        element = inside.pop()
        if element.tag in {f"{_W}p", f"{_W}tbl"}:
            yield element
        elif element.tag in {f"{_W}{name}" for name in _CONTAINERS}:
            inside.extend(reversed(element))


def _heading_levels(document: Document) -> dict[str, int]:
    """Style id -> the level of its headings; 0 for the title, above 9 for tables of contents."""
    styles = {style.style_id: style.element for style in document.styles}
    levels: dict[str, int] = {}
    for name, element in styles.items():
        base, steps = element, 0
        while base is not None and steps < _MAX_LEVEL:
            level = _level(base)
            if level is not None:
                levels[name] = level
                break
            based_on = base.find(f"{_W}basedOn")
            base = None if based_on is None else styles.get(based_on.get(f"{_W}val", ""))
            steps += 1
    return levels


def _level(style: etree._Element) -> int | None:
    named = style.find(f"{_W}name")
    name = "" if named is None else named.get(f"{_W}val", "")
    if name.casefold() == "title":
        return 0
    if re.match(r"toc( heading| ?\d)", name, re.IGNORECASE):
        return _MAX_LEVEL + 1
    if found := _HEADING_STYLE.fullmatch(name):
        return int(found[1])
    outline = style.find(f"{_W}pPr/{_W}outlineLvl")
    value = "" if outline is None else outline.get(f"{_W}val", "")
    return int(value) + 1 if value in set("012345678") and value else None


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "Normal" if style is None else style.get(f"{_W}val", "")


def _is_item(paragraph: etree._Element) -> bool:
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    return numbered or _style(paragraph).startswith(("ListBullet", "ListNumber"))


def _paragraph(paragraph: etree._Element) -> str:
    """The words of a paragraph; line breaks stay, deleted and hidden words do not."""
    words: list[str] = []
    for run in paragraph.iter(f"{_W}r"):
        above = {ancestor.tag for ancestor in run.iterancestors(*_SKIPPED)}
        if above or run.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        text = "".join(_WORDS[part.tag](part) for part in run if part.tag in _WORDS)
        align = run.find(f"{_W}rPr/{_W}vertAlign")
        raised = align is not None and align.get(f"{_W}val") == "superscript"
        words.append(superscript("".join(words[-4:]), text) if raised else text)
    return "".join(words)


def _rows(table: etree._Element) -> Iterator[str]:
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue  # of a table within a cell, read with that cell
        cells = [
            canonical(" ".join(_paragraph(paragraph) for paragraph in cell.iter(f"{_W}p")))
            for cell in row.iter(f"{_W}tc")
            if next(cell.iterancestors(f"{_W}tr")) is row
        ]
        if any(cells):
            yield " | ".join(cells)
