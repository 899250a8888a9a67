from __future__ import annotations

import time

import pytest

from corpus.catalog import Corpus, assemble
from corpus.parsers.digest import parse_digest
from index.expand import Expander, asked_term


@pytest.fixture(scope="module")
def expander(embedded: Corpus) -> Expander:
    return Expander(embedded)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("What does Article 6(2) of the AI Act say?", "eu-ai-act#article-6_2", id="EU"),
        pytest.param("art. 6(2)?", "eu-ai-act#article-6_2", id="bare article is the AI Act's"),
        pytest.param("Article 22(1) GDPR", "gdpr#article-22_1", id="instrument named"),
        pytest.param("15 CFR 744.23(a)(1)", "ear#s-744.23_a_1", id="CFR goes by its part"),
        pytest.param("Is ECCN 4E091 controlled?", "ear#eccn-4E091", id="ECCN is the EAR's"),
        pytest.param("Recital 71 of the GDPR", "gdpr#recital-71", id="recital"),
    ],
)
def test_a_locator_leads_to_its_provision(expander: Expander, question: str, expected: str) -> None:
    named = dict(expander.expand(question))

    assert any(key == expected or key.startswith(f"{expected}_") for key in named)
    assert "reference" in named.values()


def test_every_provision_named_by_a_locator_lies_at_it(
    expander: Expander, embedded: Corpus
) -> None:
    named = expander.expand("Article 6 of the AI Act")

    locators = [str(embedded.provision(key).locator) for key, _ in named]
    assert len(locators) > 1
    assert all(locator.startswith("Article 6(") for locator in locators)


def test_a_point_that_is_not_there_leads_to_the_paragraph_above(
    small: Corpus,
) -> None:
    named = Expander(small).expand("Article 2(1)(b) of the Robot Act")

    assert ("robot-act#article-2_1", "reference") in named


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Article 9999 of the AI Act", id="article"),
        pytest.param("15 CFR 999.1", id="part of nobody"),
        pytest.param("How high is the fine?", id="no locator"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_not_there_is_not_named(expander: Expander, question: str) -> None:
    assert expander.expand(question) == []


def test_an_article_without_its_instrument_names_nothing_where_the_ai_act_is_absent(
    small: Corpus,
) -> None:
    assert Expander(small).expand("What does Article 1 say?") == []


def test_a_wide_locator_names_no_more_than_a_handful(expander: Expander) -> None:
    assert len(expander.expand("Part 744")) <= 24


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Does the Robot Act cover toys?", ("robot-act",), id="short title"),
        pytest.param("the DRONE-BLADE rule, please", ("rotor-rule",), id="alias, any case"),
        pytest.param("Rotor Rule or Robot Act?", ("rotor-rule", "robot-act"), id="longest first"),
        pytest.param("the robot acts strangely", (), id="inside a longer word"),
        pytest.param("robots", (), id="none"),
    ],
)
def test_instruments_are_known_by_their_names(
    small: Corpus, question: str, expected: tuple[str, ...]
) -> None:
    assert Expander(small).instruments_in(question) == expected


def test_a_name_inside_a_longer_one_does_not_count(small: Corpus) -> None:
    expander = Expander(small)

    assert expander.instruments_in("the blade rule") == ("robot-act",)
    assert expander.instruments_in("the drone blade rule") == ("rotor-rule",)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What is a courier robot?", id="what is"),
        pytest.param("what are courier robots", id="plural"),
        pytest.param("What is a 'courier robot' under the Robot Act?", id="under"),
        pytest.param("Definition of courier robot", id="definition of"),
        pytest.param("How is courier robot defined?", id="how defined"),
        pytest.param("How does the Robot Act define a courier robot?", id="how does it define"),
        pytest.param("What does the Robot Act mean by courier robot?", id="mean by"),
        pytest.param("Define courier robot", id="define"),
    ],
)
def test_a_question_for_a_meaning_leads_to_the_definition(small: Corpus, question: str) -> None:
    assert ("robot-act#article-2_1", "definition") in Expander(small).expand(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("May a courier robot use the pavement?", id="no question of meaning"),
        pytest.param("What is a parcel?", id="another term"),
    ],
)
def test_other_questions_lead_to_no_definition(small: Corpus, question: str) -> None:
    assert Expander(small).expand(question) == []


def test_the_definition_of_the_named_instrument_is_preferred(expander: Expander) -> None:
    named = dict(expander.expand("What is an AI system under the AI Act?"))

    definitions = [key for key, route in named.items() if route == "definition"]
    assert definitions == ["eu-ai-act#article-3_1"]


