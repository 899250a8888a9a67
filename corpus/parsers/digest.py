"""Reads our digest Markdown: TOML front matter, then one heading a provision (docs/corpus.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from corpus.errors import LocatorError, ParseError
from corpus.locators import Locator, parse
from corpus.types import (
    Authority,
    Event,
    EventKind,
    Instrument,
    InstrumentId,
    Interval,
    Phase,
    Status,
    TextKind,
    Version,
)

_KEYS = {"valid", "applies", "source", "terms", "status", "note", "verified", "asks"}
_REQUIRED = ("id", "title", "short_title", "kind", "jurisdiction", "authority", "text_kind")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class DigestFile:
    """One parsed file: the instrument it describes (None for a part) and its provisions."""

    instrument_id: InstrumentId
    instrument: Instrument | None
    provisions: tuple[tuple[Locator, Version], ...]


def parse_digest(text: str, *, path: str) -> DigestFile:
    """Read one digest file.

    Args:
        text: The whole file.
        path: Named in errors and kept in each version, so that a reader can find the line.

    Raises:
        ParseError: With file and line, for the first thing that cannot be read.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    table, body_start = _front_matter(lines, path)
    if "part_of" in table:
        instrument_id, instrument = InstrumentId(str(table["part_of"])), None
        kind = _part_kind(table, path)
    else:
        instrument = _instrument(table, path)
        instrument_id, kind = instrument.id, instrument.text_kind
    provisions = tuple(_provisions(lines, body_start, path, kind))
    return DigestFile(instrument_id, instrument, provisions)


def _front_matter(lines: list[str], path: str) -> tuple[dict[str, object], int]:
    if not lines or lines[0].strip() != "+++":
        raise ParseError(path, 1, "expected the front matter, opened by a line '+++'")
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "+++")
    except StopIteration:
        raise ParseError(path, 1, "the front matter is never closed by a line '+++'") from None
    try:
        return tomllib.loads("\n".join(lines[1:end])), end + 1
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) + 1 if found else 2
        raise ParseError(path, line, f"the front matter is not valid TOML: {error}") from error


def _part_kind(table: Mapping[str, object], path: str) -> TextKind:
    try:
        return TextKind(str(table.get("text_kind", "digest")))
    except ValueError as error:
        raise ParseError(path, 2, f"the front matter cannot be used: {error}") from error


def _instrument(table: Mapping[str, object], path: str) -> Instrument:
    missing = [key for key in _REQUIRED if not table.get(key)]
    if missing:
        raise ParseError(path, 2, f"the front matter lacks {', '.join(missing)}")
    if not _ID.fullmatch(str(table["id"])):
        raise ParseError(path, 2, f"id {table['id']!r} is not lower-case words joined by '-'")
    try:
        return Instrument(
            id=InstrumentId(str(table["id"])),
            title=str(table["title"]),
            short_title=str(table["short_title"]),
            kind=str(table["kind"]),
            jurisdiction=str(table["jurisdiction"]),
            authority=Authority(str(table["authority"])),
            text_kind=TextKind(str(table["text_kind"])),
            source_url=str(table.get("source_url", "")),
            aliases=_strings(table.get("aliases", [])),
            identifiers=tuple(
                (str(key), str(value)) for key, value in _table(table.get("identifiers")).items()
            ),
            language=str(table.get("language", "en")),
            reuse=str(table.get("reuse", "")),
            retrieved=_optional_date(table.get("retrieved")),
            timeline=tuple(sorted(map(_event, _tables(table.get("timeline"))), key=_event_date)),
            phases=tuple(_phase(entry) for entry in _tables(table.get("phase"))),
            complete=table.get("complete") is True,
            amends=str(table.get("amends", "")),
        )
    except (ValueError, TypeError, KeyError, LocatorError) as error:
        raise ParseError(path, 2, f"the front matter cannot be used: {error}") from error


def _event_date(event: Event) -> date:
    return event.date


def _event(entry: Mapping[str, object]) -> Event:
    return Event(
        date=_date(entry["date"]),
        kind=EventKind(str(entry["event"])),
        note=str(entry.get("note", "")),
        source=str(entry.get("source", "")),
        locators=tuple(parse(locator) for locator in _strings(entry.get("locators", []))),
    )


