"""What a user could pick instead, on the same documents in the same process layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.types import Document

if TYPE_CHECKING:
    from index.adapters.sbert import SentenceTransformersEmbedder

Search = Callable[[str, int], Sequence[tuple[str, float]]]


def _embedded(document: Document) -> str:
    return f"{document.title}\n{document.text}" if document.title else document.text


def bm25(documents: Sequence[Document], folder: Path) -> Search:
    """bm25s with Porter stems over whole documents; its own tokenizer and English stop words."""
    import bm25s
    from Stemmer import Stemmer

    stemmer = Stemmer("porter")
    engine = bm25s.BM25(k1=1.5, b=0.75)
    texts = [_embedded(document) for document in documents]
    engine.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )
    engine.save(str(folder / "bm25"), show_progress=False)

    def search(query: str, k: int) -> list[tuple[str, float]]:
        words = bm25s.tokenize(query, stopwords="en", stemmer=stemmer, show_progress=False)
        rows, scores = engine.retrieve(words, k=min(k, len(documents)), show_progress=False)
        return [
            (documents[row].id, float(score)) for row, score in zip(rows[0], scores[0], strict=True)
        ]

    return search


def langchain(documents: Sequence[Document], folder: Path) -> Search:
    """LangChain's tutorial: recursive splitter of 1000/200, Chroma, similarity search."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document as LangchainDocument
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = splitter.split_documents(
        [
            LangchainDocument(page_content=_embedded(document), metadata={"id": document.id})
            for document in documents
        ]
    )
    store = Chroma.from_documents(
        pieces, _LangchainEmbeddings(_reference()), persist_directory=str(folder / "chroma")
    )

    def search(query: str, k: int) -> list[tuple[str, float]]:
        found = store.similarity_search_with_score(query, k=2 * k)
        best: dict[str, float] = {}
        for piece, distance in found:
            best.setdefault(str(piece.metadata["id"]), -float(distance))
        return list(best.items())[:k]

    return search


def _reference() -> SentenceTransformersEmbedder:
    from index.adapters.sbert import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder()


class _LangchainEmbeddings:
    """LangChain's embedding interface over the same reference model."""

    def __init__(self, embedder: SentenceTransformersEmbedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        return [vector.tolist() for vector in self._embedder.embed_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Vector of a query."""
        return [float(value) for value in self._embedder.embed_query(text)]


BASELINES: dict[str, Callable[[Sequence[Document], Path], Search]] = {
    "baseline-bm25": bm25,
    "baseline-langchain": langchain,
}
