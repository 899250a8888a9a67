from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import Unit, parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.eurlex_consolidated import (
    looks_like_eurlex_consolidated,
    parse_eurlex_consolidated,
)
from corpus.parsers.eurlex_proposal import looks_like_eurlex_proposal

GOLDEN = Path(__file__).parents[2] / "golden"
_OFFICIAL = Path(__file__).parents[4] / "shared" / "reference"
REFERENCE = Path(os.environ.get("POLICY_REFERENCE", _OFFICIAL))
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
DUTCH = REFERENCE / "eu-ai-act" / "02024R1689-20240712.nl.consolidated.html"
OLDER = REFERENCE / "eurlex-format-samples" / "02009L0065-20130620.en.consolidated.excerpt.html"
PAGE = """<html><head><title>Consolidated TEXT: 32031R0001 — EN — 01.01.2032</title></head><body>
<p class="title-article-norm">Article 1</p>{body}</body></html>"""
FRAME = """<!DOCTYPE html><html lang="nl"><head><title>EUR-Lex - 02031R0001-20320101 - NL</title>
<meta name="WT.z_docID" content="02031R0001-20320101"/><meta name="WT.z_usr_lan" content="nl"/>
</head><body><div class="site"><p class="norm">Menu</p></div><div id="textTabContent">{text}</div>
<div class="ecl-site-footer"><p class="norm">Contact</p></div></body></html>"""


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
        "language": parsed.language,
        "dated": str(parsed.dated),
        "warnings": list(parsed.warnings),
        "nodes": [plain_node(node) for node in parsed.nodes],
    }


def read(body: str) -> ParsedText:
    return parse_eurlex_consolidated(PAGE.format(body=body).encode(), path="page.html")


def locators(parsed: ParsedText) -> list[str]:
    return [str(node.locator) for node in parsed.walk()]


def official(path: Path) -> ParsedText:
    return parse_eurlex_consolidated(path.read_bytes(), path=path.name)


@pytest.mark.parametrize("name", ["lamps.de", "ponds.en"])
def test_a_consolidated_text_gives_the_tree_written_beside_it(name: str) -> None:
    page = (GOLDEN / "eurlex_consolidated" / f"{name}.html").read_bytes()
    wanted = json.loads((GOLDEN / "eurlex_consolidated" / f"{name}.json").read_text("utf-8"))

    parsed = parse_eurlex_consolidated(page, path=name)

    assert plain(parsed) == wanted


@pytest.mark.parametrize("name", ["lamps.de", "ponds.en"])
def test_every_locator_reads_back(name: str) -> None:
    page = (GOLDEN / "eurlex_consolidated" / f"{name}.html").read_bytes()

    parsed = parse_eurlex_consolidated(page, path=name)

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


def test_the_frame_of_the_site_tells_what_the_text_does_not_and_stays_out() -> None:
    text = '<p class="title-article-norm">Artikel 1</p><p class="norm">De regel geldt.</p>'
    page = FRAME.format(text=text).encode()

    parsed = parse_eurlex_consolidated(page, path="page.html")

    assert [node.text for node in parsed.walk()] == ["De regel geldt."]
    assert parsed.language == "nl"
    assert parsed.dated == date(2032, 1, 1)
    assert parsed.identifier("celex") == "02031R0001-20320101"
    assert parsed.identifier("celex_act") == "32031R0001"


def test_a_page_without_its_reference_has_no_identifier() -> None:
    page = b'<p class="title-article-norm">Article 1</p><p class="norm">A rule.</p>'

    parsed = parse_eurlex_consolidated(page, path="page.html")

    assert (parsed.identifiers, parsed.language, parsed.dated) == ((), "en", None)


def test_a_third_list_with_the_same_labels_is_told_apart() -> None:
    point = '<div class="grid-container"><div>(a)</div><div>one;</div></div>'
    body = "".join(f'<p class="norm">List {n}:</p>{point}' for n in (1, 2, 3))

    parsed = read(body)

    assert locators(parsed) == [
        "Article 1",
        "Article 1(a)",
        "Article 1, second subparagraph",
        "Article 1(a), second subparagraph",
        "Article 1, third subparagraph",
        "Article 1(a), third subparagraph",
    ]
    assert parsed.nodes[0].children[1].text == "List 2:"


