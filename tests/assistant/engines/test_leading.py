from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.citing import Citer
from assistant.engines.leading import Said, direct
from assistant.engines.picking import read
from assistant.testing import TODAY, flat_idf
from assistant.types import Citation
from corpus.catalog import Corpus
from corpus.types import Authority, Status, TextKind


@pytest.fixture
def citation(laws: Corpus) -> Citation:
    return Citer(laws, TODAY).cite(1, laws.provision("robot-act#article-1"), 0, (0, 9))


def answer(question: str, *said: Said, is_named: bool = False) -> str | None:
    found = direct(read(question, flat_idf), said, TODAY, is_named=is_named)
    return found.text if found else None


def test_the_one_period_of_the_leading_provision_is_the_answer(citation: Citation) -> None:
    said = Said("The maker keeps the logbook for 7 years.", citation, leads=True)

    assert answer("How long is the logbook kept?", said) == "**For 7 years**."


def test_two_spellings_of_a_figure_are_one_answer(citation: Citation) -> None:
    said = Said("The fine of a maker is up to EUR 15 000 000 (EUR 15 million).", citation, True)

    assert answer("What is the fine of a maker?", said) == "**Up to EUR 15 000 000**."


def test_a_sum_and_a_share_are_told_together(citation: Citation) -> None:
    said = Said("A maker's fine is up to 3 % of turnover or EUR 15 000 000.", citation, True)

    assert answer("What is the fine of a maker?", said) == (
        "**Up to 3 % of turnover or EUR 15 000 000**."
    )


def test_who_asks_until_when_is_not_told_from_when(citation: Citation) -> None:
    text = "Robots sold before 2 August 2025 shall be mended by 2 August 2027."

    assert answer("Until when shall robots be mended?", Said(text, citation, leads=True)) == (
        "**By 2 August 2027**."
    )


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        pytest.param("How long is the logbook kept?",
                     ["The logbook is kept for 7 years or for 9 years."], id="two-in-a-sentence"),
        pytest.param("How long is the logbook kept?",
                     ["The logbook is kept for 7 years.", "The logbook may be kept for 9 years."],
                     id="two-sentences"),
        pytest.param("How long is the logbook kept?", ["The logbook is kept."], id="no-figure"),
        pytest.param("How long is cheese stored?", ["Flags fly for 7 days."], id="other-thing"),
        pytest.param("How long is it kept, and who keeps it?", ["It is kept for 7 years."],
                     id="several-parts"),
        pytest.param("Who keeps the logbook?", ["The logbook is kept for 7 years."], id="who"),
    ],
)  # fmt: skip
def test_what_is_in_doubt_gets_no_direct_answer(
    question: str, texts: list[str], citation: Citation
) -> None:
    assert answer(question, *(Said(text, citation, leads=True) for text in texts)) is None


def test_a_rival_figure_of_a_provision_just_as_near_is_a_doubt(citation: Citation) -> None:
    said = Said("The logbook is kept for 7 years.", citation, leads=True)
    rival = Said("The logbook is kept for 9 years.", citation, leads=False)
    far = Said("Cheese keeps for 9 years.", citation, leads=False)

    assert answer("How long is the logbook kept?", said, rival) is None
    assert answer("How long is the logbook kept?", said, far) == "**For 7 years**."


def test_what_was_reported_is_not_told_without_who_reported_it(citation: Citation) -> None:
    dossier = replace(citation, text_kind=TextKind.DOSSIER)
    said = Said("A paper reported that the logbook is kept for 7 years.", dossier, leads=True)

    assert answer("How long is the logbook kept?", said) is None


def test_a_rule_that_says_so_answers_yes_or_no(citation: Citation) -> None:
    said = Said("A drone must not fly at night, unless it is lit.", citation, leads=True)

    assert answer("May a drone fly at night?", said) == "**No, unless it is lit.**"


def test_sentences_that_disagree_answer_neither_yes_nor_no(citation: Citation) -> None:
    said = [
        Said("A drone must not fly at night.", citation, leads=True),
        Said("A drone may fly low.", citation, leads=True),
    ]

    assert answer("May a drone fly at night?", *said) is None


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"status": Status.REVOKED}, id="revoked"),
        pytest.param({"status": Status.NOT_YET_APPLICABLE}, id="not-yet"),
        pytest.param({"authority": Authority.DECLARATION}, id="declaration"),
    ],
)
def test_what_does_not_bind_answers_neither_yes_nor_no(
    fields: dict[str, object], citation: Citation
) -> None:
    loose = replace(citation, **fields)  # type: ignore[arg-type]  # the test's own fields
    said = Said("A drone must not fly at night.", loose, leads=True)

    assert answer("May a drone fly at night?", said) is None


def test_the_status_is_told_of_a_text_that_the_question_names(citation: Citation) -> None:
    said = Said("A robot shall stop.", citation, leads=True)
    question = "Is the Robot Act still in force?"

    named = direct(read(question, flat_idf), [said], TODAY, is_named=True)

    assert named is not None
    assert named.tells_status
    assert named.text.startswith("**In force on 23 November 2026**.")
    assert answer(question, said) is None


def test_nothing_quoted_gives_no_answer() -> None:
    assert answer("How long is it kept?") is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When does the Act apply?", "The Act does not apply before 2 August 2026."),
        ("How many lanterns must a ferry carry?", "A ferry shall not carry 4 lanterns."),
    ],
)
def test_what_is_denied_of_a_figure_is_never_lost(
    citation: Citation, question: str, text: str
) -> None:
    assert answer(question, Said(text, citation, leads=True)) is None


def test_a_figure_keeps_the_not_that_belongs_to_it(citation: Citation) -> None:
    said = Said("A ferry shall carry not fewer than four lanterns.", citation, leads=True)

    told = answer("How many lanterns must a ferry carry?", said)

    assert told is not None
    assert told.startswith("**Not fewer than four lanterns**")
