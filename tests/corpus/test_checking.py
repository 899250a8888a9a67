from __future__ import annotations

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