def test_a_list_that_goes_on_after_some_text_keeps_its_locators() -> None:
    first = '<div class="grid-container"><div>(a)</div><div>one;</div></div>'
    second = '<div class="grid-container"><div>(b)</div><div>two.</div></div>'

    parsed = read(f'<p class="norm">List:</p>{first}<p class="norm">And:</p>{second}')

    assert locators(parsed) == [
        "Article 1",
        "Article 1(a)",
        "Article 1, second subparagraph",
        "Article 1(b)",
    ]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param('<div class="grid-container"><div>a)</div><div>x</div></div>', id="one label"),
        pytest.param('<div class="grid-container"><div>“a)</div><div></div></div>', id="quotes"),
        pytest.param('<p class="title-annex-1">ANNEX</p><p class="norm">x</p>', id="annexes"),
        pytest.param('<p class="title-division-1">Kapitel I</p>', id="divisions"),
        pytest.param('<p class="title-doc-first">Title</p>', id="titles"),
    ],
)
def test_ten_thousand_blocks_of_a_kind_are_read_in_linear_time(block: str) -> None:
    with contextlib.suppress(ParseError):  # more annexes than have a number
        assert read(f'<p class="norm">x</p>{block * 10_000}').nodes


def test_an_article_whose_number_cannot_be_cited_is_left_out_with_a_warning() -> None:
    body = '<p class="norm">A.</p><p class="title-article-norm">Article 5zzzz</p><p>B.</p>'

    parsed = read(body)

    assert locators(parsed) == ["Article 1"]
    assert parsed.warnings == ("Article 5zzzz is left out: its number cannot be cited",)


def test_a_label_that_is_no_label_stays_in_the_text() -> None:
    point = '<div class="grid-container"><div>(see the long note)</div><div>one;</div></div>'

    parsed = read(f'<p class="norm">Thus:</p>{point}')

    assert parsed.nodes[0].text == "Thus:\n(see the long note) one;"


def test_formats_of_eur_lex_are_told_apart_also_within_the_sites_frame() -> None:
    consolidated = '<p class="title-article-norm">Article 1</p>'
    proposal = '<p class="Titrearticle"><span>Article 1</span></p>'
    journal = '<p class="oj-ti-art">Article 1</p>'

    seen = [
        (looks_like_eurlex_consolidated(page), looks_like_eurlex_proposal(page))
        for text in (consolidated, proposal, journal)
        for page in (text.encode(), FRAME.format(text=text).encode())
    ]

    assert seen == [(True, False)] * 2 + [(False, True)] * 2 + [(False, False)] * 2


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 40, id="binary"),
        pytest.param(b"<html><body><p>Nothing of the kind.</p>", id="another page"),
        pytest.param(PAGE.format(body="").encode(), id="no text"),
        pytest.param(PAGE.format(body="<p>Ä</p>").encode("utf-16"), id="UTF-16"),
        pytest.param(PAGE.format(body="<div>" * 10_000 + "x").encode(), id="deep nesting"),
        pytest.param(
            PAGE.format(
                body='<div style="text-indent: 1"><p>a)<span style="word-spacing: 1"> </span>x</p>'
                * 10_000
            ).encode(),
            id="deep points",
        ),
        pytest.param(
            PAGE.format(body='<p class="title-article-norm">Article 1</p><p>A.</p>').encode(),
            id="an article twice",
        ),
    ],
)
def test_what_cannot_be_read_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_eurlex_consolidated(data, path="page.html")


