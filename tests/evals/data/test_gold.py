"""The questions that travel with the package, line by line."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from typing import Any

import pytest

from corpus.catalog import Corpus
from corpus.locators import parse

Row = dict[str, Any]


def rows_of(name: str) -> list[Row]:
    text = (resources.files("evals") / "data" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


GOLD = rows_of("gold.jsonl")
OFF_CORPUS = rows_of("off_corpus.jsonl")
EVERY = [*GOLD, *OFF_CORPUS]
LEAST_QUESTIONS = 250
LEAST_OF_A_KIND = 5
KINDS = (
    "pinpoint",
    "threshold",
    "definition",
    "date",
    "as_of",
    "cross_reference",
    "comparison",
    "proposal",
    "false_premise",
    "unanswerable",
    "multi_turn",
    "plain_language",
)


def test_ids_are_unique_in_both_files() -> None:
    counts = Counter(row["id"] for row in EVERY)

    assert [name for name, count in counts.items() if count > 1] == []


def test_questions_are_unique_in_both_files() -> None:
    asked = Counter((*row["history"], row["question"].casefold(), row["as_of"]) for row in EVERY)

    assert [question for question, count in asked.items() if count > 1] == []


def test_there_are_at_least_250_gold_questions() -> None:
    assert len(GOLD) >= LEAST_QUESTIONS


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_at_least_five_questions(kind: str) -> None:
    found = [row["id"] for row in GOLD if row["type"] == kind]

    assert len(found) >= LEAST_OF_A_KIND


def test_there_is_no_other_kind() -> None:
    assert {row["type"] for row in GOLD} == set(KINDS)


def test_a_multi_turn_question_and_no_other_has_history() -> None:
    mixed = [row["id"] for row in GOLD if bool(row["history"]) != (row["type"] == "multi_turn")]

    assert mixed == []


def test_a_comparison_has_two_groups_or_more() -> None:
    groups = {
        row["id"]: {entry.get("group", 0) for entry in row["gold"]}
        for row in GOLD
        if row["type"] == "comparison"
    }

    assert [name for name, found in groups.items() if len(found) < 2] == []


def test_at_least_forty_questions_have_gold() -> None:
    answerable = [row for row in GOLD if row["gold"]]

    assert len(answerable) >= 40


def test_every_question_says_what_it_rests_on() -> None:
    unsourced = [row["id"] for row in GOLD if "| checked in: " not in row["why"]]
    unsourced += [row["id"] for row in OFF_CORPUS if "written by us" not in row["why"]]

    assert unsourced == []


def test_every_gold_locator_is_in_the_embedded_corpus(embedded: Corpus) -> None:
    places = [
        (row["id"], entry["instrument"], locator)
        for row in GOLD
        for entry in row["gold"]
        for locator in entry["locators"]
    ]

    missing = [
        (name, instrument, locator)
        for name, instrument, locator in places
        if not (
            embedded.of(instrument) if locator == "*" else embedded.at(instrument, parse(locator))
        )
    ]

    assert len(places) > 100
    assert missing == []


def test_no_pattern_matches_the_empty_text() -> None:
    patterns = [
        (row["id"], pattern)
        for row in EVERY
        for pattern in (*row["must_not"], *(p for n in row["nuggets"] for p in n["any_of"]))
    ]

    idle = [(name, pattern) for name, pattern in patterns if re.search(pattern, "", re.I)]

    assert len(patterns) > 100
    assert idle == []


def test_every_question_has_gold_or_is_to_be_declined() -> None:
    neither = [row["id"] for row in EVERY if not (row["gold"] or row["abstain"])]

    assert neither == []


def test_off_corpus_questions_are_all_to_be_declined() -> None:
    assert {(row["type"], row["abstain"]) for row in OFF_CORPUS} == {("unanswerable", True)}
