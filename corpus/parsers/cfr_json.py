"""JSON copies of the CFR: the Commerce Control List, the EAR's tables, parts made by xml2js.

These files are what analysts make of the eCFR's XML. Only fields with official words are read;
notes, labels and aliases of a copy's author are not. What a copy lost is told in `derived`
and `warnings`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date

from corpus.errors import ParseError
from corpus.parsers._ccl_json import ccl_nodes
from corpus.parsers._cfr_xml2js import parse_xml2js
from corpus.parsers._ear_tables_json import chart_nodes, exception_nodes, group_nodes
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES

_FORMAT = "cfr-json"
_HEAD = 4000
_CITATION = re.compile(r"(\d{1,2}) C\.F\.R\. Part (\d{1,4})\b")
_XML2JS = re.compile(rb'\{\s*"\$"\s*:\s*\{[^{}]{0,200}"TYPE"\s*:\s*"PART"')
_DERIVED = (
    "JSON copy of the eCFR made by a third party; superscripts are flattened, notes have lost "
    "their names and numbers"
)
_TABLE = "JSON copy of the eCFR made by a third party; the layout of the table is lost"

Found = tuple[tuple[Node, ...], tuple[str, ...]]


def looks_like_cfr_json(data: bytes) -> bool:
    """Whether `data` begins like a JSON copy of the CFR that this parser knows."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"{"):
        return False
    copied = b'"ecfrIssueDate"' in head and b'"citation"' in head and b"C.F.R. Part" in head
    return copied or _XML2JS.match(head) is not None


def parse_cfr_json(data: bytes, *, path: str) -> ParsedText:
    """Reads a JSON copy of a part or supplement of the CFR.

    Raises:
        ParseError: If it is no JSON, not one of the shapes known, or holds no text.
    """
    content = _load(data, path)
    if "$" in content:
        return check_parsed(parse_xml2js(content, path), path)
    citation = content.get("citation")
    cited = _CITATION.search(citation) if isinstance(citation, str) else None
    if cited is None:
        raise ParseError(path, 1, "is no JSON copy of the CFR: it cites no C.F.R. part")
    nodes, warnings = _read(content, cited[2], path)
    parsed = ParsedText(
        format=_FORMAT,
        title=str(citation),
        nodes=nodes,
        identifiers=(("cfr", f"{cited[1]}/{cited[2]}"),),
        dated=_issued(content, path),
        derived=_DERIVED if cited[2] == "774" else _TABLE,
        warnings=warnings,
    )
    return check_parsed(parsed, path)


def _load(data: bytes, path: str) -> Mapping[str, object]:
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParseError(path, 1, "is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ParseError(path, error.lineno, f"is no JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise ParseError(
            path, 1, "is JSON that cannot be read: nested too deeply or a number too long"
        ) from error
    if not isinstance(content, dict):
        raise ParseError(path, 1, "is no JSON copy of the CFR: the top is not an object")
    return content


def _read(content: Mapping[str, object], part: str, path: str) -> Found:
    readers: dict[tuple[str, str], Callable[[], Found]] = {
        ("774", "entries"): lambda: ccl_nodes(_list(content, "entries")),
        ("738", "countries"): lambda: (chart_nodes(content), ()),
        ("740", "groups"): lambda: (group_nodes(content), ()),
        ("740", "exceptions"): lambda: (exception_nodes(_list(content, "exceptions")), ()),
    }
    for (number, key), read in readers.items():
        if number == part and key in content:
            return read()
    raise ParseError(path, 1, f"holds no table of part {part} that is known here")


def _list(content: Mapping[str, object], key: str) -> list[object]:
    value = content.get(key)
    return value if isinstance(value, list) else []


def _issued(content: Mapping[str, object], path: str) -> date | None:
    issued = content.get("ecfrIssueDate")
    if not isinstance(issued, str):
        return None
    try:
        return date.fromisoformat(issued)
    except ValueError as error:
        raise ParseError(path, 1, f"ecfrIssueDate {issued[:20]!r} is not a date") from error
