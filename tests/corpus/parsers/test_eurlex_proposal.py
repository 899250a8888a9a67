from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import Unit, parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.eurlex_proposal import looks_like_eurlex_proposal, parse_eurlex_proposal

GOLDEN = Path(__file__).parents[2] / "golden" / "eurlex_proposal"
_OFFICIAL = Path(__file__).parents[4] / "shared" / "reference"
REFERENCE = Path(os.environ.get("POLICY_REFERENCE", _OFFICIAL))
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
AI_ACT = REFERENCE / "eu-ai-act" / "52021PC0206.en.html"
STYLES = re.split(
    " ",
    "Normal Text1 Text2 SectionTitle Annexetitre Tiret1 Point0 Point1 Point2 NumPar1 NumPar2"
    " ManualHeading1 ManualConsidrant Fait Statut",
)
PAGE = '<html><body><p class="Titrearticle">Article 1<br/>Rules</p>{body}</body></html>'


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
    return parse_eurlex_proposal(PAGE.format(body=body).encode(), path="page.html")


def locators(parsed: ParsedText) -> list[str]:
    return [str(node.locator) for node in parsed.walk()]


def official() -> ParsedText:
    return parse_eurlex_proposal(AI_ACT.read_bytes(), path=AI_ACT.name)


def test_a_proposal_gives_the_tree_written_beside_it() -> None:
    page = (GOLDEN / "kites.en.html").read_bytes()
    wanted = json.loads((GOLDEN / "kites.en.json").read_text("utf-8"))

    parsed = parse_eurlex_proposal(page, path="kites.en.html")

    assert plain(parsed) == wanted
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


def test_without_the_sites_frame_the_cover_tells_the_celex_number() -> None:
    body = '<p class="Normal">A rule.</p>'
    cover = '<p class="Emission">Brüssel, den 5.11.2031</p>'
    number = '<p class="Rfrenceinstitutionnelle">COM(2031) 7 final/2</p>'
    page = f'<html lang="de"><body>{cover}{number}{PAGE.format(body=body)}'.encode()

    parsed = parse_eurlex_proposal(page, path="page.html")

    assert parsed.identifiers == (("celex", "52031PC0007"),)
    assert (parsed.language, parsed.dated) == ("de", date(2031, 11, 5))


def test_a_quoted_article_is_text_of_the_article_that_inserts_it() -> None:
    parsed = read(
        '<p class="Normal">The following Article is inserted:</p>'
        '<p class="Titrearticle">‘Article 9a</p>'
        '<p class="li ManualNumPar1"><span class="num">1.</span><span>Quoted.</span></p>'
        '<p class="li ManualNumPar1"><span class="num">2.</span><span>Quoted too.’;</span></p>'
        '<p class="li Point0"><span class="num">(1)</span><span>Not quoted.</span></p>'
    )

    assert locators(parsed) == ["Article 1", "Article 1(1)"]
    assert parsed.nodes[0].text.endswith("‘Article 9a\n1. Quoted.\n2. Quoted too.’;")


def test_a_number_in_plain_text_is_a_label_only_where_it_goes_on_with_a_list() -> None:
    parsed = read('<p class="Normal">(7) is a number.</p><p class="Normal">(1) is a point.</p>')

    assert locators(parsed) == ["Article 1", "Article 1(1)"]
    assert parsed.nodes[0].text == "(7) is a number."


def test_titled_divisions_of_an_annex_are_divisions_of_the_annex() -> None:
    parsed = read(
        '<p class="Normal">A rule.</p><p class="Annexetitre">ANNEX</p>'
        '<p class="SectionTitle">PART A</p><p class="SectionTitle">Kites</p>'
        '<p class="li ManualHeading1"><span class="num">1.</span><span>Tails</span></p>'
        '<p class="Text1">Long.</p>'
    )

    annex = parsed.nodes[1]
    assert locators(parsed)[1:] == ["Annex I", "Annex I Section A", "Annex I Section A(1)"]
    assert annex.children[0].heading == "Kites"
    assert (annex.children[0].children[0].heading, annex.children[0].children[0].text) == (
        "Tails",
        "Long.",
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 40, id="binary"),
        pytest.param(b"<html><body><p class='Normal'>Nothing of the kind.</p>", id="another page"),
        pytest.param(PAGE.format(body="").encode(), id="no text"),
        pytest.param(PAGE.format(body="<p class='Normal'>Ä</p>").encode("utf-16"), id="UTF-16"),
        pytest.param(
            PAGE.format(
                body='<p class="Normal">A.</p><p class="Titrearticle">Article 1</p>'
            ).encode(),
            id="an article twice",
        ),
    ],
)
def test_what_cannot_be_read_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_eurlex_proposal(data, path="page.html")


