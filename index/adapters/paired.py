"""Two encoders of one model: a quick one for questions, the reference for passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.protocols import BULK, Embedder, Vector, Vectors


@dataclass(frozen=True)
class PairedEmbedder:
    """Embeds questions with `queries` and many passages with `passages`; one fingerprint.

    Fewer than `BULK` passages go to the quick encoder too: it has done them before torch, which
    `passages` stands on, is imported.
    """

    queries: Embedder
    passages: Embedder

    def __post_init__(self) -> None:
        if self.queries.fingerprint != self.passages.fingerprint:
            raise ValueError("the two encoders are of different models")

    @property
    def fingerprint(self) -> str:
        """The model's identity, the same for both."""
        return self.passages.fingerprint

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self.queries.dimensions

    def embed_query(self, text: str) -> Vector:
        """Embed one query; shape ``(d,)``, float32, L2 norm 1."""
        return self.queries.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), d)``, float32, rows of L2 norm 1."""
        encoder = self.passages if len(texts) >= BULK else self.queries
        return encoder.embed_passages(texts)
