from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locators import parse
from corpus.types import Interval, Provision, TextKind, Version, provision_id

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start, end = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if start is not None and end is not None and start >= end:
        end = start + timedelta(days=1)
    return Interval(start, end)


@given(intervals(), intervals())
def test_intervals_overlap_where_they_share_a_day(one: Interval, other: Interval) -> None:
    days = [date(2019, 12, 31) + timedelta(days=n) for n in range(64)]

    shared = any(one.contains(day) and other.contains(day) for day in days)

    assert one.overlaps(other) is other.overlaps(one) is shared


def test_an_interval_holds_its_first_day_and_not_its_last() -> None:
    interval = Interval(date(2024, 8, 1), date(2026, 7, 27))

    assert interval.contains(date(2024, 8, 1))
    assert interval.contains(date(2026, 7, 26))
    assert not interval.contains(date(2026, 7, 27))


@pytest.mark.parametrize("end", [date(2024, 8, 1), date(2024, 7, 31)], ids=["empty", "backward"])
def test_an_interval_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="need start < end"):
        Interval(date(2024, 8, 1), end)


def test_a_provision_has_no_wording_outside_its_versions() -> None:
    locator = parse("Article 4")
    old = Version("Old.", "H", TextKind.DIGEST, Interval(date(2024, 1, 1), date(2025, 1, 1)))
    provision = Provision(provision_id("my-law", locator), "my-law", locator, (old,))  # type: ignore[arg-type]

    assert provision.on(date(2024, 12, 31)) is old
    assert provision.on(date(2023, 12, 31)) is None
    assert provision.on(date(2025, 1, 1)) is None


def test_a_provision_id_is_the_instrument_and_the_slug() -> None:
    assert provision_id("ear", parse("§ 744.23(a)(2)")) == "ear#s-744.23_a_2"
