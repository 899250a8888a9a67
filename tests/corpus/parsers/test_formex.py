from __future__ import annotations

import json
import os
import re
import struct
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import Unit, parse
from corpus.parsers import _formex_package as package
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.eurlex import parse_eurlex
from corpus.parsers.formex import looks_like_formex, parse_formex

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
GOLDEN = Path(__file__).parents[2] / "golden" / "formex"
MEMBERS = ("parts.doc.fmx.xml", "annex-2.fmx.xml", "annex-1.fmx.xml", "act.fmx.xml")
HEAD = "<ACT><BIB.INSTANCE/><ENACTING.TERMS>"
TAIL = "</ENACTING.TERMS></ACT>"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return stream.getvalue()


def act(body: str) -> bytes:
    """An act with these articles."""
    return f"{HEAD}{body}{TAIL}".encode()


def article(body: str) -> bytes:
    """An act whose only article holds `body`."""
    return act(f'<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART>{body}</ARTICLE>')


def plain(parsed: ParsedText) -> dict[str, Any]:
    """A parsed text as data that JSON can hold."""
    return {
        "title": parsed.title,
        "identifiers": dict(parsed.identifiers),
        "language": parsed.language,
        "dated": parsed.dated and parsed.dated.isoformat(),
        "warnings": list(parsed.warnings),
        "amendments": [
            f"{each.action} {each.act} {each.locator} by {each.source}"
            for each in parsed.amendments
        ],
        "nodes": [plain_node(node) for node in parsed.nodes],
    }


def plain_node(node: Node) -> dict[str, Any]:
    """A node as data, without its empty fields."""
    data = {
        "locator": str(node.locator),
        "label": node.label,
        "heading": node.heading,
        "text": node.text,
        "closing": node.closing,
        "context": list(node.context),
        "terms": list(node.terms),
        "children": [plain_node(child) for child in node.children],
    }
    return {key: value for key, value in data.items() if value}


def own_words(parsed: ParsedText) -> dict[str, str]:
    """The words of each place."""
    return {str(node.locator): f"{node.text}\n{node.closing}".strip() for node in parsed.walk()}


def loosely(text: str) -> str:
    """A text without what a page and an XML file may print differently."""
    return " ".join(re.sub(r"[‘’“”\"']", "'", text).split())


@pytest.fixture
def whole() -> bytes:
    """The invented act with its annexes, as a package."""
    return zipped({name: (GOLDEN / name).read_bytes() for name in MEMBERS})


