from __future__ import annotations

import pytest

from assistant.verify_words import Kind, Token, plain_text, tokens_of


def values(text: str, kind: Kind | None = None) -> list[str]:
    return [token.value for token in tokens_of(text) if kind is None or token.kind is kind]


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        pytest.param(
            Kind.DATE,
            ("2 August 2026", "August 2, 2026", "2026-08-02", "2nd of August 2026", "2.8.2026"),
            id="a-day",
        ),
        pytest.param(Kind.DATE, ("August 2026", "Aug. 2026", "August, 2026"), id="a-month"),
        pytest.param(
            Kind.FIGURE,
            ("10^25", "10²⁵", "1e25", "10 ^ 25", "10(^25)", "10**25", "10 to the power of 25"),
            id="a-power",
        ),
        pytest.param(
            Kind.FIGURE,
            ("EUR 35 000 000", "€35,000,000", "35 million euros", "EUR 35 million", "€35 000 000"),
            id="money",
        ),
        pytest.param(Kind.FIGURE, ("7 %", "7%", "7 percent", "seven per cent"), id="a-share"),
        pytest.param(Kind.FIGURE, ("25", "twenty-five", "twenty five", "25.0"), id="a-count"),
        pytest.param(Kind.FIGURE, ("4,800", "4 800", "4800"), id="thousands"),
        pytest.param(
            Kind.PLACE,
            ("Article 6(1)(a)", "Art. 6(1)(a)", "point (a) of paragraph 1 of Article 6"),
            id="a-place",
        ),
        pytest.param(Kind.PLACE, ("§ 744.23(a)(2)", "15 CFR 744.23(a)(2)"), id="a-section"),
        pytest.param(Kind.MODAL, ("shall", "must", "is required to", "has to"), id="duty"),
        pytest.param(
            Kind.MODAL, ("need not", "is not required to", "does not have to"), id="no-duty"
        ),
        pytest.param(Kind.MODAL, ("shall not", "must not", "mustn't"), id="prohibition"),
        pytest.param(Kind.LIMIT, ("at least", "not less than", "no fewer than"), id="a-floor"),
        pytest.param(Kind.LIMIT, ("up to", "at most", "no more than"), id="a-ceiling"),
        pytest.param(Kind.CONDITION, ("if", "where", "in the event of"), id="a-condition"),
    ],
)
def test_spellings_of_one_thing_are_one_token(kind: Kind, spellings: tuple[str, ...]) -> None:
    found = {tuple(values(f"It says {spelling} here", kind)) for spelling in spellings}

    assert len(found) == 1
    assert len(found.pop()) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("2 August 2026", "8 February 2026", id="day-and-month"),
        pytest.param("10^25", "10^26", id="powers"),
        pytest.param("10^25", "1025", id="a-power-and-a-number"),
        pytest.param("EUR 35", "USD 35", id="currencies"),
        pytest.param("7 %", "7", id="a-share-and-a-count"),
        pytest.param("1.5", "15", id="a-decimal-point"),
        pytest.param("Article 6(1)", "Article 6(2)", id="paragraphs"),
        pytest.param("point (a)", "point (b)", id="points"),
        pytest.param("Supplement No. 5(a)", "Supplement No. 5(b)", id="points-of-a-number"),
        pytest.param("must", "should", id="duty-and-advice"),
        pytest.param("must", "may", id="duty-and-leave"),
        pytest.param("may not", "need not", id="prohibition-and-no-duty"),
        pytest.param("may not", "must not", id="what-may-not-be-and-what-must-not"),
        pytest.param("at least", "at most", id="floor-and-ceiling"),
        pytest.param("before 2027", "after 2027", id="before-and-after"),
        pytest.param("provider", "provided", id="a-person-and-a-verb"),
        pytest.param("importer", "exporter", id="two-persons"),
        pytest.param("is informed", "informs", id="done-and-suffered"),
        pytest.param("or", "and", id="or-and-and"),
    ],
)
def test_what_differs_in_law_differs_in_tokens(first: str, second: str) -> None:
    one, other = (tokens_of(f"The record {words}") for words in (first, second))

    assert len(one) != len(other) or not all(a.means(b) for a, b in zip(one, other, strict=True))


def test_a_month_at_the_start_of_a_date_is_no_leave() -> None:
    assert values("From May 2027 it may", Kind.MODAL) == ["may"]
    assert values("From May 2027 it may", Kind.DATE) == ["2027-05"]


def test_articles_and_forms_of_be_are_left_out() -> None:
    assert values("The maker is the owner of a robot") == ["maker", "owner", "robot"]


def test_marks_stand_before_the_word_that_follows() -> None:
    tokens = tokens_of("Robots (large ones), and drones; toasters")

    assert [token.before for token in tokens] == ["", "(", "", "),", "", ";"]


def test_inflection_does_not_matter() -> None:
    assert values("Makers tested robots") == values("A maker tests the robot")


def test_a_hyphen_within_a_word_is_no_mark() -> None:
    assert tokens_of("high-risk systems")[1] == Token(Kind.WORD, "risk", "risk")


def test_contractions_are_written_out() -> None:
    assert plain_text("it can’t, won't and doesn't") == "it can not, will not and does not"


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "\u0000\ud7ff", "((((((", "10^", "§", "=" * 500]
)
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(tokens_of(text), tuple)
