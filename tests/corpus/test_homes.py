"""Which instrument a text belongs to, by what it says of itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpus.catalog import Corpus
from corpus.homes import home_of, homes_of_number, only_its_own
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.recognise import parse_any
from corpus.types import Authority, Instrument, InstrumentId, TextKind

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)


def instrument(key: str, authority: Authority = Authority.BINDING, **names: str) -> Instrument:
    return Instrument(
        InstrumentId(key),
        key,
        key,
        "regulation",
        "",
        authority,
        TextKind.DIGEST,
        "",
        identifiers=tuple(names.items()),
    )


CATALOG = Corpus(
    {
        one.id: one
        for one in (
            instrument(
                "act",
                celex="32031R0077",
                consolidated="02031R0077-20320301",
                eli="http://data.europa.eu/eli/reg/2031/77/oj",
            ),
            instrument("controls", cfr="15 CFR 730-774", usc="50 U.S.C. 4801-4852"),
            instrument(
                "notice", Authority.PROPOSAL, cfr="15 CFR 702.7 (proposed)", frdoc="2031-07"
            ),
            instrument("order", eo="14179", fr="90 FR 8741", fr_doc="2031-02172"),
            instrument("older-order", fr="FR Doc. 2022-18840"),
            instrument("statute", usc="50 U.S.C. 4801-4852"),
            instrument("treaty", cets="225"),
        )
    },
    {},
)


def text(*identifiers: tuple[str, str], nodes: tuple[str, ...] = ("Article 1",)) -> ParsedText:
    found = tuple(Node(parse(at), "Words.") for at in nodes)
    return ParsedText("eurlex", "A text", found, identifiers=identifiers)


@pytest.mark.parametrize(
    ("identifiers", "home"),
    [
        ([("celex", "32031R0077")], "act"),
        ([("celex", "02031R0077-20320301")], "act"),
        ([("celex", "02031R0077-20330101"), ("celex_act", "32031R0077")], "act"),
        ([("celex", "32031R0078")], ""),
        ([("oj", "L/2031/77")], "act"),
        ([("oj", "L/2031/7")], ""),
        ([("cfr", "15/744")], "controls"),
        ([("cfr", "22/744")], ""),
        ([("cfr", "15/775")], ""),
        ([("usc", "50/4801")], "statute"),
        ([("usc", "50/4811a")], "statute"),
        ([("usc", "50/4853")], ""),
        ([("usc", "fifty")], ""),
        ([("fr", "2031-02172")], "order"),
        ([("fr", "2031-07")], "notice"),
        ([("fr", "2022-18840")], "older-order"),
        ([("fr", "")], ""),
        ([("eo", "14179")], "order"),
        ([("eo", "79")], ""),
        ([("eo", "")], ""),
        ([("uri", "http://www.example.org/act/2031/77")], ""),
        ([], ""),
    ],
)
def test_a_text_is_known_by_its_identifiers(identifiers: list[tuple[str, str]], home: str) -> None:
    assert home_of(text(*identifiers), CATALOG) == home


def test_a_section_is_no_text_of_the_rule_that_proposes_it() -> None:
    assert home_of(text(("cfr", "15/702")), CATALOG) == ""


def test_the_instrument_that_most_identifiers_name_is_the_home() -> None:
    mixed = text(("fr", "2031-02172"), ("cfr", "15/744"), ("cfr", "15/746"))

    assert home_of(mixed, CATALOG) == "controls"


def test_a_volume_keeps_the_parts_of_its_instrument_and_says_what_it_left_out() -> None:
    volume = text(nodes=("§ 744.1", "§ 799.1", "Supplement No. 1 to Part 740", "§ 12.1", "p. 4"))

    own = only_its_own(volume, CATALOG.instrument("controls"))

    assert [str(node.locator) for node in own.nodes] == [
        "§ 744.1",
        "Supplement No. 1 to Part 740",
        "p. 4",
    ]
    assert own.warnings == ("2 sections of other regulations in the same file were left out",)


@pytest.mark.parametrize(
    ("owner", "nodes"),
    [
        pytest.param("controls", ("§ 744.1", "§ 746.2"), id="all are its own"),
        pytest.param("controls", ("§ 12.1",), id="none is: it says so itself no better"),
        pytest.param("act", ("Article 1", "§ 12.1"), id="an instrument that is no part of the CFR"),
    ],
)
def test_a_text_that_is_of_one_piece_stays_as_it_is(owner: str, nodes: tuple[str, ...]) -> None:
    whole = text(nodes=nodes)

    assert only_its_own(whole, CATALOG.instrument(owner)) is whole


@pytest.mark.parametrize(
    ("at", "how", "homes"),
    [
        ("§ 744.23", {}, ("controls",)),
        ("§ 4801", {}, ("statute",)),
        ("§ 999.1", {}, ()),
        ("§ 744.23", {"title": "22"}, ()),
        ("§ 744.23", {"code": "cfr", "title": "15"}, ("controls",)),
    ],
)
def test_a_number_of_a_code_tells_whose_section_it_is(
    at: str, how: dict[str, Any], homes: tuple[str, ...]
) -> None:
    assert homes_of_number(CATALOG, parse(at), **how) == homes


@pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}")
@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("eu-ai-act/32024R1689.en.html", "eu-ai-act"),
        ("eu-ai-act/formex/L_202401689EN.012701.fmx.xml", "eu-ai-act"),
        ("eu-ai-act-omnibus/32026R1744.en.html", "eu-ai-act-omnibus"),
        ("gdpr/32016R0679.en.html", "gdpr"),
        ("ear/ecra-50-usc-4801-4852.md", "ecra"),
        ("ear/sections/744.23.md", "ear"),
        ("us-executive/ieepa-50-usc-1701-1709.md", "ieepa"),
    ],
)
def test_official_texts_find_their_instrument(corpus: Corpus, path: str, home: str) -> None:
    file = REFERENCE / path
    if not file.is_file():
        pytest.skip(f"{path} is not at hand")

    parsed = parse_any(file.read_bytes(), path=file.name)

    assert home_of(parsed, corpus) == home