def test_a_truncated_page_gives_what_is_there() -> None:
    page = (GOLDEN / "eurlex_consolidated" / "lamps.de.html").read_bytes()

    parsed = parse_eurlex_consolidated(page[: len(page) // 2], path="page.html")

    assert locators(parsed)[:2] == ["Article 1", "Article 1(1)"]


@pytest.mark.parametrize("filler", ["(", "a ", "‘", "►M", "1. ", "\u00a0", "(1", "— "])
def test_a_very_long_line_is_read_in_linear_time(filler: str) -> None:
    parsed = read(f'<p class="norm">x {filler * 200_000}x</p>')

    assert locators(parsed) == ["Article 1"]


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_bytes_at_random_end_in_a_tree_or_a_parse_error(head: bytes, tail: bytes) -> None:
    page = head + b'<p class="title-article-norm">Article 1</p><div class="norm">' + tail

    looks_like_eurlex_consolidated(page)
    try:
        parsed = parse_eurlex_consolidated(page, path="page.html")
    except ParseError:
        return

    assert parsed.nodes


@given(
    st.lists(
        st.sampled_from(
            [
                '<div class="grid-container"><div>a)</div><div>',
                '<div class="grid-container"><div>“1)</div><div>',
                '<div class="norm"><span class="no-parag">1.  </span>',
                '<div style="text-indent:1"><p>1.1.<span style="word-spacing:1"> </span>t</p>',
                "</div>",
                "</div></div>",
                '<p class="norm">“text</p>',
                '<p class="list">text</p>',
                '<p class="title-annex-1">ANNEX II</p>',
                '<p class="title-gr-seq-level-1">Section A — Things</p>',
                "<table><tr><td>(1)</td><td>cell</td></tr></table>",
            ]
        ),
        max_size=30,
    )
)
def test_no_order_of_blocks_breaks_the_tree(blocks: list[str]) -> None:
    try:
        parsed = read("".join(blocks))
    except ParseError:  # no text, or an annex twice
        return

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
def test_the_dutch_ai_act_is_whole() -> None:
    parsed = official(DUTCH)

    units = Counter(node.locator.unit for node in parsed.nodes)
    assert units == {Unit.ARTICLE: 113, Unit.ANNEX: 13}
    assert len(list(parsed.walk())) == 1302
    assert parsed.language == "nl"
    assert parsed.dated == date(2024, 7, 12)
    assert parsed.identifiers == (
        ("celex", "02024R1689-20240712"),
        ("celex_act", "32024R1689"),
    )
    assert parsed.warnings == ("marks of changes are left out: C2",)


@needs_reference
def test_the_dutch_ai_act_has_its_points_exponents_terms_and_contexts() -> None:
    found = {str(node.locator): node for node in official(DUTCH).walk()}

    assert "10^25" in found["Article 51(2)"].text
    assert "Annex III(1)(a)" in found
    assert found["Annex VII(3.1)(a)"].label == "a)"
    assert len([node for node in found.values() if node.terms]) == 67
    assert found["Article 51"].context[0].startswith("Hoofdstuk V: AI-")
    assert found["Article 43(1)(d), second subparagraph"].text
    assert found["Article 43(1), second subparagraph"].text
    assert sum(key.startswith("Article 5(1)(") for key in found) == 8 + 2 + 3


@needs_reference
def test_an_amending_article_keeps_its_own_points_and_no_quoted_ones() -> None:
    found = {str(node.locator) for node in official(DUTCH).walk()}

    assert sum(key.startswith("Article 108(") for key in found) == 6
    assert not any(key.startswith(("Article 105(", "Article 110(")) for key in found)


@needs_reference
def test_the_locators_are_those_of_the_act_as_published_in_english() -> None:
    eurlex = pytest.importorskip("corpus.parsers.eurlex")
    english = REFERENCE / "eu-ai-act" / "32024R1689.en.html"

    published = eurlex.parse_eurlex(english.read_bytes(), path=english.name)

    wanted = {node.locator for node in published.walk() if node.locator.unit is not Unit.RECITAL}
    assert {node.locator for node in official(DUTCH).walk()} == wanted


@needs_reference
def test_an_older_consolidated_text_is_read_with_its_recitals() -> None:
    parsed = official(OLDER)

    units = Counter(node.locator.unit for node in parsed.nodes)
    assert units == {Unit.RECITAL: 6, Unit.ARTICLE: 8, Unit.ANNEX: 4}
    assert len(list(parsed.walk())) == 90
    assert parsed.identifier("celex") == "02009L0065-20130620"
    assert parsed.identifier("celex_act") == "32009L0065"
    assert parsed.dated == date(2013, 6, 20)
    assert parsed.warnings == ("marks of changes are left out: M1, M2, M3",)


@needs_reference
@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*/*.html")), ids=lambda path: path.name)
def test_only_consolidated_texts_look_like_one(path: Path) -> None:
    assert looks_like_eurlex_consolidated(path.read_bytes()) is (".consolidated." in path.name)
