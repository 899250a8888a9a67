"""Settings of the answer records. Read once, at the edge."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RecordSettings(BaseSettings):
    """Whether answers are recorded, and for how long."""

    model_config = SettingsConfigDict(env_prefix="POLICY_", extra="ignore", frozen=True)

    records: Literal["on", "off"] = Field(
        "on",
        description="Keep a record of each answer in POLICY_HOME/records (`policy record`), for "
        "replay and for finding answers that have gone out of date. `off` keeps none.",
    )
    records_keep_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Days after which a record that was not asked for again is deleted. 0: never.",
    )
