from __future__ import annotations

import json
from importlib import resources

import pytest

from assistant.languages.detect import detect
from assistant.languages.types import Language
from corpus.catalog import load_embedded


def questions(name: str) -> list[dict[str, str]]:
    text = (resources.files("evals") / "data" / name).read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", ["gold.jsonl", "off_corpus.jsonl", "as_of.jsonl"])
def test_no_english_question_of_ours_is_taken_for_another_language(name: str) -> None:
    alarms = [row["question"] for row in questions(name) if detect(row["question"]) != "en"]

    assert alarms == []


def test_no_text_or_heading_of_the_corpus_is_taken_for_another_language() -> None:
    corpus = load_embedded()

    alarms = [
        words
        for _, _, version in corpus.versions()
        for words in (version.heading, version.text[:300])
        if detect(words) is not Language.ENGLISH
    ]

    assert alarms == []


def test_every_question_of_our_multilingual_set_is_told() -> None:
    missed = [
        row["id"]
        for row in questions("multilingual.jsonl")
        if detect(row["question"]) != row["language"]
    ]

    assert missed == []


@pytest.mark.parametrize(
    "question",
    [
        "What does die KI-Verordnung say about Betreiber?",
        "What does 'mise sur le marché' mean?",
        "What is the role of the Commission nationale de l'informatique et des libertés?",
        "Does the Garante per la protezione dei dati personali supervise AI?",
        "What does 透明性 mean?",
        "Is de minimis calculated per shipment?",
        "eu ai act art 5 1 c",
        "NVEU allocation per company per country",
        "inter alia",
        "GPAI",
        "Article 5",
        "3A090.a",
        "10^25",
    ],
)
def test_english_with_foreign_names_and_terse_english_stay_english(question: str) -> None:
    assert detect(question) is Language.ENGLISH


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Et pour les PME ?", "fr"),
        ("RGPD délai notification", "fr"),
        ("Qui est déployeur ?", "fr"),
        ("QU'EST-CE QU'UN DÉPLOYEUR SELON LE RÈGLEMENT ?", "fr"),
        ("Und für KMU?", "de"),
        ("Artikel 51 Absatz 2", "de"),
        ("Wer haftet?", "de"),
        ("E per le PMI?", "it"),
        ("sanzioni articolo 99 regolamento IA", "it"),
        ("AI Actの第5条は?", "ja"),
        ("透明性義務", "ja"),
        ("¿Qué es un proveedor según el reglamento de IA?", "es"),
        ("O que é um fornecedor segundo o regulamento?", "pt"),
        ("Welke boete geldt voor verboden praktijken?", "nl"),
        ("什么是人工智能系统?", "zh"),
        ("고위험 AI 시스템이란 무엇입니까?", "ko"),
        ("Что такое система ИИ?", "other"),
        ("ما هو نظام الذكاء الاصطناعي؟", "other"),
    ],
)
def test_short_questions_in_other_languages_are_told(question: str, code: str) -> None:
    assert detect(question).value == code


def test_a_turn_without_a_telling_word_is_in_the_language_of_the_turn_before() -> None:
    assert detect("H100?", before=Language.GERMAN) is Language.GERMAN
    assert detect("10^25?", before=Language.GERMAN) is Language.GERMAN


def test_an_english_turn_after_a_german_one_is_english() -> None:
    assert detect("And for small firms?", before=Language.GERMAN) is Language.ENGLISH


@pytest.mark.parametrize("text", ["", "?", "\ud7ff", "𝔘𝔫𝔦", "a" * 10_000])
def test_any_text_has_a_verdict(text: str) -> None:
    assert detect(text) is Language.ENGLISH