def test_a_provision_named_by_locator_is_no_definition_too(small: Corpus) -> None:
    named = Expander(small).expand("Define courier robot under Article 2(1) of the Robot Act")

    assert [route for key, route in named if key == "robot-act#article-2_1"] == ["reference"]


def test_no_meaning_is_asked_for_in_a_plain_sentence() -> None:
    assert asked_term("The courier came at noon.") is None


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("what is " * 5000, id="repeated opening"),
        pytest.param("how does " + "a " * 9000 + "define", id="long middle"),
        pytest.param("Article " + "(1)" * 9000, id="long locator"),
        pytest.param("§" * 20000, id="signs"),
        pytest.param("'" * 20000, id="quotes"),
    ],
)
def test_hostile_input_is_read_in_no_time(expander: Expander, hostile: str) -> None:
    started = time.perf_counter()

    expander.expand(hostile)

    assert time.perf_counter() - started < 2


INSTRUMENT = """+++
id = "{id}"
title = "{title}"
short_title = "{title}"
kind = "{kind}"
jurisdiction = "INT"
authority = "{authority}"
text_kind = "{text_kind}"
+++

"""
UPLOAD = {"kind": "upload", "authority": "upload", "text_kind": "upload"}
LAW = {"kind": "regulation", "authority": "binding", "text_kind": "digest"}
FERRIES = """### p. 1 | Act on Ferries, Article 5.2
Every ferry carries a bell.

### p. 2 | Guide to Article 6 for shops
Shops on ferries close at noon.

### p. 3 | Article 7 of the Act on Ferries
The crew wears blue.

### p. 4 | Act on Ferries, Article 8
One half of it.

### p. 5 | Act on Ferries, Article 8
The other half of it.

### p. 6 | Act on Ferries, Annex III.1.c
Three bells.

### p. 7 | Gangways
Article 9 is about gangways.
"""
LAW_OF_KITES = "### Article 5(2) | Tails\nTails are of silk.\n"


def _with_uploads(**laws: str) -> Expander:
    """An expander over one own document and these laws, by id."""
    texts = [INSTRUMENT.format(id="ferries", title="ferries.html", **UPLOAD) + FERRIES]
    texts += [INSTRUMENT.format(id=key, title=key, **LAW) + body for key, body in laws.items()]
    return Expander(assemble(parse_digest(text, path="a.md") for text in texts))


class TestHeadings:
    """Places of own documents, which only their headings name."""

    @pytest.mark.parametrize(
        ("question", "page"),
        [
            pytest.param("What does Article 5(2) say?", 1, id="at the end of its heading"),
            pytest.param("art. 5.2, please", 1, id="any spelling"),
            pytest.param("Article 5(2) of ferries.html", 1, id="document named"),
            pytest.param("What does Article 7 say?", 3, id="at the start of its heading"),
            pytest.param("Annex III, point 1(c)", 6, id="point of an annex"),
        ],
    )
    def test_a_place_leads_to_the_page_whose_heading_names_it(
        self, question: str, page: int
    ) -> None:
        assert _with_uploads().expand(question) == [(f"ferries#p-{page}", "reference")]

    @pytest.mark.parametrize(
        "question",
        [
            pytest.param("What does Article 6 say?", id="in the middle of a heading"),
            pytest.param("What does Article 8 say?", id="many headings share it"),
            pytest.param("What does Article 9 say?", id="in the text only"),
            pytest.param("What does Article 5 say?", id="a larger place"),
            pytest.param("What does Article 5(2)(a) say?", id="a smaller place"),
        ],
    )
    def test_what_no_heading_or_no_single_one_names_is_not_named(self, question: str) -> None:
        assert _with_uploads().expand(question) == []

    def test_a_place_of_a_named_law_is_looked_for_in_that_law_alone(self) -> None:
        expander = _with_uploads(kites=LAW_OF_KITES)

        assert expander.expand("Article 5(2) kites") == [("kites#article-5_2", "reference")]
        assert expander.expand("Annex III, point 1(c) kites") == []

    def test_a_bare_article_is_the_ai_acts_where_that_is_there(self) -> None:
        expander = _with_uploads(**{"eu-ai-act": LAW_OF_KITES})

        assert expander.expand("Article 5(2)") == [("eu-ai-act#article-5_2", "reference")]
        assert expander.expand("Article 5(2) of ferries.html") == [("ferries#p-1", "reference")]

    def test_headings_of_laws_name_no_places(self) -> None:
        expander = Expander(
            assemble(
                [
                    parse_digest(
                        INSTRUMENT.format(id="kites", title="kites", **LAW)
                        + "### Section 1 | Act on Ferries, Article 5.2\nTails.\n",
                        path="k.md",
                    )
                ]
            )
        )

        assert expander.expand("Article 5(2)") == []
