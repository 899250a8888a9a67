from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalog import Corpus
from corpus.errors import LocatorError
from corpus.locators import Locator, Unit, find, formalise, iter_ancestors, loose_key, parse

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
    ("Annex III.1.c", "Annex III(1)(c)"),
    ("annex iii.1.c.", "Annex III(1)(c)"),
    ("Annex III.10.a", "Annex III(10)(a)"),
    ("Annex III.4", "Annex III(4)"),
    ("Annex III.4.", "Annex III(4)"),
    # A full stop that ends a sentence is none between the parts of a place.
    ("as in Annex III. 4 rules apply", "Annex III"),
    ("as in Annex III. 2024 brought more", "Annex III"),
    ("Annex III.2024", "Annex III"),
    ("Annex III.1.2", "Annex III"),
    ("Annex III.1.cat", "Annex III(1)"),
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


LABELS = st.text("abcdefghijABCDEF0123456789ivx", min_size=1, max_size=6)
ITEMS = st.text("abcdef0123456789", min_size=1, max_size=4)
NUMBERS = st.integers(1, 9999).map(str)
DECIMALS = st.lists(st.integers(1, 99).map(str), min_size=1, max_size=3).map(".".join)
ROMAN = st.text("IVXLC", min_size=1, max_size=5)
NUMBERS_OF = {
    Unit.ARTICLE: st.from_regex(r"[1-9][0-9]{0,3}[a-z]?", fullmatch=True),
    Unit.RECITAL: NUMBERS,
    Unit.ANNEX: ROMAN,
    Unit.CFR: st.from_regex(r"[1-9][0-9]{2,3}[a-z]?(\.[1-9][0-9]{0,2}[a-z]?)?", fullmatch=True),
    Unit.SUPPLEMENT: st.tuples(NUMBERS, NUMBERS).map("/".join),
    Unit.PART: NUMBERS,
    Unit.CHAPTER: ROMAN | NUMBERS,
    Unit.SECTION: DECIMALS,
    Unit.PARA: NUMBERS,
    Unit.CLAUSE: DECIMALS | ROMAN,
    Unit.ACTION: DECIMALS | ROMAN,
    Unit.PRINCIPLE: DECIMALS | ROMAN,
    Unit.POINT: DECIMALS | ROMAN,
    Unit.OUTCOME: DECIMALS | ROMAN,
    Unit.FUNCTION: st.tuples(
        st.sampled_from(["GOVERN", "MAP", "MEASURE", "MANAGE"]),
        st.lists(NUMBERS, min_size=1, max_size=2).map(".".join),
    ).map(" ".join),
    Unit.NOTICE: st.from_regex(r"[12][0-9]{3}-[0-9]{5}", fullmatch=True),
    Unit.PAGE: NUMBERS,
}  # fmt: skip
NOTES = st.sampled_from(["", "Note 1", "Technical Note 2", "License Exceptions", "AI system"])


@st.composite
def locators(draw: st.DrawFn) -> Locator:
    unit = draw(st.sampled_from(list(Unit)))
    if unit is Unit.HEADING:
        title = draw(st.text("abcdeXYZ ,:", min_size=1, max_size=30).map(str.strip).filter(bool))
        paragraph = draw(st.none() | NUMBERS)
        return Locator(unit, " ".join(title.split()), (paragraph,) if paragraph else ())
    if unit is Unit.ECCN:
        number = draw(st.from_regex(r"[0-9][A-E][0-9]{3}", fullmatch=True))
        return Locator(unit, number, tuple(draw(st.lists(ITEMS, max_size=4))), draw(NOTES))
    labels = draw(st.lists(LABELS, max_size=5))
    if unit is Unit.ANNEX and draw(st.booleans()):
        labels.insert(0, f"Section {draw(st.sampled_from(['1', '2', 'A', 'B']))}")
    return Locator(unit, draw(NUMBERS_OF[unit]), tuple(labels), draw(NOTES))


@given(locators())
def test_every_kind_of_locator_reads_back_as_itself(locator: Locator) -> None:
    assert parse(str(locator)) == locator


@given(locators())
def test_a_slug_fits_into_an_address(locator: Locator) -> None:
    assert locator.slug
    assert not set(locator.slug) & set(" ()#?&%")


@given(locators())
def test_the_ancestors_of_a_locator_cover_it(locator: Locator) -> None:
    ancestors = list(iter_ancestors(locator))

    assert all(ancestor.covers(locator) for ancestor in ancestors)
    assert not any(locator.covers(ancestor) for ancestor in ancestors)
    assert [*ancestors, locator.root][-1] == locator.root


