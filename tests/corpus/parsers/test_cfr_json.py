"""JSON copies of the CFR: golden trees, hostile input, and the real copies with exact counts."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers._ccl_lists import Line, roles
from corpus.parsers.cfr_json import looks_like_cfr_json, parse_cfr_json
from corpus.parsers.document import Node, ParsedText

GOLDEN = Path(__file__).parents[2] / "golden" / "cfr_json"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
CCL = {"citation": "15 C.F.R. Part 774, Supplement No. 1", "ecfrIssueDate": "2026-02-03"}


def node_data(node: Node) -> dict[str, Any]:
    """A node as plain data; empty fields are left out."""
    plain: dict[str, Any] = {
        "at": str(node.locator),
        "label": node.label,
        "heading": node.heading,
        "context": list(node.context),
        "text": node.text,
        "terms": list(node.terms),
        "children": [node_data(child) for child in node.children],
        "closing": node.closing,
    }
    return {key: value for key, value in plain.items() if value}


def text_data(parsed: ParsedText) -> dict[str, Any]:
    """A parsed text as plain data."""
    return {
        "title": parsed.title,
        "identifiers": [list(pair) for pair in parsed.identifiers],
        "dated": parsed.dated.isoformat() if parsed.dated else None,
        "derived": parsed.derived,
        "warnings": list(parsed.warnings),
        "nodes": [node_data(node) for node in parsed.nodes],
    }


def ccl(*entries: dict[str, Any]) -> bytes:
    """A copy of the Commerce Control List with these entries."""
    return json.dumps({**CCL, "entries": list(entries)}).encode()


def real(name: str) -> ParsedText:
    """A copy from the folder of official texts."""
    data = (REFERENCE / name).read_bytes()
    assert looks_like_cfr_json(data)
    return parse_cfr_json(data, path=name)


def at(parsed: ParsedText, locator: str) -> Node:
    """The node at `locator`."""
    return next(node for node in parsed.walk() if str(node.locator) == locator)


@pytest.mark.parametrize("name", ["ccl", "chart", "groups", "exceptions", "part"])
def test_a_copy_becomes_its_golden_tree(name: str) -> None:
    data = (GOLDEN / f"{name}.json").read_bytes()
    expected = json.loads((GOLDEN / f"{name}.tree.json").read_text())

    parsed = parse_cfr_json(data, path=name)

    assert looks_like_cfr_json(data)
    assert text_data(parsed) == expected


@pytest.mark.parametrize("name", ["ccl", "chart", "groups", "exceptions", "part"])
def test_the_words_of_the_author_of_a_copy_stay_out(name: str) -> None:
    data = (GOLDEN / f"{name}.json").read_bytes()

    words = json.dumps(text_data(parse_cfr_json(data, path=name)))

    assert "of the author of the copy" not in words
    assert "left out" not in words


def test_the_list_of_a_note_is_not_taken_for_items() -> None:
    lines = [
        Line("item", ("a",), "Lamps:"),
        Line("item", ("a", "1"), "Bright."),
        Line("text", (), "Lamps do not include:"),
        Line("item", ("a",), "Matches;"),
        Line("item", ("b",), "Candles."),
        Line("item", ("b",), "Wicks."),
    ]

    assert roles(lines) == ["item", "item", "text", "list", "list", "item"]


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("2.5 × 10 25 'operations'", "2.5 × 10^25 'operations'"),
        ("10 26 or more 'operations.'", "10^26 or more 'operations.'"),
        ("(10 12 ) operations", "(10^12) operations"),
        ("7 x 10 −3 m", "7 x 10^-3 m"),
        ("from 10 20 W lamps", "from 10 20 W lamps"),
        ("5 × 10 3.5 m", "5 × 10 3.5 m"),
    ],
)
def test_a_power_of_ten_is_restored_only_where_nothing_else_makes_sense(
    printed: str, kept: str
) -> None:
    data = ccl({"eccn": "4E888", "heading": "Lamps", "reasonForControl": printed})

    parsed = parse_cfr_json(data, path="ccl.json")

    assert parsed.nodes[0].text == f"Reason for Control: {kept}"


def test_a_heading_that_ends_in_a_known_code_is_not_split() -> None:
    heading = "Lamps. License Requirements Reason for Control: AT. 3E889 “Technology”"
    data = ccl(
        {"eccn": "3E888", "heading": heading, "reasonForControl": "AT"},
        {"eccn": "3E889", "heading": "Wicks", "reasonForControl": "AT"},
    )

    parsed = parse_cfr_json(data, path="ccl.json")

    assert [node.heading for node in parsed.nodes] == [heading, "Wicks"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no JSON"),
        (b"\x00\x01\x02\xff\xfe", "is not UTF-8"),
        ('{"citation": "15 C.F.R. Part 774"}'.encode("utf-16"), "is not UTF-8"),
        (b'{"citation": "15 C.F.R. Part 774", "entries": [', "is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b"9" * 10_000, "cannot be read"),
        (b"[]", "the top is not an object"),
        (b"{}", "cites no C.F.R. part"),
        (b'{"citation": "15 C.F.R. Part 740"}', "no table of part 740"),
        (b'{"citation": "15 C.F.R. Part 774", "entries": 3}', "holds no text"),
        (b'{"citation": "15 C.F.R. Part 774", "entries": [1, {"eccn": 2}]}', "holds no text"),
        (b'{"citation": "15 C.F.R. Part 774", "entries": [], "ecfrIssueDate": "x"}', "not a date"),
        (b'{"$": {"N": "1", "NODE": "15:1"}, "HEAD": [], "EXTRACT": []}', "place among"),
        (b'{"$": {"N": "1", "NODE": "15:1"}, "DIV8": [{"HEAD": ["x"]}]}', "without a number"),
        (
            b'{"$": {"N": "1", "NODE": "15:1"}, "DIV8": [{"HEAD": ["1.1 x"], "NOTE": []}]}',
            "place among",
        ),
        (b'{"$": {"N": "x"}}', "no part of the CFR"),
    ],
)
def test_input_that_is_no_copy_ends_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=problem):
        parse_cfr_json(data, path="x.json")


@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_parse_error(data: bytes) -> None:
    assert looks_like_cfr_json(data) in {True, False}

    with pytest.raises(ParseError):
        parse_cfr_json(data, path="x.json")


_VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=12) | st.just("a.1") | st.just("item"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["eccn", "items", "paragraph", "kind", "text", "heading", "marks"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.sampled_from(["774", "738", "740"]),
    st.sampled_from(["entries", "countries", "groups", "exceptions", "footnotes", "$"]),
    _VALUES,
)
def test_any_values_in_a_copy_give_a_tree_or_a_parse_error(part: str, key: str, value: Any) -> None:
    data = json.dumps({"citation": f"15 C.F.R. Part {part}", key: value}).encode()

    try:
        parsed = parse_cfr_json(data, path="x.json")
    except ParseError:
        return

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


_LABELS = st.sampled_from(["a", "b", "c", "a.1", "a.2", "b.1", "1", "2", "2.a", "z", "aa.1.a"])
_ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "paragraph": st.none() | _LABELS,
            "kind": st.sampled_from(["item", "note", "text"]),
            "text": st.sampled_from(
                ["Lamps:", "(1) Wicks.", "of this Note 1.", "9A888.a is.", "b.2 x"]
            ),
        }
    ),
    max_size=25,
)


@given(_ITEMS)
def test_no_line_of_an_entry_is_lost_or_stands_twice(items: list[dict[str, str | None]]) -> None:
    entry = {"eccn": "9A888", "heading": "Lamps", "reasonForControl": "AT", "items": items}

    parsed = parse_cfr_json(ccl(entry), path="x.json")

    lines = [line for node in parsed.walk() for line in node.text.split("\n") if line]
    assert len(lines) == 1 + len(items)
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


def test_a_long_entry_is_read_in_linear_time() -> None:
    line = {"paragraph": None, "kind": "text", "text": "Materials as follows:"}
    numbered = {"paragraph": "1", "kind": "note", "text": "Materials having all of these:"}
    entry = {"eccn": "9A888", "heading": "x" * 1_000_000, "items": [line, numbered] * 5000}
    began = time.perf_counter()

    parsed = parse_cfr_json(ccl(entry), path="x.json")

    assert len(list(parsed.walk())) > 5000
    assert time.perf_counter() - began < 20


@needs_reference
def test_the_commerce_control_list_of_july_2026_is_whole() -> None:
    parsed = real("ear/ccl-supp1-part774.ecfr-2026-07-23.json")

    kinds = Counter(
        "part of an entry" if node.locator.note else "item" if node.locator.path else "entry"
        for node in parsed.walk()
    )
    assert kinds == {"entry": 636, "item": 2095, "part of an entry": 1560}
    assert parsed.dated == date(2026, 7, 23)
    assert parsed.identifiers == (("cfr", "15/774"),)
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())
    assert len(parsed.warnings) == 4


@needs_reference
def test_advanced_chips_have_their_items_and_notes() -> None:
    parsed = real("ear/ccl-supp1-part774.ecfr-2026-07-23.json")

    assert "4800" in at(parsed, "ECCN 3A090.a.1").text
    assert "5.92" in at(parsed, "ECCN 3A090.a.2").text
    assert "2400" in at(parsed, "ECCN 3A090.b.1").text
    assert len(at(parsed, "ECCN 3A090, Note 1").children) == 4
    assert at(parsed, "ECCN 3A090, Technical Note 1").terms == (
        "Total processing performance",
        "TPP",
    )
    assert len(at(parsed, "ECCN 3A090.a").children) == 3
    assert len(at(parsed, "ECCN 5A002.z").children) == 5


@needs_reference
def test_model_weights_keep_their_exponents() -> None:
    parsed = real("ear/ccl-supp1-part774.ecfr-2026-07-23.json")

    assert "10^26" in at(parsed, "ECCN 4E091").heading
    assert "10^25" in at(parsed, "ECCN 4E091, Note 1").text
    assert len(at(parsed, "ECCN 4E091, Note 2.a").children) == 2


@needs_reference
def test_entries_that_the_copy_ran_together_are_two_again() -> None:
    parsed = real("ear/ccl-supp1-part774.ecfr-2026-07-23.json")

    assert len(at(parsed, "ECCN 3E001").heading) < 400
    assert "3A090" in at(parsed, "ECCN 3E001").text
    assert len(at(parsed, "ECCN 3E002, Note").children) == 2
    assert at(parsed, "ECCN 0D614").text and at(parsed, "ECCN 2B352").text


@needs_reference
@pytest.mark.parametrize(
    ("name", "nodes", "identifier"),
    [
        ("ear/country-chart-supp1-part738.ecfr-2026-07-23.json", 211, ("cfr", "15/738")),
        ("ear/country-groups-supp1-part740.ecfr-2026-07-23.json", 15, ("cfr", "15/740")),
        ("ear/license-exceptions-part740.index.ecfr-2026-07-23.json", 1, ("cfr", "15/740")),
        ("chips/ecfr-title-15-part-231.xml2js.json", 174, ("cfr", "15/231")),
    ],
)
def test_the_other_copies_have_their_counts(
    name: str, nodes: int, identifier: tuple[str, str]
) -> None:
    parsed = real(name)

    assert len(list(parsed.walk())) == nodes
    assert parsed.identifiers == (identifier,)
    assert parsed.warnings == ()


@needs_reference
def test_groups_and_countries_are_as_the_tables_say() -> None:
    groups = real("ear/country-groups-supp1-part740.ecfr-2026-07-23.json")
    chart = real("ear/country-chart-supp1-part738.ecfr-2026-07-23.json")

    members = {
        name: at(groups, f"Supplement No. 1 to Part 740({name})").text.count("; ") + 1
        for name in ("A:1", "A:5", "A:6", "D:5")
    }
    named = [node for node in chart.walk() if node.locator.note.startswith('"')]

    assert members == {"A:1": 40, "A:5": 38, "A:6": 8, "D:5": 22}
    assert len(named) == 200
    assert at(chart, 'Supplement No. 1 to Part 738, "Canada"').text.startswith("X in CB 1, FC 1")


@needs_reference
def test_other_files_of_the_reference_do_not_look_like_copies() -> None:
    others = [
        path
        for path in REFERENCE.rglob("*")
        if path.is_file() and looks_like_cfr_json(path.read_bytes()[:5000])
    ]

    assert len(others) == 5
