# ruff: noqa: E501 - a row a case reads better than wrapped ones
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.status import Standing, first_day, instrument_standing, standing
from corpus.types import (
    Authority,
    Event,
    EventKind,
    Instrument,
    InstrumentId,
    Status,
    TextKind,
)


def on(corpus: Corpus, instrument: str, locator: str, day: date) -> Standing:
    (provision,) = corpus.look_up(instrument, locator)
    version = provision.on(day) or provision.versions[-1]
    return standing(corpus.instruments[provision.instrument_id], provision, version, day)


@pytest.mark.parametrize(
    ("locator", "day", "status", "says"),
    [
        pytest.param("Article 51(2)", date(2025, 8, 1), "not_yet_applicable", "2 August 2025", id="GPAI before"),
        pytest.param("Article 51(2)", date(2025, 8, 2), "in_force", "2 August 2025", id="GPAI from"),
        pytest.param("Article 9(1)", date(2026, 7, 26), "not_yet_applicable", "2 August 2026", id="high risk as published"),
        pytest.param("Article 9(1)", date(2026, 7, 27), "not_yet_applicable", "2 December 2027", id="high risk as amended"),
        pytest.param("Article 5(1)(a)", date(2025, 2, 2), "in_force", "2 February 2025", id="bans from"),
        pytest.param("Article 5(1)(ba)", date(2026, 11, 23), "not_yet_applicable", "2 December 2026", id="new ban"),
        pytest.param("Article 99(3)", date(2025, 8, 2), "in_force", "2 August 2025", id="penalties"),
        pytest.param("Article 101(1)", date(2026, 8, 1), "not_yet_applicable", "2 August 2026", id="GPAI fines"),
        pytest.param("Article 50(1)", date(2026, 8, 2), "in_force", "2 August 2026", id="transparency"),
    ],
)  # fmt: skip
def test_the_ai_act_applies_in_phases_that_an_amendment_moved(
    corpus: Corpus, locator: str, day: date, status: str, says: str
) -> None:
    stands = on(corpus, "eu-ai-act", locator, day)

    assert stands.status.value == status
    assert says in stands.note


def test_an_amended_article_has_the_wording_of_the_day(corpus: Corpus) -> None:
    (provision,) = corpus.look_up("eu-ai-act", "Article 113")

    before, after = provision.on(date(2026, 7, 26)), provision.on(date(2026, 7, 27))

    assert before is not None
    assert after is not None
    assert "2 December 2027" in after.text
    assert "2 December 2027" not in before.text
    assert on(corpus, "eu-ai-act", "Article 113", date(2026, 7, 27)).status is Status.AMENDED


@pytest.mark.parametrize(
    ("instrument", "day", "status"),
    [
        pytest.param("eo-14110", date(2024, 6, 1), Status.IN_FORCE, id="EO 14110 in 2024"),
        pytest.param("eo-14110", date(2025, 1, 20), Status.REVOKED, id="EO 14110 revoked"),
        pytest.param("nsm-25", date(2026, 6, 4), Status.IN_FORCE, id="NSM-25 before"),
        pytest.param("nsm-25", date(2026, 6, 5), Status.REVOKED, id="NSM-25 replaced"),
        pytest.param("ear", date(2026, 11, 23), Status.IN_FORCE, id="EAR, amendments proposed"),
        pytest.param("bis-advanced-computing-2022", date(2026, 1, 1), Status.IN_FORCE, id="published after effect"),
        pytest.param("eu-ai-act-omnibus", date(2026, 7, 26), Status.NOT_YET_APPLICABLE, id="Omnibus published"),
        pytest.param("eu-ai-act-omnibus", date(2026, 7, 27), Status.IN_FORCE, id="Omnibus in force"),
        pytest.param("g7-trusted-partners", date(2026, 11, 23), Status.PROPOSED, id="the proposal"),
        pytest.param("coe-ai-convention", date(2026, 11, 23), Status.NOT_YET_APPLICABLE, id="treaty not ratified"),
        pytest.param("bletchley-declaration", date(2026, 11, 23), Status.IN_FORCE, id="declaration"),
        pytest.param("eo-14409", date(2026, 1, 1), Status.PROPOSED, id="before it was signed"),
    ],
)  # fmt: skip
def test_an_instrument_is_what_its_timeline_made_it(
    corpus: Corpus, instrument: str, day: date, status: Status
) -> None:
    assert instrument_standing(corpus.instruments[instrument], day).status is status


