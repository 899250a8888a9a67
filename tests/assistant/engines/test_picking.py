from __future__ import annotations

from assistant.engines.picking import overlap, pick, read
from assistant.testing import flat_idf
from corpus.catalog import Corpus

OPENS = "The logbook of a robot records every start."


def logbook(laws: Corpus) -> str:
    return laws.provision("robot-act#article-4").versions[0].text


def picked(question: str, text: str, place: int = 0) -> list[str]:
    return [one.text for one in pick(read(question, flat_idf), text, place=place)]


def test_of_many_sentences_those_that_answer_are_picked_in_the_order_of_the_text(
    laws: Corpus,
) -> None:
    found = picked("What fee is due for a copy?", logbook(laws), place=2)

    assert found == [OPENS, "A fee of 12 crowns is due for each copy."]


def test_a_sentence_with_the_figure_asked_goes_before_one_with_the_words_alone(
    laws: Corpus,
) -> None:
    found = picked("How long is the logbook kept?", logbook(laws), place=3)

    assert found == ["The maker keeps the logbook for 7 years."]


def test_a_faint_likeness_does_not_displace_the_sentence_that_opens_the_rule(
    laws: Corpus,
) -> None:
    question = "Would a purple giraffe parade through town annoy an inspector on Sunday?"

    assert picked(question, logbook(laws), place=3) == [OPENS]


def test_a_further_sentence_is_picked_for_what_it_adds() -> None:
    text = (
        "Makers shall test the brake of a robot. Makers test the brake in winter. "
        "Dealers shall sell the robot with a manual. Nobody else is bound. Cats are exempt."
    )

    found = picked("Who must test the brake of a robot and who sells it with a manual?", text, 2)

    assert found == [
        "Makers shall test the brake of a robot.",
        "Dealers shall sell the robot with a manual.",
    ]


def test_a_short_provision_is_picked_whole(laws: Corpus) -> None:
    text = laws.provision("robot-act#article-1").versions[0].text

    assert " ".join(picked("Who tests the stop?", text)) == text


def test_overlap_is_the_share_of_the_question_that_a_text_holds() -> None:
    asked = read("robot brake", flat_idf)

    assert overlap(asked, "The robot stops.") == 0.5
    assert overlap(asked, "The robot has a brake.") == 1
    assert overlap(read("of the", flat_idf), "robot") == 0
