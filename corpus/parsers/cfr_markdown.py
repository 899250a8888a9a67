"""Markdown copies of the CFR and the U.S. Code, as analysts keep them on disk.

Three shapes: a whole part or chapter turned into markdown by a converter ("#### § § 744.1"),
single sections with a heading ("# § 740.27 License Exception ..."), and sections of the U.S. Code
("### § 4811. Statement of policy"). What a copy lost is told in `derived` and `warnings`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus.errors import ParseError
from corpus.locators import Unit
from corpus.parsers._cfr_markdown_sections import Reader, Section, anchored, content_lines
from corpus.parsers._eccn_markdown import eccn_node, is_eccn
from corpus.parsers._usc_markdown import is_usc_section, usc_nodes
from corpus.parsers.cfr_levels import Paragraph, marked, nest
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, canonical

_FORMAT = "cfr-markdown"
_HEAD = 8000
_SHAPES = re.compile(
    r"^#{1,6} (?:§ §+ ?\d{1,4}\.\d{1,4}[a-z]?$"
    r"|§ \d{1,4}\.\d{1,4}[a-z]? [^|\n]+$|§ \d{1,4}\.\d{1,4}[a-z]?$"
    r"|§ \d{1,5}[a-z]?\. [^|\n]+$"
    r"|Supplement No\. \d{1,2} to Part \d{1,4}[—–]|\d[A-E]\d{3} [^|\n]+$)",
    re.MULTILINE,
)
_CITED = re.compile(r"<!-- ?(\d{1,2}) CFR (?:part )?(\d{1,4})|\bto (\d{1,2}) CFR part (\d{1,4})")
_DATED = re.compile(r"\bof (\d{4}-\d{2}-\d{2})\b")
_ITALIC = re.compile(r"(?<![\\*\w])\*[^*\s][^*\n]{0,300}\*")
_GAP = re.compile(
    r"\b(?:[Tt]he terms?|the|in|as|of|see) {2,3}(?=[a-z(])|\( (?=[a-z])|^\)? +means\b"
)
_LOSSY = "italic runs (headings of paragraphs, defined terms), tables and appendices are missing"
_FLAT = "italic marks are missing"
_MADE = "made by a third party"


def looks_like_cfr_markdown(data: bytes) -> bool:
    """Whether `data` begins like a markdown copy of the CFR or the U.S. Code."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore")
    head = head.replace("\r\n", "\n")
    if head.startswith("+++") or head.lstrip()[:200].lower().startswith(("<!doctype", "<html")):
        return False
    return _SHAPES.search(head) is not None