def test_the_diffusion_rule_is_in_force_and_said_to_be_unenforced(corpus: Corpus) -> None:
    stands = instrument_standing(corpus.instruments["ai-diffusion-rule"], date(2026, 11, 23))

    assert stands.status is Status.IN_FORCE
    assert "13 May 2025" in stands.note


def test_a_text_that_is_no_longer_the_text_says_so(corpus: Corpus) -> None:
    (provision,) = corpus.look_up("eu-ai-act", "Article 113")
    old, day = provision.versions[0], date(2026, 11, 23)

    stands = standing(corpus.instruments["eu-ai-act"], provision, old, day)

    assert stands.status is Status.REPEALED
    assert "27 July 2026" in stands.note


TEXT = Instrument(
    InstrumentId("my-rule"), "My rule", "My rule", "rule", "EU", Authority.BINDING,
    TextKind.DIGEST, "https://example.org",
)  # fmt: skip


def told(*events: tuple[date, EventKind], kind: str = "rule") -> Instrument:
    timeline = tuple(Event(day, what, f"It was {what.value}.") for day, what in events)
    return replace(TEXT, timeline=timeline, kind=kind)


PAUSED = told(
    (date(2025, 9, 29), EventKind.IN_FORCE),
    (date(2025, 11, 10), EventKind.SUSPENDED),
    (date(2026, 11, 10), EventKind.APPLIES),
)


@pytest.mark.parametrize(
    ("day", "note"),
    [
        pytest.param(date(2025, 11, 9), "29 September 2025: It was in_force.", id="before"),
        pytest.param(
            date(2026, 11, 9),
            "29 September 2025: It was in_force. 10 November 2025: It was suspended.",
            id="suspended",
        ),
        pytest.param(
            date(2026, 11, 10),
            "29 September 2025: It was in_force. 10 November 2026: It was applies.",
            id="applies-again",
        ),
    ],
)
def test_a_suspension_is_told_until_the_text_applies_again(day: date, note: str) -> None:
    assert instrument_standing(PAUSED, day) == Standing(Status.IN_FORCE, note)


def test_an_application_that_ends_no_suspension_is_no_caveat() -> None:
    law = told((date(2024, 8, 1), EventKind.IN_FORCE), (date(2025, 2, 2), EventKind.APPLIES))

    assert instrument_standing(law, date(2026, 1, 1)).note == "1 August 2024: It was in_force."


def test_before_it_is_adopted_a_text_with_steps_on_the_way_is_a_proposal() -> None:
    law = told((date(2026, 1, 20), EventKind.OTHER), (date(2026, 7, 27), EventKind.IN_FORCE))

    assert instrument_standing(law, date(2026, 2, 1)).status is Status.PROPOSED
    assert first_day(law) == date(2026, 7, 27)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 3, 1)])
def test_a_timeline_of_mid_life_steps_alone_leaves_a_law_in_force(day: date) -> None:
    law = told((date(2026, 2, 4), EventKind.OTHER))

    assert instrument_standing(law, day).status is Status.IN_FORCE
    assert first_day(law) is None


def test_a_convention_tells_how_far_it_has_got() -> None:
    treaty = told(
        (date(2024, 5, 17), EventKind.ADOPTED),
        (date(2024, 9, 5), EventKind.OPENED),
        kind="convention",
    )

    before = instrument_standing(treaty, date(2024, 7, 1))
    after = instrument_standing(treaty, date(2025, 7, 1))

    assert before.note == "17 May 2024: It was adopted."
    assert after.note == "17 May 2024: It was adopted. 5 September 2024: It was opened."
    assert after.status is Status.NOT_YET_APPLICABLE