def _phase(entry: Mapping[str, object]) -> Phase:
    return Phase(
        applies_from=_date(entry["date"]),
        known=Interval(_optional_date(entry.get("from")), _optional_date(entry.get("until"))),
        groups=_strings(entry.get("groups", [])),
        locators=tuple(parse(locator) for locator in _strings(entry.get("locators", []))),
        note=str(entry.get("note", "")),
    )


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("timeline and phase are lists of tables")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list of texts, got {value!r}")
    return tuple(str(entry) for entry in value)


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _optional_date(value: object) -> date | None:
    return None if value in (None, "") else _date(value)


@dataclass(slots=True)
class _Draft:
    """A provision while its lines are being read."""

    locator: Locator
    version: Version
    keys: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    reading_keys: bool = True


def _provisions(
    lines: list[str], start: int, path: str, kind: TextKind
) -> Iterator[tuple[Locator, Version]]:
    context: list[str] = []
    draft: _Draft | None = None
    for number, line in enumerate(lines[start:], start + 1):
        level = len(line) - len(line.lstrip("#"))
        if 1 <= level <= 3 and line[level : level + 1] == " ":
            if draft is not None:
                yield _finish(draft)
            title = line[level:].strip()
            if level < 3:
                context[level - 1 :] = [title]
                draft = None
            else:
                draft = _open(title, tuple(context), kind, path, number)
        elif draft is not None:
            _read_line(draft, line, number)
        elif line.strip() and not line.startswith("<!--"):
            raise ParseError(path, number, "text outside a provision; open one with '### LOCATOR'")
    if draft is not None:
        yield _finish(draft)


def _open(title: str, context: tuple[str, ...], kind: TextKind, path: str, line: int) -> _Draft:
    locator_text, _, heading = title.partition(" | ")
    try:
        locator = parse(locator_text.strip())
    except LocatorError as error:
        raise ParseError(path, line, str(error)) from error
    if str(locator) != locator_text.strip():
        raise ParseError(path, line, f"write the locator as {str(locator)!r}")
    version = Version("", heading.strip(), kind, context=context, path=path, line=line)
    return _Draft(locator, version)


def _read_line(draft: _Draft, line: str, number: int) -> None:
    stripped = line.strip()
    if draft.reading_keys and (found := re.fullmatch(r"([a-z_]+):\s*(.*)", stripped)):
        if found[1] not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise ParseError(
                draft.version.path, number, f"unknown key {found[1]!r}; one of {known}"
            )
        draft.keys[found[1]] = found[2]
        return
    if stripped:
        draft.reading_keys = False
    draft.lines.append(stripped)


def _finish(draft: _Draft) -> tuple[Locator, Version]:
    path, line = draft.version.path, draft.version.line
    paragraphs = re.split(r"\n{2,}", "\n".join(draft.lines).strip())
    text = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    if not text:
        raise ParseError(path, line, f"{draft.locator} has no text")
    keys = draft.keys
    try:
        version = replace(
            draft.version,
            text=text,
            valid=_interval(keys.get("valid", "")),
            applies_from=_optional_date(keys.get("applies")),
            terms=_terms(keys.get("terms", "")),
            source=keys.get("source", ""),
            status=Status(keys["status"]) if "status" in keys else None,
            note=keys.get("note", ""),
            asks=tuple(ask.strip() for ask in keys.get("asks", "").split("|") if ask.strip()),
            checkable=keys.get("verified", "true") != "false",
        )
    except ValueError as error:
        raise ParseError(path, line, f"{draft.locator}: {error}") from error
    return draft.locator, version


def _interval(text: str) -> Interval:
    if not text:
        return Interval()
    start, dots, end = (part.strip() for part in text.partition(".."))
    if not dots:
        raise ValueError(f"valid: {text!r} is not 'FROM .. TO'")
    return Interval(_optional_date(start), _optional_date(end))


def _terms(text: str) -> tuple[str, ...]:
    parts = re.findall(r'"([^"]+)"', text) or [part.strip() for part in text.split(";")]
    return tuple(part for part in parts if part)
