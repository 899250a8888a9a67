from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from assistant.ranking import ENDED, EXPECTED, EXPLAINS, NAMED, STANDING, Ranker
from assistant.testing import TODAY
from assistant.understanding import understand
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Interval, Provision, ProvisionId, TextKind, Version
from index.expand import Expander
from index.types import Hit, Route

MakeHit = Callable[..., Hit]
PLAIN = understand("What does the maker do?")


@pytest.fixture(scope="module")
def ranker(laws: Corpus) -> Ranker:
    return Ranker(laws, Expander(laws))


@pytest.fixture(scope="module")
def late(laws: Corpus) -> Corpus:
    """The invented laws with an Article 5 that is to come in 2027."""
    place = parse("Article 5")
    version = Version(
        "Robots shall sleep.", "", TextKind.DIGEST, valid=Interval(start=date(2027, 1, 1))
    )
    new = Provision(
        ProvisionId("robot-act#article-5"), InstrumentId("robot-act"), place, (version,)
    )
    return Corpus(laws.instruments, {**laws.provisions, new.id: new})


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


def test_an_article_comes_before_a_recital_that_scores_as_high(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("robot-act#recital-7", score=0.8), hit("robot-act#article-1", score=0.8)]

    ranked = ranker.rank(hits, PLAIN, (), TODAY)

    assert ids(ranked) == ["robot-act#article-1", "robot-act#recital-7"]
    assert ranked[1].score == pytest.approx(0.8 * EXPLAINS)


def test_an_instrument_that_the_question_names_is_preferred(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("toaster-code#para-1", score=0.8), hit("drone-order#section-2", score=0.78)]

    ranked = ranker.rank(hits, PLAIN, ("drone-order",), TODAY)

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

    ranked = ranker.rank(hits, understand(question), (), TODAY)

    assert ids(ranked) == ["robot-act#article-3", "toaster-code#para-1"]


def test_a_question_for_a_time_prefers_a_text_with_a_date_or_period(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("robot-act#article-3", score=0.8), hit("robot-act#article-2", score=0.78)]

    ranked = ranker.rank(hits, understand("When must the owner register?"), (), TODAY)

    assert ids(ranked) == ["robot-act#article-2", "robot-act#article-3"]
    assert ranked[0].score == pytest.approx(0.78 * EXPECTED)


def test_a_question_for_neither_leaves_the_scores_alone(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-3", score=0.8), hit("toaster-code#para-1", score=0.7)]

    assert ranker.rank(hits, PLAIN, (), TODAY) == hits


def test_a_text_that_has_ended_steps_back(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("drone-order#section-2", score=0.8), hit("robot-act#article-1", score=0.78)]

    ranked = ranker.rank(hits, PLAIN, (), TODAY)

    assert ids(ranked) == ["robot-act#article-1", "drone-order#section-2"]
    assert ranked[1].score == pytest.approx(0.8 * ENDED)


@pytest.mark.parametrize(
    ("question", "named", "day"),
    [
        pytest.param(PLAIN.text, (), date(2024, 6, 1), id="before-its-end"),
        pytest.param("What was the maker to do?", (), TODAY, id="asked-in-the-past-tense"),
        pytest.param(PLAIN.text, ("drone-order",), TODAY, id="named"),
    ],
)
def test_a_text_that_has_ended_is_no_worse_where_it_is_asked_for(
    question: str, named: tuple[str, ...], day: date, ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("drone-order#section-2", score=0.8), hit("robot-act#article-1", score=0.78)]

    ranked = ranker.rank(hits, understand(question), named, day)

    assert ids(ranked) == ["drone-order#section-2", "robot-act#article-1"]


def test_whether_a_text_is_still_law_is_answered_by_that_text(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-1", score=0.9), hit("drone-order#section-2", score=0.7)]
    asked = understand("Is the Drone Order still in force?")

    ranked = ranker.rank(hits, asked, ("drone-order",), TODAY)

    assert ids(ranked)[0] == "drone-order#section-2"
    assert ranked[0].score == pytest.approx(0.7 * STANDING)


def test_a_named_provision_without_a_wording_on_the_day_comes_in_the_next_one(
    late: Corpus, hit: MakeHit
) -> None:
    ranker = Ranker(late, Expander(late))

    (absent,) = ranker.absent("Robot Act, Article 5?", [hit("robot-act#article-1")], TODAY)

    assert absent.passage.provision_id == "robot-act#article-5"
    assert absent.passage.text == "Robots shall sleep."
    assert absent.found_by == ("reference",)


@pytest.mark.parametrize(
    ("question", "routes", "day"),
    [
        pytest.param("Robot Act, Article 5?", (), date(2028, 1, 1), id="it-is-there"),
        pytest.param("Robot Act, Article 5?", ("reference",), TODAY, id="another-was-found"),
        pytest.param("When do robots sleep?", (), TODAY, id="none-is-named"),
        pytest.param("Robot Act, Article 5?", (), date(2023, 1, 1), id="no-such-law-yet"),
    ],
)
def test_nothing_is_absent_otherwise(
    question: str, routes: tuple[Route, ...], day: date, late: Corpus, hit: MakeHit
) -> None:
    hits = [hit("robot-act#article-1", found_by=routes)]

    assert Ranker(late, Expander(late)).absent(question, hits, day) == []


def test_the_same_place_in_a_code_and_its_amending_rule_is_shown_once(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("chip-rule#s-740.27_a", score=0.7), hit("chip-code#s-740.27_a", score=0.8)]

    assert ids(ranker.rank(hits, PLAIN, (), TODAY)) == ["chip-code#s-740.27_a"]


def test_the_code_is_shown_with_the_score_of_the_rule_that_wrote_it(
    ranker: Ranker, hit: MakeHit
) -> None:
    hits = [hit("chip-rule#s-740.27_a", score=0.8), hit("chip-code#s-740.27_a", score=0.7)]

    (shown,) = ranker.rank(hits, PLAIN, (), TODAY)

    assert (shown.passage.provision_id, shown.score) == ("chip-code#s-740.27_a", 0.8)


def test_articles_of_the_same_number_in_two_acts_are_no_twins(ranker: Ranker, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-1"), hit("drone-order#section-2"), hit("robot-act#article-3")]

    assert len(ranker.rank(hits, PLAIN, (), TODAY)) == 3


def test_nothing_found_ranks_to_nothing(ranker: Ranker) -> None:
    assert ranker.rank([], PLAIN, (), TODAY) == []


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
