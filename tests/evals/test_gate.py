"""The gate: what the product must never lose, on the real corpus and on an open set.

When a change is meant to move these figures, `policy eval run --json` prints the new ones for
evals/baselines/answers.json; MEASURED_ON in conftest.py is the day they belong to (`--today`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.protocols import Draft
from assistant.settings import AssistantSettings
from assistant.testing import ScriptedEngine, make_hit
from assistant.types import Answer
from assistant.wiring import build_assistant
from corpus.catalog import Corpus
from evals import gate
from evals.answers import SUITE, gold_tasks
from evals.asking import Asker
from evals.datasets import read_beir
from evals.errors import DatasetError
from evals.gate import NOISE, lost, read_baseline
from evals.gold import Gold, read_gold
from evals.retrieval import evaluate
from evals.running import carry_out, quick_sample
from evals.runs import RunHeader, new_run
from evals.summary import summarise
from evals.types import Record, Task
from index.errors import IndexStaleError
from index.protocols import Retriever
from index.settings import IndexSettings
from index.types import Filters, Hit

HEAD = RunHeader("answers", "", "", "", "", {}, {}, {}, {}, {}, {})


def carried_out(assistant: Assistant, tasks: Sequence[Task], folder: Path) -> list[Record]:
    """The records of the tasks, as `policy eval run` makes them."""
    with new_run(folder, HEAD) as run:
        carry_out(SUITE, tasks, run, lambda done, total: None)
    return run.records


@pytest.fixture(scope="module")
def questions() -> list[Gold]:
    """The whole gold file."""
    return read_gold()


@pytest.fixture(scope="module")
def summary(
    built_assistant: Assistant, questions: list[Gold], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, float]:
    """The figures of the product on every gold question."""
    folder = tmp_path_factory.mktemp("gate") / "run"
    tasks = gold_tasks(questions, built_assistant)
    return summarise(carried_out(built_assistant, tasks, folder), SUITE).values()


@pytest.fixture(scope="module")
def answers(built_assistant: Assistant, questions: list[Gold]) -> list[Answer]:
    """The product's answer to every third gold question."""
    return [built_assistant.answer(item.question) for item in questions[::3]]


def test_the_baseline_was_measured_on_the_gold_there_is(summary: dict[str, float]) -> None:
    assert summary["questions"] == read_baseline()["questions"]


def test_no_figure_of_the_baseline_is_lost_by_more_than_noise(summary: dict[str, float]) -> None:
    assert lost(read_baseline(), summary) == []


def test_every_quote_is_in_its_provision_to_the_letter(summary: dict[str, float]) -> None:
    assert summary["citations_per_answer"] >= 1
    assert summary["quote_validity"] == 1.0


def test_no_citation_names_a_provision_that_is_not_there(summary: dict[str, float]) -> None:
    assert summary["phantom"] == 0.0


def test_no_citation_is_marked_with_a_number_that_the_answer_does_not_use(
    answers: list[Answer],
) -> None:
    cited = [(answer, citation.n) for answer in answers for citation in answer.citations]

    unused = [(answer.question.id, n) for answer, n in cited if f"[{n}]" not in answer.text]

    assert len(cited) > 50
    assert unused == []


@dataclass(frozen=True)
class RandomRetriever:
    """Draws any provisions of the corpus, the same ones for the same query."""

    corpus: Corpus

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        drawn = random.Random(query).sample(sorted(self.corpus.provisions), k)  # noqa: S311
        return [
            make_hit(self.corpus, identifier, score=0.9 - rank / 100)
            for rank, identifier in enumerate(drawn)
        ]


@dataclass(frozen=True)
class OldRetriever:
    """An index from before half of the instruments were added: it finds nothing of them."""

    retriever: Retriever
    known: frozenset[str]

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        hits = self.retriever.retrieve(query, k=100, filters=filters)
        return [hit for hit in hits if hit.passage.provision_id.split("#")[0] in self.known][:k]


@dataclass(frozen=True)
class RenamedRetriever:
    """An index of another corpus, in which provisions had other ids."""

    retriever: Retriever

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        hits = self.retriever.retrieve(query, k=k, filters=filters)
        return [
            replace(hit, passage=replace(hit.passage, provision_id=f"{hit.passage.provision_id}-b"))
            for hit in hits
        ]


@dataclass(frozen=True)
class Measured:
    """The sample that broken products are measured on, and what the sound one gets on it."""

    questions: list[Gold]
    baseline: dict[str, float]
    folder: Path

    def lost_by(self, broken: Assistant) -> list[str]:
        """The figures that the gate says a broken product has lost."""
        tasks = gold_tasks(self.questions, broken)
        records = carried_out(broken, tasks, self.folder / f"{len(list(self.folder.iterdir()))}")
        return [
            line.split(":")[0] for line in lost(self.baseline, summarise(records, SUITE).values())
        ]


@pytest.fixture(scope="module")
def measured(
    built_assistant: Assistant, questions: list[Gold], tmp_path_factory: pytest.TempPathFactory
) -> Measured:
    """A quick sample and its baseline, of the same figures as the committed one."""
    folder = tmp_path_factory.mktemp("broken")
    tasks = quick_sample(gold_tasks(questions, built_assistant))
    figures = summarise(carried_out(built_assistant, tasks, folder / "sound"), SUITE).values()
    ids = {task.id for task in tasks}
    return Measured(
        [item for item in questions if item.question.id in ids],
        {name: figures[name] for name in read_baseline()},
        folder,
    )


