from __future__ import annotations

import pytest

from assistant.languages.places import is_mark, shield, unshield
from assistant.languages.types import Language


def read(text: str, code: str) -> str:
    shielded = shield(text, Language(code))
    return " ".join(unshield(shielded.text, shielded.kept).split())


@pytest.mark.parametrize(
    ("code", "text", "english"),
    [
        ("fr", "l'article 53, paragraphe 1, point b)", "Article 53(1)(b)"),
        ("fr", "l’art. 6", "Article 6"),
        ("fr", "annexe III, point 5, b)", "Annex III(5)(b)"),
        ("fr", "considérant 111", "Recital 111"),
        ("fr", "chapitre V", "Chapter V"),
        ("it", "dell'articolo 6, paragrafo 3, lettera b)", "Article 6(3)(b)"),
        ("it", "art. 5, comma 1, lett. c)", "Article 5(1)(c)"),
        ("it", "allegato III, punto 1, lettera a)", "Annex III(1)(a)"),
        ("it", "considerando (12)", "Recital 12"),
        ("de", "Artikel 51 Absatz 2", "Article 51(2)"),
        ("de", "Art. 53 Abs. 1 lit. b", "Article 53(1)(b)"),
        ("de", "Artikels 4a Absatz 1 Buchstabe f", "Article 4a(1)(f)"),
        ("de", "Anhang III Nummer 5 Buchstabe b", "Annex III(5)(b)"),
        ("de", "Erwägungsgrund 111", "Recital 111"),
        ("ja", "第51条第2項", "Article 51(2)"),
        ("ja", "第５条1項(c)", "Article 5(1)(c)"),
        ("ja", "附属書III第5項(b)", "Annex III(5)(b)"),
        ("ja", "大統領令第14110号", "Executive Order 14110"),
    ],
)
def test_a_place_is_put_as_in_english(code: str, text: str, english: str) -> None:
    assert read(text, code) == english


@pytest.mark.parametrize(
    ("code", "text", "english"),
    [
        ("fr", "le 2 août 2026", "on 2 August 2026"),
        ("fr", "au 1er janvier 2025", "as of 1 January 2025"),
        ("fr", "en juin 2024", "in June 2024"),
        ("it", "il 2 agosto 2026", "on 2 August 2026"),
        ("it", "nel giugno 2024", "in June 2024"),
        ("de", "am 2. August 2026", "on 2 August 2026"),
        ("de", "zum 1. März 2025", "as of 1 March 2025"),
        ("de", "im Juni 2024", "in June 2024"),
        ("ja", "2026年8月2日に", "on 2 August 2026"),
        ("ja", "2025年1月1日時点で", "as of 1 January 2025"),
        ("ja", "2024年6月に", "in June 2024"),
    ],
)
def test_a_day_is_put_as_in_english(code: str, text: str, english: str) -> None:
    assert read(text, code) == english


@pytest.mark.parametrize(
    ("code", "text", "english"),
    [
        ("fr", "10 000 000", "10000000"),
        ("de", "10.000.000", "10000000"),
        ("de", "1,5 %", "1.5%"),
        ("fr", "10 puissance 25", "10^25"),
        ("de", "10²⁵", "10^25"),
        ("ja", "10の26乗", "10^26"),
        ("ja", "3,500万", "35000000"),
    ],
)
def test_a_figure_is_put_as_in_english(code: str, text: str, english: str) -> None:
    assert read(text, code) == english


@pytest.mark.parametrize("code", ["fr", "it", "de", "ja"])
@pytest.mark.parametrize(
    "text", ["§ 744.23(a)(2)", "3A090.a", "10^25", "15 CFR 744.23", "Core42", "H100", "G7"]
)
def test_what_is_written_alike_everywhere_stays(code: str, text: str) -> None:
    assert read(text, code) == text


def test_a_private_sign_of_the_asker_is_no_mark() -> None:
    shielded = shield("a \ue000 b", Language.FRENCH)

    assert not any(is_mark(char) for char in shielded.text)


def test_more_figures_than_marks_are_left_as_they_are() -> None:
    shielded = shield("7 " * 1_200, Language.GERMAN)

    assert unshield(shielded.text, shielded.kept).split() == ["7"] * 1_200
