"""The embedded corpus, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from corpus.catalog import Corpus, load_embedded

# A busy machine is no failure: the tests that measure time measure that of the processor.
settings.register_profile("corpus", deadline=None)
settings.load_profile("corpus")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_embedded()


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of official texts kept beside the checkout; other people's, never copied."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the official texts are not beside this checkout")
    return folder
