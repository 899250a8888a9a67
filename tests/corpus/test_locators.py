from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalog import Corpus
from corpus.errors import LocatorError
from corpus.locators import Locator, Unit, find, loose_key, parse

SPELLINGS = [
    ("Art. 51(2)(a)", "Article 51(2)(a)"),
    ("art54", "Article 54"),
    ("Art 5.1.a", "Article 5(1)(a)"),
    ("ARTICLE 51, paragraph 2, point (a)", "Article 51(2)(a)"),
    ("paragraph 2 of Article 6", "Article 6(2)"),
    ("15 CFR § 744.23(a)(2)", "§ 744.23(a)(2)"),
    ("Sec. 744.23", "§ 744.23"),
    ("22 CFR 126.7", "§ 126.7"),
    ("50 U.S.C. 4819(c)", "§ 4819(c)"),
    ("point 4(a) of Annex III", "Annex III(4)(a)"),
    ("annex iii, point 4(a)", "Annex III(4)(a)"),
    ("Supp. No. 5 to part 740", "Supplement No. 5 to Part 740"),
    ("4e091", "ECCN 4E091"),
    ("recital (111)", "Recital 111"),
]


def test_every_locator_of_the_corpus_reads_back_as_itself(corpus: Corpus) -> None:
    wrong = [p.id for p in corpus.provisions.values() if parse(str(p.locator)) != p.locator]

    assert wrong == []


def test_no_two_locators_of_an_instrument_share_a_slug(corpus: Corpus) -> None:
    for instrument in corpus.instruments:
        slugs = [p.locator.slug for p in corpus.of(instrument)]

        assert len(slugs) == len(set(slugs))


@given(
    st.sampled_from([Unit.ARTICLE, Unit.RECITAL, Unit.CFR, Unit.SECTION, Unit.ACTION]),
    st.integers(1, 999),
    st.lists(st.sampled_from(["1", "2", "a", "b", "iv", "A", "10"]), max_size=4),
)
def test_formatting_and_parsing_undo_each_other(unit: Unit, number: int, path: list[str]) -> None:
    locator = Locator(unit, str(number), tuple(path))

    assert parse(str(locator)) == locator


@pytest.mark.parametrize(
    ("typed", "formal"), [pytest.param(*pair, id=pair[0]) for pair in SPELLINGS]
)
def test_people_may_write_a_locator_their_way(typed: str, formal: str) -> None:
    assert [str(mention.locator) for mention in find(typed)] == [formal]


@pytest.mark.parametrize("text", ["", "hello", "Article", "§", "Article 6(2) and more", "(a)"])
def test_what_is_no_locator_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(LocatorError) as caught:
        parse(text)

    assert "Article 51(2)" in caught.value.hint


def test_a_parent_covers_its_child_and_no_neighbour() -> None:
    child = parse("Article 51(2)(a)")

    assert str(child.parent) == "Article 51(2)"
    assert parse("Article 51").covers(child)
    assert not parse("Article 5").covers(child)
    assert not child.covers(parse("Article 51"))


def test_locators_sort_as_they_are_read() -> None:
    written = ["Article 2(1)", "Article 2(10)", "Article 10(1)", "Annex II(1)", "Annex IX(1)"]

    ordered = sorted(map(parse, written[::-1]), key=lambda x: x.sort_key)

    assert [str(locator) for locator in ordered] == written


def test_a_number_finds_its_unit_when_the_unit_is_left_out() -> None:
    assert loose_key(parse("Action 3")) == loose_key(parse("Principle 3"))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("Article " * 12_000, id="repeated word"),
        pytest.param("(" * 100_000, id="open brackets"),
        pytest.param("Article 1" + "(a)" * 33_000, id="deep path"),
        pytest.param("§ 744.23, paragraph " * 5_000, id="half references"),
    ],
)
def test_hostile_text_is_read_quickly(hostile: str) -> None:
    started = time.perf_counter()

    found = find(hostile)

    assert time.perf_counter() - started < 5
    assert len(found) <= 50
