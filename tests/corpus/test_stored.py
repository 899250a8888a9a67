"""Parsed texts as JSON: what comes back is what went in, or it is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locators import Locator, Unit, parse
from corpus.parsers.document import Amendment, Node, ParsedText
from corpus.parsers.recognise import parse_any
from corpus.stored import PARSED_FORMAT, from_json, origin_json, read_origin, to_json
from corpus.types import Origin

GOLDEN = Path(__file__).parents[1] / "golden"
EVERYTHING = ParsedText(
    format="formex",
    title="Regulation on “lamps”",
    nodes=(
        Node(
            parse("Article 1"),
            text="The following:",
            heading="Lamps",
            label="Article 1",
            closing="and no other.",
            children=(Node(parse("Article 1(a)"), "lamps;\nof any kind", label="(a)"),),
            context=("Chapter I: Light", "Section 2: Night"),
            terms=("lamp", "night lamp"),
        ),
        Node(Locator(Unit.PART, "744", note="second text"), "More."),
    ),
    identifiers=(("celex", "32031R0077"), ("eli", "reg/2031/77")),
    language="de",
    dated=date(2031, 5, 2),
    derived="a copy that lost its italics",
    amendments=(
        Amendment(
            "32016R0679",
            parse("Article 4(1)"),
            "replace",
            parse("Article 2(3)"),
            nodes=(Node(parse("Article 4(1)"), "‘lamp’ means a lamp;"),),
            old="light",
            new="lamp",
        ),
    ),
    warnings=("one mark is left out", "another"),
)


def _golden() -> list[Path]:
    """The invented texts of the parsers' tests; a list of parts is no text."""
    files = (path for path in GOLDEN.rglob("*") if path.is_file() and path.suffix != ".json")
    return sorted(path for path in files if not path.name.startswith("parts."))


def through_a_file(parsed: ParsedText) -> ParsedText:
    return from_json(json.loads(json.dumps(to_json(parsed), ensure_ascii=False)))


def test_every_field_comes_back() -> None:
    empty = ParsedText(format="", title="", nodes=())

    assert through_a_file(EVERYTHING) == EVERYTHING
    assert all(
        getattr(EVERYTHING, field.name) != getattr(empty, field.name)
        for field in fields(ParsedText)
    ), "the example must use every field"


@pytest.mark.parametrize("path", _golden(), ids=lambda path: str(path.relative_to(GOLDEN)))
def test_texts_of_every_format_come_back(path: Path) -> None:
    parsed = parse_any(path.read_bytes(), path=path.name)

    assert through_a_file(parsed) == parsed


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_words_come_back(text: str, heading: str, terms: list[str]) -> None:
    node = Node(parse("Article 1"), text, heading, terms=tuple(terms))
    parsed = ParsedText("text", heading, (node,))

    assert from_json(json.loads(json.dumps(to_json(parsed)))) == parsed


def test_a_text_of_another_format_of_ours_is_refused() -> None:
    table = to_json(EVERYTHING)
    table["parsed_format"] = PARSED_FORMAT - 1

    with pytest.raises(ValueError, match=f"parsed format {PARSED_FORMAT - 1}, not"):
        from_json(table)


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda table: table.pop(name)


def _with(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda table: table.update({name: value})


@pytest.mark.parametrize(
    "change",
    [
        *(pytest.param(_without(name), id=f"without {name}") for name in to_json(EVERYTHING)),
        pytest.param(_with("dated", "yesterday"), id="no date"),
        pytest.param(_with("nodes", [[]]), id="an empty node"),
        pytest.param(_with("nodes", [None]), id="no node"),
        pytest.param(_with("identifiers", [["celex"]]), id="half an identifier"),
        pytest.param(
            _with("nodes", [[["verse", "1", [], ""], "", "", "", "", [], [], []]]),
            id="an unknown unit",
        ),
        pytest.param(_with("amendments", [["32016R0679"]]), id="half an amendment"),
    ],
)
def test_what_is_damaged_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    table = copy.deepcopy(to_json(EVERYTHING))
    change(table)

    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(table)


ORIGIN = Origin(
    name="folder/Größe.html",
    sha256="0" * 64,
    retrieved_at=datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC),
    format="eurlex",
    url="https://publisher.example/text?part=744",
    dated=date(2026, 9, 1),
    derived="a copy",
)


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param(ORIGIN, id="all fields"),
        pytest.param(replace(ORIGIN, url="", dated=None, derived=""), id="from disk"),
    ],
)
def test_an_origin_comes_back(origin: Origin) -> None:
    assert read_origin(json.loads(json.dumps(origin_json(origin)))) == origin


def test_an_origin_keeps_its_time_zone() -> None:
    assert origin_json(ORIGIN)["retrieved_at"] == "2026-11-23T12:34:56+00:00"
    assert origin_json(ORIGIN)["dated"] == "2026-09-01"
