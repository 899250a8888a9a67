from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.citing import Citer
from assistant.engines.wording import closing, label, lead, standing_words, status_line
from assistant.protocols import Evidence
from assistant.testing import TODAY
from assistant.types import Citation
from assistant.understanding import understand
from corpus.catalog import Corpus
from corpus.types import Status, TextKind

MakeCitation = Callable[[str], Citation]
EVIDENCE = Evidence(understand("What is the rule?"), TODAY, ())
BILL = "cloud-bill#heading-What-is-proposed"


@pytest.fixture
def cite(laws: Corpus) -> MakeCitation:
    return lambda identifier: Citer(laws, TODAY).cite(1, laws.provision(identifier), 0, (0, 9))


def test_the_lead_of_a_rule_in_force_names_it_and_the_day(cite: MakeCitation) -> None:
    opening = lead(cite("robot-act#article-1"), EVIDENCE)

    assert opening.startswith("**Robot Act, Article 1** (in force on 23 November 2026)")
    assert opening.endswith("says:")


def test_the_lead_of_a_revoked_order_says_by_what_before_it_quotes(cite: MakeCitation) -> None:
    opening = lead(cite("drone-order#section-2"), EVIDENCE)

    assert opening == (
        "**Drone Order, Section 2** (no longer in force on 23 November 2026:"
        " revoked by Section 1 of the Repeal Order, 20 January 2025) said:"
    )


def test_the_lead_of_a_rule_not_yet_applicable_says_from_when(cite: MakeCitation) -> None:
    opening = lead(cite("robot-act#article-3"), EVIDENCE)

    assert opening == (
        "**Robot Act, Article 3** (not yet applicable on 23 November 2026:"
        " applies from 1 January 2030) says:"
    )


def test_the_lead_of_a_wording_replaced_since_says_so(cite: MakeCitation) -> None:
    opening = lead(cite("robot-act#article-2"), EVIDENCE)

    assert "no longer in force on 23 November 2026" in opening
    assert "replaced on 1 July 2025" in opening


@pytest.mark.parametrize(
    ("note", "caveat"),
    [
        pytest.param(
            "13 May 2025: Rescission announced.", "rescission announced on 13 May 2025", id="once"
        ),
        pytest.param(
            "13 May 2025: They rescind it. 14 August 2026: A rule to rescind it is planned.",
            "rescission announced on 13 May 2025 and 14 August 2026",
            id="twice",
        ),
        pytest.param(
            "10 November 2025: Suspended from 10 November 2025 to 9 November 2026.",
            "suspended from 10 November 2025 to 9 November 2026",
            id="suspension",
        ),
        pytest.param("1 May 2025: Suspended.", "suspended on 1 May 2025", id="suspension-open"),
        pytest.param(
            "2 May 2025: By the suspension's own words the rule applies again, if not extended.",
            "by the suspension's own words the rule applies again, if not extended",
            id="suspension-ended",
        ),
        pytest.param(
            "13 May 2025: Officials were told not to enforce it.",
            "reported not to be enforced since 13 May 2025",
            id="no-enforcement",
        ),
    ],
)
def test_the_lead_does_not_say_in_force_alone_where_that_misleads(
    note: str, caveat: str, cite: MakeCitation
) -> None:
    citation = replace(cite("robot-act#article-1"), status_note=note)

    assert f"(in force on 23 November 2026; {caveat}) says:" in lead(citation, EVIDENCE)


def test_of_a_text_that_waits_the_last_step_is_told(cite: MakeCitation) -> None:
    note = "17 May 2024: Adopted on 17 May 2024. 5 May 2025: Open for signature; two have signed."
    citation = replace(
        cite("robot-act#article-1"), status=Status.NOT_YET_APPLICABLE, status_note=note
    )

    assert "(not yet applicable: open for signature, 5 May 2025):" in status_line(citation)


def test_a_long_note_is_not_told_before_the_answer(cite: MakeCitation) -> None:
    note = "1 May 2024: It was signed at a ceremony in the palace, with the guards on parade."
    citation = replace(cite("robot-act#article-1"), status_note=note)

    assert "palace" not in lead(citation, EVIDENCE)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        pytest.param("From when does it apply?", True, id="asks-when"),
        pytest.param("Who must do it?", False, id="does-not-ask"),
    ],
)
def test_who_asks_when_is_told_from_when_it_applies(
    question: str, told: bool, cite: MakeCitation
) -> None:
    citation = replace(cite("robot-act#article-1"), status_note="Applies since 2 August 2025.")
    evidence = Evidence(understand(question), TODAY, ())

    assert ("applies since 2 August 2025" in lead(citation, evidence)) is told


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        pytest.param("robot-act#article-1", "in force", id="in-force"),
        pytest.param("robot-act#article-3", "not yet applicable", id="not-yet-applicable"),
        pytest.param("drone-order#section-2", "revoked", id="revoked"),
        pytest.param("toaster-code#para-1", "a political declaration, not binding", id="soft"),
        pytest.param(BILL, "a reported proposal, not law", id="proposal"),
    ],
)
def test_the_standing_of_a_text_is_told_in_words(
    identifier: str, words: str, cite: MakeCitation
) -> None:
    assert standing_words(cite(identifier)) == words


def test_a_revoked_declaration_is_called_revoked(cite: MakeCitation) -> None:
    revoked = replace(cite("toaster-code#para-1"), status=Status.REVOKED)

    assert standing_words(revoked) == "revoked"


def test_a_heading_is_named_without_the_word_heading(cite: MakeCitation) -> None:
    assert label(cite(BILL)) == "Cloud Bill, What is proposed"


def test_a_further_paragraph_on_a_revoked_order_carries_its_note(cite: MakeCitation) -> None:
    assert status_line(cite("drone-order#section-2")) == (
        "**Drone Order, Section 2** (revoked by Section 1 of the Repeal Order, 20 January 2025):"
    )


def test_a_further_paragraph_on_a_rule_in_force_runs_into_its_quote(cite: MakeCitation) -> None:
    assert status_line(cite("robot-act#article-1")) == "**Robot Act, Article 1** (in force):"


def test_a_status_told_before_is_not_told_again(cite: MakeCitation) -> None:
    assert status_line(cite("robot-act#article-1"), told=True) == "**Robot Act, Article 1**:"


@pytest.mark.parametrize(
    ("identifiers", "notice"),
    [
        pytest.param(["robot-act#article-1"], "our digest", id="digest"),
        pytest.param([BILL], "our dossier", id="dossier"),
        pytest.param(["robot-act#article-1", BILL], "our digests and our dossier", id="both"),
    ],
)
def test_the_closing_says_that_our_words_are_not_the_law(
    identifiers: list[str], notice: str, cite: MakeCitation
) -> None:
    text = closing([cite(identifier) for identifier in identifiers])

    assert notice in text
    assert "not" in text


def test_the_closing_does_not_call_an_official_text_a_digest(cite: MakeCitation) -> None:
    official = replace(cite("robot-act#article-1"), text_kind=TextKind.OFFICIAL)

    assert "digest" not in closing([official])
