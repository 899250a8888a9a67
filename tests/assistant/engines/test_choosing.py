from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.engines.choosing import (
    MAX_NAMED,
    MAX_PROVISIONS,
    choose,
    has_parts,
    parts_of,
    without_echoes,
    without_strays,
)
from assistant.protocols import Evidence
from assistant.testing import TODAY
from assistant.understanding import understand
from corpus.types import ProvisionId
from index.types import Hit

MakeHit = Callable[..., Hit]
ARTICLES = tuple(f"robot-act#article-{n}" for n in (1, 2, 3, 4))


def evidence(*hits: Hit, question: str = "Must it stop?", named: tuple[str, ...] = ()) -> Evidence:
    return Evidence(understand(question), TODAY, hits, named)


def below(found: Hit, slug: str) -> Hit:
    """The hit as one on a part of its article."""
    identifier = ProvisionId(f"{found.passage.provision_id}_{slug}")
    return replace(found, passage=replace(found.passage, provision_id=identifier))


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.provision_id for hit in hits]


def test_a_provision_elsewhere_is_taken_only_when_it_comes_very_near(hit: MakeHit) -> None:
    best = hit("robot-act#article-1", score=1.0)
    close = hit("robot-act#article-3", score=0.96)
    far = hit("robot-act#article-4", score=0.9)

    assert choose(evidence(best, close, far)) == [best, close]


def test_a_question_of_several_parts_takes_what_is_less_near(hit: MakeHit) -> None:
    best = hit("robot-act#article-1", score=1.0)
    close = hit("robot-act#article-3", score=0.9)
    question = "When must it stop, and who must insure it?"

    assert choose(evidence(best, close, question=question)) == [best, close]
    assert choose(evidence(best, close)) == [best]


def test_kin_of_the_best_hit_is_taken_before_what_is_nearer_elsewhere(hit: MakeHit) -> None:
    best = hit("robot-act#article-1", score=1.0)
    elsewhere = hit("robot-act#article-3", score=0.93)
    kin = below(hit("robot-act#article-1", score=0.89), "2")

    assert choose(evidence(best, elsewhere, kin))[1:] == [kin]


def test_at_most_a_few_provisions_are_quoted(hit: MakeHit) -> None:
    hits = [below(hit("robot-act#article-1"), f"{n}") for n in range(MAX_PROVISIONS + 3)]

    assert choose(evidence(*hits)) == hits[:MAX_PROVISIONS]


def test_a_short_question_that_names_provisions_gets_those_and_no_others(hit: MakeHit) -> None:
    named = [
        hit("robot-act#article-1", score=0.99, found_by=("reference", "dense")),
        hit("robot-act#article-3", score=0.90, found_by=("reference",)),
    ]
    other = hit("robot-act#article-4", score=0.98)

    assert choose(evidence(named[0], other, named[1])) == named


def test_a_long_question_that_names_a_provision_gets_what_comes_near_it_too(hit: MakeHit) -> None:
    named = hit("robot-act#article-1", found_by=("reference",), score=1.0)
    near = hit("robot-act#article-4", score=0.95)
    far = hit("robot-act#article-3", score=0.5)
    question = "How long must the maker keep a logbook of the robots that Article 1 lets us stop?"

    assert choose(evidence(named, near, far, question=question)) == [named, near]


def test_of_many_provisions_named_the_best_few_are_quoted(hit: MakeHit) -> None:
    named = [hit(identifier, found_by=("reference",)) for identifier in ARTICLES]

    assert choose(evidence(*named)) == named[:MAX_NAMED]


def test_what_ended_an_order_is_quoted_last(hit: MakeHit) -> None:
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    hits = [hit("drone-order#section-2"), hit("robot-act#article-1")]

    assert choose(evidence(*hits, ended_by)) == [*hits, ended_by]


def test_what_ended_an_order_is_not_quoted_twice(hit: MakeHit) -> None:
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    hits = [hit("drone-order#section-2"), hit("repeal-order#section-1")]

    assert choose(evidence(*hits, ended_by)) == hits


def test_what_ended_an_order_is_no_answer_by_itself(hit: MakeHit) -> None:
    assert choose(evidence(hit("repeal-order#section-1", found_by=("crossref",)))) == []


def test_each_of_the_texts_named_is_quoted_whatever_scores_higher(hit: MakeHit) -> None:
    hits = [
        hit("robot-act#article-1", score=0.9),
        hit("toaster-code#para-1", score=0.8),
        hit("drone-order#section-2", score=0.3),
    ]
    asked = evidence(*hits, question="Compare the two laws", named=("drone-order", "robot-act"))

    assert ids(choose(asked)) == ["robot-act#article-1", "drone-order#section-2"]


def test_a_comparison_that_names_one_text_gets_its_best_hit(hit: MakeHit) -> None:
    hits = [
        hit("robot-act#article-1", score=0.9),
        hit("drone-order#section-2", score=0.3),
        hit("toaster-code#para-1", score=0.2),
    ]
    asked = evidence(*hits, question="How does it differ?", named=("drone-order",))

    assert ids(choose(asked)) == ["robot-act#article-1", "drone-order#section-2"]


def test_of_each_question_put_in_one_the_best_hit_is_taken(hit: MakeHit) -> None:
    whole = hit("robot-act#article-1", score=1.0)
    of_part = hit("robot-act#article-4", score=0.7)
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    parts = (evidence(ended_by, whole), evidence(of_part, whole), evidence())
    asked = replace(evidence(whole, question="Who stops it, and who keeps the log?"), parts=parts)

    assert choose(asked) == [whole, of_part]


def test_an_amending_act_beside_the_text_it_amended_is_left_out(hit: MakeHit) -> None:
    amended, amending = hit("robot-act#article-1"), hit("repeal-order#section-1")
    amends = {"repeal-order": "robot-act"}

    assert without_echoes([amended, amending], amends, evidence()) == [amended]
    assert without_echoes([amending], amends, evidence()) == [amending]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(evidence(question="What changed in the rule?"), id="asks-about-the-change"),
        pytest.param(evidence(named=("repeal-order",)), id="names-the-act"),
    ],
)
def test_an_amending_act_that_is_asked_about_stays(asked: Evidence, hit: MakeHit) -> None:
    both = [hit("robot-act#article-1"), hit("repeal-order#section-1")]

    assert without_echoes(both, {"repeal-order": "robot-act"}, asked) == both


def test_strays_go_from_a_question_of_one_part_alone(hit: MakeHit) -> None:
    first, stray = hit("robot-act#article-1"), hit("robot-act#article-3")
    ended_by = hit("repeal-order#section-1", found_by=("crossref",))
    parted = evidence(question="When must it stop, and who insures it?")

    assert without_strays([first, stray, ended_by], evidence()) == [first, ended_by]
    assert without_strays([first, stray], parted) == [first, stray]
    assert without_strays([], evidence()) == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param("Who must report an incident?", 1, id="one"),
        pytest.param("Who must report an incident, and by when?", 2, id="two"),
        pytest.param("What counts as a drone or a kite?", 1, id="alternatives"),
        pytest.param("May we fly? Must we register?", 2, id="two-sentences"),
        pytest.param("Makers, importers and dealers", 0, id="no-question"),
    ],
)
def test_the_parts_of_a_question_each_ask_something(question: str, parts: int) -> None:
    assert len(parts_of(question)) == parts


def test_one_thing_asked_of_two_counts_as_several() -> None:
    assert has_parts("What does each of them say?")
    assert not has_parts("What does it say?")
