from __future__ import annotations

import re
from importlib import resources

import pytest

from assistant.languages.glossary import GRAMMAR, TERMS, load, words_of
from assistant.languages.types import Language

FILES = (GRAMMAR, *TERMS)
READ = (Language.FRENCH, Language.ITALIAN, Language.GERMAN, Language.JAPANESE)
BARE_FIGURE = re.compile(r"(?<![^\W_])[0-9]")


def lines(name: str) -> list[str]:
    path = resources.files("assistant.languages") / "data" / name
    return path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", FILES)
def test_every_line_has_english_and_four_languages(name: str) -> None:
    rows = [line.split("\t") for line in lines(name)]

    assert rows[0] == ["en", "fr", "it", "de", "ja"]
    assert [row for row in rows if len(row) != 5 or not row[0].strip()] == []


@pytest.mark.parametrize("name", FILES)
def test_no_term_is_told_by_a_figure_which_the_lookup_never_sees(name: str) -> None:
    terms = [term for line in lines(name)[1:] for term in re.split(r"[\t;]", line)[1:]]

    assert [term for term in terms if BARE_FIGURE.search(term)] == []


@pytest.mark.parametrize("language", READ)
def test_each_language_has_its_terms(language: Language) -> None:
    column = ("en", "fr", "it", "de", "ja").index(language)

    terms = {
        t for name in FILES for line in lines(name) for t in line.split("\t")[column].split(";")
    }

    assert len(terms) >= 1_800


def test_a_glossary_is_read_once() -> None:
    assert load(Language.FRENCH) is load(Language.FRENCH)


def test_a_term_is_known_by_its_content_words() -> None:
    glossary = load(Language.FRENCH)

    assert glossary.forms["mise", "marché"] == "placing on the market"


def test_a_negation_is_part_of_a_term() -> None:
    glossary = load(Language.ITALIAN)

    assert "non-personal" not in glossary.forms["dati", "personali"]


@pytest.mark.parametrize(
    ("language", "word", "english"),
    [
        (Language.FRENCH, "déployeurs", "deployer"),
        (Language.FRENCH, "deployeur", "deployer"),
        (Language.ITALIAN, "fornitori", "provider"),
        (Language.GERMAN, "betreibern", "deployer"),
    ],
)
def test_an_inflected_word_is_known_by_its_stem(
    language: Language, word: str, english: str
) -> None:
    assert load(language).one(word) == english


def test_words_keep_a_figure_that_is_part_of_a_name() -> None:
    assert words_of("communiqué du G7") == ["communiqué", "du", "g7"]
