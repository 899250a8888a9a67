from __future__ import annotations

import pytest

from assistant.citing import Citer
from assistant.engines.table import Row, table
from assistant.testing import TODAY
from assistant.types import Citation, Claim
from corpus.catalog import Corpus


@pytest.fixture
def citation(laws: Corpus) -> Citation:
    return Citer(laws, TODAY).cite(1, laws.provision("robot-act#article-1"), 0, (0, 9))


def test_a_row_holds_name_status_and_words_with_their_marker(citation: Citation) -> None:
    said = (Claim("It stops.", (1,), "verbatim"), Claim("It is tested.", (1,), "verbatim"))

    text, claims = table([Row("Robot Act, Article 1", citation, said)])

    assert text.split("\n") == [
        "| Text | Status | What it says |",
        "|---|---|---|",
        "| **Robot Act, Article 1** | in force | It stops. [1] It is tested. [1] |",
    ]
    assert [claim.text for claim in claims] == [
        "**Robot Act, Article 1** (in force):",
        "It stops.",
        "It is tested.",
    ]


def test_a_bar_or_line_break_in_a_quote_breaks_no_row(citation: Citation) -> None:
    said = (Claim("one | two\nthree", (1,), "verbatim"),)

    text, _ = table([Row("Robot Act", citation, said)])

    assert text.split("\n")[2:] == [r"| **Robot Act** | in force | one \| two three [1] |"]


def test_a_quote_that_goes_on_from_a_lead_is_opened_with_it(citation: Citation) -> None:
    said = (Claim("keep a logbook.", (1,), "verbatim"),)

    text, claims = table([Row("Robot Act", citation, said, "Makers shall:")])

    assert "| Makers shall: keep a logbook. [1] |" in text
    assert claims[0].text.endswith("after “Makers shall”:")


def test_a_silent_row_cites_nothing() -> None:
    text, claims = table([Row("Toaster Code")])

    assert text.endswith("| **Toaster Code** | – | Nothing found in this text |")
    assert claims == (Claim("**Toaster Code**: nothing found in this text.", (), "checked"),)
