from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.verify import figures, normalise_figures, unsupported_figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("EUR 35 000 000", ("35000000",), id="thousands by spaces"),
        pytest.param("EUR 35,000,000", ("35000000",), id="thousands by commas"),
        pytest.param("EUR 35\u00a0000\u202f000", ("35000000",), id="thousands by thin spaces"),
        pytest.param("EUR 35 million", ("35000000",), id="millions as a word"),
        pytest.param("EUR 7.5 million", ("7500000",), id="a fraction of a million"),
        pytest.param("2 August 2026", ("2026-08-02",), id="a European date"),
        pytest.param("August 2, 2026", ("2026-08-02",), id="an American date"),
        pytest.param("10 ^ 25", ("10^25",), id="a power with spaces"),
        pytest.param("3A090 and A5", ("3",), id="digits inside a name"),
        pytest.param("no figure at all", (), id="none"),
    ],
)
def test_a_figure_has_one_form_whatever_its_spelling(text: str, found: tuple[str, ...]) -> None:
    assert figures(text) == found


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_both_ways_to_write_a_date_are_the_same_figure(day: date) -> None:
    european, american = f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year:04}"

    assert figures(european) == figures(american) == (day.isoformat(),)


def test_a_day_that_does_not_exist_stays_as_it_is_written() -> None:
    assert normalise_figures("31 February 2026") == "31 February 2026"


@given(st.text(max_size=200))
def test_a_text_bears_out_all_of_its_own_figures(text: str) -> None:
    assert unsupported_figures(text, text) == ()


@pytest.mark.parametrize(
    ("official", "figure"),
    [
        pytest.param("in the year 2017", "7", id="the end of a year"),
        pytest.param("in the year 2017", "20", id="the start of a year"),
        pytest.param("a fine of 35 000 000", "35", id="the start of a sum"),
        pytest.param("version 1.50", "50", id="behind a point"),
        pytest.param("version 1.50", "1", id="before a point"),
    ],
)
def test_a_part_of_a_longer_number_bears_nothing_out(official: str, figure: str) -> None:
    assert unsupported_figures(f"{figure} days", official) == (figure,)


@pytest.mark.parametrize(
    ("official", "digest"),
    [
        pytest.param("Country Group A5", "5 groups", id="a number glued to a letter"),
        pytest.param("within fifteen days", "15 days", id="a number word"),
        pytest.param("by 2 August 2026", "in 2026", id="the year of a date"),
        pytest.param("by 2 August 2026", "on the 2nd, or 2 of them", id="the day of a date"),
    ],
)
def test_a_figure_counts_in_any_form_the_source_gives_it(official: str, digest: str) -> None:
    assert unsupported_figures(digest, official) == ()


def test_what_is_known_needs_no_source() -> None:
    text = "Article 6 applies from 2 August 2026."

    assert unsupported_figures(text, "", known=["Article 6"]) == ("2026-08-02",)
    assert unsupported_figures(text, "", known=["Article 6", "2 August 2026"]) == ()
