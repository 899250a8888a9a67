from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.federal_register import looks_like_federal_register, parse_federal_register

GOLDEN = Path(__file__).parents[2] / "golden" / "federal_register"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


def plain(node: Node) -> dict[str, object]:
    fields = {
        "locator": str(node.locator),
        "label": node.label,
        "heading": node.heading,
        "text": node.text,
        "closing": node.closing,
        "context": list(node.context),
        "terms": list(node.terms),
        "children": [plain(child) for child in node.children],
    }
    return {key: value for key, value in fields.items() if value}


def whole(parsed: ParsedText) -> dict[str, object]:
    return {
        "title": parsed.title,
        "dated": str(parsed.dated),
        "identifiers": [list(pair) for pair in parsed.identifiers],
        "warnings": list(parsed.warnings),
        "nodes": [plain(node) for node in parsed.nodes],
    }


def rule(body: str) -> bytes:
    return (
        f"<RULE><PREAMB><SUBJECT>Lamps</SUBJECT></PREAMB><SUPLINF>{body}</SUPLINF></RULE>".encode()
    )


@pytest.mark.parametrize("name", ["rule", "issue", "order", "proclamation"])
def test_a_document_gives_the_tree_written_beside_it(name: str) -> None:
    data = (GOLDEN / f"{name}.xml").read_bytes()

    parsed = parse_federal_register(data, path=f"{name}.xml")

    assert whole(parsed) == json.loads((GOLDEN / f"{name}.tree.json").read_text("utf-8"))
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())
    assert looks_like_federal_register(data)


def test_a_compressed_issue_is_the_same_issue() -> None:
    data = (GOLDEN / "issue.xml").read_bytes()
    packed = gzip.compress(data)

    assert looks_like_federal_register(packed)
    assert parse_federal_register(packed, path="a") == parse_federal_register(data, path="a")


def test_the_day_of_publication_is_read_from_the_address_of_one_document() -> None:
    data = (GOLDEN / "rule.xml").read_bytes()

    parsed = parse_federal_register(data, path="full_text/xml/2031/05/01/2031-00099.xml")

    assert str(parsed.dated) == "2031-05-01"


