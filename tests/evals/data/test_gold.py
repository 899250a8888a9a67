"""The questions that travel with the package, line by line."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from typing import Any

from corpus.catalog import Corpus
from corpus.locators import parse

Row = dict[str, Any]


def rows_of(name: str) -> list[Row]:
    text = (resources.files("evals") / "data" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


GOLD = rows_of("gold.jsonl")
OFF_CORPUS = rows_of("off_corpus.jsonl")
EVERY = [*GOLD, *OFF_CORPUS]


def test_ids_are_unique_in_both_files() -> None:
    counts = Counter(row["id"] for row in EVERY)

    assert [name for name, count in counts.items() if count > 1] == []


def test_questions_are_unique_in_both_files() -> None:
    asked = Counter((*row["history"], row["question"].casefold(), row["as_of"]) for row in EVERY)

    assert [question for question, count in asked.items() if count > 1] == []


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
