from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalog import Corpus, load_folder
from corpus.checking import check
from corpus.errors import VerificationError
from corpus.official import read_official
from corpus.verified import verified_ids
from corpus.verify import figures, unsupported_figures

LAW = """+++
id = "my-law"
title = "A law"
short_title = "My Law"
kind = "statute"
jurisdiction = "XX"
authority = "binding"
text_kind = "digest"
source_url = "https://example.org/"
{timeline}
+++

### Article 1 | Reporting
source: my-law.txt

A provider must report a serious incident within {days} days to the authority.
"""
TIMELINE = '[[timeline]]\ndate = 2024-01-01\nevent = "in_force"\nnote = "In force."'


def written(folder: Path, *, days: str = "15", timeline: str = TIMELINE) -> Corpus:
    (folder / "texts").mkdir()
    (folder / "texts" / "my-law.md").write_text(LAW.format(days=days, timeline=timeline), "utf-8")
    (folder / "my-law.txt").write_text("Report within fifteen (15) days.", "utf-8")
    return load_folder(folder / "texts")


def test_a_digest_whose_figures_stand_in_the_source_is_checked(tmp_path: Path) -> None:
    report = check(written(tmp_path), tmp_path)

    assert report.problems == []
    assert list(report.checked) == ["my-law#article-1"]


def test_a_wrong_number_is_reported_with_file_and_line(tmp_path: Path) -> None:
    report = check(written(tmp_path, days="30"), tmp_path)

    assert report.checked == {}
    assert report.open_figures == ["my-law.md:16: Article 1: 30 not in my-law.txt"]


def test_a_missing_timeline_fails_the_check(tmp_path: Path) -> None:
    report = check(written(tmp_path, timeline=""), None)

    assert "my-law: no timeline" in report.problems


def test_a_reference_that_is_no_folder_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="there is no folder"):
        check(corpus, tmp_path / "gone")


def test_figures_are_compared_whatever_their_spelling() -> None:
    official = "EUR 35 000 000 or 7 %, from January 14, 2026, within two weeks, 10^25"

    assert unsupported_figures("35,000,000; 7 %; 14 January 2026; 2 weeks; 10^25", official) == ()
    assert unsupported_figures("EUR 15 000 000", official) == ("15000000",)


def test_a_power_is_not_a_plain_number() -> None:
    assert figures("10^25") == ("10^25",)
    assert unsupported_figures("1025 operations", "10^25 operations") == ("1025",)


def test_superscripts_of_a_page_survive(tmp_path: Path) -> None:
    page = tmp_path / "act.html"
    page.write_text(
        '<div id="art_51"><p>more than 10<span class="oj-super">25</span> operations</p></div>',
        "utf-8",
    )

    assert "10^25" in read_official(page).at("art_51")


def test_the_embedded_corpus_is_sound(corpus: Corpus) -> None:
    assert check(corpus, None).problems == []


def test_nine_in_ten_digests_are_recorded_as_checked(corpus: Corpus) -> None:
    assert len(verified_ids() & set(corpus.provisions)) >= 0.9 * len(corpus.provisions)


def test_the_record_agrees_with_the_official_texts(corpus: Corpus, reference: Path) -> None:
    report = check(corpus, reference)

    assert report.problems == []
    assert set(report.checked) == set(verified_ids())


LATER = """
### Article 2 | Fees
valid: .. 2025-01-01
source: {old}

A provider must pay the authority a fee of {first} euro a year for it.

### Article 2 | Fees
valid: 2025-01-01 ..
source: {new}

A provider must pay the authority a fee of {second} euro a year for it.
"""


@pytest.mark.parametrize(
    ("fields", "checked"),
    [
        pytest.param({}, True, id="both borne out"),
        pytest.param({"first": "300"}, False, id="the old wording is wrong"),
        pytest.param({"second": "300"}, False, id="the new wording is wrong"),
        pytest.param({"old": "gone.txt"}, False, id="the old source is missing"),
        pytest.param({"new": "gone.txt"}, False, id="the new source is missing"),
        pytest.param({"new": ""}, False, id="the new wording names no source"),
    ],
)
def test_a_provision_is_checked_when_every_wording_is(
    tmp_path: Path, fields: dict[str, str], checked: bool
) -> None:
    given = {"old": "fee.txt", "new": "fee.txt", "first": "100", "second": "200", **fields}
    law = LAW.format(days="15", timeline=TIMELINE) + LATER.format(**given)
    (tmp_path / "my-law.md").write_text(law, "utf-8")
    (tmp_path / "fee.txt").write_text("a fee of 100 euro, from 2025 of 200 euro", "utf-8")

    report = check(load_folder(tmp_path), tmp_path)

    assert ("my-law#article-2" in report.checked) is checked


def test_a_digest_marked_as_unverified_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "my-law.txt").write_text("nothing of the kind", "utf-8")
    law = LAW.replace("source: my-law.txt", "source: my-law.txt\nverified: false")
    (tmp_path / "my-law.md").write_text(law.format(days="15", timeline=TIMELINE), "utf-8")

    report = check(load_folder(tmp_path), tmp_path)

    assert (report.open_figures, report.checked, report.no_source) == ([], {}, 1)


RULE = "A provider must report a serious incident within 15 days to the authority."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("https://example.org/", "", "my-law: no official address", id="address"),
        pytest.param(" | Reporting", "", "my-law.md:16: Article 1 has no heading", id="heading"),
        pytest.param(RULE, "word " * 7, "has 7 words, not 8 to 170", id="too short"),
        pytest.param(RULE, "word " * 171, "has 171 words, not 8 to 170", id="too long"),
    ],
)
def test_a_digest_out_of_shape_fails_the_check(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    law = LAW.format(days="15", timeline=TIMELINE).replace(old, new)
    (tmp_path / "my-law.md").write_text(law, "utf-8")

    (problem,) = check(load_folder(tmp_path), None).problems

    assert says in problem


def test_an_instrument_without_provisions_fails_the_check(tmp_path: Path) -> None:
    front = LAW.format(days="15", timeline=TIMELINE).partition("### ")[0]
    (tmp_path / "my-law.md").write_text(front, "utf-8")

    assert check(load_folder(tmp_path), None).problems == ["my-law: no provisions"]


def test_the_report_counts_what_it_saw(tmp_path: Path) -> None:
    report = check(written(tmp_path, days="30"), tmp_path)

    assert report.to_json() == {
        "instruments": 1,
        "provisions": 1,
        "verified": 0,
        "open_figures": ["my-law.md:16: Article 1: 30 not in my-law.txt"],
        "without_source": 0,
        "problems": [],
        "ok": True,
    }
    assert "1 with something to look at" in report.summary()


def test_a_wrong_number_in_the_embedded_ai_act_is_noticed(corpus: Corpus, reference: Path) -> None:
    law = corpus.provision("eu-ai-act#article-99_3")
    right = law.versions[0]
    wrong = replace(right, text=right.text.replace("35", "45"))
    act = Corpus(
        {law.instrument_id: corpus.instruments[law.instrument_id]},
        {law.id: replace(law, versions=(wrong,))},
    )

    (figure,) = check(act, reference).open_figures

    assert "Article 99(3): 45" in figure
