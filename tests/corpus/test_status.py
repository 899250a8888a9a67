# ruff: noqa: E501 - a row a case reads better than wrapped ones
from __future__ import annotations

from datetime import date

import pytest

from corpus.catalog import Corpus
from corpus.status import Standing, instrument_standing, standing
from corpus.types import Status


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
