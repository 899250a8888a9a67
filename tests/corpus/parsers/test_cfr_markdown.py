"""Markdown copies of the CFR and U.S. Code: golden trees, hostile input, exact counts."""

from __future__ import annotations

import contextlib
import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.cfr_markdown import looks_like_cfr_markdown, parse_cfr_markdown
from corpus.parsers.document import Node, ParsedText

GOLDEN = Path(__file__).parents[2] / "golden" / "cfr_markdown"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
DIGESTS = Path(__file__).parents[3] / "corpus" / "data" / "instruments"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


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


def real(name: str) -> ParsedText:
    """A copy from the folder of official texts."""
    data = (REFERENCE / name).read_bytes()
    assert looks_like_cfr_markdown(data)
    return parse_cfr_markdown(data, path=name)


def at(parsed: ParsedText, locator: str) -> Node:
    """The node at `locator`."""
    return next(node for node in parsed.walk() if str(node.locator) == locator)


@pytest.mark.parametrize("name", ["part", "sections", "category", "code", "eccn"])
def test_a_copy_becomes_its_golden_tree(name: str) -> None:
    data = (GOLDEN / f"{name}.md").read_bytes()
    expected = json.loads((GOLDEN / f"{name}.tree.json").read_text())

    parsed = parse_cfr_markdown(data, path=f"{name}.md")

    assert looks_like_cfr_markdown(data)
    assert text_data(parsed) == expected


def test_windows_line_ends_change_nothing() -> None:
    data = (GOLDEN / "sections.md").read_bytes()

    parsed = parse_cfr_markdown(data.replace(b"\n", b"\r\n"), path="sections.md")

    assert text_data(parsed) == text_data(parse_cfr_markdown(data, path="sections.md"))


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("# § 744.1 Lamps", "x.md", (("cfr", "15/744"),)),
        ("# § 126.1 Lamps", "x.md", (("cfr", "22/126"),)),
        ("# § 999.1 Lamps", "a/ecfr-title-33-part-999.md", (("cfr", "33/999"),)),
        ("# § 999.1 Lamps", "x.md", ()),
    ],
)
def test_the_title_of_the_code_comes_from_the_copy_its_name_or_its_parts(
    line: str, path: str, expected: tuple[tuple[str, str], ...]
) -> None:
    parsed = parse_cfr_markdown(f"{line}\n\nThe lamp burns.\n".encode(), path=path)

    assert parsed.identifiers == expected


def test_what_stands_behind_a_gap_keeps_the_labels_above_it() -> None:
    text = "# § 744.1 Lamps\n\n[(a)(2)(i)-(iii) not copied]\n\n(iv) Wicks.\n\n(b) Oil.\n"

    parsed = parse_cfr_markdown(text.encode(), path="x.md")

    assert at(parsed, "§ 744.1(a)(2)(iv)").text == "Wicks."
    assert at(parsed, "§ 744.1(b)").text == "Oil."


def test_a_glossary_without_its_terms_stays_one_text() -> None:
    terms = "The term  means:\n\n(1) A lamp.\n\n(2) A wick.\n\n" * 4
    text = f"        § 772.1   Definitions of terms.\n\n#### § § 772.1\n\n{terms}"

    parsed = parse_cfr_markdown(text.encode(), path="x.md")

    assert [str(node.locator) for node in parsed.walk()] == ["§ 772.1"]
    assert len(parsed.nodes[0].text.split("\n")) == 12
    assert parsed.warnings


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no section"),
        (b"\x00\x01\x02\xff\xfe", "is not UTF-8"),
        ("# § 744.1 Lamps".encode("utf-16"), "is not UTF-8"),
        (b"# A diary\n\nNothing happened.", "no section"),
        ("# § 744.1 Lamps\n".encode(), "holds no text"),
        ("### § 4811. Lamps\n".encode(), "holds no text"),
        (b"<!--" * 100_000, "no section"),
        (b"[" * 100_000, "no section"),
    ],
)
def test_input_that_is_no_copy_ends_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=problem):
        parse_cfr_markdown(data, path="x.md")


@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_parse_error(data: bytes) -> None:
    assert looks_like_cfr_markdown(data) in {True, False}

    with pytest.raises(ParseError):
        parse_cfr_markdown(data, path="x.md")


_LINES = st.lists(
    st.sampled_from(
        [
            "# § 744.1 Lamps",
            "#### § § 744.2",
            "§ 744.2   Wicks.",
            "### § 481. Oil",
            "## Lamp",
            "#### (a) In general",
            "(a) *Scope.* Lamps",
            "(1) One",
            "(i) Two",
            "(A) Three",
            "(I) Four",
            "Plain words.",
            "> Note 1 to paragraph (a): Beware.",
            "| a | b |",
            "- item",
            "[(a)(2)(i) not copied]",
            "# Supplement No. 2 to Part 744—Ports",
            "A:1 (2): Alda.",
            "# Definitions",
            "Buoy. A thing.",
            "PART 744—LAMPS",
            "Subpart A—Oil",
            "Footnotes:",
            "1. Note.",
            "# 3A888 Lamps",
            "SUBCHAPTER I— OIL",
            "**Note:** *See.*",
            "(zz) Odd",
            "Note: beware.",
        ]
    ),
    max_size=30,
)


