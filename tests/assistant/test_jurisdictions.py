from __future__ import annotations

import pytest

from assistant.jurisdictions import jurisdictions_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("Does Brussels ask more than Commerce?", ("EU", "US"), id="metonyms"),
        pytest.param("What did the White House order?", ("US",), id="white-house"),
        pytest.param("Is BIS bound by it?", ("US",), id="agency"),
        pytest.param("Has the Commission answered?", ("EU",), id="commission"),
        pytest.param("What must the Federal Communications Commission do?", ("US",), id="fcc"),
        pytest.param("the Council of Europe treaty", ("COE",), id="not-the-eu"),
        pytest.param("the seven leaders at Evian", ("G7",), id="g7"),
        pytest.param("what allied governments want", ("G7",), id="allies"),
        pytest.param("Can London and Washington end it?", ("UK", "US"), id="capitals"),
        pytest.param("Tell us what it is for Norway", (), id="us-is-we-and-norway-a-place"),
    ],
)
def test_a_lawmaker_is_known_by_its_seat_its_bodies_and_its_people(
    text: str, codes: tuple[str, ...]
) -> None:
    assert set(jurisdictions_in(text)) == set(codes)


def test_lawmakers_come_in_the_order_of_the_text() -> None:
    assert jurisdictions_in("The US, then the EU, then the OECD") == ("US", "EU", "OECD")
