"""Settings of the corpus: where the program writes, and where official texts come from."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import HomeError


class CorpusSettings(BaseSettings):
    """Where texts are kept and fetched from."""

    model_config = SettingsConfigDict(env_prefix="POLICY_", extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("policy-assistant", appauthor=False),
        description="The one folder for everything the program writes.",
    )
    sync_mirror: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        description="Base URL of a mirror of the publishers; `policy corpus sync` then fetches "
        "MIRROR/HOST/PATH and nothing else. Empty: from the publishers.",
    )


def usable_home(settings: CorpusSettings) -> Path:
    """POLICY_HOME, made if need be.

    Raises:
        HomeError: If it cannot be made or written to.
    """
    home = settings.home.expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise HomeError(f"POLICY_HOME {home} cannot be written: {error.strerror}") from error
    return home.resolve()