def test_a_package_reads_as_its_golden_tree(whole: bytes) -> None:
    parsed = parse_formex(whole, path="act.zip")

    assert plain(parsed) == json.loads((GOLDEN / "act.zip.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["consolidated.xml", "annex-1.fmx.xml"])
def test_a_single_file_reads_as_its_golden_tree(name: str) -> None:
    parsed = parse_formex((GOLDEN / name).read_bytes(), path=name)

    assert plain(parsed) == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_every_locator_reads_back_as_itself(whole: bytes) -> None:
    consolidated = (GOLDEN / "consolidated.xml").read_bytes()

    for data in (whole, consolidated):
        for node in parse_formex(data, path="act").walk():
            assert parse(str(node.locator)) == node.locator


def test_an_act_alone_is_dated_by_the_wording_that_cites_it() -> None:
    parsed = parse_formex((GOLDEN / "act.fmx.xml").read_bytes(), path="act.fmx.xml")

    assert parsed.identifier("celex") == "32031R0077"
    assert parsed.identifier("eli") == "reg/2031/77"
    assert parsed.dated == date(2031, 6, 1)


def test_an_annex_alone_says_which_member_it_is() -> None:
    parsed = parse_formex((GOLDEN / "annex-2.fmx.xml").read_bytes(), path="annex-2.fmx.xml")

    assert dict(parsed.identifiers) == {
        "celex": "32031R0077",
        "eli": "reg/2031/77",
        "member": "annex-II",
    }
    assert parsed.title == "Annex II: Inspection"
    assert parsed.warnings == ()


def test_an_annex_that_does_not_name_the_kind_of_its_act_has_no_celex() -> None:
    parsed = parse_formex((GOLDEN / "annex-1.fmx.xml").read_bytes(), path="annex-1.fmx.xml")

    assert dict(parsed.identifiers) == {"oj": "L/2031/77", "member": "annex-I"}
    assert "does not say which act" in parsed.warnings[0]


def test_the_list_of_parts_is_refused_by_what_it_is() -> None:
    data = (GOLDEN / "parts.doc.fmx.xml").read_bytes()

    with pytest.raises(ParseError, match="only lists the parts"):
        parse_formex(data, path="parts.doc.fmx.xml")


def test_a_package_of_two_acts_is_refused() -> None:
    data = (GOLDEN / "act.fmx.xml").read_bytes()

    with pytest.raises(ParseError, match="holds 2 acts"):
        parse_formex(zipped({"a.xml": data, "b.xml": data}), path="acts.zip")


def test_a_part_that_is_no_act_is_left_out_with_a_warning() -> None:
    letter = b"<GENERAL><CONTENTS><P>A letter.</P></CONTENTS></GENERAL>"
    files = {"a.xml": article("<ALINEA>One.</ALINEA>"), "letter.xml": letter}

    parsed = parse_formex(zipped(files), path="act.zip")

    assert own_words(parsed) == {"Article 1": "One."}
    assert any("GENERAL" in warning for warning in parsed.warnings)


def test_a_recital_without_a_number_is_left_out_with_a_warning() -> None:
    recital = b"<GR.CONSID><CONSID>Whereas it is late,</CONSID></GR.CONSID>"
    data = article("<ALINEA>One.</ALINEA>").replace(
        b"<ENACTING", b"<PREAMBLE>" + recital + b"</PREAMBLE><ENACTING"
    )

    parsed = parse_formex(data, path="act.xml")

    assert [str(node.locator) for node in parsed.nodes] == ["Article 1"]
    assert any(warning.startswith("1 recitals without a number") for warning in parsed.warnings)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        pytest.param('10<HT TYPE="SUP">25</HT> steps', "10^25 steps", id="exponent"),
        pytest.param('10<HT TYPE="SUP">-3</HT> m', "10^-3 m", id="negative exponent"),
        pytest.param('the 4<HT TYPE="SUP">th</HT> day', "the 4th day", id="ordinal"),
        pytest.param('CO<HT TYPE="SUB">2</HT>', "CO2", id="subscript"),
        pytest.param('a lamp (<HT TYPE="SUP">1</HT>)', "a lamp", id="call of a table note"),
        pytest.param("a lamp<NOTE><P>x</P></NOTE>, lit", "a lamp, lit", id="note"),
        pytest.param('<FT TYPE="NUMBER">7500000</FT> EUR', "7 500 000 EUR", id="number"),
        pytest.param('Decision <FT TYPE="OTHER">7500</FT>', "Decision 7500", id="not a quantity"),
        pytest.param('<QUOT.START CODE="00AB"/>x<QUOT.END CODE="00BB"/>', "«x»", id="guillemets"),
        pytest.param('<QUOT.START CODE="zz"/>x<QUOT.END/>', "‘x’", id="unknown quotes"),
        pytest.param('a<?PAGE NO="9"?>b<!-- no --> c', "ab c", id="page break and comment"),
        pytest.param("\u00a0 2\u202f000 km\u00ad ", "2 000 km", id="spaces"),
    ],
)
def test_running_text_is_canonical(markup: str, words: str) -> None:
    parsed = parse_formex(article(f"<ALINEA>{markup}</ALINEA>"), path="act.xml")

    assert own_words(parsed) == {"Article 1": words}


def test_a_definition_list_gives_a_line_an_entry() -> None:
    entries = "<DLIST.ITEM><TERM>lamp</TERM> <DEFINITION><P>a light</P></DEFINITION></DLIST.ITEM>"

    parsed = parse_formex(article(f"<ALINEA><DLIST>{entries}</DLIST></ALINEA>"), path="act.xml")

    assert own_words(parsed) == {"Article 1": "lamp a light"}


def test_text_between_two_lists_introduces_the_second() -> None:
    point = "<LIST><ITEM><NP><NO.P>(a)</NO.P><TXT>{}</TXT></NP></ITEM></LIST>"
    body = f"<P>First:</P>{point.format('one')}<P>Then:</P>{point.format('two')}<P>End.</P>"

    parsed = parse_formex(article(f"<ALINEA>{body}</ALINEA>"), path="act.xml")

    assert own_words(parsed) == {
        "Article 1": "First:\nEnd.",
        "Article 1(a)": "one",
        "Article 1, second subparagraph": "Then:",
        "Article 1(a), second subparagraph": "two",
    }


def test_two_annexes_without_a_number_are_told_apart() -> None:
    annex = b"<ANNEX><TITLE><TI><P>ANNEX</P></TI></TITLE><CONTENTS><P>One.</P></CONTENTS></ANNEX>"

    parsed = parse_formex(zipped({"a.xml": annex, "b.xml": annex}), path="act.zip")

    assert list(own_words(parsed)) == ["Annex I", "Annex I, second occurrence"]


