"""Settings of answering and serving. Read once, at the edge."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AssistantSettings(BaseSettings):
    """When to answer, with which model, and how to serve."""

    model_config = SettingsConfigDict(env_prefix="POLICY_", extra="ignore", frozen=True)

    model: str = Field(
        "",
        description="A chat model for generated answers, as provider:model (an `init_chat_model` "
        "name): openai:..., ollama:..., anthropic:... Empty: the extractive engine, which needs "
        "no model and no network.",
    )
    model_base_url: str = Field(
        "", description="Address of a server that is compatible with the provider. Empty: its own."
    )
    model_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key for the model. Empty: the provider's own variable, such as "
        "OPENAI_API_KEY.",
    )
    model_timeout_s: float = Field(
        60.0, ge=1, le=600, description="Seconds that a model may take; then quotes take over."
    )
    model_max_tokens: int = Field(
        800, ge=32, le=16_000, description="Tokens that a model may write, its thoughts included."
    )
    unsupported: Literal["withhold", "mark"] = Field(
        "withhold",
        description="What happens to a generated sentence that its citation does not bear out: it "
        "is withheld, or shown as not borne out, without a citation.",
    )
    support_at_least: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Score by meaning that a generated sentence needs besides the checks of its "
        "words, as docs/checks.md recommends it; POLICY_NLI_MODEL's probability needs it too.",
    )
    nli_model: str = Field(
        "",
        description="Folder of a sentence-transformers CrossEncoder for natural-language "
        "inference, asked about each generated sentence. Empty: none.",
    )
    abstain_below: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Decline when the chance that the corpus answers is below this. Fixed: it "
        "never sinks until something is cited.",
    )
    host: str = Field("127.0.0.1", description="Address that `policy serve` listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port that `policy serve` listens on.")