def test_an_entry_of_the_commerce_control_list_is_a_place_of_its_own() -> None:
    body = (
        '<REGTEXT TITLE="15" PART="774"><AMDPAR>1. Revise 3A090:</AMDPAR>'
        "<HD>Supplement No. 1 to Part 774—The Commerce Control List</HD>"
        '<FP SOURCE="FP-2"><E T="04">3A090 Lamps.</E></FP><P>a. Big lamps.</P></REGTEXT>'
    )

    parsed = parse_federal_register(rule(body), path="a.xml")

    assert [str(node.locator) for node in parsed.nodes][-1] == "ECCN 3A090"
    assert parsed.nodes[-1].text == "a. Big lamps."


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "not well-formed", id="empty"),
        pytest.param(rule("")[:30], "not well-formed", id="truncated"),
        pytest.param(bytes(range(256)), "not well-formed", id="binary"),
        pytest.param(
            rule("é").decode().encode("utf-16-le"), "not well-formed", id="wrong encoding"
        ),
        pytest.param(b"<html/>", "expected a Federal Register document", id="another root"),
        pytest.param(b"<FEDREG><VOL>1</VOL></FEDREG>", "holds no document", id="no document"),
        pytest.param(rule(""), "no text", id="no words"),
        pytest.param(rule("<P>" * 150 + "x" + "</P>" * 150), "nested more than", id="deep"),
        pytest.param(rule("<P>" * 10_000), "not well-formed", id="very deep"),
        pytest.param(b"\x1f\x8b\x08rubbish", "gzip", id="broken gzip"),
        pytest.param(gzip.compress(rule("<P>x</P>"))[:-12], "cut off", id="truncated gzip"),
        pytest.param(gzip.compress(b" " * 70_000_000), "larger than", id="gzip bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=problem) as caught:
        parse_federal_register(data, path="bad.xml")

    assert str(caught.value).startswith("bad.xml:")


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>' + rule("<P>Before &b;.</P>")

    parsed = parse_federal_register(bomb, path="a.xml")

    assert "lol" not in parsed.nodes[0].text


@pytest.mark.parametrize("piece", ["(a) ", "(i)(1) ", "<E T='03'>a</E> ", "* * * ", "Section 1. "])
def test_a_very_long_line_is_read_in_linear_time(piece: str) -> None:
    text = piece * 1_000
    section = (
        f"<SECTION><SECTNO>§ 1.1</SECTNO><SUBJECT>Definitions</SUBJECT><P>{text}x</P></SECTION>"
    )

    parsed = parse_federal_register(rule(f"<P>{text}</P>{section}"), path="a.xml")

    assert parsed.nodes


@given(st.binary(max_size=300))
def test_noise_ends_in_a_parse_error(noise: bytes) -> None:
    for data in (noise, b"\x1f\x8b" + noise, rule("@").replace(b"@", noise)):
        looks_like_federal_register(data)
        try:
            parse_federal_register(data, path="x")
        except ParseError:
            continue


@given(st.lists(st.sampled_from(["(a)", "(i)", "(1)", "(ii)", "(A)", "(x) * * *", "words"])))
def test_any_order_of_labels_gives_a_tree(labels: list[str]) -> None:
    lines = "".join(f"<P>{label} words</P>" for label in labels)
    section = f"<P>Words.</P><SECTION><SECTNO>§ 1.1</SECTNO>{lines}</SECTION>"

    parsed = parse_federal_register(rule(section), path="x")

    said = [line for node in parsed.walk() for line in node.text.split("\n")]
    assert sum(line.endswith("words") for line in said) >= len(labels)


def issue() -> bytes:
    return (REFERENCE / "us-format-samples" / "FR-2024-02-12.xml.gz").read_bytes()


def documents() -> list[etree._Element]:
    root = etree.fromstring(gzip.decompress(issue()))
    return list(root.iter("RULE", "PRORULE", "NOTICE", "PRESDOCU"))


@needs_reference
def test_a_daily_issue_gives_one_node_a_document() -> None:
    parsed = parse_federal_register(issue(), path="FR-2024-02-12.xml.gz")
    labels = [node.locator.path for node in parsed.walk()]

    assert len(parsed.nodes) == 13 + 7 + 75 + 1
    assert (labels.count(("Summary",)), labels.count(("Dates",))) == (68, 66)
    assert len(labels) == 96 + 68 + 66
    assert all(str(node.locator).startswith("2024-0") for node in parsed.nodes)
    assert str(parsed.dated) == "2024-02-12"


@needs_reference
def test_every_document_of_an_issue_can_be_read_alone() -> None:
    found = [
        parse_federal_register(etree.tostring(document), path="2024/02/12/x.xml")
        for document in documents()
    ]

    assert len({parsed.identifier("fr") for parsed in found}) == 96
    assert sum(1 for parsed in found for key, _ in parsed.identifiers if key == "rin") == 12
    assert all(parse(str(node.locator)) == node.locator for p in found for node in p.walk())


@needs_reference
@pytest.mark.parametrize(
    ("number", "sections", "paragraphs"),
    [
        pytest.param("2024-02447", 16, 115, id="24 CFR 1006"),
        pytest.param("2024-02182", 14, 221, id="50 CFR 13 and 22"),
        pytest.param("2024-01667", 2, 50, id="47 CFR 64"),
        pytest.param("2024-02236", 9, 78, id="50 CFR 648, proposed"),
    ],
)
def test_amended_sections_are_cited_to_the_paragraph(
    number: str, sections: int, paragraphs: int
) -> None:
    parsed = next(
        parsed
        for document in documents()
        for parsed in [parse_federal_register(etree.tostring(document), path="x")]
        if parsed.identifier("fr") == number
    )
    found = [node.locator for node in parsed.walk() if node.locator.unit.value == "§"]

    assert sum(1 for place in found if not place.path and not place.note) == sections
    assert sum(1 for place in found if place.path or place.note) == paragraphs
    assert not [place for place in found if "subparagraph" in place.note]


@needs_reference
def test_a_proclamation_is_cited_by_paragraph() -> None:
    document = next(element for element in documents() if element.tag == "PRESDOCU")

    parsed = parse_federal_register(etree.tostring(document), path="x")

    assert [str(node.locator) for node in parsed.nodes] == [
        *(f"para. {number}" for number in range(1, 6)),
        "Heading: Now, therefore",
    ]
    assert parsed.identifier("proclamation") == "10701"
