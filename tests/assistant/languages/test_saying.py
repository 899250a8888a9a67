from __future__ import annotations

import pytest

from assistant.languages.saying import sayings
from assistant.languages.types import Language
from assistant.types import AbstainReason

READ = [language for language in Language if language.is_read]
FOREIGN = [language for language in READ if language is not Language.ENGLISH]


@pytest.mark.parametrize("language", READ)
def test_every_reason_has_a_sentence_of_its_own(language: Language) -> None:
    said = [sayings(language).declined(reason) for reason in AbstainReason]

    assert len(set(said)) == len(AbstainReason)


@pytest.mark.parametrize("language", FOREIGN)
def test_a_language_that_is_read_falls_back_on_no_english(language: Language) -> None:
    own, english = sayings(language), sayings(Language.ENGLISH)

    assert own.looked_at != english.looked_at
    assert own.read_as("x") != english.read_as("x")
    assert own.not_understood(("x",)) != english.not_understood(("x",))
    assert all(own.declined(r) != english.declined(r) for r in AbstainReason)


@pytest.mark.parametrize("language", READ)
def test_what_was_read_and_what_was_not_are_filled_in(language: Language) -> None:
    said = sayings(language)

    assert said.read_as("what is deployer?").endswith("what is deployer?")
    assert "eins, zwei" in said.not_understood(("eins", "zwei"))


def test_only_the_first_words_that_were_not_understood_are_named() -> None:
    said = sayings(Language.GERMAN).not_understood(tuple("abcdefgh"))

    assert "a, b, c, d, e." in said


def test_braces_of_the_asker_are_left_alone() -> None:
    assert sayings(Language.ENGLISH).read_as("{words} {0}").endswith("{words} {0}")


@pytest.mark.parametrize("language", list(Language))
def test_every_language_is_told_what_can_be_asked(language: Language) -> None:
    assert sayings(language).not_supported.strip()


def test_english_declines_as_everywhere_else() -> None:
    said = sayings(Language.ENGLISH).declined(AbstainReason.NOT_IN_CORPUS)

    assert said == "Nothing in this corpus answers that question."
