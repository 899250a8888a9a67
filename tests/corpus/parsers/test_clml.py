from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.clml import looks_like_clml, parse_clml
from corpus.parsers.document import Node, ParsedText

GOLDEN = Path(__file__).parents[2] / "golden" / "clml"
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


def act(body: str) -> bytes:
    return (
        '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation">'
        f"<Primary><Body>{body}</Body></Primary></Legislation>"
    ).encode()


@pytest.mark.parametrize("name", ["act", "eu"])
def test_a_text_gives_the_tree_written_beside_it(name: str) -> None:
    data = (GOLDEN / f"{name}.xml").read_bytes()

    parsed = parse_clml(data, path=f"{name}.xml")

    assert whole(parsed) == json.loads((GOLDEN / f"{name}.tree.json").read_text("utf-8"))
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())
    assert looks_like_clml(data)


def test_two_versions_of_one_section_are_told_apart() -> None:
    section = "<P1><Pnumber>4</Pnumber><P1para><Text>Words{}.</Text></P1para></P1>"

    parsed = parse_clml(act(section.format(" for Wales") + section.format("")), path="a.xml")

    assert [str(node.locator) for node in parsed.nodes] == [
        "Section 4",
        "Section 4, second version",
    ]


def test_words_between_two_lists_close_the_point_before_them() -> None:
    point = "<P3><Pnumber>{0}</Pnumber><P3para><Text>point {0}</Text></P3para></P3>"
    body = f"<P1><Pnumber>4</Pnumber><P1para>{point.format('a')}<Text>and</Text>{point.format('a')}"

    parsed = parse_clml(act(f"{body}</P1para></P1>"), path="a.xml")

    assert [(str(node.locator), node.closing) for node in parsed.nodes[0].children] == [
        ("Section 4(a)", "and"),
        ("Section 4(a), second subparagraph", ""),
    ]


def test_words_outside_any_section_stand_under_their_heading() -> None:
    parsed = parse_clml(
        act("<Pblock><Title>Lamps</Title><P><Text>Shine.</Text></P></Pblock>"), path="a"
    )

    assert [(str(node.locator), node.text) for node in parsed.nodes] == [
        ("Heading: Lamps", "Shine.")
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "not well-formed", id="empty"),
        pytest.param(act("<P1>")[:90], "not well-formed", id="truncated"),
        pytest.param(bytes(range(256)), "not well-formed", id="binary"),
        pytest.param(act("").decode().encode("utf-16-le"), "not well-formed", id="wrong encoding"),
        pytest.param(b"<html/>", "expected a Legislation element", id="another root"),
        pytest.param(act(""), "no text", id="no words"),
        pytest.param(act("<Part>" * 150 + "x" + "</Part>" * 150), "nested more than", id="deep"),
        pytest.param(act("<Part>" * 10_000), "not well-formed", id="very deep"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=problem) as caught:
        parse_clml(data, path="bad.xml")

    assert str(caught.value).startswith("bad.xml:")


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>' + act(
        "<P1><Pnumber>1</Pnumber><P1para><Text>Before &b; after.</Text></P1para></P1>"
    )

    parsed = parse_clml(bomb, path="a.xml")

    assert "lol" not in parsed.nodes[0].text


def test_a_very_long_line_is_read_in_linear_time() -> None:
    long = "“a” " * 20_000 + ". " * 100_000
    parsed = parse_clml(
        act(f"<P1><Pnumber>1</Pnumber><P1para><Text>x {long}</Text></P1para></P1>"), path="a"
    )

    assert parsed.nodes[0].text.startswith("x “a”")


@given(st.binary(max_size=300))
def test_noise_ends_in_a_parse_error(noise: bytes) -> None:
    for data in (noise, act("")[:60] + noise, act("<P1>").replace(b"<P1>", noise)):
        looks_like_clml(data)
        try:
            parse_clml(data, path="x")
        except ParseError:
            continue


def read(name: str) -> tuple[etree._Element, ParsedText]:
    data = (REFERENCE / "uk-format-samples" / name).read_bytes()
    return etree.fromstring(data), parse_clml(data, path=name)


def elements(root: etree._Element, name: str) -> int:
    """Elements of that name in the text itself: not in amendments of other laws."""
    path = f"//*[local-name()='{name}'][not(ancestor::*[local-name()='BlockAmendment'])]"
    found = root.xpath(path)
    assert isinstance(found, list)
    return len(found)


def depths(parsed: ParsedText, unit: str) -> dict[int, int]:
    found = Counter(
        len(node.locator.path)
        for node in parsed.walk()
        if node.locator.unit.value == unit and not node.locator.note
    )
    return dict(sorted(found.items()))


@needs_reference
def test_one_section_at_one_day_is_read() -> None:
    root, parsed = read("ukpga-2000-22-section-21-2012-04-01.xml")

    assert [elements(root, name) for name in ("P1", "P2", "P3", "P4")] == [1, 18, 22, 2]
    assert depths(parsed, "Section") == {0: 1, 1: 16, 2: 22, 3: 2}  # two subsections are repealed
    assert parsed.identifier("uri") == "http://www.legislation.gov.uk/ukpga/2000/22"
    assert str(parsed.dated) == "2012-04-01"
    assert parsed.warnings[3:] == (
        "Repealed and left out: Section 21(5), Section 21(8).",
        "Repealed for some purposes only, so kept: "
        "Section 21(2)(f), Section 21(2A)(a), Section 21(2A)(b).",
    )


@needs_reference
def test_a_part_with_repealed_sections_is_read() -> None:
    root, parsed = read("ukpga-1981-54-part-VI-2020-08-03.xml")
    sections = [str(node.locator) for node in parsed.nodes]

    assert elements(root, "P1") == 27
    assert len(sections) == 18  # nine of the 27 are repealed
    assert (sections[0], sections[-1]) == ("Section 129", "Section 153")
    assert sum(1 for node in parsed.walk() if node.terms) == 17
    assert str(parsed.dated) == "2019-02-20"


@needs_reference
def test_an_act_as_passed_is_read() -> None:
    root, parsed = read("ukpga_20020016_en.xml")
    schedules = [node for node in parsed.nodes if str(node.locator).startswith("Heading: Schedule")]

    assert [elements(root, name) for name in ("P1", "P2", "P3", "P4")] == [84, 140, 138, 12]
    assert depths(parsed, "Section") == {0: 22, 1: 88, 2: 112, 3: 10}
    assert [len(node.children) for node in schedules] == [13, 49, 0]
    assert len(schedules[2].text.split("\n")) == 5  # its reference, the column heads, three rows
    assert parsed.identifier("uri") == "http://www.legislation.gov.uk/ukpga/2002/16"
    assert str(parsed.dated) == "2002-06-25"


@needs_reference
def test_eu_law_kept_by_the_uk_is_read_by_articles() -> None:
    root, parsed = read("eur_20140319_adopted_en.xml")

    assert [elements(root, name) for name in ("P1", "P2", "P3", "EUPart")] == [20, 46, 13, 5]
    assert depths(parsed, "Article") == {0: 20, 1: 53, 2: 13, 3: 3}
    assert sum(1 for node in parsed.nodes if node.locator.unit.value == "Recital") == 18
    assert parsed.identifier("celex") == "32014R0319"
    annex = parsed.nodes[-1]
    assert [str(part.locator) for part in annex.children][-1] == "Heading: Annex Part V"
    assert len(annex.children[-1].children) == 12
