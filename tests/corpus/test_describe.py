from __future__ import annotations

import json
from datetime import date

import pytest

from corpus.catalog import Corpus
from corpus.describe import instrument_json, linked_json, parent_json, provision_json

NOW = date(2026, 11, 23)
INSTRUMENT_FIELDS = {
    "id", "title", "jurisdiction", "authority", "status", "provisions", "text_kinds", "verified",
    "url",
}  # fmt: skip
PROVISION_FIELDS = {
    "instrument_id", "locator", "provision_id", "heading", "text", "text_kind", "valid_from",
    "valid_to", "versions", "status", "timeline", "url",
}  # fmt: skip


def test_every_instrument_has_the_contracts_fields(corpus: Corpus) -> None:
    for instrument in corpus.instruments:
        row = instrument_json(corpus, instrument, NOW)

        assert set(row) >= INSTRUMENT_FIELDS
        assert {"digest", "official"} <= set(row["text_kinds"])
        assert sum(row["text_kinds"].values()) == row["provisions"] > 0
        assert 0 <= row["verified"] <= row["provisions"]


def test_every_provision_has_the_contracts_fields(corpus: Corpus) -> None:
    for provision in corpus.provisions.values():
        row = provision_json(corpus, provision, NOW)

        assert set(row) >= PROVISION_FIELDS, provision.id
        assert row["status"] in {
            "in_force", "not_yet_applicable", "amended", "repealed", "revoked", "proposed",
        }, provision.id  # fmt: skip
        assert row["status_note"], provision.id


def test_the_text_survives_json_character_for_character(corpus: Corpus) -> None:
    for provision in corpus.provisions.values():
        row = json.loads(json.dumps(provision_json(corpus, provision, NOW), ensure_ascii=False))

        assert row["text"] in {version.text for version in provision.versions}
        assert row["text"] == " ".join(row["text"].split(" ")).strip()


def test_an_event_has_a_date_a_kind_a_note_and_a_source(corpus: Corpus) -> None:
    timeline = instrument_json(corpus, "eo-14110", NOW)["timeline"]

    assert [entry["date"] for entry in timeline] == sorted(entry["date"] for entry in timeline)
    assert timeline[-2]["event"] == "revoked"
    assert set(timeline[0]) == {"date", "event", "note", "source"}


@pytest.mark.parametrize(
    ("day", "valid_from", "valid_to"),
    [
        pytest.param(date(2026, 7, 26), None, "2026-07-27", id="the day before"),
        pytest.param(date(2026, 7, 27), "2026-07-27", None, id="the day of the amendment"),
    ],
)
def test_the_day_picks_the_wording_and_both_stay_listed(
    corpus: Corpus, day: date, valid_from: str | None, valid_to: str | None
) -> None:
    row = provision_json(corpus, corpus.provision("eu-ai-act#article-113"), day)

    assert (row["valid_from"], row["valid_to"]) == (valid_from, valid_to)
    assert [version["valid_to"] for version in row["versions"]] == ["2026-07-27", None]  # type: ignore[attr-defined]


def test_a_wording_that_is_gone_is_shown_and_said_to_be_gone(corpus: Corpus) -> None:
    row = provision_json(corpus, corpus.provision("eu-ai-act#article-4"), NOW)

    assert row["status"] == "repealed"
    assert str(row["status_note"]).startswith("No longer the text: replaced on 27 July 2026.")


def test_a_wording_to_come_is_shown_and_said_to_come(corpus: Corpus) -> None:
    row = provision_json(corpus, corpus.provision("eu-ai-act#article-4_1"), date(2026, 7, 26))

    assert row["status"] == "not_yet_applicable"
    assert str(row["status_note"]).startswith("Not yet the text: this wording starts on 27 July")


def test_a_dossier_is_never_shown_as_law(corpus: Corpus) -> None:
    for provision in corpus.of("g7-trusted-partners"):
        row = provision_json(corpus, provision, NOW)

        assert (row["text_kind"], row["authority"]) == ("dossier", "proposal")
        assert row["status"] == "proposed", provision.id


def test_an_article_is_its_paragraphs_in_reading_order(corpus: Corpus) -> None:
    found = corpus.look_up("nsm-25", "Section 4.2(e)(ii)")

    row = parent_json(corpus, found, "Section 4.2(e)(ii)", NOW)

    children = row["children"]
    assert isinstance(children, list)
    assert [child["locator"][-3:] for child in children] == [f"({x})" for x in "ABCDEFGHIJ"]
    assert row["provision_id"] is None
    assert row["text"] == "\n".join(f"{child['locator']}: {child['text']}" for child in children)


def test_what_stands_below_a_provision_is_that_of_the_day(corpus: Corpus) -> None:
    article = corpus.provision("eu-ai-act#article-113")

    before = linked_json(corpus, article, date(2026, 7, 26))["below"]
    after = linked_json(corpus, article, date(2026, 7, 27))["below"]

    assert "Article 113(d)" not in str(before)
    assert "Article 113(d)" in str(after)


@pytest.mark.parametrize(
    ("locator", "day", "instead"),
    [
        pytest.param(
            "Article 4",
            date(2026, 7, 27),
            ["Article 4(1)", "Article 4(2)", "Article 4(3)"],
            id="ended-and-gone-on-below",
        ),
        pytest.param("Article 4", date(2026, 7, 26), [], id="still-there"),
        pytest.param("Article 4(1)", date(2026, 7, 26), ["Article 4"], id="to-come-from-above"),
        pytest.param("Article 4a(1)", date(2026, 7, 26), [], id="to-come-as-new"),
    ],
)
def test_what_stood_in_the_place_of_a_provision_without_a_wording_is_named(
    corpus: Corpus, locator: str, day: date, instead: list[str]
) -> None:
    (provision,) = corpus.look_up("eu-ai-act", locator)

    assert linked_json(corpus, provision, day)["instead"] == instead
