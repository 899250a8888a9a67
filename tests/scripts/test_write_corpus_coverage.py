from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from corpus.commands import corpus
from corpus.verified import verified_ids

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module; `scripts` is no package."""
    spec = importlib.util.spec_from_file_location(
        "write_corpus_coverage", ROOT / "scripts" / "write_corpus_coverage.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "corpus.md").read_text("utf-8")


def test_the_page_on_the_corpus_tells_what_is_verified_now(script: ModuleType, page: str) -> None:
    assert page == script.rewritten(page), "run scripts/write_corpus_coverage.py"


def test_each_row_is_what_the_command_named_beside_it_counts(page: str) -> None:
    listed = CliRunner().invoke(corpus, ["list", "--json"])

    for row in json.loads(listed.stdout)["instruments"]:
        counts = (row["provisions"], row["verified"], row["provisions"] - row["verified"])
        numbers = " | ".join(f"{count:,}" for count in counts)
        assert f"| `{row['id']}` | {row['short_title']} | " in page
        assert f" | {numbers} |\n" in page.partition(f"| `{row['id']}` |")[2]


def test_every_provision_without_a_record_is_named_once(script: ModuleType) -> None:
    texts = script.load_embedded()
    items = script.generate().partition("place by place")[2].split("\n* ")
    words = {item.split("`")[1]: " ".join(item.split()) for item in items[1:]}

    for provision in texts.provisions.values():
        is_named = any(
            f"{before}{provision.locator}{after}" in words.get(provision.instrument_id, "")
            for before in (": ", "; ")
            for after in (";", ".")
        )
        assert is_named == (provision.id not in verified_ids()), provision.id


def test_a_page_without_its_marks_is_refused(script: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"corpus\.md lacks"):
        script.rewritten("# The corpus\n")
