from __future__ import annotations

import time

import pytest

from assistant.languages.translate import to_english
from assistant.languages.types import Language
from corpus.catalog import load_embedded
from index.expand import Expander


def english(text: str, code: str) -> str:
    return to_english(text, Language(code)).text


@pytest.mark.parametrize(
    ("code", "text", "term"),
    [
        ("fr", "le fournisseur", "provider"),
        ("fr", "les déployeurs", "deployer"),
        ("fr", "mises sur le marché", "placing on the market"),
        ("fr", "une analyse d'impact sur les droits fondamentaux", "fundamental rights impact"),
        ("fr", "systèmes d’IA à haut risque", "high-risk AI system"),
        ("fr", "systemes d'IA a haut risque", "high-risk AI system"),
        ("it", "dei fornitori a valle", "downstream provider"),
        ("it", "la messa in servizio", "putting into service"),
        ("it", "spazi di sperimentazione normativa", "AI regulatory sandbox"),
        ("de", "des Betreibers", "deployer"),
        ("de", "das Inverkehrbringen", "placing on the market"),
        ("de", "eine Grundrechte-Folgenabschätzung", "fundamental rights impact assessment"),
        ("de", "GPAI-Modelle mit systemischem Risiko", "AI model with systemic risk"),
        ("de", "eines Hochrisiko-KI-Systems", "high-risk AI system"),
        ("ja", "汎用AIモデルの提供者", "provider"),
        ("ja", "高リスクAIシステム", "high-risk AI system"),
        ("ja", "基本権影響評価", "fundamental rights impact assessment"),
    ],
)
def test_a_term_of_art_is_the_official_english_one(code: str, text: str, term: str) -> None:
    assert term in english(text, code)


@pytest.mark.parametrize(
    ("code", "name", "instrument"),
    [
        ("fr", "le règlement sur l'IA", "eu-ai-act"),
        ("fr", "du RGPD", "gdpr"),
        ("fr", "la convention-cadre du Conseil de l'Europe", "coe-ai-convention"),
        ("fr", "le décret présidentiel 14110", "eo-14110"),
        ("it", "il regolamento sull'intelligenza artificiale", "eu-ai-act"),
        ("it", "i principi dell'OCSE sull'IA", "oecd-ai-principles"),
        ("de", "der KI-Verordnung", "eu-ai-act"),
        ("de", "nach der DSGVO", "gdpr"),
        ("de", "Verordnung (EU) 2016/679", "gdpr"),
        ("de", "die Erklärung von Bletchley", "bletchley-declaration"),
        ("ja", "EUのAI法", "eu-ai-act"),
        ("ja", "輸出管理規則(EAR)", "ear"),
        ("ja", "大統領令14110号", "eo-14110"),
        ("ja", "広島行動規範", "hiroshima-code"),
    ],
)
def test_an_instrument_is_named_as_the_corpus_names_it(
    code: str, name: str, instrument: str
) -> None:
    expander = Expander(load_embedded())

    assert expander.instruments_in(english(name, code)) == (instrument,)


def test_words_between_those_of_a_term_may_be_left_out_or_added() -> None:
    assert "serious incident" in english("incidents graves", "fr")
    assert "market surveillance" in english("la surveillance de ce marché", "fr")


def test_a_rule_is_not_the_name_of_one_rule() -> None:
    assert english("la règle", "fr") == "rule"


def test_a_pronoun_that_repeats_the_subject_is_left_out() -> None:
    assert english("Le fournisseur doit-il informer ?", "fr") == "provider must inform?"


def test_capitals_tell_a_name_from_a_word_of_grammar() -> None:
    assert "AI Litigation" in english("L'AI Litigation Task Force", "fr")
    assert "goods" in english("Wir verkaufen Waren", "de")


@pytest.mark.parametrize("verb", ["mitzuteilen", "mitteilen", "mitteilt"])
def test_a_german_verb_is_known_with_zu_inside(verb: str) -> None:
    assert to_english(verb, Language.GERMAN).unknown == ()


def test_a_cognate_is_taken_if_the_texts_have_it() -> None:
    known = to_english("la vérificabilité", Language.FRENCH, knows={"vérificability"}.__contains__)
    unknown = to_english("la vérificabilité", Language.FRENCH)

    assert (known.text, known.known_share) == ("vérificability", 1.0)
    assert (unknown.unknown, unknown.known_share) == (("vérificabilité",), 0.0)


def test_unknown_words_are_named_once_and_kept() -> None:
    read = to_english("Ein Zwergkaninchen und ein Zwergkaninchen", Language.GERMAN)

    assert read.unknown == ("Zwergkaninchen",)
    assert "Zwergkaninchen" in read.text


def test_a_name_counts_neither_way() -> None:
    read = to_english("Que doit faire Nvidia selon ASML ?", Language.FRENCH)

    assert (read.known_share, read.unknown) == (1.0, ())


def test_latin_words_in_japanese_keep_their_case() -> None:
    assert english("Nvidiaの義務", "ja") == "Nvidia obligation"


def test_a_japanese_definition_is_asked_as_in_english() -> None:
    assert english("重大なインシデントとは何ですか。", "ja") == "what is serious incident."


def test_the_day_a_question_asks_for_is_read() -> None:
    read = english("Was war am 1. März 2025 nach Artikel 6 Absatz 2 hochriskant?", "de")

    assert "on 1 March 2025" in read
    assert "Article 6(2)" in read


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SPANISH, Language.OTHER])
def test_what_is_not_read_comes_back_as_it_is(language: Language) -> None:
    assert to_english("¿Qué es?", language).text == "¿Qué es?"


def test_a_language_that_is_not_read_is_not_understood() -> None:
    assert not to_english("¿Qué es?", Language.SPANISH).is_enough


@pytest.mark.parametrize("code", ["fr", "it", "de", "ja"])
@pytest.mark.parametrize(
    "text", ["", "?", "'''", "---", "’", "\ue000", "１２３", "( ) ;", "é" * 4_000]
)
def test_any_text_can_be_read(code: str, text: str) -> None:
    read = to_english(text, Language(code))

    assert 0.0 <= read.known_share <= 1.0


@pytest.mark.parametrize(
    ("code", "text"), [("fr", "l'" * 2_000), ("de", "rechts" * 660), ("ja", "漢字カナ" * 1_000)]
)
def test_the_longest_questions_are_read_in_time(code: str, text: str) -> None:
    started = time.perf_counter()

    to_english(text, Language(code))

    assert time.perf_counter() - started < 1.0