def test_the_sound_product_passes_the_gate_that_broken_ones_fail(
    measured: Measured, built_assistant: Assistant
) -> None:
    assert measured.lost_by(built_assistant) == []


def test_random_hits_fail_the_gate(measured: Measured, built_assistant: Assistant) -> None:
    broken = replace(built_assistant, retriever=RandomRetriever(built_assistant.corpus))

    assert {"gold_cited", "nugget_recall"} <= set(measured.lost_by(broken))


def test_an_index_that_lacks_half_of_the_texts_fails_the_gate(
    measured: Measured, built_assistant: Assistant
) -> None:
    known = frozenset(sorted(built_assistant.corpus.instruments)[::2])
    broken = replace(built_assistant, retriever=OldRetriever(built_assistant.retriever, known))

    assert {"gold_cited", "nugget_recall"} <= set(measured.lost_by(broken))


def test_an_index_whose_provisions_are_gone_fails_the_gate_and_not_the_run(
    measured: Measured, built_assistant: Assistant
) -> None:
    broken = replace(built_assistant, retriever=RenamedRetriever(built_assistant.retriever))

    assert {"failed", "gold_cited", "coverage"} <= set(measured.lost_by(broken))


def test_an_index_of_another_corpus_is_not_even_opened(
    built_home: Path, built_assistant: Assistant
) -> None:
    corpus = built_assistant.corpus
    fewer = replace(corpus, provisions=dict(list(corpus.provisions.items())[:-1]))
    settings = IndexSettings(home=built_home, query_encoder="onnx", auto_build=False)

    with pytest.raises(IndexStaleError):
        build_assistant(settings, AssistantSettings(), corpus=fewer)


def test_an_engine_that_cites_nothing_fails_the_gate(
    measured: Measured, built_assistant: Assistant
) -> None:
    engine = ScriptedEngine(Draft("You may do as you like.", (), ()))
    broken = replace(built_assistant, engine=engine)

    assert {"gold_cited", "coverage"} <= set(measured.lost_by(broken))


def test_an_engine_that_always_cites_the_same_fails_the_gate(
    measured: Measured, built_assistant: Assistant
) -> None:
    asked, _ = Asker(built_assistant).ask(measured.questions[0].question)
    engine = ScriptedEngine(Draft(asked.text, asked.claims, asked.citations))
    broken = replace(built_assistant, engine=engine)

    assert {"gold_cited", "nugget_recall"} <= set(measured.lost_by(broken))


BASE = {"questions": 10.0, "gold_cited": 0.8, "coverage": 0.9}
SAME = {**BASE, "quote_validity": 1.0, "phantom": 0.0, "failed": 0.0}


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({}, [], id="the same"),
        pytest.param({"gold_cited": 0.8 - NOISE}, [], id="noise"),
        pytest.param({"gold_cited": 0.95}, [], id="better"),
        pytest.param(
            {"gold_cited": 0.77},
            ["gold_cited: 0.770, where the baseline has 0.800"],
            id="more than noise",
        ),
        pytest.param(
            {"quote_validity": 0.999},
            ["quote_validity: 0.999, where the baseline has 1.000"],
            id="one wrong quote",
        ),
        pytest.param(
            {"phantom": 0.001}, ["phantom: 0.001, where the baseline has 0.000"], id="one phantom"
        ),
        pytest.param(
            {"failed": 1.0}, ["failed: 1.000, where the baseline has 0.000"], id="failure"
        ),
        pytest.param(
            {"questions": 9.0}, ["questions: 9, where the baseline has 10"], id="fewer questions"
        ),
    ],
)
def test_what_is_lost_is_told_by_figure(changes: dict[str, float], lines: list[str]) -> None:
    assert lost(BASE, {**SAME, **changes}) == lines


def test_a_figure_that_is_gone_is_lost() -> None:
    summary = {name: value for name, value in SAME.items() if name != "coverage"}

    assert lost(BASE, summary) == ["coverage: nothing, where the baseline has 0.900"]


@pytest.mark.parametrize(("value", "is_lost"), [(0.1, True), (0.01, False), (0.0, False)])
def test_of_a_figure_where_lower_is_better_a_rise_is_lost(value: float, is_lost: bool) -> None:
    found = lost({**BASE, "said_wrong": 0.0}, {**SAME, "said_wrong": value})

    assert bool(found) is is_lost


def test_the_committed_baseline_holds_figures_of_the_suite() -> None:
    names = {figure.name for figure in SUITE.figures}

    assert read_baseline().keys() - {"questions"} <= names


@pytest.mark.parametrize("text", ["[]", "{broken", '{"gold_cited": "high"}', None])
def test_a_baseline_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    (tmp_path / "baselines").mkdir()
    if text is not None:
        (tmp_path / "baselines" / "answers.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(gate.resources, "files", lambda package: tmp_path)

    with pytest.raises(DatasetError, match=r"baselines/answers\.json: cannot be read"):
        read_baseline()


@pytest.mark.slow
@pytest.mark.timeout(900)  # embeds 306 articles: 124 s on one busy core
@pytest.mark.usefixtures("onnx_product")
def test_the_product_finds_articles_of_the_ai_act_in_official_words(aiact_article: Path) -> None:
    result = evaluate(read_beir(aiact_article), "product")

    assert result.measures["recall@10"] >= 0.85
