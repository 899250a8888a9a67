from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus.errors import VerificationError
from corpus.official import read_official

PAGE = """<html><head><title>hidden title</title><style>p {}</style></head><body>
<script>hidden script</script>
<div id="rct_1"><p>Whereas one.</p></div>
<div id="art_5"><p>Practices.</p><table><tr><td>(a)</td><td>the first</td></tr></table></div>
<div id="art_5.tit_1"><p>Title of five.</p></div>
<div id="anx_III"><p>Areas of use.</p></div>
</body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "act.html"
    path.write_text(PAGE, "utf-8")
    return path


@pytest.mark.parametrize(
    ("division", "words"),
    [
        pytest.param("rct_1", "Whereas one.", id="recital"),
        pytest.param("art_5", "(a) the first", id="a row of a table"),
        pytest.param("art_5", "Title of five.", id="an id below the article"),
        pytest.param("anx_III", "Areas of use.", id="annex"),
    ],
)
def test_a_page_is_divided_at_its_articles_recitals_and_annexes(
    page: Path, division: str, words: str
) -> None:
    assert words in read_official(page).at(division)


def test_a_division_holds_nothing_of_its_neighbours(page: Path) -> None:
    assert "Areas" not in read_official(page).at("art_5")


def test_an_unmarked_division_is_the_whole_text(page: Path) -> None:
    official = read_official(page)

    assert official.at("art_999") == official.text


def test_scripts_styles_and_the_head_are_no_text(page: Path) -> None:
    assert "hidden" not in read_official(page).text
    assert "{}" not in read_official(page).text


def test_a_text_file_is_its_own_text(tmp_path: Path) -> None:
    path = tmp_path / "order.md"
    path.write_text("Section 1.\u00a0 <b>Purpose</b>", "utf-8")

    assert read_official(path).text == "Section 1. <b>Purpose</b>"


def test_the_hash_is_that_of_the_bytes(page: Path) -> None:
    assert read_official(page).sha256 == hashlib.sha256(page.read_bytes()).hexdigest()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match=r"gone\.txt cannot be read"):
        read_official(tmp_path / "gone.txt")


def test_the_text_layer_of_a_federal_register_pdf_is_read(reference: Path) -> None:
    text = read_official(reference / "us-executive" / "eo-14148.fr-2025-01901.pdf").text

    assert "Executive Order 14110" in " ".join(text.split())


def test_the_articles_of_the_ai_act_are_all_found(reference: Path) -> None:
    divisions = read_official(reference / "eu-ai-act" / "32024R1689.en.html").divisions

    assert {f"art_{number}" for number in range(1, 114)} <= set(divisions)
    assert {f"rct_{number}" for number in range(1, 181)} <= set(divisions)
