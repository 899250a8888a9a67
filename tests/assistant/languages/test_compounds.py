from __future__ import annotations

import time

import pytest

from assistant.languages.compounds import split
from assistant.languages.glossary import load
from assistant.languages.types import Language

TABLE = {"grund": "basic", "recht": "right", "rechte": "rights", "aufsicht": "oversight"}


def test_a_compound_is_the_fewest_known_parts() -> None:
    assert split("grundrechte", TABLE.get) == (["basic", "rights"], "")


def test_a_letter_between_two_parts_is_left_out() -> None:
    assert split("rechtsaufsicht", TABLE.get) == (["right", "oversight"], "")


def test_a_part_that_is_not_known_is_the_rest() -> None:
    assert split("dampfaufsicht", TABLE.get) == (["oversight"], "dampf")


def test_a_word_without_known_parts_is_left_whole() -> None:
    assert split("donaudampf", TABLE.get) == ([], "donaudampf")


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("halbleiterexport", ["semiconductor", "export"]),
        ("datenschutzregeln", ["data protection", "rule"]),
    ],
)
def test_compounds_of_the_subject_are_understood(word: str, english: list[str]) -> None:
    assert split(word, load(Language.GERMAN).one) == (english, "")


def test_a_very_long_word_costs_no_time() -> None:
    started = time.perf_counter()

    split("rechts" * 9, TABLE.get)
    split("rechts" * 700, TABLE.get)

    assert time.perf_counter() - started < 0.5
