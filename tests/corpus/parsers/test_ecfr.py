"""eCFR XML: bulk files and answers of the versioner API."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.ecfr import looks_like_ecfr, parse_ecfr

GOLDEN = Path(__file__).parents[2] / "golden" / "ecfr"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
PART = '<DIV5 N="7" TYPE="PART"><HEAD>PART 7—KITES</HEAD>{}</DIV5>'
SECTION = PART.format('<DIV8 N="7.1" TYPE="SECTION"><HEAD>§ 7.1 Kites.</HEAD>{}</DIV8>')


def plain_node(node: Node) -> dict[str, object]:
    fields = {
        "locator": str(node.locator),
        "label": node.label,
        "heading": node.heading,
        "context": list(node.context),
        "terms": list(node.terms),
        "text": node.text.split("\n") if node.text else [],
        "children": [plain_node(child) for child in node.children],
        "closing": node.closing.split("\n") if node.closing else [],
    }
    return {key: value for key, value in fields.items() if value}


def plain(parsed: ParsedText) -> dict[str, object]:
    return {
        "format": parsed.format,
        "title": parsed.title,
        "identifiers": [list(pair) for pair in parsed.identifiers],
        "dated": str(parsed.dated),
        "nodes": [plain_node(node) for node in parsed.nodes],
    }


def read(body: str, template: str = SECTION) -> ParsedText:
    return parse_ecfr(template.format(body).encode(), path="kites.xml")


def texts(parsed: ParsedText) -> dict[str, str]:
    return {str(node.locator): node.text for node in parsed.walk()}


@pytest.mark.parametrize("name", ["bulk_title", "control_list", "munitions_list"])
def test_a_golden_document_gives_its_tree(name: str) -> None:
    data = (GOLDEN / f"{name}.xml").read_bytes()

    parsed = parse_ecfr(data, path=f"{name}.xml")

    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert looks_like_ecfr(data)
    assert plain(parsed) == expected
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        pytest.param("10<SU>26</SU> operations", "10^26 operations", id="a power"),
        pytest.param("5 cm<sup>2</sup>", "5 cm^2", id="a unit"),
        pytest.param("10 <SU>−3</SU> m", "10^−3 m", id="a negative power"),
        pytest.param("10<E T='51'>9</E> words", "10^9 words", id="raised by a grid number"),
        pytest.param("a kite<SU>1</SU> flies", "a kite flies", id="the call of a note"),
        pytest.param("a kite <FTREF>1</FTREF>flies", "a kite flies", id="a reference to a note"),
        pytest.param("H<E T='52'>2</E>O", "H2O", id="lowered letters stay"),
    ],
)
def test_raised_words_are_exponents_or_nothing(raised: str, expected: str) -> None:
    parsed = read(f"<P>{raised}</P>")

    assert parsed.nodes[0].text == expected


@pytest.mark.parametrize(
    "tag", ["CITA", "EDNOTE", "CROSSREF", "XREF", "APPRO", "AUTH", "SOURCE", "FTNT", "SECAUTH"]
)
def test_editorial_matter_is_left_out(tag: str) -> None:
    parsed = read(f"<P>Words.</P><{tag}><HED>Head:</HED><P>No law.</P></{tag}>")

    assert texts(parsed) == {"§ 7.1": "Words."}


def test_a_reserved_section_and_a_reserved_part_give_no_node() -> None:
    body = '<DIV8 N="7.1" TYPE="SECTION"><HEAD>§ 7.1 [Reserved]</HEAD></DIV8>{}'
    kept = '<DIV8 N="7.2" TYPE="SECTION"><HEAD>§ 7.2 Tails.</HEAD><P>Long.</P></DIV8>'

    parsed = read(kept, PART.format(body))

    assert list(texts(parsed)) == ["§ 7.2"]


def test_two_texts_of_one_section_are_told_apart() -> None:
    again = '<DIV8 N="7.1" TYPE="SECTION"><HEAD>§ 7.1 Kites.</HEAD><P>(a) New.</P></DIV8>'

    parsed = read(again + again, PART)

    assert list(texts(parsed)) == [
        "§ 7.1",
        "§ 7.1(a)",
        "§ 7.1, second text",
        "§ 7.1(a), second text",
    ]


def test_a_section_number_that_is_no_locator_becomes_a_heading() -> None:
    body = (
        '<DIV8 N="§ 1.6402-1" TYPE="SECTION"><HEAD>§ 1.6402-1 Taxes.</HEAD><P>(a) Pay.</P></DIV8>'
    )

    parsed = read(body, PART)

    assert list(texts(parsed)) == ["Heading: § 1.6402-1", "Heading: § 1.6402-1 (a)"]


def test_words_of_a_part_outside_its_sections_are_kept() -> None:
    parsed = read("<P>This part is short.</P>", PART)

    assert texts(parsed) == {"Part 7": "This part is short."}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("versioner/v1/full/2026-09-01/title-15.xml", date(2026, 9, 1), id="address"),
        pytest.param("versioner/v1/full/2026-19-01/title-15.xml", None, id="no such day"),
        pytest.param("part-7.xml", None, id="not said"),
    ],
)
def test_the_day_is_the_one_asked_for(path: str, expected: date | None) -> None:
    parsed = parse_ecfr(SECTION.format("<P>Words.</P>").encode(), path=path)

    assert parsed.dated == expected


def test_the_title_is_taken_from_the_address_where_the_file_does_not_say() -> None:
    data = SECTION.format("<P>Words.</P>").encode()

    parsed = parse_ecfr(data, path="full/2026-09-01/title-15.xml?part=7")

    assert parsed.identifiers == (("cfr", "15/7"),)


def test_a_cell_that_spans_rows_counts_in_each() -> None:
    table = (
        "<TABLE><TR><TH>Country</TH><TH>Name</TH></TR><TR><TD rowspan='2'>Utopia</TD>"
        "<TD>A</TD></TR>"
        "<TR><TD>B</TD></TR></TABLE>"
    )

    parsed = read(f"<P>(a) See:</P>{table}")

    assert texts(parsed)["§ 7.1(a)"] == "See:\nCountry | Name\nUtopia | A\nUtopia | B"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe\x80", id="binary"),
        pytest.param(b"<DLPSTEXTCLASS><TEXT>", id="truncated"),
        pytest.param(b"<DLPSTEXTCLASS/>", id="no divisions"),
        pytest.param(SECTION.format("").encode(), id="no words"),
        pytest.param(SECTION.format("<P>é</P>").encode("cp1252"), id="wrong encoding"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><DIV5/>', id="no such encoding"),
        pytest.param(SECTION.format("<DIV>" * 10_000 + "</DIV>" * 10_000).encode(), id="deep"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>' + SECTION.format("&c;").encode(),
            id="entities",
        ),
    ],
)
def test_bad_input_ends_in_a_parse_error(data: bytes) -> None:
    looks_like_ecfr(data)

    with pytest.raises(ParseError, match="broken"):
        parse_ecfr(data, path="broken")


def test_a_very_long_line_is_read() -> None:
    parsed = read(f"<P>(a) {'word ' * 200_000}</P><P>(b) {'(a)' * 20_000}</P>")

    assert len(parsed.nodes[0].children[0].text) == 999_999


@given(st.binary(max_size=200))
def test_random_bytes_end_in_a_parse_error(data: bytes) -> None:
    looks_like_ecfr(data)

    with pytest.raises(ParseError):
        parse_ecfr(data, path="random")


_TAGS = st.sampled_from(
    ["P", "I", "NOTE", "HED", "HD1", "TABLE", "TR", "TD", "TH", "SU", "FP-2", "B"]
)
_TEXT = st.sampled_from(
    [
        "(a) ",
        "(i) ",
        "a. ",
        "a.1. ",
        "3A090 X.",
        "Note 1:",
        "Category I—",
        "Items: ",
        "10",
        "Country",
    ]
)
_MARKUP = st.recursive(
    _TEXT,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", _TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


@given(_MARKUP, st.sampled_from(["1 to Part 774", "1 to Part 738", "4 to Part 744"]))
def test_any_markup_gives_sound_nodes_or_a_parse_error(body: str, name: str) -> None:
    appendix = f'<DIV9 N="Supplement No. {name}" TYPE="APPENDIX"><HEAD>S</HEAD>{body}{body}</DIV9>'
    section = f'<DIV8 N="7.1"><HEAD>§ 7.1 Definitions.</HEAD>{body}{body}</DIV8>'

    parsed = read("<P>Words.</P>", PART.format(section + appendix).replace("</DIV5>", "{}</DIV5>"))

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
def test_title_1_has_every_part_and_section() -> None:
    data = (REFERENCE / "us-format-samples" / "ECFR-title1.xml").read_bytes()

    parsed = parse_ecfr(data, path="ECFR-title1.xml")

    depths = Counter(len(node.locator.path) for node in parsed.walk() if not node.locator.note)
    assert looks_like_ecfr(data)
    assert parsed.title == "Title 1: General Provisions"
    assert parsed.dated == date(2022, 12, 29)
    assert len(parsed.identifiers) == 28
    assert len(parsed.nodes) == 271
    assert depths == {0: 271, 1: 645, 2: 554, 3: 122, 4: 4}
    assert sum(bool(node.locator.note) for node in parsed.walk()) == 107


@needs_reference
@pytest.mark.parametrize(
    ("part", "locators"),
    [
        pytest.param(
            "738",
            "§ 738.1; § 738.1(a); § 738.1(a)(1); § 738.1(a)(2); § 738.1(a)(3); § 738.1(b); "
            "§ 738.2; § 738.2(a); § 738.2(d); § 738.2(d)(1)",
            id="738",
        ),
        pytest.param(
            "740",
            "§ 740.2; § 740.2(a); § 740.2(a)(9); § 740.2(a)(9)(i); § 740.2(a)(9)(ii); "
            "§ 740.2(a)(9)(ii)(A); § 740.2(a)(9)(ii), Note 1",
            id="740",
        ),
    ],
)
def test_an_answer_of_the_api_gives_its_paragraphs(part: str, locators: str) -> None:
    name = f"ecfr-versioner-title-15-part-{part}.2026-09-01.excerpt.xml"

    parsed = parse_ecfr((REFERENCE / "ear" / name).read_bytes(), path=name)

    assert "; ".join(texts(parsed)) == locators
    assert parsed.identifiers == (("cfr", f"15/{part}"),)
