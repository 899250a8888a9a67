from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from assistant.testing import make_hit, small_corpus
from corpus.catalog import load_embedded
from evals.gold import read_gold
from index.types import Filters, Hit

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "evals" / "data" / "multilingual.jsonl"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module; `scripts` is no package."""
    spec = importlib.util.spec_from_file_location(
        "measure_languages", ROOT / "scripts" / "measure_languages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Retriever:
    """Gives the same hits whatever is asked."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits

    def retrieve(self, text: str, *, k: int, filters: Filters) -> list[Hit]:
        return self.hits[:k]


def test_each_language_is_asked_forty_open_and_twenty_held_out_questions(
    script: ModuleType,
) -> None:
    rows = script.read_rows()

    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["language"], row["part"])
        counts[key] = counts.get(key, 0) + 1
    assert counts == {(code, part): n for code in ("fr", "de", "it", "ja") for part, n in PARTS}
    assert len({row["id"] for row in rows}) == len(rows)


PARTS = (("open", 40), ("held_out", 20))


def test_every_place_of_the_gold_is_in_the_corpus() -> None:
    corpus = load_embedded()

    missing = [
        (gold.question.id, instrument, str(locator))
        for gold in read_gold(DATA)
        for group in gold.groups
        for instrument, locator in group
        if instrument not in corpus.instruments
        or (locator is not None and not corpus.at(instrument, locator))
    ]

    assert missing == []


def test_the_rank_is_that_of_the_first_provision_that_answers(script: ModuleType) -> None:
    corpus = small_corpus()
    first, second = list(corpus.provisions)[:2]
    wanted = corpus.provisions[second]
    retriever = _Retriever([make_hit(corpus, str(first)), make_hit(corpus, str(second))])
    gold = [{"instrument": wanted.instrument_id, "locators": [str(wanted.locator)]}]

    assert script.rank({"as_of": None, "gold": gold}, "?", corpus, retriever) == 2


def test_a_provision_that_is_not_found_has_no_rank(script: ModuleType) -> None:
    corpus = small_corpus()
    gold = [{"instrument": "none", "locators": ["*"]}]

    assert script.rank({"as_of": None, "gold": gold}, "?", corpus, _Retriever([])) == 0


def test_recall_counts_what_is_found_and_what_comes_first(script: ModuleType) -> None:
    assert script.shares([1, 2, 0, 1]) == "0.750 | 0.500"
