"""The questions on other fields that declining is fitted to."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib import resources

from evals.gold import read_gold


def _rows() -> list[dict[str, str]]:
    lines = (resources.files("evals") / "data" / "foreign.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_no_question_stands_twice_and_none_is_a_gold_question() -> None:
    texts = [row["question"].casefold() for row in _rows()]
    gold = {item.question.text.casefold() for item in read_gold()}

    assert len(set(texts)) == len(texts)
    assert not gold & set(texts)


def test_a_field_is_wholly_fitted_to_or_wholly_held_out() -> None:
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows():
        parts[row["area"]].add(row["part"])

    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {"fit", "held_out"}
