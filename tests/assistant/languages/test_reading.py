from __future__ import annotations

from assistant.languages.reading import read
from assistant.languages.types import Language


def test_an_english_question_is_left_alone() -> None:
    question = "What does Inverkehrbringen mean?"

    reading = read(question, ("And {this}?",))

    assert (reading.text, reading.history) == (question, ("And {this}?",))
    assert (reading.note, reading.refusal) == ("", "")


def test_a_german_question_comes_with_a_note_of_what_was_read() -> None:
    reading = read("Was ist ein Betreiber?")

    assert reading.language is Language.GERMAN
    assert reading.text == "what is deployer?"
    assert reading.note.endswith("what is deployer?")
    assert reading.refusal == ""


def test_the_turns_before_are_read_in_their_own_languages() -> None:
    reading = read("And for SMEs?", ("Qui est déployeur ?", "Chi è il fornitore?"))

    assert reading.history == ("who is deployer?", "who is provider?")
    assert reading.text == "And for SMEs?"


def test_a_turn_without_words_to_tell_it_by_is_in_the_language_before() -> None:
    reading = read("PME ?", ("Qui est déployeur ?",))

    assert reading.language is Language.FRENCH
    assert "small and medium-sized enterprises" in reading.text


def test_a_language_that_is_not_read_is_refused_in_it() -> None:
    reading = read("¿Qué es un proveedor según el reglamento?")

    assert reading.refusal.startswith("No se admiten preguntas en español.")


def test_a_question_of_unknown_words_is_refused_with_some_of_them() -> None:
    reading = read("Welche Zwergkaninchen knabbern Löwenzahn und Petersilie?")

    assert "Zwergkaninchen" in reading.refusal
    assert reading.refusal.startswith("Von Ihrer Frage")
