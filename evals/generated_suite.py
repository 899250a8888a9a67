"""The suite `generated`: what becomes of a chat model's answers to our own questions.

How many are shown, how many give way to quotes, and whether a wrong number, date or locator
reached the reader in a sentence of the model. That is counted here by rules of its own, without
`assistant/verify.py`: a token of a sentence shown that the cited provision does not hold.

`python -m evals.generated_suite` serves a very small model itself where POLICY_MODEL is empty.
With `--model copying` a fake restates the passages with care, with `--model altering` it makes
each sentence wrong: how many true sentences are withheld, how many wrong ones get through.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering import Assistant
from assistant.engines.generated import (
    POISONED,
    UNANSWERED,
    UNREACHED,
    UNVERIFIED,
    Checking,
    GeneratedEngine,
)
from assistant.engines.streaming import ChatModel
from assistant.testing_generated import CopyingChatModel
from assistant.types import Answer, AnswerStatus, Claim
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import ProvisionId
from evals import citing
from evals.asking import Asker, record
from evals.errors import EvaluationError
from evals.gold import Gold, read_gold
from evals.running import quick_sample
from evals.types import Figure, Record, Suite, Task

if TYPE_CHECKING:
    from assistant.settings import AssistantSettings
    from evals.runs import StoredRun

QUESTIONS = 61  # the shares of the kinds, rounded, make 60 of it

FIGURES = (
    Figure(
        "foreign", "sentences shown with a number, date or locator not there", False, leads=True
    ),
    Figure("generated", "the model's answer was shown", leads=True),
    Figure("unverified", "gave way to quotes: less than half was borne out", is_neutral=True),
    Figure("unanswered", "gave way to quotes: no answer in it", is_neutral=True),
    Figure("unreached", "gave way to quotes: model down, slow or broken off", False),
    Figure("coverage", "answered, not declined"),
    Figure("gold_cited", "a gold provision, or one below it, is cited"),
    Figure("sentences", "sentences of the model shown, in answers that are the model's"),
    Figure("withheld", "sentences withheld, in answers that are the model's", False),
    Figure("seconds", "time an answer, the model's included", False),
)
_REASONS = {UNVERIFIED: "unverified", UNANSWERED: "unanswered", UNREACHED: "unreached"}
_WITHHELD = re.compile(r"(\d+) sentences? (?:was|were) withheld")
_MONTHS = (
    "january|february|march|april|june|july|august|september|october|november|december|may(?= \\d)"
)
_DIGITS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7"}
_DIGITS |= {"eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "zero": "0"}
_DIGITS |= {"fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50"}
_DIGITS |= {"sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_COUNTED = "|".join((*_DIGITS, "hundred", "thousand", "million", "billion", "trillion"))
_TOKEN = re.compile(
    rf"\d+[a-z]\d+(?:\.[a-z])*|\d+(?:\.\d+)*|\b(?:{_MONTHS}|{_COUNTED})\b|%"
    r"|\b(?:article|annex|recital|section|chapter|part|eccn|supplement)s?\s+[\divxl]+\b|\([a-z]{1,3}\)"
)


def foreign_tokens(sentence: str, words: str) -> tuple[str, ...]:
    """Numbers, dates and locators of a sentence that do not stand among the words, as they are.

    >>> foreign_tokens("Applies from 2 August 2027 (Article 6).", "from 2 August 2026, Article 6")
    ('2027',)
    """
    there = set(_tokens(words))
    return tuple(token for token in _tokens(sentence) if token not in there)


def _tokens(text: str) -> list[str]:
    low = re.sub(r"(?<=\d)[\s,\u202f](?=\d{3}(?!\d))", "", text.casefold())
    low = re.sub(r"per ?cent", "%", low)
    found = (" ".join(token.split()) for token in _TOKEN.findall(low))
    return [_DIGITS.get(token, token) for token in found]


def shown(answer: Answer) -> Iterator[Claim]:
    """The sentences of the model that an answer shows as borne out; our openings are not its."""
    if answer.engine == "generated":
        yield from (
            claim
            for claim in answer.claims
            if claim.support != "unsupported" and not claim.text.startswith("**")
        )


def faults(answer: Answer, corpus: Corpus) -> list[str]:
    """What a reader was told by the model that the provision cited does not hold."""
    by_number = {citation.n: citation for citation in answer.citations}
    found = []
    for claim in shown(answer):
        words = ""
        for number in claim.citations:
            cited = by_number[number]
            version = corpus.provisions[ProvisionId(cited.provision_id)].versions[cited.version]
            instrument = corpus.instrument(cited.instrument_id)
            names = (instrument.title, instrument.short_title, *instrument.aliases)
            words += " ".join((version.lead, version.text, cited.locator, *names, " "))
        if foreign := foreign_tokens(claim.text, words):
            found.append(f"says {', '.join(foreign)}, not in what it cites: {claim.text}")
    return found


def judge(gold: Gold, answer: Answer, corpus: Corpus) -> tuple[dict[str, float], list[str]]:
    """The measures of one answer, and what is wrong with it."""
    is_answered = answer.status is AnswerStatus.ANSWERED
    is_generated = answer.engine == "generated" and is_answered
    wrong = faults(answer, corpus)
    measures = {
        "foreign": float(len(wrong)),
        "generated": float(is_generated),
        "coverage": float(is_answered),
        "seconds": dict(answer.timings_ms).get("total", 0.0) / 1000,
    }
    for reason, name in _REASONS.items():
        measures[name] = float(is_answered and reason in answer.text)
    if is_answered and POISONED in answer.text:
        wrong.append("a passage of the corpus is taken for an order to models")
    if gold.is_cited and is_answered:
        cited = [(c.instrument_id, parse(c.locator)) for c in answer.citations]
        measures["gold_cited"] = float(citing.exact_recall(cited, gold.groups) > 0)
    if is_generated:
        measures["sentences"] = float(len(list(shown(answer))))
        withheld = _WITHHELD.search(answer.text)
        measures["withheld"] = float(withheld[1]) if withheld else 0.0
    return measures, wrong


def tasks(assistant: Assistant, path: Path | None = None) -> list[Task]:
    """Answerable questions of ours, or all of a file, for an assistant that has a chat model.

    Raises:
        EvaluationError: If it has none.
    """
    if assistant.engine.name != "generated":
        raise EvaluationError(
            "the suite `generated` needs a chat model, and POLICY_MODEL is empty",
            hint="Set POLICY_MODEL, or run `python -m evals.generated_suite`, which serves one.",
        )
    asker = Asker(assistant)
    questions = [gold for gold in read_gold(path) if not gold.should_abstain]
    return quick_sample([_task(gold, asker) for gold in questions], QUESTIONS)


def _task(gold: Gold, asker: Asker) -> Task:
    return Task(
        id=gold.question.id,
        kind=gold.kind,
        question=gold.question.text,
        content=gold.content,
        ask=_ask(gold, asker),
        measures=("generated", "coverage"),
    )


def _ask(gold: Gold, asker: Asker) -> Callable[[], Record]:
    def ask() -> Record:
        answer, hits = asker.ask(gold.question)
        measures, wrong = judge(gold, answer, asker.assistant.corpus)
        return record(gold.kind, answer, hits, measures, wrong)

    return ask


SUITE = Suite(
    name="generated",
    about="What becomes of a chat model's answers: shown, withheld, or given way to quotes.",
    figures=FIGURES,
    tasks=tasks,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the suite with the model of the settings, a small one or a fake, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m evals.generated_suite", description=__doc__)
    parser.add_argument("--model", choices=("settings", "copying", "altering"), default="settings")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    parser.add_argument("--out", type=Path, default=None, help="the run folder to write")
    options = parser.parse_args(arguments)
    from evals.summary import lines, summarise

    found = _run(options.model, options.today, options.out)
    print("\n".join([str(found.folder), *lines(summarise(found.records, SUITE), SUITE)]))  # noqa: T201
    for one in found.records:
        for fault in one.faults:
            print(f"{one.id}: {fault}")  # noqa: T201


def _run(model: str, today: date, out: Path | None) -> StoredRun:
    from assistant.settings import AssistantSettings
    from assistant.wiring import build_assistant
    from corpus.settings import usable_home
    from corpus.settings_source import read
    from evals.launching import Launcher
    from evals.provenance import Plan
    from evals.small_model import MODEL, served
    from index.commands import progress_bar
    from index.settings_source import load_settings
    from index.wiring import calm_threads

    calm_threads()
    index_settings, settings = load_settings(), read(AssistantSettings)
    bar = progress_bar()
    with ExitStack() as stack:
        if model != "settings":
            settings = read(AssistantSettings, model="")
        elif not settings.model:
            address = stack.enter_context(served())
            settings = read(AssistantSettings, model=MODEL, model_base_url=address)
        assistant = build_assistant(index_settings, settings)
        if model != "settings":
            assistant = with_fake(assistant, CopyingChatModel(alters=model == "altering"), settings)
        launcher = Launcher(
            usable_home(index_settings),
            assistant,
            (index_settings, settings),
            lambda: lambda done, total: bar("asking", done, total),
        )
        return launcher.start(Plan("generated", None, False, today), out)


def with_fake(assistant: Assistant, model: ChatModel, settings: AssistantSettings) -> Assistant:
    """The same assistant with a fake for its model, checked as a real one would be."""
    from assistant.supporting import load_support
    from index.retrieve import HybridRetriever

    retriever = assistant.retriever
    judge = load_support(retriever.embedder) if isinstance(retriever, HybridRetriever) else None
    checking = Checking(judge, settings.support_at_least, settings.unsupported)
    engine = GeneratedEngine(assistant.corpus, model, assistant.engine, checking)
    return replace(assistant, engine=engine)


if __name__ == "__main__":
    main()