@given(st.lists(locators(), max_size=8))
def test_any_locators_can_be_sorted(mixed: list[Locator]) -> None:
    ordered = sorted(mixed, key=lambda locator: locator.sort_key)

    assert all(one.sort_key <= other.sort_key for one, other in pairwise(ordered))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(["§ 742.6(A)", "§ 742.6(B)", "§ 742.6(C)", "§ 742.6(D)"], id="capitals"),
        pytest.param(
            ["§ 742.6(a)(1)(i)", "§ 742.6(a)(1)(iv)", "§ 742.6(a)(1)(v)", "§ 742.6(a)(1)(ix)"],
            id="romans of the CFR",
        ),
        pytest.param(
            ["Article 5(1)(h)(i)", "Article 5(1)(h)(v)", "Article 5(1)(h)(ix)"],
            id="romans of the EU",
        ),
        pytest.param(["Section 3(h)", "Section 3(i)", "Section 3(v)"], id="letters"),
        pytest.param(["Article 5(1)(b)", "Article 5(1)(ba)", "Article 5(1)(c)"], id="inserted"),
        pytest.param(["Article 4", "Article 4a", "Article 5"], id="inserted article"),
        pytest.param(["ECCN 3A090.a.1.b", "ECCN 3A090.a.1.c", "ECCN 3A090.a.1.d"], id="items"),
        pytest.param(["para. ii", "para. iv", "para. v", "para. ix"], id="roman paragraphs"),
        pytest.param(["Article 9", "Recital 1", "Annex I", "Heading: A"], id="units"),
    ],
)  # fmt: skip
def test_labels_sort_by_what_they_count(written: list[str]) -> None:
    ordered = sorted(map(parse, written[::-1]), key=lambda locator: locator.sort_key)

    assert [str(locator) for locator in ordered] == written


@pytest.mark.parametrize(
    ("typed", "formal"),
    [
        pytest.param("Article 6(2), point (a)", "Article 6(2)(a)", id="point behind a comma"),
        pytest.param("Annex III, point 1(a)", "Annex III(1)(a)", id="point of an annex"),
        pytest.param("Article 51, paragraph 2", "Article 51(2)", id="paragraph behind a comma"),
        pytest.param("ECCN 4E091, Note 1", "ECCN 4E091, Note 1", id="a note stays a note"),
        pytest.param("  Article \n 51(2) ", "Article 51(2)", id="spaces"),
        pytest.param("15 CFR part 744", "Part 744", id="part"),
        pytest.param("chapter iii", "Chapter III", id="roman"),
        pytest.param("Heading: What happened (2)", "Heading: What happened (2)", id="heading"),
        pytest.param("p. 12", "p. 12", id="page"),
    ],
)
def test_one_locator_is_read_however_it_is_typed(typed: str, formal: str) -> None:
    assert str(parse(typed)) == formal


def test_references_are_found_in_the_order_of_the_text() -> None:
    text = (
        "Under Annex III point 1(a) and Art. 6(2), recital 97, 15 CFR 744.23(a)(2), 3A090.a; "
        "see para. 3, GOVERN 1.1 and 2025-00636."
    )

    assert [str(mention.locator) for mention in find(text)] == [
        "Annex III(1)(a)", "Article 6(2)", "Recital 97", "§ 744.23(a)(2)", "ECCN 3A090.a",
        "para. 3", "GOVERN 1.1", "2025-00636",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("In 2024 the 27 members met at 4 pm; version 1.2.3.", id="numbers"),
        pytest.param("articles of faith, an annex building, in section A, part of it", id="words"),
        pytest.param("start 12 points ahead, the smart5 and 3 paragraphs", id="inside words"),
    ],
)
def test_what_only_looks_like_a_reference_is_not_found(text: str) -> None:
    assert find(text) == []


def test_only_the_first_of_many_references_are_given() -> None:
    text = " and ".join(f"Article {number}" for number in range(1, 100))

    assert [mention.locator.number for mention in find(text, limit=3)] == ["1", "2", "3"]


@given(st.lists(st.sampled_from([*SPELLINGS, ("and", ""), (", ", ""), ("(a)", "")]), max_size=8))
def test_a_mention_is_where_the_formal_text_says_so(words: list[tuple[str, str]]) -> None:
    text = " ".join(typed for typed, _ in words)
    formal = formalise(text)

    mentions = find(text)

    assert all(parse(formal[m.start : m.end]) == m.locator for m in mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))


@given(st.text(max_size=300) | st.text("Article 12(a).§, point Annex III CFR ECCN", max_size=300))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        found = parse(text)
    except LocatorError:
        return

    assert parse(str(found)) == found
    assert found.sort_key


@pytest.mark.parametrize("function", [parse, find, formalise], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "piece",
    [
        "Article 1(1)", "para 1 ", "744.23(a)", "ECCN 4E091 ", "Annex III, point ", "GOVERN 1.1 ",
        "point (a) of ", "points a(a)", "Section 1.", "§ ", "15 CFR ", "4E091.a", "1", "(", "(a)",
        "Heading: a (1", " ", ", ", "Supp. No. 1 to part 740 ", "2025-00636 ", "ivxlc",
    ],
)  # fmt: skip
def test_a_hundred_thousand_characters_take_less_than_a_second(
    piece: str, function: Callable[[str], object]
) -> None:
    hostile = "Article 1" + (piece * (100_000 // len(piece)))[:99_990]
    started = time.process_time()

    with suppress(LocatorError):
        function(hostile)

    assert time.process_time() - started < 1
