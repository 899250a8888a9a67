"""Parsed texts as JSON and back; locators are kept in parts, since reading them costs time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from corpus.locators import Locator, Unit
from corpus.parsers.document import Amendment, Node, ParsedText
from corpus.types import Origin

PARSED_FORMAT = 1


def to_json(parsed: ParsedText) -> dict[str, Any]:
    """A parsed text as JSON-ready data."""
    return {
        "parsed_format": PARSED_FORMAT,
        "format": parsed.format,
        "title": parsed.title,
        "identifiers": parsed.identifiers,
        "language": parsed.language,
        "dated": _iso(parsed.dated),
        "derived": parsed.derived,
        "warnings": parsed.warnings,
        "nodes": [_node(node) for node in parsed.nodes],
        "amendments": [_amendment(entry) for entry in parsed.amendments],
    }


def from_json(table: dict[str, Any]) -> ParsedText:
    """The parsed text that `to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: If it was not.
    """
    if table["parsed_format"] != PARSED_FORMAT:
        raise ValueError(f"parsed format {table['parsed_format']}, not {PARSED_FORMAT}")
    return ParsedText(
        format=table["format"],
        title=table["title"],
        nodes=tuple(_read_node(entry) for entry in table["nodes"]),
        identifiers=tuple((key, value) for key, value in table["identifiers"]),
        language=table["language"],
        dated=_read_date(table["dated"]),
        derived=table["derived"],
        amendments=tuple(_read_amendment(entry) for entry in table["amendments"]),
        warnings=tuple(table["warnings"]),
    )


def origin_json(origin: Origin) -> dict[str, str | None]:
    """An origin as JSON-ready data."""
    table = asdict(origin)
    return {
        **table,
        "retrieved_at": origin.retrieved_at.isoformat(timespec="seconds"),
        "dated": _iso(origin.dated),
    }


def read_origin(table: dict[str, Any]) -> Origin:
    """The origin that `origin_json` wrote."""
    retrieved = datetime.fromisoformat(table["retrieved_at"])
    return Origin(**{**table, "retrieved_at": retrieved, "dated": _read_date(table["dated"])})


def _node(node: Node) -> list[Any]:
    return [
        _locator(node.locator),
        node.text,
        node.heading,
        node.label,
        node.closing,
        [_node(child) for child in node.children],
        node.context,
        node.terms,
    ]


def _read_node(entry: list[Any]) -> Node:
    locator, text, heading, label, closing, children, context, terms = entry
    return Node(
        _read_locator(locator),
        text,
        heading,
        label,
        closing,
        tuple(_read_node(child) for child in children),
        tuple(context),
        tuple(terms),
    )


def _amendment(entry: Amendment) -> list[Any]:
    return [
        entry.act,
        _locator(entry.locator),
        entry.action,
        _locator(entry.source),
        [_node(node) for node in entry.nodes],
        entry.old,
        entry.new,
    ]


def _read_amendment(entry: list[Any]) -> Amendment:
    act, locator, action, source, nodes, old, new = entry
    return Amendment(
        act,
        _read_locator(locator),
        action,
        _read_locator(source),
        tuple(_read_node(node) for node in nodes),
        old,
        new,
    )


def _locator(locator: Locator) -> list[Any]:
    return [locator.unit.value, locator.number, locator.path, locator.note]


def _read_locator(entry: list[Any]) -> Locator:
    unit, number, path, note = entry
    return Locator(Unit(unit), number, tuple(path), note)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