def parse_cfr_markdown(data: bytes, *, path: str) -> ParsedText:
    """Reads a markdown copy of parts or sections of the CFR, or of sections of the U.S. Code.

    Raises:
        ParseError: If it is not such a copy or holds no text.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ParseError(path, 1, "is not UTF-8 text") from error
    lines = list(content_lines(text))
    if any(is_usc_section(line) for line in lines):
        return check_parsed(_usc(text, lines), path)
    if lines and is_eccn(lines[0]):
        return check_parsed(_eccn(text, lines), path)
    return check_parsed(_cfr(text, lines, path), path)


def _usc(text: str, lines: Sequence[str]) -> ParsedText:
    title = lines[0].lstrip("# ") if lines else ""
    cited = re.search(r"\b(\d{1,2}) U\.?S\.?C", title)
    nodes = usc_nodes(lines)
    code = cited[1] if cited else ""
    return ParsedText(
        format=_FORMAT,
        title=canonical(title),
        nodes=nodes,
        identifiers=tuple(("usc", f"{code}/{node.locator.number}") for node in nodes if code),
        dated=_dated(text),
        derived=(
            f"markdown copy of the U.S. Code, {_MADE}; notes, source credits and the dashes "
            "before lists are missing"
        ),
    )


def _eccn(text: str, lines: Sequence[str]) -> ParsedText:
    return ParsedText(
        format=_FORMAT,
        title=canonical(f"ECCN {lines[0].lstrip('# ')}"),
        nodes=(eccn_node(lines),),
        identifiers=(("cfr", "15/774"),),
        dated=_dated(text),
        derived=f"markdown copy of the eCFR, {_MADE}",
    )


def _cfr(text: str, lines: Sequence[str], path: str) -> ParsedText:
    reader = Reader()
    reader.read(lines)
    if not reader.sections:
        raise ParseError(path, 1, "holds no section of the CFR or the U.S. Code")
    italics = _ITALIC.search(text) is not None
    lossy = not italics and len(_GAP.findall(text)) > 1
    numbers = dict.fromkeys(_part(section) for section in reader.sections)
    code = _title_number(text, path, tuple(numbers))
    nodes = tuple(_node(section, italics=italics, lossy=lossy) for section in reader.sections)
    lost = _LOSSY if lossy else _MADE if italics else _FLAT
    return ParsedText(
        format=_FORMAT,
        title=_title(code, reader.sections),
        nodes=nodes,
        identifiers=tuple(("cfr", f"{code}/{number}") for number in numbers if code),
        dated=_dated(text),
        derived=f"markdown copy of the eCFR; {lost}",
        warnings=_warnings(reader, lossy=lossy),
    )


def _part(section: Section) -> str:
    number = section.locator.number
    return number.split("/")[1] if section.locator.unit is Unit.SUPPLEMENT else number.split(".")[0]


def _title_number(text: str, path: str, parts: tuple[str, ...]) -> str:
    """The title of the CFR: as the copy says, else as its file name or its parts do."""
    if found := _CITED.search(text):
        return str(found[1] or found[3])
    if found := re.search(r"^title_number: (\d{1,2})$", text[:2000], re.MULTILINE):
        return found[1]
    if found := re.search(r"title-(\d{1,2})\b", path):
        return found[1]
    numbers = {int(part) for part in parts}
    if numbers <= set(range(120, 131)):
        return "22"
    return "15" if numbers <= set(range(730, 800)) else ""


def _title(code: str, sections: Sequence[Section]) -> str:
    """A title from what the copy holds: one heading, or the first and last section."""
    first, last = sections[0], sections[-1]
    prefix = f"{code} CFR " if code else ""
    if len(sections) == 1:
        named = str(first.locator).removeprefix("§ ")
        return canonical(f"{prefix}{named} {first.heading}")
    parts = list(dict.fromkeys(_part(section) for section in sections))
    if len(parts) > 1:
        return f"{prefix}parts {parts[0]}-{parts[-1]}"
    if first.context and any(each.startswith("Part ") for each in first.context):
        return f"{prefix}{next(each for each in first.context if each.startswith('Part '))}"
    return f"{prefix}{first.locator.number}-{last.locator.number}"


def _dated(text: str) -> date | None:
    """The day that the comment at the head of a copy gives."""
    comment = re.match(r"\s*(?:#[^\n]*\s*)?<!--(.{0,2000}?)-->", text, re.DOTALL)
    found = _DATED.search(comment[1]) if comment else None
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _warnings(reader: Reader, *, lossy: bool) -> tuple[str, ...]:
    warnings = []
    if reader.left_out:
        shown = "; ".join(reader.left_out[:10])
        more = f" and {len(reader.left_out) - 10} more" if len(reader.left_out) > 10 else ""
        warnings.append(f"the copy says that it leaves out: {shown}{more}")
    if lossy and any(_is_glossary(section) for section in reader.sections):
        warnings.append("the defined terms of a list of definitions are missing in this copy")
    return tuple(warnings)


def _is_glossary(section: Section) -> bool:
    """A list of definitions whose labels start anew with each term."""
    starts = sum(line.startswith(("(a)", "(1)")) for line in section.paragraphs)
    return section.heading.startswith("Definitions of terms") and starts > 3


def _node(section: Section, *, italics: bool, lossy: bool) -> Node:
    if lossy and _is_glossary(section) and not section.definitions:
        text = "\n".join(canonical(line) for line in section.paragraphs)
        return Node(section.locator, text, heading=section.heading, context=section.context)
    node = nest(
        section.locator,
        [_paragraph(line, italics=italics) for line in anchored(section.paragraphs)],
        heading=re.sub(r"\.$", "", section.heading),
        context=section.context,
    )
    definitions = tuple(
        replace(
            _node(each, italics=italics, lossy=lossy), terms=(each.heading,) if each.heading else ()
        )
        for each in section.definitions
    )
    return replace(node, children=(*node.children, *definitions))


def _paragraph(text: str, *, italics: bool) -> Paragraph:
    text = "\n".join(canonical(line) for line in text.split("\n"))
    return marked(text) if italics else Paragraph(text)
