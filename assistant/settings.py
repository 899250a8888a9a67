"""Settings of answering and serving. Read once, at the edge."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AssistantSettings(BaseSettings):
    """When to answer and how to serve."""

    model_config = SettingsConfigDict(env_prefix="POLICY_", extra="ignore", frozen=True)

    model: str = Field(
        "",
        description="A chat model (`init_chat_model` name) for generated answers. Empty: the "
        "extractive engine, which needs no model and no network. No other engine exists yet.",
    )
    abstain_below: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Decline when the chance that the corpus answers is below this. Fixed: it "
        "never sinks until something is cited.",
    )
    host: str = Field("127.0.0.1", description="Address that `policy serve` listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port that `policy serve` listens on.")
