"""Where settings come from: environment, then the file that POLICY_CONFIG names, then defaults."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from corpus.errors import SettingsError

CONFIG_VARIABLE = "POLICY_CONFIG"
S = TypeVar("S", bound=BaseSettings)


def read_toml() -> tuple[dict[str, Any], Path | None]:
    """The settings file named by POLICY_CONFIG; nothing when none is named.

    Raises:
        SettingsError: If it is named but cannot be read.
    """
    named = os.environ.get(CONFIG_VARIABLE, "")
    if not named:
        return {}, None
    path = Path(named)
    try:
        return tomllib.loads(path.read_text("utf-8")), path
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error}") from error


def read(kind: type[S], **flags: object) -> S:
    """Settings of one kind; precedence flag > environment > file > default.

    Raises:
        SettingsError: If a value is not what the setting can have.
    """
    table, _ = read_toml()
    prefix = str(kind.model_config.get("env_prefix", ""))
    known = {
        name: value
        for name, value in table.items()
        if name in kind.model_fields and f"{prefix}{name}".upper() not in os.environ
    }
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return kind(**{**known, **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{prefix}{'.'.join(map(str, first['loc']))}".upper()
        raise SettingsError(f"{name} is {first['input']!r}: {first['msg']}") from error
