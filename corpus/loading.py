"""The corpus of one POLICY_HOME: what ships with the package, and the texts added to it."""

from __future__ import annotations

from pathlib import Path

from corpus import catalog
from corpus.catalog import Corpus


def load_corpus(home: Path) -> Corpus:
    """The embedded corpus with the official texts and uploads of this home laid over it.

    Raises:
        ParseError: If a text on disk is damaged.
    """
    base = catalog.load_embedded()
    home = home.expanduser()
    if not (home / "texts").is_dir():
        return base
    from corpus.overlay import overlay
    from corpus.store import TextStore

    return overlay(base, TextStore(home).texts())
