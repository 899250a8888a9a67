from __future__ import annotations

import json
from importlib import resources

import pytest

from assistant.naming import Namer, described, is_slip, is_swap
from corpus.catalog import Corpus, load_embedded
from index.expand import Expander


@pytest.fixture(scope="module")
def namer() -> Namer:
    return Namer(load_embedded())


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        pytest.param("What does the Robot Act say?", "robot-act", id="name"),
        pytest.param("the robot act's fee", "robot-act", id="possessive"),
        pytest.param("What does the Robto Act say?", "robot-act", id="letters-swapped"),
        pytest.param("Is the Drone Oder law?", "drone-order", id="letter-missing"),
    ],
)
def test_a_name_is_found_however_it_is_inflected_or_misspelt(
    laws: Corpus, text: str, instrument: str
) -> None:
    assert described(text, laws) == (instrument,)


def test_a_span_covers_the_words_of_the_name(laws: Corpus) -> None:
    text = "Is a fee due under the Robot Act or the Drone Order?"

    spans = Namer(laws).spans(text)

    assert [text[span.start : span.end] for span in spans] == ["Robot Act", "Drone Order"]


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        pytest.param("atc", "act", True, id="short-swap"),
        pytest.param("pact", "act", False, id="another-word"),
        pytest.param("ant", "act", False, id="short-and-wrong"),
        pytest.param("hirosima", "hiroshima", True, id="letter-missing"),
        pytest.param("kannanaskis", "kananaskis", True, id="letter-too-many"),
        pytest.param("bletchlay", "bletchley", True, id="letter-wrong"),
        pytest.param("border", "order", False, id="another-first-letter"),
        pytest.param("order", "order", False, id="no-slip"),
    ],
)
def test_a_slip_is_one_letter_after_the_first(typed: str, meant: str, slip: bool) -> None:
    assert is_slip(typed, meant) is slip


def test_a_swap_is_of_neighbours() -> None:
    assert is_swap("gdrp", "gdpr")
    assert not is_swap("gprd", "gdpr")


@pytest.mark.parametrize(
    ("text", "instruments"),
    [
        pytest.param("the Biden order", {"eo-14110"}, id="president"),
        pytest.param("the revoked AI order of 2023", {"eo-14110"}, id="fate-and-year"),
        pytest.param("the chip tariff", {"us-semiconductor-tariff"}, id="alias"),
        pytest.param("the EU's AI law", {"eu-ai-act"}, id="possessive"),
        pytest.param("the data-centre order of January 2025", {"eo-14141"}, id="subject-and-month"),
        pytest.param("Trump's July 2025 export-promotion order", {"eo-14320"}, id="of-three"),
        pytest.param("the June 2026 military memo", {"nspm-11"}, id="month-alone"),
        pytest.param("the tech memorandum with Stockholm", {"us-sweden-tpd"}, id="partner"),
        pytest.param(
            "the reporting rule that BIS proposed", {"ai-reporting-nprm-2024"}, id="proposed"
        ),
        pytest.param(
            "what rich democracies asked AI makers",
            {"hiroshima-code", "hiroshima-principles"},
            id="asked-by-several-states",
        ),
        pytest.param("EU AI Atc", {"eu-ai-act"}, id="slip"),
        pytest.param("GDRP", {"gdpr"}, id="swapped-letters"),
    ],
)
def test_an_instrument_is_known_by_what_is_said_of_it(
    namer: Namer, text: str, instruments: set[str]
) -> None:
    assert set(namer.instruments_in(text)) == instruments


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the AI Pact", id="another-word"),
        pytest.param("the European Convention on Human Rights", id="another-convention"),
        pytest.param("Rule 1.15 of the Model Rules", id="a-number-alone"),
        pytest.param("the order of January 2019", id="no-such-day"),
        pytest.param("the law", id="a-kind-alone"),
        pytest.param("we were told to order the chips", id="a-verb"),
    ],
)
def test_a_description_that_fits_none_for_sure_names_none(namer: Namer, text: str) -> None:
    assert namer.instruments_in(text) == ()


def test_descriptions_find_more_than_names_and_are_right_nine_times_in_ten(namer: Namer) -> None:
    expander = Expander(namer.corpus)
    lines = (resources.files("evals") / "data" / "gold.jsonl").read_text(encoding="utf-8")
    right = wrong = 0

    for row in map(json.loads, lines.splitlines()):
        entries = [*row["gold"], *(one for one in row["also_ok"] if isinstance(one, dict))]
        meant = {entry["instrument"] for entry in entries}
        found = set(namer.instruments_in(row["question"]))
        more = (found - set(expander.instruments_in(row["question"]))) if meant else set()
        right += len(more & meant)
        wrong += len(more - meant)

    assert right >= 15
    assert wrong <= 0.1 * right
