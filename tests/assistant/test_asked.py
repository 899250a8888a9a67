from __future__ import annotations

import pytest

from assistant.asked import AskedFor, asked_for


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        pytest.param("Is the order binding?", {"yes_no"}, id="yes-no"),
        pytest.param("If we export it, does the rule apply?", {"yes_no"}, id="condition-first"),
        pytest.param("The Act bans it, right?", {"yes_no"}, id="tag"),
        pytest.param("How long must logs be kept?", {"amount"}, id="how-long"),
        pytest.param("Above what amount must we report?", {"amount"}, id="above-what"),
        pytest.param("What is the highest fine for a bank?", {"amount"}, id="superlative"),
        pytest.param("By when must we register?", {"date"}, id="by-when"),
        pytest.param("When does the duty start to bite?", {"date"}, id="when-of-time"),
        pytest.param("What is a deployer?", {"definition"}, id="what-is-a"),
        pytest.param("What is meant by harm?", {"definition"}, id="meant-by"),
        pytest.param("Which conditions must be met?", {"list"}, id="which-plural"),
        pytest.param("Name the eight firms.", {"list"}, id="name-the"),
        pytest.param("Which article says so?", {"place"}, id="which-article"),
        pytest.param("Where exactly does it say that?", {"place"}, id="where-said"),
        pytest.param("Who decides on appeals?", {"who"}, id="who"),
        pytest.param("Which authority grants it?", {"who"}, id="which-body"),
        pytest.param("Is it still in force?", {"yes_no", "status"}, id="status"),
        pytest.param("Who signs it, and by when?", {"who", "date"}, id="two-kinds"),
        pytest.param("Which one, and what amounts came out?", {"amount"}, id="unsure-seam"),
        pytest.param("Why is that?", set(), id="none"),
    ],
)
def test_the_kind_of_answer_is_read_from_how_a_question_asks(
    question: str, kinds: set[str]
) -> None:
    assert asked_for(question) == {AskedFor(kind) for kind in kinds}


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        pytest.param(
            "A limit was set when we met. Who checks?", AskedFor.AMOUNT, id="limit-told-before"
        ),
        pytest.param("May a firm deal with those who trade arms?", AskedFor.WHO, id="relative-who"),
        pytest.param("What happens to it in a country?", AskedFor.DEFINITION, id="count-ry"),
        pytest.param("When must a lab stop?", AskedFor.DATE, id="when-of-condition"),
        pytest.param("Which sentence gives me that?", AskedFor.LIST, id="singular-and-verb"),
        pytest.param("Where must a firm sit?", AskedFor.PLACE, id="where-on-the-map"),
        pytest.param("What are the strings attached?", AskedFor.DEFINITION, id="what-are-the"),
        pytest.param("How far do the texts agree?", AskedFor.AMOUNT, id="how-far"),
    ],
)
def test_a_word_in_another_place_asks_for_nothing(question: str, absent: AskedFor) -> None:
    assert absent not in asked_for(question)
