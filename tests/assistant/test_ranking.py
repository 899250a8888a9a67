from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from assistant.ranking import EXPECTED, EXPLAINS, NAMED, Ranker
from assistant.testing import TODAY
from assistant.understanding import understand
from corpus.catalog import Corpus
from index.expand import Expander
from index.types import Hit

MakeHit = Callable[..., Hit]
PLAIN = understand("What does the maker do?")


@pytest.fixture(scope="module")
def ranker(laws: Corpus) -> Ranker:
    return Ranker(laws, Expander(laws))


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


def test_an_article_comes_before_a_recital_that_scores_as_high(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("robot-act#recital-7", score=0.8), hit("robot-act#article-1", score=0.8)]

    ranked = ranker.rank(hits, PLAIN, ())

    assert ids(ranked) == ["robot-act#article-1", "robot-act#recital-7"]
    assert ranked[1].score == pytest.approx(0.8 * EXPLAINS)


def test_an_instrument_that_the_question_names_is_preferred(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("toaster-code#para-1", score=0.8), hit("drone-order#section-2", score=0.78)]

    ranked = ranker.rank(hits, PLAIN, ("drone-order",))

    assert ids(ranked) == ["drone-order#section-2", "toaster-code#para-1"]
    assert ranked[0].score == pytest.approx(0.78 * NAMED)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("How many crowns must be insured?", id="how-many"),
        pytest.param("At what weight is a permit needed?", id="at-what"),
        pytest.param("What is the maximum insurance?", id="maximum"),
    ],
)
def test_a_question_for_an_amount_prefers_a_text_with_a_figure(
    question: str, ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("toaster-code#para-1", score=0.8), hit("robot-act#article-3", score=0.78)]

    ranked = ranker.rank(hits, understand(question), ())

    assert ids(ranked) == ["robot-act#article-3", "toaster-code#para-1"]


def test_a_question_for_a_time_prefers_a_text_with_a_date_or_period(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("robot-act#article-3", score=0.8), hit("robot-act#article-2", score=0.78)]

    ranked = ranker.rank(hits, understand("When must the owner register?"), ())

    assert ids(ranked) == ["robot-act#article-2", "robot-act#article-3"]
    assert ranked[0].score == pytest.approx(0.78 * EXPECTED)


def test_a_question_for_neither_leaves_the_scores_alone(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-3", score=0.8), hit("toaster-code#para-1", score=0.7)]

    assert ranker.rank(hits, PLAIN, ()) == hits


def test_the_same_place_in_a_code_and_its_amending_rule_is_shown_once(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("chip-rule#s-740.27_a", score=0.7), hit("chip-code#s-740.27_a", score=0.8)]

    assert ids(ranker.rank(hits, PLAIN, ())) == ["chip-code#s-740.27_a"]


def test_the_code_is_shown_with_the_score_of_the_rule_that_wrote_it(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("chip-rule#s-740.27_a", score=0.8), hit("chip-code#s-740.27_a", score=0.7)]

    (shown,) = ranker.rank(hits, PLAIN, ())

    assert (shown.passage.provision_id, shown.score) == ("chip-code#s-740.27_a", 0.8)


def test_articles_of_the_same_number_in_two_acts_are_no_twins(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-1"), hit("drone-order#section-2"), hit("robot-act#article-3")]

    assert len(ranker.rank(hits, PLAIN, ())) == 3


def test_nothing_found_ranks_to_nothing(ranker: Ranker) -> None:
    assert ranker.rank([], PLAIN, ()) == []


def test_who_asks_about_a_revoked_order_is_owed_what_revoked_it(
    ranker: Ranker, hit: MakeHit
) -> None:
    (clause,) = ranker.ended_by([hit("drone-order#section-2", score=0.7)], TODAY)

    assert clause.passage.provision_id == "repeal-order#section-1"
    assert clause.found_by == ("crossref",)
    assert clause.score == 0.7


@pytest.mark.parametrize(
    ("identifier", "day"),
    [
        pytest.param("robot-act#article-1", TODAY, id="still-in-force"),
        pytest.param("drone-order#section-2", date(2024, 6, 1), id="before-its-end"),
    ],
)
def test_what_has_not_ended_was_ended_by_nothing(
    identifier: str, day: date, ranker: Ranker, hit: MakeHit
) -> None:
    assert ranker.ended_by([hit(identifier)], day) == []


def test_nothing_found_was_ended_by_nothing(ranker: Ranker) -> None:
    assert ranker.ended_by([], TODAY) == []