@pytest.mark.parametrize(
    ("instrument", "locator", "day", "says", "never"),
    [
        pytest.param("ear", "§ 742.6(a)(13)", date(2025, 3, 1), "since 13 January 2025", "enforce", id="weights, in force"),
        pytest.param("ear", "§ 742.6(a)(13)", date(2025, 9, 1), "not to enforce", "rescind it formally", id="weights, not enforced"),
        pytest.param("ear", "§ 742.6(a)(13)", date(2026, 9, 1), "rescind the AI Diffusion rule formally", "suspended", id="weights, rescission planned"),
        pytest.param("ear", "§ 734.3(c)", date(2026, 9, 1), "1996", "enforce", id="another place"),
        pytest.param("eu-ai-act", "Article 4(1)", date(2026, 10, 1), "27 July 2026", "2 February 2025", id="a paragraph put in later"),
        pytest.param("gdpr", "Article 22(1)", date(2017, 6, 1), "25 May 2018", "Applies since", id="GDPR to come"),
        pytest.param("bis-affiliates-rule-2025", "Heading: Summary", date(2026, 11, 20), "must be checked", "Suspended for one year", id="affiliates, again"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_place_is_what_was_known_of_it_on_the_day(
    corpus: Corpus, instrument: str, locator: str, day: date, says: str, never: str
) -> None:
    note = on(corpus, instrument, locator, day).note

    assert says in note
    assert never not in note


@pytest.mark.parametrize(
    ("locator", "day", "there"),
    [
        pytest.param("Article 4", date(2026, 7, 26), True, id="first wording, its last day"),
        pytest.param("Article 4", date(2026, 7, 27), False, id="first wording, replaced"),
        pytest.param("Article 4(1)", date(2026, 7, 26), False, id="new wording, to come"),
        pytest.param("Article 4(1)", date(2026, 7, 27), True, id="new wording, its first day"),
    ],
)
def test_ai_literacy_has_the_wording_of_the_day(
    corpus: Corpus, locator: str, day: date, there: bool
) -> None:
    (provision,) = corpus.look_up("eu-ai-act", locator)

    assert (provision.on(day) is not None) is there


def test_the_wording_of_2024_softens_into_support_in_2026(corpus: Corpus) -> None:
    old = corpus.provision("eu-ai-act#article-4").on(date(2026, 7, 26))
    new = corpus.provision("eu-ai-act#article-4_1").on(date(2026, 7, 27))

    assert old is not None
    assert new is not None
    assert "ensure a sufficient level of AI literacy" in old.text
    assert "supporting the development of AI literacy" in new.text


@pytest.mark.parametrize(
    ("instrument", "locator", "day", "status", "says"),
    [
        pytest.param("eo-14110", "Section 1", date(2024, 6, 1), "in_force", "30 October 2023", id="EO 14110 in 2024"),
        pytest.param("eo-14110", "Section 1", date(2025, 4, 1), "revoked", "Executive Order 14148", id="EO 14110 in 2025"),
        pytest.param("eu-ai-act", "Article 6(1)", date(2026, 7, 26), "not_yet_applicable", "2 August 2027", id="Article 6(1) before"),
        pytest.param("eu-ai-act", "Article 6(1)", date(2026, 7, 27), "not_yet_applicable", "2 August 2028", id="Article 6(1) after"),
        pytest.param("eu-ai-act", "Annex III(1)(a)", date(2026, 11, 23), "not_yet_applicable", "2 December 2027", id="Annex III"),
        pytest.param("eu-ai-act", "Article 9(1)", date(2027, 12, 2), "in_force", "2 December 2027", id="high risk from"),
        pytest.param("eu-ai-act", "Article 78(1)", date(2025, 8, 2), "in_force", "2 August 2025", id="Article 78, a locator before its group"),
        pytest.param("eu-ai-act", "Recital 111", date(2024, 8, 1), "in_force", "1 August 2024", id="recital"),
    ],
)  # fmt: skip
def test_a_provision_stands_as_its_instrument_and_its_phase_say(
    corpus: Corpus, instrument: str, locator: str, day: date, status: str, says: str
) -> None:
    stands = on(corpus, instrument, locator, day)

    assert stands.status.value == status
    assert says in stands.note


def test_every_part_of_the_diffusion_rule_says_that_it_is_not_enforced(corpus: Corpus) -> None:
    instrument, day = corpus.instruments["ai-diffusion-rule"], date(2026, 11, 23)  # type: ignore[index]

    unenforced = [event.note for event in instrument.timeline if event.kind == "not_enforced"]

    assert len(unenforced) == 1
    for provision in corpus.of(instrument.id):
        version = provision.versions[-1]
        if version.status is None and version.valid.contains(day):
            assert unenforced[0] in standing(instrument, provision, version, day).note, provision.id


def law(*events: tuple[int, str], kind: str = "statute", authority: str = "binding") -> Instrument:
    """An instrument with an event on the first of January of each year."""
    timeline = tuple(Event(date(year, 1, 1), EventKind(event), "") for year, event in events)
    return Instrument(
        InstrumentId("my-law"), "A law", "My Law", kind, "XX", Authority(authority),
        TextKind.DIGEST, "https://example.org/", timeline=timeline,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("instrument", "year", "status", "note"),
    [
        pytest.param(law((2020, "signed"), (2022, "in_force")), 2021, "not_yet_applicable", "1 January 2020: signed.", id="signed"),
        pytest.param(law((2020, "signed")), 2021, "in_force", "1 January 2020: signed.", id="no later date of effect"),
        pytest.param(law((2020, "signed"), (2022, "in_force"), kind="order"), 2021, "in_force", "1 January 2020: signed.", id="an order works at once"),
        pytest.param(law((2020, "in_force"), (2022, "published")), 2023, "in_force", "1 January 2020: in force.", id="published after effect"),
        pytest.param(law((2020, "in_force"), (2022, "proposed")), 2023, "in_force", "1 January 2020: in force.", id="an amendment proposed"),
        pytest.param(law((2020, "in_force"), (2022, "expired")), 2022, "repealed", "1 January 2022: expired.", id="expired"),
        pytest.param(law((2020, "in_force"), (2022, "revoked"), (2023, "published")), 2024, "revoked", "1 January 2022: revoked.", id="revoked stays revoked"),
        pytest.param(law((2020, "in_force"), (2022, "suspended")), 2023, "in_force", "1 January 2020: in force. 1 January 2022: suspended.", id="suspended"),
        pytest.param(law((2020, "in_force"), (2022, "suspended")), 2021, "in_force", "1 January 2020: in force.", id="not yet suspended"),
        pytest.param(law((2020, "in_force")), 2019, "proposed", "Not there yet: 1 January 2020: in force.", id="before its time"),
        pytest.param(law(authority="proposal"), 2020, "proposed", "", id="a proposal without a timeline"),
        pytest.param(law(), 2020, "in_force", "", id="a law without a timeline"),
        pytest.param(law((2020, "reported"), authority="proposal"), 2021, "proposed", "1 January 2020: reported.", id="a reported proposal"),
    ],
)  # fmt: skip
def test_a_timeline_moves_an_instrument_only_upward(
    instrument: Instrument, year: int, status: str, note: str
) -> None:
    stands = instrument_standing(instrument, date(year, 6, 1))

    assert (stands.status.value, stands.note) == (status, note)


def test_a_caveat_on_some_places_is_not_said_of_others() -> None:
    caveat = Event(
        date(2025, 5, 13), EventKind.NOT_ENFORCED, "Not enforced.", locators=(parse("Article 2"),)
    )
    act = Instrument(
        InstrumentId("act"),
        "Act",
        "Act",
        "regulation",
        "EU",
        Authority.BINDING,
        TextKind.DIGEST,
        "https://act.example",
        timeline=(Event(date(2024, 1, 1), EventKind.IN_FORCE, "In force."), caveat),
    )
    day = date(2026, 1, 1)

    notes = {
        place: instrument_standing(act, day, parse(place)).note
        for place in ("Article 1", "Article 2", "Article 2(1)")
    }

    assert "Not enforced" not in notes["Article 1"]
    assert "Not enforced" in notes["Article 2"]
    assert "Not enforced" in notes["Article 2(1)"]
    assert "Not enforced" in instrument_standing(act, day).note
