from __future__ import annotations

from datetime import date

import pytest

from assistant.describing import Described, profile_of
from corpus.types import Authority, Event, EventKind, Instrument, InstrumentId, TextKind


def order(name: str, day: date, title: str, *, revoked: date | None = None) -> Instrument:
    timeline = [Event(day, EventKind.SIGNED, "")]
    if revoked:
        timeline.append(Event(revoked, EventKind.REVOKED, ""))
    return Instrument(
        id=InstrumentId(name),
        title=title,
        short_title=name.upper(),
        kind="order",
        jurisdiction="US",
        authority=Authority.BINDING,
        text_kind=TextKind.DIGEST,
        source_url="",
        timeline=tuple(timeline),
    )


ORDERS = (
    order("toasters-23", date(2023, 5, 1), "Order on Toasters", revoked=date(2025, 2, 1)),
    order("kettles-25", date(2025, 6, 1), "Order on Kettles"),
    order("drones-25", date(2025, 6, 1), "Order on Drones"),
)


@pytest.fixture(scope="module")
def described() -> Described:
    return Described(tuple(profile_of(one) for one in ORDERS))


@pytest.mark.parametrize(
    ("text", "instruments"),
    [
        pytest.param("the kettle order", {"kettles-25"}, id="subject"),
        pytest.param("the revoked order of 2023", {"toasters-23"}, id="fate-and-year"),
        pytest.param("Biden's order on toasters", {"toasters-23"}, id="president"),
        pytest.param("the June 2025 order on drones", {"drones-25"}, id="day-and-subject"),
        pytest.param("the order of summer 2025", {"kettles-25", "drones-25"}, id="two-alike"),
        pytest.param("the revoked order of 2025", set(), id="not-revoked"),
        pytest.param("Trump's order on toasters", set(), id="another-president"),
        pytest.param("the 2024 order on kettles", set(), id="another-year"),
        pytest.param("the kettle treaty", set(), id="another-kind"),
        pytest.param("the order", set(), id="nothing-said"),
    ],
)
def test_an_instrument_fits_if_all_that_is_said_is_true_of_it(
    described: Described, text: str, instruments: set[str]
) -> None:
    found = {name for one in described.found(text) for name in one.instruments}

    assert found == instruments


def test_a_description_begins_with_its_article_and_ends_with_its_clause(
    described: Described,
) -> None:
    text = "Does the June 2025 order on drones bind us?"

    (found,) = described.found(text)

    assert text[found.start : found.end].startswith("the June 2025 order on drones")


def test_who_was_president_is_known_from_the_day_of_signing() -> None:
    assert [profile_of(one).president for one in ORDERS] == ["biden", "trump", "trump"]
