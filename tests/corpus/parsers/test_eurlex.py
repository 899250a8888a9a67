"""Official Journal pages: golden trees, hostile input, and the real acts with exact counts."""

from __future__ import annotations

import json
import os
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import Unit, parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.eurlex import looks_like_eurlex, parse_eurlex

GOLDEN = Path(__file__).parents[2] / "golden" / "eurlex"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
PAGE = b'<html><body><p class="oj-ti-art">Article 1</p><p class="oj-normal">%s</p></body></html>'


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
        "format": parsed.format,
        "title": parsed.title,
        "identifiers": [list(pair) for pair in parsed.identifiers],
        "language": parsed.language,
        "dated": str(parsed.dated),
        "nodes": [node_data(node) for node in parsed.nodes],
        "amendments": [
            {
                "act": one.act,
                "at": str(one.locator),
                "action": one.action,
                "source": str(one.source),
                "old": one.old,
                "new": one.new,
                "nodes": [node_data(node) for node in one.nodes],
            }
            for one in parsed.amendments
        ],
        "warnings": list(parsed.warnings),
    }


def parsed_or_refused(data: bytes) -> ParsedText | ParseError:
    """The text, or the one error that may come out."""
    try:
        return parse_eurlex(data, path="page.html")
    except ParseError as error:
        return error


@pytest.mark.parametrize("name", ["act", "older", "plain", "amending"])
def test_a_golden_page_gives_its_tree(name: str) -> None:
    page = GOLDEN / f"{name}.html"
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))

    parsed = parse_eurlex(page.read_bytes(), path=page.name)

    assert text_data(parsed) == expected


@pytest.mark.parametrize("name", ["act", "older", "plain", "amending"])
def test_a_golden_page_is_recognised_and_its_locators_read_back(name: str) -> None:
    data = (GOLDEN / f"{name}.html").read_bytes()

    parsed = parse_eurlex(data, path=name)

    assert looks_like_eurlex(data)
    assert [parse(str(node.locator)) for node in parsed.walk()] == [
        node.locator for node in parsed.walk()
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7 \x00\xff", id="binary"),
        pytest.param(b"<ACT><TITLE/></ACT>", id="formex"),
        pytest.param(
            b'<html><p class="title-article-norm">Article 1</p></html>', id="consolidated"
        ),
        pytest.param(b'{"class": "oj-ti-art"}', id="json"),
    ],
)
def test_what_is_no_official_journal_page_is_not_recognised(data: bytes) -> None:
    assert not looks_like_eurlex(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x01\x02\xff\xfe" * 50, id="binary"),
        pytest.param(PAGE[:40], id="truncated"),
        pytest.param(b"<html><body><p>Nothing legal here</p></body></html>", id="no act"),
        pytest.param((PAGE % b"Text").decode().encode("utf-16"), id="wrong encoding"),
        pytest.param(b"<html><body>" + b"<div>" * 10_000 + b"Article 1", id="deep nesting"),
        pytest.param(PAGE % (b"<table><tr><td>(a)</td><td>" * 5_000 + b"x"), id="deep tables"),
    ],
)
def test_a_page_that_holds_no_act_is_refused_with_a_sentence(data: bytes) -> None:
    outcome = parsed_or_refused(data)

    if isinstance(outcome, ParseError):
        assert outcome.path == "page.html" and outcome.problem
    else:
        assert any(node.text for node in outcome.walk())


def test_a_truncated_act_never_raises_anything_else() -> None:
    data = (GOLDEN / "act.html").read_bytes()

    outcomes = [parsed_or_refused(data[:end]) for end in range(0, len(data), 331)]

    assert {type(outcome) for outcome in outcomes} == {ParsedText, ParseError}


@pytest.mark.parametrize(
    "filling",
    [
        pytest.param(b"word " * 400_000, id="words"),
        pytest.param(b"(" * 400_000, id="brackets"),
        pytest.param(b" " * 400_000, id="blanks"),
        pytest.param("‘".encode() * 200_000, id="quotes"),
        pytest.param(b"<i>" * 50_000, id="inline marks"),
        pytest.param(b"in Article 1, point (a) of " * 20_000, id="places"),
    ],
)
def test_a_very_long_line_is_read_in_time(filling: bytes) -> None:
    start = time.perf_counter()

    parsed = parse_eurlex(PAGE % (b"In Article 2 of Directive 1/2 x" + filling), path="long.html")

    assert parsed.nodes[0].text
    assert time.perf_counter() - start < 10


@given(st.binary(max_size=300))
def test_random_bytes_raise_only_parse_errors(data: bytes) -> None:
    assert looks_like_eurlex(data) in {True, False}

    assert parsed_or_refused(data)


PIECES = """<table>|<tr>|<td>|</td>|</table>|(a)|—|‘|’|1. Text|;|</div>|<div |</p>|ANNEX|
<p class="oj-ti-art">Article 1</p>|<div id="art_1">|<div id="anx_I">|<p class="oj-normal">|
<p class="oj-doc-ti">ANNEX|<p class="oj-ti-grseq-1">Section A|<span class="oj-super">3</span>|
Regulation (EU) 1/2 is amended as follows:|paragraph 2 is replaced by the following:|
in Article 1, the following paragraph is added:"""


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=25))
def test_random_markup_raises_only_parse_errors(pieces: list[str]) -> None:
    page = "<html><body>" + "".join(pieces)

    outcome = parsed_or_refused(page.encode())

    if isinstance(outcome, ParsedText):
        assert all(parse(str(node.locator)) == node.locator for node in outcome.walk())


