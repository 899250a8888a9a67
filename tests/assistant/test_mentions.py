from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.mentions import (
    Kind,
    Named,
    actors_in,
    adjective_of,
    countries_in,
    mentions,
)


@dataclass(frozen=True)
class FixedNames:
    """Finds one name."""

    name: str

    def spans(self, text: str) -> tuple[Named, ...]:
        start = text.find(self.name)
        return (Named(start, start + len(self.name), ("robot-act",)),) if start >= 0 else ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("and Article 5(1)", (Kind.LOCATOR, "Article 5(1)"), id="place"),
        pytest.param("what applied in March 2026", (Kind.DATE, "March 2026"), id="month"),
        pytest.param("does Tokyo agree", (Kind.COUNTRY, "Japan"), id="capital"),
        pytest.param("the korean one", (Kind.COUNTRY, "South Korea"), id="small-adjective"),
        pytest.param("must start-ups pay", (Kind.ACTOR, "SME"), id="actor"),
        pytest.param("and Huawei", (Kind.NAME, "Huawei"), id="name"),
    ],
)
def test_a_mention_has_its_kind_and_one_name_however_it_is_written(
    text: str, found: tuple[Kind, str]
) -> None:
    assert [(mention.kind, mention.value) for mention in mentions(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("tell us what to do", id="us-the-pronoun"),
        pytest.param("the Seoul commitments", id="city-in-the-name-of-a-text"),
        pytest.param("we polish it", id="verb"),
    ],
)
def test_a_word_that_only_looks_like_a_country_is_none(text: str) -> None:
    assert countries_in(text) == frozenset()


def test_the_first_word_of_a_sentence_is_no_name() -> None:
    assert mentions("Perhaps. Certainly not") == ()


def test_a_named_instrument_is_not_taken_apart() -> None:
    (found,) = mentions("is the Japan Robot Act law", FixedNames("Japan Robot Act"))

    assert (found.kind, found.value) == (Kind.INSTRUMENT, "robot-act")


def test_actors_come_once_each_in_the_order_of_the_text() -> None:
    assert actors_in("Importers, providers and another importer") == ("importer", "provider")


def test_a_country_knows_its_adjective() -> None:
    assert adjective_of("Canada") == "Canadian"