# Hostile input


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe" * 500, id="binary"),
        pytest.param(b"<ACT><BIB.INSTANCE/>", id="truncated"),
        pytest.param(b"<html><body>Article 1</body></html>", id="another format"),
        pytest.param("<ACT>ä</ACT>".encode("latin-1"), id="wrong encoding"),
        pytest.param(b"<ACT/>", id="no text"),
        pytest.param(act('<ARTICLE IDENTIFIER="001"/>'), id="an empty article"),
        pytest.param(act("<DIVISION>" * 10_000 + "</DIVISION>" * 10_000), id="deep"),
        pytest.param(article("<P>" * 150 + "x" + "</P>" * 150), id="deeper than any law"),
        pytest.param(b"PK\x03\x04" + b"x" * 400, id="damaged zip"),
        pytest.param(zipped({}), id="empty zip"),
        pytest.param(zipped({"a.txt": b"x"}), id="zip without xml"),
        pytest.param(zipped({"a.zip": zipped({})}), id="zip in a zip"),
        pytest.param(zipped({"a.xml": b"<ACT/>"}, zipfile.ZIP_LZMA), id="strange packing"),
        pytest.param(zipped({"a.xml": b"<ACT"}), id="broken member"),
        pytest.param(zipped({f"{n}.xml": b"<DOC/>" for n in range(501)}), id="many files"),
    ],
)
def test_bad_input_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_formex(data, path="bad")


def test_an_entity_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE ACT [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = bomb + article("<ALINEA>x &b; y</ALINEA>")

    with pytest.raises(ParseError, match="entities"):
        parse_formex(data, path="bomb.xml")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_TOTAL_BYTES", 100_000)
    data = zipped({"a.xml": b"<ACT>" + b" " * 1_000_000, "b.xml": b""})

    with pytest.raises(ParseError, match="unpacks to more than"):
        parse_formex(data, path="bomb.zip")


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(zipped({"a.xml": b"<ACT/>"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(mark) + offset, 1)

    with pytest.raises(ParseError, match="password"):
        parse_formex(bytes(data), path="locked.zip")


def test_a_member_name_is_only_shown() -> None:
    data = zipped({"../../etc/\x1bpasswd.xml": b"<ACT"})

    with pytest.raises(ParseError, match=r"^bad\.zip:passwd\.xml:1: "):
        parse_formex(data, path="bad.zip")


def test_a_very_long_line_is_read() -> None:
    words = "lamp, ‘light’ (10) " * 50_000

    parsed = parse_formex(article(f"<ALINEA>{words}</ALINEA>"), path="act.xml")

    assert len(parsed.nodes[0].text) > 900_000


@given(st.binary(max_size=300))
def test_random_bytes_only_ever_raise_a_parse_error(data: bytes) -> None:
    for each in (data, b"PK\x03\x04" + data, b"<ACT>" + data):
        with suppress(ParseError):
            parse_formex(each, path="random")
        assert looks_like_formex(each) in {True, False}


@given(st.binary(min_size=1, max_size=4), st.integers(0, 5_000))
def test_a_package_with_wrong_bytes_only_ever_raises_a_parse_error(
    wrong: bytes, position: int
) -> None:
    data = bytearray(zipped({"a.xml": article("<ALINEA>One.</ALINEA>")}))
    start = position % len(data)
    data[start : start + len(wrong)] = wrong

    with suppress(ParseError):
        parse_formex(bytes(data), path="random.zip")


TAGS = [
    *("ALINEA", "P", "LIST", "ITEM", "NP", "TXT", "NO.P", "NO.PARAG", "PARAG", "QUOT.S", "GR.SEQ"),
    *("TBL", "CORPUS", "ROW", "CELL", "TITLE", "TI", "STI", "HT", "NOTE", "DATE", "ARTICLE"),
    *("DIVISION", "DLIST", "DLIST.ITEM", "STI.ART", "UNKNOWN"),
]
WORDS = st.sampled_from(
    ["", "(a)", "1.", "(i)", "—", "‘3.", "Section A", "in Article 7, point (b) is deleted", "’;"]
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=5), WORDS).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>{made[2]}"
    ),
    max_leaves=30,
)


@given(TREES, st.booleans())
def test_any_nesting_of_formex_marks_keeps_the_promises(tree: str, in_annex: bool) -> None:
    annex = f"<ANNEX><TITLE><TI><P>ANNEX I</P></TI></TITLE><CONTENTS>{tree}</CONTENTS></ANNEX>"

    with suppress(ParseError):
        parsed = parse_formex(annex.encode() if in_annex else article(tree), path="random")
        for node in parsed.walk():
            assert parse(str(node.locator)) == node.locator


# How a file is known


