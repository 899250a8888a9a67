from __future__ import annotations

import pytest

from assistant.mentions import Names
from assistant.naming import Namer
from assistant.resolving import resolve, topic_of
from corpus.catalog import Corpus


@pytest.mark.parametrize(
    ("earlier", "question", "shown"),
    [
        pytest.param(
            "Is a licence needed for Japan?",
            "And for Canada?",
            "Is a licence needed for Canada?",
            id="country",
        ),
        pytest.param(
            "What must a Canadian exporter file?",
            "And a Japanese one?",
            "What must a Japanese exporter file?",
            id="adjective",
        ),
        pytest.param(
            "How can a German firm appeal?",
            "What about Norway?",
            "How can a Norwegian firm appeal?",
            id="noun-for-adjective",
        ),
        pytest.param(
            "What does the deal between the US and Japan say?",
            "And the one with Korea?",
            "What does the deal between the US and South Korea say?",
            id="whose-law-stays",
        ),
        pytest.param(
            "What must providers of robots do?",
            "And importers?",
            "What must importers of robots do?",
            id="actor",
        ),
        pytest.param(
            "Is Nvidia an approved designer under the EAR?",
            "And Huawei?",
            "Is Huawei an approved designer under the EAR?",
            id="company",
        ),
        pytest.param(
            "Which fine does Article 99 set?",
            "And art. 101?",
            "Which fine does Article 101 set?",
            id="place",
        ),
        pytest.param(
            "What does Article 53(1)(a) require?",
            "And point (b)?",
            "What does Article 53(1)(b) require?",
            id="point",
        ),
        pytest.param(
            "What does Article 53(1) require?",
            "And paragraph 2?",
            "What does Article 53(2) require?",
            id="paragraph",
        ),
        pytest.param(
            "What does the code say on watermarks?",
            "And on theft?",
            "What does the code say on theft?",
            id="same-preposition",
        ),
        pytest.param(
            "What counts as a robot under the Act?",
            "And a drone?",
            "What counts as a drone under the Act?",
            id="term",
        ),
        pytest.param(
            "Which duties are there?",
            "And for open-source models?",
            "Which duties are there, for open-source models?",
            id="added",
        ),
        pytest.param(
            "When must we report?",
            "And if somebody dies?",
            "When must we report, if somebody dies?",
            id="condition",
        ),
        pytest.param(
            "From when do the duties bite for toys?",
            "What if it is a lift instead?",
            "From when do the duties bite if it is a lift?",
            id="another-condition",
        ),
        pytest.param(
            "Is EO 14110 still in force?",
            "Who revoked it?",
            "Who revoked EO 14110?",
            id="sure-pronoun",
        ),
        pytest.param(
            "What is the diffusion rule?",
            "Which are its exceptions?",
            "Which are the diffusion rule's exceptions?",
            id="sure-possessive",
        ),
    ],
)
def test_what_is_new_takes_the_place_of_what_it_is_like(
    earlier: str, question: str, shown: str
) -> None:
    assert resolve(question, earlier).shown == shown


def test_where_a_pronoun_is_not_sure_the_earlier_question_is_shown_beside_it() -> None:
    resolved = resolve("Is it lighter if we are small?", "What must a maker keep under the Act?")

    assert resolved.shown == (
        "Is it lighter if we are small? (asked after: What must a maker keep under the Act?)"
    )
    assert resolved.asks == "Is it lighter if we are small?"


def test_the_words_of_the_new_turn_weigh_more_than_those_of_the_earlier_one() -> None:
    text = resolve("Is it lighter for toasters?", "What must a maker of robots keep?").text

    assert text.count("toasters") == 2
    assert text.count("robots") == 1
    assert text.count("?") == 1


def test_a_place_of_the_earlier_turn_is_not_searched_where_the_new_one_names_another() -> None:
    text = resolve("Does Article 9 say the same?", "What does Article 5 say on drones?").text

    assert "Article 5" not in text
    assert "drones" in text


def test_a_day_alone_changes_nothing_that_is_searched() -> None:
    resolved = resolve("And in March 2026?", "Which rule applies to drones?")

    assert resolved.text == "Which rule applies to drones?"
    assert resolved.shown == "Which rule applies to drones, in March 2026?"


def test_an_instrument_takes_the_place_of_an_instrument(laws: Corpus) -> None:
    names: Names = Namer(laws)

    resolved = resolve("And under the Drone Order?", "What is a fee under the Robot Act?", names)

    assert resolved.shown == "What is a fee under the Drone Order?"


def test_a_further_follow_up_leans_on_the_whole_of_the_one_before() -> None:
    first = resolve("And for Canada?", "Is a licence needed for Japan?")

    second = resolve("how long?", first.whole)

    assert "Canada" in second.text
    assert "Japan" not in second.text


def test_the_topic_is_left_when_the_asking_words_are_gone() -> None:
    assert topic_of("How long must logs be kept?") == "logs be kept"
