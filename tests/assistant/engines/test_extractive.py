from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from markdown_it import MarkdownIt

from assistant.citing import is_exact
from assistant.engines.extractive import ExtractiveEngine
from assistant.engines.markup import unescaped
from assistant.protocols import Draft, Evidence
from assistant.testing import TODAY, flat_idf, make_hit
from assistant.understanding import understand
from corpus.catalog import Corpus
from index.types import Hit

MakeHit = Callable[..., Hit]
EVERY_PROVISION = (
    "robot-act#article-1",
    "robot-act#article-2",
    "robot-act#article-3",
    "robot-act#article-4",
    "drone-order#section-2",
    "toaster-code#para-1",
    "cloud-bill#heading-What-is-proposed",
)


@pytest.fixture
def engine(laws: Corpus) -> ExtractiveEngine:
    return ExtractiveEngine(laws, flat_idf)


def evidence(
    *hits: Hit, question: str = "What is the rule?", named: tuple[str, ...] = ()
) -> Evidence:
    return Evidence(understand(question), TODAY, hits, named)


def markers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\[(\d+)\]", text)}


@pytest.fixture(params=EVERY_PROVISION)
def draft(request: pytest.FixtureRequest, engine: ExtractiveEngine, hit: MakeHit) -> Draft:
    """A draft led by each provision in turn, with a second provision of the same score."""
    second = "robot-act#article-1" if "4" in request.param else "robot-act#article-4"
    return engine.compose(evidence(hit(request.param), hit(second), question="What fee is due?"))


def test_every_quote_is_exact(draft: Draft, laws: Corpus) -> None:
    assert len(draft.citations) >= 2
    assert all(is_exact(citation, laws) for citation in draft.citations)


def test_the_markers_in_the_text_are_the_numbers_of_the_citations(draft: Draft) -> None:
    numbers = [citation.n for citation in draft.citations]

    assert numbers == list(range(1, len(numbers) + 1))
    assert markers(draft.text) == set(numbers)


def test_every_claim_cites_a_citation(draft: Draft) -> None:
    numbers = {citation.n for citation in draft.citations}

    assert all(claim.citations and set(claim.citations) <= numbers for claim in draft.claims)


def test_a_verbatim_claim_stands_in_the_quote_that_it_cites(draft: Draft) -> None:
    quotes = {citation.n: citation.quote for citation in draft.citations}
    verbatim = [claim for claim in draft.claims if claim.support == "verbatim"]

    assert verbatim
    assert all(claim.text in quotes[claim.citations[0]] for claim in verbatim)


def test_all_that_is_said_is_a_claim_or_the_notice(draft: Draft) -> None:
    said = " ".join(claim.text for claim in draft.claims)
    *body, notice = draft.text.split("\n\n")

    unmarked = re.sub(r" (?:\[\d+\])+", "", " ".join(body))
    assert unescaped(unmarked) == said
    assert notice.startswith("*Quoted from")


def test_without_hits_nothing_is_composed(engine: ExtractiveEngine) -> None:
    assert engine.compose(evidence()) == Draft("", (), ())


def test_a_short_provision_is_quoted_whole(engine: ExtractiveEngine, hit: MakeHit) -> None:
    first = hit("robot-act#article-1")

    draft = engine.compose(evidence(first, question="Who tests the stop?"))

    assert [citation.quote for citation in draft.citations] == [first.passage.text]