@pytest.mark.parametrize("tag", ["div", "span", "table"])
def test_deep_nesting_does_no_harm(tag: str) -> None:
    parsed = read(f'<p class="Normal">A rule.</p>{f"<{tag}>" * 10_000}x')

    assert parsed.nodes[0].text == "A rule."


def test_a_truncated_page_gives_what_is_there() -> None:
    page = (GOLDEN / "kites.en.html").read_bytes()

    parsed = parse_eurlex_proposal(page[: len(page) // 2], path="page.html")

    assert locators(parsed)[:3] == ["Recital 1", "Recital 2", "Article 1"]


@pytest.mark.parametrize("filler", ["(", "a ", "‘", "* ", "1. ", "\u00a0", "(1", "_"])
def test_a_very_long_line_is_read_in_linear_time(filler: str) -> None:
    parsed = read(f'<p class="Normal">x {filler * 200_000}x</p>')

    assert locators(parsed) == ["Article 1"]


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_bytes_at_random_end_in_a_tree_or_a_parse_error(head: bytes, tail: bytes) -> None:
    page = head + b'<p class="Titrearticle">Article 1</p><p class="Normal">' + tail

    looks_like_eurlex_proposal(page)
    try:
        parsed = parse_eurlex_proposal(page, path="page.html")
    except ParseError:
        return

    assert parsed.nodes


@given(
    st.lists(
        st.tuples(
            st.sampled_from(STYLES),
            st.sampled_from(["(1)", "(a)", "(i)", "1.1.", "“2.", "–", ""]),
            st.sampled_from(
                ["Words.", "“Words", "Words.”", "ANNEX II", "Section A – Words", "* x"]
            ),
        ),
        max_size=30,
    )
)
def test_no_order_of_styles_breaks_the_tree(rows: list[tuple[str, str, str]]) -> None:
    body = "".join(
        f'<p class="li {style}"><span class="num">{label}</span><span>{words}</span></p>'
        for style, label, words in rows
    )
    try:
        parsed = read(body)
    except ParseError:  # no text, or an annex twice
        return

    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
def test_the_proposal_for_the_ai_act_is_whole() -> None:
    parsed = official()

    units = Counter(node.locator.unit for node in parsed.nodes)
    assert units == {Unit.RECITAL: 89, Unit.ARTICLE: 85, Unit.ANNEX: 9}
    assert len(list(parsed.walk())) == 819
    assert parsed.identifiers == (("celex", "52021PC0206"),)
    assert parsed.dated == date(2021, 4, 21)
    assert parsed.language == "en"
    assert parsed.title.startswith("Proposal for a Regulation of the European Parliament and of")


@needs_reference
def test_the_proposal_for_the_ai_act_has_its_points_terms_and_contexts() -> None:
    found = {str(node.locator): node for node in official().walk()}

    assert found["Article 3(2)"].terms == ("provider",)
    assert sum(bool(node.terms) for node in found.values()) == 44
    assert found["Article 5"].context == ("Title II: Prohibited artificial intelligence practices",)
    assert found["Article 53"].context == ("Title V: Measures in support of innovation",)
    assert found["Article 5(1)(d)(iii)"].text
    assert found["Article 5(2)"].closing
    assert sum(key.startswith("Article 81(") for key in found) == 6
    assert "Annex II Section B(7)" in found
    assert "Annex VII(3.1)(f)" in found


@needs_reference
def test_what_is_left_out_or_put_right_is_told() -> None:
    assert official().warnings == (
        "the explanatory memorandum is left out",
        "the legislative financial statement is left out",
        "Article 3(2) is misprinted as (1)",
    )


@needs_reference
@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*/*.html")), ids=lambda path: path.name)
def test_only_proposals_look_like_one(path: Path) -> None:
    assert looks_like_eurlex_proposal(path.read_bytes()) is (path == AI_ACT)
