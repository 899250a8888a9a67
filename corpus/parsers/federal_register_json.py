"""Reads answers of the Federal Register API: one document, search results, a list of documents.

Source: https://www.federalregister.gov/developers/documentation/api/v1; the API gives abstracts
and dates, not the text of a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeGuard

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers._places import distinct, settle
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, canonical

Record = Mapping[str, object]

_HEAD_BYTES = 20_000
_NUMBER = re.compile(r"\d{4}-\d{5}")
# Fields of a document that are words of the document itself, and the heading for each.
_WORDS = {"action": "Action", "abstract": "Abstract", "dates": "Dates"}
_DAYS = {
    "effective_on": "Effective on",
    "comments_close_on": "Comments close on",
    "signing_date": "Signed on",
}


def looks_like_federal_register_json(data: bytes) -> bool:
    """Whether `data` opens as JSON and names a Federal Register document near its front."""
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:1] in {b"{", b"["} and b'"document_number"' in head


def parse_federal_register_json(data: bytes, *, path: str) -> ParsedText:
    """One document by its headings, or one node a document number.

    Raises:
        ParseError: If it is no JSON of the Federal Register API, or holds no abstract or dates.
    """
    answer = _read(data, path)
    if _is_record(answer) and "results" not in answer:
        return check_parsed(_one(answer, path), path)
    found = answer["results"] if _is_record(answer) else answer
    records = [record for record in found if _is_record(record)] if isinstance(found, list) else []
    if not records:
        raise ParseError(path, 1, "expected a document of the Federal Register API, or a list")
    return check_parsed(_several(records, path, is_search=answer is not found), path)


def _read(data: bytes, path: str) -> object:
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    try:
        answer: object = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParseError(path, 1, "expected UTF-8") from error
    except json.JSONDecodeError as error:
        raise ParseError(path, error.lineno, f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise ParseError(path, 1, "not JSON that can be read") from error
    return answer


def _is_record(value: object) -> TypeGuard[Record]:
    return isinstance(value, dict)


def _text(record: Record, key: str) -> str:
    """The field as one line; empty unless it is a string."""
    value = record.get(key)
    return canonical(value) if isinstance(value, str) else ""


def _day(record: Record, key: str) -> date | None:
    try:
        return date.fromisoformat(_text(record, key))
    except ValueError:
        return None


def _number(record: Record, path: str) -> str:
    """The document number.

    Raises:
        ParseError: If the record has none.
    """
    if number := _text(record, "document_number"):
        return number
    raise ParseError(path, 1, "a document without a document_number")


def _words(record: Record) -> Iterator[tuple[str, str]]:
    """Each part of the document that has words, with its heading; days where no words give them."""
    for key, heading in _WORDS.items():
        text = _text(record, key)
        if key == "dates" and not text:
            text = "\n".join(
                f"{name} {_day(record, d)}." for d, name in _DAYS.items() if _day(record, d)
            )
        if text:
            yield heading, text


def _one(record: Record, path: str) -> ParsedText:
    _number(record, path)
    nodes = [Node(Locator(Unit.HEADING, name), text, name) for name, text in _words(record)]
    return ParsedText(
        format="federal-register-json",
        title=_text(record, "title"),
        nodes=tuple(nodes),
        identifiers=tuple(dict.fromkeys(_identifiers(record))),
        dated=_day(record, "publication_date"),
        derived="Federal Register API: abstract and dates only, without the text of the document",
        warnings=tuple(_warnings(record)),
    )


def _identifiers(record: Record) -> Iterator[tuple[str, str]]:
    yield "fr", _text(record, "document_number")
    for number in _list(record, "regulation_id_numbers"):
        if isinstance(number, str):
            yield "rin", canonical(number)
    order = record.get("executive_order_number")
    if isinstance(order, int | str) and str(order).isdecimal():
        yield "eo", str(order)
    if _text(record, "citation"):
        yield "citation", _text(record, "citation")
    for reference in _list(record, "cfr_references"):
        if _is_record(reference) and reference.get("title") and reference.get("part"):
            yield "cfr_affected", f"{reference['title']}/{reference['part']}"


def _list(record: Record, key: str) -> list[object]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _warnings(record: Record) -> Iterator[str]:
    if address := _text(record, "full_text_xml_url") or _text(record, "body_html_url"):
        yield f"The text of the document is at {address}"
    if _text(record, "effective_on"):
        yield "effective_on holds one day; a rule may have several: read the dates."


def _several(records: list[Record], path: str, *, is_search: bool) -> ParsedText:
    nodes = distinct(_listed(record, path) for record in records)
    return ParsedText(
        format="federal-register-json-list",
        title=f"Federal Register: {len(nodes)} documents",
        nodes=nodes,
        derived=(
            f"{'search results' if is_search else 'a list made from answers'} of the Federal "
            "Register API: abstracts only, without the text of the documents"
        ),
    )


def _listed(record: Record, path: str) -> Node:
    """One document of a list: its abstract, with action and dates below it."""
    number = _number(record, path)
    place = Locator(Unit.NOTICE if _NUMBER.fullmatch(number) else Unit.HEADING, number)
    words = dict(_words(record))
    children = tuple(
        Node(settle(Locator(place.unit, number, (heading,))), text, heading)
        for heading, text in words.items()
        if heading != "Abstract"
    )
    published = _day(record, "publication_date")
    return Node(
        settle(place),
        words.get("Abstract", ""),
        _text(record, "title"),
        children=children,
        context=(f"Published {published.isoformat()}",) if published else (),
    )