def test_sentences_apart_in_the_text_are_quotes_of_their_own(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    logbook = hit("robot-act#article-4")

    draft = engine.compose(evidence(logbook, question="What fee is due for a copy?"))

    first, last = draft.citations
    assert first.quote.startswith("The logbook of a robot records every start.")
    assert last.quote.endswith("A fee of 12 crowns is due for each copy.")
    assert first.passage_id == last.passage_id == logbook.passage.id


def test_the_wording_found_is_the_wording_quoted(engine: ExtractiveEngine, hit: MakeHit) -> None:
    old = hit("robot-act#article-2", version=0)
    new = replace(hit("robot-act#article-2", version=1), score=0.1)

    quotes = [engine.compose(evidence(found)).citations[0].quote for found in (old, new)]

    assert "90 days" in quotes[0]
    assert "30 days" in quotes[1]


def test_the_status_comes_with_the_source_and_not_before_the_answer(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    draft = engine.compose(evidence(hit("robot-act#article-1"), question="How fast must it stop?"))

    assert draft.text.startswith("**Within 2 seconds**. [1]\n\n**Robot Act, Article 1** (in force")


def test_the_direct_answer_of_a_figure_stands_in_the_quote(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    question = "For how many years is the logbook of a robot kept?"

    draft = engine.compose(evidence(hit("robot-act#article-4"), question=question))

    answer = draft.claims[0]
    assert answer.text == "**For 7 years**."
    assert answer.support == "checked"
    assert "for 7 years" in draft.citations[answer.citations[0] - 1].quote


def test_the_status_of_a_text_is_told_once(engine: ExtractiveEngine, hit: MakeHit) -> None:
    hits = (hit("robot-act#article-1"), hit("robot-act#article-4"))

    draft = engine.compose(evidence(*hits, question="Who tests it, and who reads the logbook?"))

    assert draft.text.count("in force") == 1
    assert "**Robot Act, Article 4**: " in draft.text


def test_who_asks_whether_a_text_stands_is_told_so_first(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    asked = evidence(
        hit("drone-order#section-2"),
        question="Is the Drone Order still in force?",
        named=("drone-order",),
    )

    draft = engine.compose(asked)

    assert draft.claims[0].text.startswith("**No longer in force on 23 November 2026: revoked by")
    assert draft.text.count("no longer in force") == 0


def test_a_provision_named_is_told_after_the_one_that_holds_the_figure(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    named = hit("toaster-code#para-1", found_by=("reference",))
    logbook = hit("robot-act#article-4")
    question = "For how many years does a maker of toasters as in paragraph 1 keep the logbook?"

    draft = engine.compose(evidence(named, logbook, question=question))

    assert [c.locator for c in draft.citations] == ["Article 4", "para. 1"]


def test_a_comparison_of_two_texts_is_a_table_with_a_row_for_each(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    asked = evidence(
        hit("robot-act#article-1"),
        hit("toaster-code#para-1"),
        question="Compare the Robot Act with the Toaster Code",
        named=("robot-act", "toaster-code"),
    )

    draft = engine.compose(asked)

    rows = [line for line in draft.text.split("\n") if line.startswith("| **")]
    assert [row.split(" | ")[0] for row in rows] == [
        "| **Robot Act, Article 1**",
        "| **Toaster Code, para. 1**",
    ]
    assert "a political declaration, not binding" in rows[1]
    assert [c.support for c in draft.claims].count("checked") == 2


def test_a_text_compared_that_holds_nothing_is_said_to_be_silent(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    asked = evidence(
        hit("robot-act#article-1"),
        question="Compare the Robot Act with the Toaster Code",
        named=("robot-act", "toaster-code"),
    )

    draft = engine.compose(asked)

    assert "| **Toaster Code** | – | Nothing found in this text |" in draft.text
    assert draft.claims[-1].text == "**Toaster Code**: nothing found in this text."
    assert draft.claims[-1].citations == ()


def test_one_text_named_in_a_comparison_is_not_called_silent(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    asked = evidence(
        hit("robot-act#article-1"),
        question="Compare this with the Toaster Code",
        named=("toaster-code",),
    )

    assert "Nothing found" not in engine.compose(asked).text


def hostile(laws: Corpus, text: str) -> tuple[Corpus, Hit]:
    """The corpus with other words in one provision, and a hit on them."""
    old = laws.provision("toaster-code#para-1")
    new = replace(old, versions=(replace(old.versions[0], text=text),))
    corpus = replace(laws, provisions={**laws.provisions, new.id: new})
    return corpus, make_hit(corpus, "toaster-code#para-1")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("See [1](https://example.org) and ![x](//a.example/b.png) now.", id="link"),
        pytest.param("# Heading of mine", id="heading"),
        pytest.param("| a | b | <img src=x> <script>alert(1)</script>", id="table-and-html"),
        pytest.param("Ignore [2] and [1] *and* `this` ~~that~~ &lt;b&gt;.", id="markers"),
    ],
)
def test_mark_up_of_a_source_is_shown_and_not_acted_on(laws: Corpus, text: str) -> None:
    corpus, found = hostile(laws, text)

    draft = ExtractiveEngine(corpus, flat_idf).compose(evidence(found))

    assert [citation.quote for citation in draft.citations] == [text]
    assert is_exact(draft.citations[0], corpus)
    assert markers(draft.text) == {1}
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(draft.text)
    assert not re.search(r"<(?:a|img|script|h\d|table|del|code|b)\b", shown)
    assert unescape(re.sub("<[^>]+>", "", shown)).count(text) == 1
