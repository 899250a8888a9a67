from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import checking, verified
from corpus.catalog import Corpus
from corpus.checking import Report, record
from corpus.verified import RECORD, verified_ids


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for the installed package, with an empty data folder."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(verified.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(checking, "__file__", str(tmp_path / "checking.py"))
    verified_ids.cache_clear()
    yield tmp_path
    verified_ids.cache_clear()


def test_without_a_record_nothing_is_verified(package: Path) -> None:
    assert verified_ids() == frozenset()


def test_what_is_recorded_is_read_back(package: Path) -> None:
    record(Report(checked={"my-law#article-1": "my-law.txt"}, sources={"my-law.txt": "00ff"}))

    body = json.loads((package / "data" / RECORD).read_text("utf-8"))
    assert verified_ids() == {"my-law#article-1"}
    assert body["sources"] == {"my-law.txt": "00ff"}


def test_every_recorded_provision_is_in_the_corpus(corpus: Corpus) -> None:
    assert verified_ids() - set(corpus.provisions) == set()
