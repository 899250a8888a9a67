"""Settings of the index: where it lives and which model it uses. Read once, at the edge."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from corpus.settings import CorpusSettings
from index.adapters.sbert import DEFAULT_MODEL


class IndexSettings(CorpusSettings):
    """How passages are embedded, stored and searched."""

    embedding_model: str = Field(
        DEFAULT_MODEL,
        description="sentence-transformers model: the packaged all-MiniLM-L6-v2, a folder, or a "
        "name in the local model cache. Changing it asks for `policy index build`.",
    )
    query_encoder: Literal["auto", "onnx", "sentence-transformers"] = Field(
        "auto",
        description="What embeds questions: the int8 ONNX twin of all-MiniLM-L6-v2 (starts in "
        "under a second), or the model itself. `auto` takes ONNX where it fits the model.",
    )
    candidates: int = Field(
        100, ge=10, le=1000, description="Passages that each route gives to fusion."
    )
    lexical_weight: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Share of BM25 in the fused score; the rest is vectors. Unset: as fitted, 0.2 "
        "where questions are tuned to the corpus, 0.3 elsewhere.",
    )
    auto_build: bool = Field(
        True, description="Build the index on first use (about 10 s) instead of refusing."
    )
