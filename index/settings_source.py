"""The index's settings, read at the edge."""

from __future__ import annotations

from corpus.settings_source import read
from index.settings import IndexSettings


def load_settings() -> IndexSettings:
    """The index's settings, with those of the corpus.

    Raises:
        SettingsError: If a value is not what the setting can have.
    """
    return read(IndexSettings)
