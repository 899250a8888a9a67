from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.citing import is_exact
from assistant.engines.extractive import MAX_PROVISIONS, ExtractiveEngine, choose
from assistant.protocols import Draft, Evidence
from assistant.testing import TODAY, flat_idf
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


def provisions(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


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
    assert unmarked == said
    assert notice.startswith("*Quoted from")


def test_without_hits_nothing_is_composed(engine: ExtractiveEngine) -> None:
    assert engine.compose(evidence()) == Draft("", (), ())


def test_a_short_provision_is_quoted_whole(engine: ExtractiveEngine, hit: MakeHit) -> None:
    first = hit("robot-act#article-1")

    draft = engine.compose(evidence(first, question="Who tests the stop?"))

    assert [citation.quote for citation in draft.citations] == [first.passage.text]


def test_of_a_provision_of_many_sentences_those_that_answer_are_picked(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    picked = engine.pick("What fee is due for a copy?", hit("robot-act#article-4"), 2)

    assert [s.text for s in picked] == [
        "The logbook of a robot records every start.",
        "A fee of 12 crowns is due for each copy.",
    ]


def test_a_faint_likeness_does_not_displace_the_sentence_that_opens_the_rule(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    question = "Would a purple giraffe parade through town annoy an inspector on Sunday?"

    (picked,) = engine.pick(question, hit("robot-act#article-4"), 1)

    assert picked.text == "The logbook of a robot records every start."


def test_sentences_apart_in_the_text_are_quotes_of_their_own(
    engine: ExtractiveEngine, hit: MakeHit
) -> None:
    logbook = hit("robot-act#article-4")

    draft = engine.compose(evidence(logbook, question="What fee is due for a copy?"))

    first, last = draft.citations
    assert first.quote.endswith("for 7 years.")
    assert last.quote == "A fee of 12 crowns is due for each copy."
    assert first.passage_id == last.passage_id == logbook.passage.id


def test_a_further_provision_is_quoted_only_when_it_comes_close(hit: MakeHit) -> None:
    best = hit("robot-act#article-1", score=0.9)
    close = hit("robot-act#article-3", score=0.8)
    far = hit("robot-act#article-4", score=0.5)

    assert choose(evidence(best, close, far)) == [best, close]


def test_at_most_a_few_provisions_are_quoted(hit: MakeHit) -> None:
    hits = [hit(identifier) for identifier in EVERY_PROVISION]

    assert choose(evidence(*hits)) == hits[:MAX_PROVISIONS]


def test_provisions_that_the_question_names_are_quoted_and_no_others(hit: MakeHit) -> None:
    named = [
        hit("robot-act#article-1", score=0.99, found_by=("reference", "dense")),
        hit("robot-act#article-3", score=0.90, found_by=("reference",)),
    ]
    other = hit("robot-act#article-4", score=0.98)

    assert choose(evidence(named[0], other, named[1])) == named


def test_of_many_provisions_named_the_best_few_are_quoted(hit: MakeHit) -> None:
    named = [hit(identifier, found_by=("reference",)) for identifier in EVERY_PROVISION]

    assert choose(evidence(*named)) == named[:MAX_PROVISIONS]


def test_what_ended_an_order_is_quoted_last_however_many_come_before(hit: MakeHit) -> None:
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    hits = [hit(f"robot-act#article-{n}") for n in (1, 3, 4)]

    assert choose(evidence(*hits, ended_by)) == [*hits, ended_by]


def test_what_ended_an_order_is_not_quoted_twice(hit: MakeHit) -> None:
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    hits = [hit("drone-order#section-2"), hit("repeal-order#section-1")]

    assert choose(evidence(*hits, ended_by)) == hits


def test_what_ended_an_order_is_no_answer_by_itself(hit: MakeHit) -> None:
    assert choose(evidence(hit("repeal-order#section-1", found_by=("crossref",)))) == []


def test_a_comparison_picks_one_hit_for_each_instrument_named(hit: MakeHit) -> None:
    hits = [
        hit("robot-act#article-1", score=0.9),
        hit("robot-act#article-4", score=0.9),
        hit("toaster-code#para-1", score=0.8),
        hit("drone-order#section-2", score=0.3),
    ]
    asked = evidence(*hits, question="Compare the two laws", named=("drone-order", "robot-act"))

    assert provisions(choose(asked)) == ["robot-act#article-1", "drone-order#section-2"]


def test_a_comparison_that_names_none_picks_the_best_of_the_near_instruments(hit: MakeHit) -> None:
    hits = [
        hit("robot-act#article-1", score=0.8),
        hit("toaster-code#para-1", score=0.7),
        hit("drone-order#section-2", score=0.3),
    ]

    chosen = choose(evidence(*hits, question="What is the difference?"))

    assert provisions(chosen) == ["robot-act#article-1", "toaster-code#para-1"]


def test_a_comparison_within_one_instrument_picks_its_two_best(hit: MakeHit) -> None:
    hits = [hit(f"robot-act#article-{n}") for n in (1, 3, 4)]

    assert choose(evidence(*hits, question="How do the two differ?")) == hits[:2]


def test_the_wording_found_is_the_wording_quoted(engine: ExtractiveEngine, hit: MakeHit) -> None:
    old = hit("robot-act#article-2", version=0)
    new = replace(hit("robot-act#article-2", version=1), score=0.1)

    quotes = [engine.compose(evidence(found)).citations[0].quote for found in (old, new)]

    assert "90 days" in quotes[0]
    assert "30 days" in quotes[1]