def _real(path: str) -> ParsedText:
    return parse_eurlex((REFERENCE / path).read_bytes(), path=path)


def _count(parsed: ParsedText, unit: Unit) -> int:
    return sum(node.locator.unit is unit for node in parsed.nodes)


def _at(parsed: ParsedText, place: str) -> Node:
    return next(node for node in parsed.walk() if str(node.locator) == place)


@pytest.fixture(scope="module")
def ai_act() -> ParsedText:
    if not REFERENCE.is_dir():
        pytest.skip("official texts are not at hand")
    return _real("eu-ai-act/32024R1689.en.html")


def test_the_ai_act_is_whole(ai_act: ParsedText) -> None:
    paragraphs = [
        node
        for node in ai_act.walk()
        if node.locator.unit is Unit.ARTICLE and re.fullmatch(r"\d+\.", node.label)
    ]
    quoted = [
        one for one in ai_act.amendments if re.fullmatch(r"Article \d+\(\d+\)", str(one.locator))
    ]

    assert _count(ai_act, Unit.RECITAL) == 180
    assert _count(ai_act, Unit.ARTICLE) == 113
    assert _count(ai_act, Unit.ANNEX) == 13
    assert len(paragraphs) == 500
    assert len(paragraphs) + len(quoted) == 509, "nine of the 509 belong to acts it amends"
    assert ai_act.dated == date(2024, 7, 12)
    assert ai_act.identifiers == (("celex", "32024R1689"), ("eli", "reg/2024/1689"))


def test_the_ai_act_is_read_in_time() -> None:
    if not REFERENCE.is_dir():
        pytest.skip("official texts are not at hand")
    start = time.perf_counter()

    _real("eu-ai-act/32024R1689.en.html")

    assert time.perf_counter() - start < 3


def test_the_ai_act_keeps_its_exponent_and_its_definitions(ai_act: ParsedText) -> None:
    terms = [child.terms for child in _at(ai_act, "Article 3").children]

    assert "10^25." in _at(ai_act, "Article 51(2)").text
    assert len(terms) == 68 and all(len(found) == 1 for found in terms)
    assert terms[0] == ("AI system",) and terms[62] == ("general-purpose AI model",)


@pytest.mark.parametrize(
    "place",
    [
        "Article 5(1)(h)(iii)",
        "Article 43(1)(a)",
        "Article 43(1)(a), second subparagraph",
        "Article 113(c)",
        "Annex I Section A(1)",
        "Annex I Section B(20)",
        "Annex III(5)(b)",
        "Annex VI(4)",
        "Annex VII(4.3)",
        "Annex VII(3.1)(f)",
        "Annex VIII Section B(3)",
        "Annex X(1)(a)",
        "Annex XI Section 1(1)(a)",
        "Annex XI Section 2(3)",
        "Annex XIII(c)",
    ],
)
def test_the_ai_act_is_cited_as_lawyers_do(ai_act: ParsedText, place: str) -> None:
    assert _at(ai_act, place).text


def test_the_ai_act_has_its_chapters_in_words(ai_act: ParsedText) -> None:
    assert _at(ai_act, "Article 6").context == (
        "Chapter III: High-risk AI systems",
        "Section 1: Classification of AI systems as high-risk",
    )


def test_the_site_and_the_notes_leave_no_trace(ai_act: ParsedText) -> None:
    words = "\n".join(f"{node.text}\n{node.closing}" for node in ai_act.walk())

    assert "ecl-" not in words and "My EUR-Lex" not in words and "METSOLA" not in words
    assert not re.search(r"Council \(\d{1,2}\)", words)


@needs_reference
@pytest.mark.parametrize(
    ("path", "recitals", "articles", "annexes", "celex", "dated"),
    [
        ("gdpr/32016R0679.en.html", 173, 99, 0, "32016R0679", date(2016, 5, 4)),
        ("eu-ai-act-omnibus/32026R1744.en.html", 47, 4, 0, "32026R1744", date(2026, 7, 24)),
        (
            "eurlex-format-samples/32013R0575.en.oj.excerpt.html",
            2,
            5,
            2,
            "32013R0575",
            date(2013, 6, 27),
        ),
        (
            "eurlex-format-samples/32002R0006.en.old.excerpt.html",
            5,
            6,
            0,
            "32002R0006",
            date(2002, 1, 5),
        ),
    ],
)
def test_a_real_act_is_whole(
    path: str, recitals: int, articles: int, annexes: int, celex: str, dated: date
) -> None:
    parsed = _real(path)

    assert _count(parsed, Unit.RECITAL) == recitals
    assert _count(parsed, Unit.ARTICLE) == articles
    assert _count(parsed, Unit.ANNEX) == annexes
    assert parsed.identifier("celex") == celex
    assert parsed.dated == dated
    assert not [node for node in parsed.walk() if "binding in its entirety" in node.closing]


@needs_reference
def test_the_gdpr_defines_26_terms() -> None:
    terms = [child.terms for child in _at(_real("gdpr/32016R0679.en.html"), "Article 4").children]

    assert len(terms) == 26 and all(len(found) == 1 for found in terms)


@needs_reference
@pytest.mark.parametrize(
    "path",
    [
        "eu-ai-act/02024R1689-20240712.nl.consolidated.html",
        "eu-ai-act/52021PC0206.en.html",
        "eurlex-format-samples/02014L0065-20200326.en.formex.excerpt.xml",
    ],
)
def test_other_real_formats_are_not_recognised(path: str) -> None:
    assert not looks_like_eurlex((REFERENCE / path).read_bytes())