@pytest.mark.parametrize("name", [*MEMBERS, "consolidated.xml"])
def test_formex_files_are_known_by_their_head(name: str) -> None:
    data = (GOLDEN / name).read_bytes()

    assert looks_like_formex(data)
    assert looks_like_formex(zipped({name: data}))
    assert looks_like_formex(zipped({f"folder/{name}": data})) is name.endswith(".fmx.xml")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<html><p>formex</p></html>", id="page"),
        pytest.param(b"<ACT>Act of Parliament</ACT>", id="another act"),
        pytest.param(zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), id="docx"),
        pytest.param(b"%PDF-1.7", id="pdf"),
    ],
)
def test_other_files_are_not_taken_for_formex(data: bytes) -> None:
    assert not looks_like_formex(data)


# Real documents


@needs_reference
def test_the_ai_act_has_its_exact_counts() -> None:
    data = (REFERENCE / "eu-ai-act" / "32024R1689.en.fmx4.zip").read_bytes()

    parsed = parse_formex(data, path="32024R1689.en.fmx4.zip")

    tops = Counter(node.locator.unit for node in parsed.nodes)
    assert tops == {Unit.RECITAL: 180, Unit.ARTICLE: 113, Unit.ANNEX: 13}
    numbered = sum(
        child.label.endswith(".")
        for node in parsed.nodes
        if node.locator.unit is Unit.ARTICLE
        for child in node.children
    )
    quoted = sum(
        bool(re.match(r"‘\d+\. ", line)) for node in parsed.walk() for line in node.text.split("\n")
    )
    assert (numbered, quoted) == (500, 9)
    assert sum(len(node.terms) for node in parsed.walk()) == 68
    assert sum(1 for _ in parsed.walk()) == 1482
    assert dict(parsed.identifiers) == {"celex": "32024R1689", "eli": "reg/2024/1689"}
    assert (parsed.dated, parsed.language, parsed.warnings) == (date(2024, 7, 12), "en", ())
    assert "10^25" in own_words(parsed)["Article 51(2)"]
    assert "EUR 35 000 000" in own_words(parsed)["Article 99(3)"]


@needs_reference
def test_page_and_formex_of_the_ai_act_give_one_tree() -> None:
    folder = REFERENCE / "eu-ai-act"
    from_page = parse_eurlex((folder / "32024R1689.en.html").read_bytes(), path="page")

    from_xml = parse_formex((folder / "32024R1689.en.fmx4.zip").read_bytes(), path="zip")

    pairs = list(zip(from_page.walk(), from_xml.walk(), strict=True))
    for page, xml in pairs:
        assert page.locator == xml.locator
        assert (page.heading, page.context, page.terms, page.label) == (
            xml.heading,
            xml.context,
            xml.terms,
            xml.label,
        )
    same = sum(
        loosely(page.text) == loosely(xml.text) and loosely(page.closing) == loosely(xml.closing)
        for page, xml in pairs
    )
    assert same / len(pairs) >= 0.995
    assert from_page.title == from_xml.title
    assert from_page.amendments == from_xml.amendments


@needs_reference
def test_the_members_of_the_ai_act_read_alone_as_they_do_together() -> None:
    members = sorted((REFERENCE / "eu-ai-act" / "formex").glob("*01.fmx.xml"))

    parsed = [parse_formex(member.read_bytes(), path=member.name) for member in members]

    assert [bool(each.identifier("member")) for each in parsed] == [False, *[True] * 13]
    assert sum(1 for each in parsed for _ in each.walk()) == 1482
    assert parsed[0].dated == date(2024, 7, 12)
    assert parsed[3].identifier("member") == "annex-III"


@needs_reference
@pytest.mark.parametrize("kind", ["doc", "toc"])
def test_the_lists_of_the_ai_act_are_known_and_refused(kind: str) -> None:
    (member,) = (REFERENCE / "eu-ai-act" / "formex").glob(f"*.{kind}.fmx.xml")
    data = member.read_bytes()

    assert looks_like_formex(data)
    with pytest.raises(ParseError, match="only lists the parts"):
        parse_formex(data, path=member.name)


@needs_reference
def test_a_consolidated_directive_keeps_quoted_articles_out_of_its_own() -> None:
    folder = REFERENCE / "eurlex-format-samples"
    (sample,) = folder.glob("02014L0065-20200326*.xml")

    parsed = parse_formex(sample.read_bytes(), path=sample.name)

    tops = Counter(node.locator.unit for node in parsed.nodes)
    assert tops == {Unit.ARTICLE: 15, Unit.ANNEX: 3}
    assert sum(1 for _ in parsed.walk()) == 197
    assert dict(parsed.identifiers) == {
        "celex": "02014L0065-20200326",
        "celex_act": "32014L0065",
        "eli": "dir/2014/65",
    }
    assert (parsed.dated, parsed.language) == (date(2020, 3, 26), "de")
