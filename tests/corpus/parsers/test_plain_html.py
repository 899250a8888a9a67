from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.plain_html import looks_like_plain_html, parse_plain_html

GOLDEN = Path(__file__).parents[2] / "golden" / "plain_html"


def plain(node: Node) -> dict[str, object]:
    fields = {
        "locator": str(node.locator),
        "text": node.text,
        "heading": node.heading,
        "context": list(node.context),
        "children": [plain(child) for child in node.children],
    }
    return {key: value for key, value in fields.items() if value}


def read(html: str) -> ParsedText:
    return parse_plain_html(html.encode(), path="page.html")


def texts(parsed: ParsedText) -> list[str]:
    return [node.text for node in parsed.walk() if node.text]


def test_a_page_gives_its_main_part_and_nothing_of_the_site() -> None:
    page = GOLDEN / "handbook.html"

    parsed = parse_plain_html(page.read_bytes(), path="handbook.html")

    expected = json.loads((GOLDEN / "handbook.json").read_text("utf-8"))
    assert [plain(node) for node in parsed.nodes] == expected["nodes"]
    assert (parsed.title, parsed.language) == (expected["title"], expected["language"])
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


def test_a_page_without_a_main_part_is_read_without_its_frame() -> None:
    parsed = read(
        "<body><header>Site</header><div role='banner'>Top</div><p>Kept words.</p>"
        "<aside>Ad</aside><div class='sr-only'>Skip</div><footer>Foot</footer></body>"
    )

    assert texts(parsed) == ["Kept words."]
    assert str(parsed.nodes[0].locator) == "para. 1"


def test_a_table_used_for_layout_is_read_as_paragraphs() -> None:
    parsed = read("<table><tr><td><h2>Left</h2><p>One.</p></td><td><p>Two.</p></td></tr></table>")

    assert texts(parsed) == ["One.", "Two."]


def test_preformatted_text_is_cut_into_paragraphs() -> None:
    parsed = read("<body><pre>FINAL RULE\n\nFirst paragraph.\n\nSecond paragraph.</pre></body>")

    assert [str(node.locator) for node in parsed.walk()][1:] == [
        "Heading: Final rule (1)",
        "Heading: Final rule (2)",
    ]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("10<sup>25</sup> operations", "10^25 operations"),
        ("10<sup>−3</sup> m<sup>2</sup>", "10^−3 m^2"),
        ("the 4<sup>th</sup> day", "the 4th day"),
        ("the rule<sup>12</sup> holds", "the rule holds"),
        ("Article 10<sup>2</sup> holds", "Article 10 holds"),
        ("10<sup><a href='#n'>3</a></sup> sites", "10 sites"),
    ],
)
def test_exponents_stay_and_calls_of_notes_vanish(markup: str, line: str) -> None:
    assert texts(read(f"<p>{markup}</p>")) == [line]
    assert texts(read(f"<table><tr><td>{markup}</td></tr></table>")) == [line]


@pytest.mark.parametrize(
    ("kind", "marks"),
    [("1", ["1.", "2."]), ("a", ["(a)", "(b)"]), ("I", ["(I)", "(II)"])],
)
def test_items_carry_the_marks_a_browser_shows(kind: str, marks: list[str]) -> None:
    parsed = read(f"<ol type='{kind}'><li>one</li><li>two</li></ol>")

    assert [line.split()[0] for line in texts(parsed)[0].split("\n")] == marks


def test_a_page_in_the_encoding_it_declares_is_read_so() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź</p></body></html>'

    parsed = parse_plain_html(page.encode("iso-8859-2"), path="page.html")

    assert texts(parsed) == ["Łódź"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x01\x02<p>", id="binary"),
        pytest.param(b"no tag at all", id="text"),
        pytest.param(b"<html><body><script>only()</script></body></html>", id="script only"),
        pytest.param(b"<html><!-- never closed", id="truncated"),
        pytest.param("<p>x</p>".encode("utf-16")[:7], id="cut UTF-16"),
        pytest.param(b"<?xml version='1.0'?>", id="declaration only"),
    ],
)
def test_what_holds_no_words_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_plain_html(data, path="page.html")


def test_deep_nesting_and_long_lines_are_no_danger() -> None:
    deep = "<div>" * 10_000 + "<p>words here</p>" + "</div>" * 10_000

    assert texts(read(f"<p>start</p>{deep}<ul>" + "<li>x" * 20_000))[0] == "start"
    assert len(texts(read("<p>" + "word " * 400_000))[0]) > 1_000_000


def test_a_page_is_known_by_its_head() -> None:
    assert looks_like_plain_html(b"\xef\xbb\xbf\n<!DOCTYPE html><html>")
    assert looks_like_plain_html("<html><p>x</p>".encode("utf-16"))
    assert not looks_like_plain_html(b"# A heading with <p> in it")
    assert not looks_like_plain_html(b"<Legislation>")


@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_text_or_a_parse_error(data: bytes) -> None:
    looks_like_plain_html(data)
    for page in (data, b"<p>" + data, b"<table><tr><td><ul>" + data):
        try:
            parsed = parse_plain_html(page, path="page.html")
        except ParseError:
            continue
        assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())
