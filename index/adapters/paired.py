"""Two encoders of one model: a quick one for questions, the reference for passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.protocols import BULK, Embedder, Encoded, Vector, Vectors, WordEmbedder


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

    def encode_query(self, text: str) -> Encoded:
        """Encode one query: its vector, word pieces and their states."""
        return _words(self.queries).encode_query(text)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode passages, by the encoder that embeds so many."""
        encoder = self.passages if len(texts) >= BULK else self.queries
        return _words(encoder).encode_passages(texts)


def _words(encoder: Embedder) -> WordEmbedder:
    if not isinstance(encoder, WordEmbedder):
        raise TypeError(f"{type(encoder).__name__} gives no states of words")
    return encoder