@given(_LINES)
def test_any_order_of_lines_gives_a_tree_or_a_parse_error(lines: list[str]) -> None:
    try:
        parsed = parse_cfr_markdown("\n\n".join(lines).encode(), path="x.md")
    except ParseError:
        return

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@pytest.mark.parametrize(
    "body",
    [
        "(a) Lamps.\n" * 20_000,
        "(1) Lamps\n" * 20_000,
        "x " * 2_000_000,
        "*" * 200_000,
        "[(a)(1) not copied]\n" * 20_000,
        "(" * 200_000,
        "§ " * 200_000,
    ],
)
@pytest.mark.parametrize("heading", ["# § 744.1 Lamps", "### § 4811. Lamps"])
def test_a_long_section_is_read_in_linear_time(heading: str, body: str) -> None:
    began = time.perf_counter()

    with contextlib.suppress(ParseError):
        parse_cfr_markdown(f"{heading}\n\n{body}".encode(), path="x.md")

    assert time.perf_counter() - began < 20


@needs_reference
@pytest.mark.parametrize(
    ("name", "sections", "nodes", "parts", "first"),
    [
        ("itar/ecfr-title-22-parts-120-130.md", 187, 1652, 11, ("cfr", "22/120")),
        ("ear/ecfr-title-15-chapter-VII-parts-745-799.md", 184, 2434, 22, ("cfr", "15/745")),
        ("chips/ecfr-title-15-part-231.md", 37, 174, 1, ("cfr", "15/231")),
        ("ear/ecra-50-usc-4801-4852.md", 22, 433, 22, ("usc", "50/4801")),
        ("chips/uscode-15-4651-4652-4657.md", 3, 248, 3, ("usc", "15/4651")),
        ("us-executive/ieepa-50-usc-1701-1709.md", 9, 177, 9, ("usc", "50/1701")),
        ("itar/sections/120.23-120.69.definitions.md", 37, 206, 1, ("cfr", "22/120")),
        ("itar/sections/121.1.category-XI.partial.md", 1, 28, 1, ("cfr", "22/121")),
        ("ear/sections/740.27.md", 1, 19, 1, ("cfr", "15/740")),
        ("ear/sections/740.supplements-5-to-8.md", 4, 13, 1, ("cfr", "15/740")),
        ("ear/sections/744.23.md", 1, 41, 1, ("cfr", "15/744")),
        ("ear/sections/772.1.selected.md", 1, 31, 1, ("cfr", "15/772")),
        ("ear/sections/774.supp-1.eccn-4E091.md", 1, 12, 1, ("cfr", "15/774")),
    ],
)
def test_a_real_copy_has_its_sections_and_nodes(
    name: str, sections: int, nodes: int, parts: int, first: tuple[str, str]
) -> None:
    parsed = real(name)

    assert len(parsed.nodes) == sections
    assert len(list(parsed.walk())) == nodes
    assert len(parsed.identifiers) == parts
    assert parsed.identifiers[0] == first
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
def test_a_copy_says_what_it_lost_and_of_which_day_it_is() -> None:
    lossy, kept = real("itar/ecfr-title-22-parts-120-130.md"), real("ear/sections/740.27.md")

    assert "italic runs" in lossy.derived and "tables" in lossy.derived
    assert lossy.dated is None
    assert "italic" not in kept.derived
    assert kept.dated == date(2026, 9, 1)


@needs_reference
def test_paragraphs_of_real_sections_stand_where_lawyers_cite_them() -> None:
    itar = real("itar/ecfr-title-22-parts-120-130.md")
    ecra = real("ear/ecra-50-usc-4801-4852.md")
    tools = real("ear/sections/744.23.md")
    weights = real("ear/sections/742.6.partial.md")

    assert "proscribed" in at(itar, "§ 120.54(a)(5)(iv)").text
    assert at(itar, "§ 126.7").context == ("Part 126: General Policies and Provisions",)
    assert at(ecra, "§ 4801(2)").terms == ("dual-use",)
    assert at(ecra, "§ 4817(b)(4)(C)").heading == "Additional exceptions"
    assert at(tools, "§ 744.23(a)(1)(i)(A)").text
    assert at(weights, "§ 742.6(b)(1)(i)(B)").text
    assert "4E091" in at(weights, "§ 742.6(a)(13)").text


@needs_reference
def test_every_place_that_the_digests_cite_is_found() -> None:
    pairs = {
        "ecra.md": ("ear/ecra-50-usc-4801-4852.md",),
        "ieepa.md": ("us-executive/ieepa-50-usc-1701-1709.md",),
        "chips-guardrails.md": ("chips/ecfr-title-15-part-231.md",),
        "itar.md": (
            "itar/ecfr-title-22-parts-120-130.md",
            "itar/sections/120.23-120.69.definitions.md",
            "itar/sections/121.1.category-XI.partial.md",
        ),
    }
    for digest, copies in pairs.items():
        held = {node.locator for name in copies for node in real(name).walk()}
        lines = (DIGESTS / digest).read_text().split("\n")
        cited = [parse(line[4:].split(" | ")[0]) for line in lines if line.startswith("### ")]

        assert [str(place) for place in cited if place not in held] == []


@needs_reference
def test_other_files_do_not_look_like_copies() -> None:
    found = {
        path.relative_to(REFERENCE).as_posix()
        for path in REFERENCE.rglob("*")
        if path.is_file() and looks_like_cfr_markdown(path.read_bytes()[:9000])
    }

    assert len(found) == 6 + 21 + 3
    assert not any(looks_like_cfr_markdown(path.read_bytes()) for path in DIGESTS.rglob("*.md"))
