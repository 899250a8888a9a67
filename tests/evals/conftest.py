"""What the evaluation tests share: a tiny BEIR set of our own, one encoder, one built index."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.settings import AssistantSettings
from assistant.wiring import build_assistant
from corpus.catalog import Corpus, load_embedded
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.settings import IndexSettings

ROOT = Path(__file__).resolve().parents[2]

# The day on which evals/baselines/answers.json was measured: "today" moves what is in force.
MEASURED_ON = date(2026, 11, 23)

_DOCUMENTS = {
    "harbour": ("Harbour light", "The red lamp on the pier marks the port side of the entrance."),
    "fog": ("Fog signals", "In thick fog the horn sounds twice every ninety seconds."),
    "keeper": ("The keeper", "The keeper winds the clockwork that turns the lens each evening."),
    "bees": ("Wintering bees", "A colony clusters around its honey and shivers to stay warm."),
    "honey": ("Taking honey", "Leave each hive at least fifteen kilograms of honey for winter."),
    "swarm": ("Swarming", "A swarm leaves with the old queen when the hive grows crowded."),
    "bread": ("Sourdough", "Feed the starter with rye flour and water the night before baking."),
    "oven": ("The oven", "Bake the loaf on a hot stone with steam for the first ten minutes."),
    "salt": ("Salt", "Two grams of salt for every hundred grams of flour slow the yeast."),
    "kayak": ("Rolling a kayak", "A flick of the hip brings the upturned kayak upright again."),
    "tide": ("Reading tides", "Spring tides come twice a month, at new moon and at full moon."),
    "knot": ("Bowline", "The bowline makes a loop at the end of a rope that does not slip."),
}
_QUERIES = {
    "q1": ("How often does the horn sound in fog?", {"fog": 1}),
    "q2": ("How much honey must stay in the hive for winter?", {"honey": 1, "bees": 1}),
    "q3": ("Which knot gives a loop that does not slip?", {"knot": 1}),
    "q4": ("What brings an upturned kayak upright?", {"kayak": 1}),
    "q5": ("What is the price of copper?", {"salt": 0}),
}


@pytest.fixture
def beir_folder(tmp_path: Path) -> Path:
    """Twelve documents and five queries of our own; `q5` has no relevant document."""
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": key, "title": title, "text": text} for key, (title, text) in _DOCUMENTS.items()
    ]
    queries = [{"_id": key, "text": text} for key, (text, _) in _QUERIES.items()]
    for name, rows in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    judged = [
        f"{query}\t{document}\t{grade}\n"
        for query, (_, grades) in _QUERIES.items()
        for document, grade in grades.items()
    ]
    text = "query-id\tcorpus-id\tscore\n" + "".join(judged)
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def onnx() -> OnnxMiniLmEmbedder:
    """The quick encoder, loaded once; it embeds passages too, where torch would take seconds."""
    return OnnxMiniLmEmbedder()


@pytest.fixture
def onnx_product(onnx: OnnxMiniLmEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the product the quick encoder, whatever the settings ask for."""
    monkeypatch.setattr("index.wiring.make_embedder", lambda settings: onnx)


@pytest.fixture(scope="session")
def embedded() -> Corpus:
    """The corpus that ships with the package."""
    return load_embedded()


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A POLICY_HOME whose index `built_assistant` builds."""
    return tmp_path_factory.mktemp("built") / "home"


@pytest.fixture(scope="session")
def built_assistant(built_home: Path, embedded: Corpus) -> Assistant:
    """The assistant on the embedded corpus with default settings, on the day of measurement."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("POLICY_")]:
            patch.delenv(name)
        settings = IndexSettings(home=built_home, query_encoder="onnx")
        assistant = build_assistant(settings, AssistantSettings(), corpus=embedded)
    return replace(assistant, today=lambda: MEASURED_ON)


@pytest.fixture
def aiact_article() -> Path:
    """The open set of questions on articles of the AI Act, beside the checkout; skips if absent."""
    folder = ROOT.parent / "shared" / "evals" / "aiact-article"
    if not folder.exists():
        pytest.skip(f"{folder.name} is not beside this checkout (it holds other people's texts)")
    return folder
