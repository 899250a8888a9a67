"""Measures questions of other languages: `.venv/bin/python scripts/measure_languages.py`.

Each question of `evals/data/multilingual.jsonl` is searched as read by the glossary, as it was
asked, and in its English version. What is printed is the table in docs/languages.md.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import resources
from typing import Any

from assistant.languages import Language, to_english
from corpus.catalog import Corpus
from corpus.loading import load_corpus
from corpus.locators import parse
from evals.citing import Place, exact_recall
from index.protocols import Retriever
from index.settings import IndexSettings
from index.tokens import stem
from index.types import Filters
from index.wiring import calm_threads, open_retriever

DAY = date(2026, 11, 23)
WITHIN = 5
_LOOKED_AT = 20

Row = Mapping[str, Any]


def read_rows() -> list[Row]:
    """The questions, one JSON object a line."""
    text = (resources.files("evals") / "data" / "multilingual.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def places(row: Row) -> list[Place]:
    """Where the answer stands: any of these; without a locator, anywhere in the instrument."""
    return [
        (entry["instrument"], None if locator == "*" else parse(locator))
        for entry in row["gold"]
        for locator in entry["locators"]
    ]


def rank(row: Row, text: str, corpus: Corpus, retriever: Retriever) -> int:
    """The rank of the first provision that answers, from 1; 0 if it is not among the first five."""
    day = date.fromisoformat(row["as_of"]) if row["as_of"] else DAY
    hits = retriever.retrieve(text, k=_LOOKED_AT, filters=Filters(day))
    best = list(dict.fromkeys(hit.passage.provision_id for hit in hits))[:WITHIN]
    for number, identifier in enumerate(best, 1):
        found = corpus.provisions[identifier]
        if exact_recall([(found.instrument_id, found.locator)], [places(row)]):
            return number
    return 0


def shares(ranks: Iterable[int]) -> str:
    """Recall@5 and Recall@1 of some ranks, as two cells of the table."""
    found = list(ranks)
    at_five = sum(number > 0 for number in found) / len(found)
    at_one = sum(number == 1 for number in found) / len(found)
    return f"{at_five:.3f} | {at_one:.3f}"


def table(
    rows: list[Row], corpus: Corpus, retriever: Retriever, knows: Callable[[str], bool]
) -> Iterable[str]:
    """The table, a line for each language and part; `knows` is that of `to_english`."""
    yield "| language | part | n | English R@5 | R@1 | read R@5 | R@1 | as asked R@5 | R@1 | ms |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for language, part in dict.fromkeys((row["language"], row["part"]) for row in rows):
        some = [row for row in rows if (row["language"], row["part"]) == (language, part)]
        to_english("", Language(language))  # reads the glossary
        started = time.perf_counter()
        read = [to_english(row["question"], Language(language), knows=knows).text for row in some]
        each_ms = (time.perf_counter() - started) * 1000 / len(some)
        english = shares(rank(row, row["english"], corpus, retriever) for row in some)
        ours = shares(
            rank(row, text, corpus, retriever) for row, text in zip(some, read, strict=True)
        )
        asked = shares(rank(row, row["question"], corpus, retriever) for row in some)
        cells = (language, part, str(len(some)), english, ours, asked, f"{each_ms:.2f}")
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table; builds an index first if this home has none."""
    calm_threads()
    settings = IndexSettings()
    settings.home.mkdir(parents=True, exist_ok=True)
    corpus = load_corpus(settings.home)
    retriever = open_retriever(settings, corpus)
    idf = retriever.lexical.idf
    for line in table(read_rows(), corpus, retriever, lambda word: idf(stem(word)) > 0):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
