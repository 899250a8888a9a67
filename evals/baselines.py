"""What a user could pick instead, on the same documents in the same process layout.

Every baseline gives each document once, best first, and as many as were asked for if there are so
many: what is searched in pieces is searched deeper until enough documents are found.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.types import Document

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document as Piece

    from index.adapters.sbert import SentenceTransformersEmbedder

Search = Callable[[str, int], Sequence[tuple[str, float]]]


def _content(document: Document) -> str:
    """What a loader makes the content of a document: its text; the title goes to the metadata.

    A title that many share would make vectors alike: with titles in the text these baselines
    lose a tenth of Recall@10 on obliqa.
    """
    return document.text if document.text.strip() else document.title


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


def dense(documents: Sequence[Document], folder: Path) -> Search:
    """Exact cosine over whole documents, a vector each, of the reference model.

    The model reads the first 256 word pieces of a document.
    """
    embedder = _reference()
    vectors = embedder.embed_passages([_content(document) for document in documents])
    np.save(folder / "vectors.npy", vectors)

    def search(query: str, k: int) -> list[tuple[str, float]]:
        scores = vectors @ embedder.embed_query(query)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(documents[row].id, float(scores[row])) for row in best]

    return search


def langchain(documents: Sequence[Document], folder: Path) -> Search:
    """LangChain's tutorial: recursive splitter of 1000/200, Chroma, similarity search."""
    pieces = _pieces(documents)
    store = _chroma(pieces, folder)

    def search(query: str, k: int) -> list[tuple[str, float]]:
        def ranked(depth: int) -> list[tuple[Piece, float]]:
            found = store.similarity_search_with_score(query, k=depth)
            return [(piece, -float(distance)) for piece, distance in found]

        return _documents(ranked, k, len(pieces))

    return search


def langchain_ensemble(documents: Sequence[Document], folder: Path) -> Search:
    """LangChain's EnsembleRetriever, half BM25Retriever and half Chroma, on the tutorial's pieces.

    Both classes live in packages that LangChain 1 no longer installs, so they are rebuilt here
    with their defaults: words split at white space, case kept. On the same pieces from Chroma,
    scores and order equal theirs (langchain-classic 1.0.8, langchain-community 0.4.2, rank-bm25
    0.2.2). Times do not: rank-bm25 walks through all pieces for each word of a query, so ours
    flatter it. For `k` documents either side gives ``2 * k`` pieces, those of score 0 too.
    """
    pieces = _pieces(documents)
    store = _chroma(pieces, folder)
    scores = okapi([piece.page_content.split() for piece in pieces])

    def search(query: str, k: int) -> list[tuple[str, float]]:
        def ranked(depth: int) -> list[tuple[Piece, float]]:
            best = np.argsort(scores(query.split()))[::-1][:depth]
            lexical = [pieces[row] for row in best]
            return fused([lexical, store.similarity_search(query, k=depth)], [0.5, 0.5])

        return _documents(ranked, k, len(pieces))

    return search


def okapi(
    texts: Sequence[Sequence[str]], *, k1: float = 1.5, b: float = 0.75, epsilon: float = 0.25
) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """What scores every text for the words of a query, as rank-bm25's BM25Okapi does.

    The idf of a word in more than half of the texts would be negative: it becomes `epsilon` times
    the mean idf. A word that a query repeats counts again. The scores have shape ``(n,)``.

    Source:
        Trotman, Puurula & Burgess, ADCS 2014, doi:10.1145/2682862.2682863.
    """
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    damping = k1 * (1 - b + b * lengths / lengths.mean())
    counts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, text in enumerate(texts):
        for word, count in Counter(text).items():
            counts[word].append((row, count))
    idf = {
        w: math.log(len(texts) - len(f) + 0.5) - math.log(len(f) + 0.5) for w, f in counts.items()
    }
    floor = epsilon * sum(idf.values()) / len(idf)
    postings = {}
    for word, found in counts.items():
        rows, often = np.array(found).T
        weight = idf[word] if idf[word] >= 0 else floor
        postings[word] = rows, weight * (often * (k1 + 1) / (often + damping[rows]))

    def scores(words: Sequence[str]) -> NDArray[np.float64]:
        total = np.zeros(len(texts))
        for word in words:
            if word in postings:
                rows, parts = postings[word]
                total[rows] += parts
        return total

    return scores


def fused(
    rankings: Sequence[Sequence[Piece]], weights: Sequence[float], *, c: int = 60
) -> list[tuple[Piece, float]]:
    """Pieces by weighted reciprocal rank, best first, as LangChain's EnsembleRetriever does.

    Pieces with the same words are one, the first of them; at equal scores the first stays first.

    Source:
        Cormack, Clarke & Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114.
    """
    scores: dict[str, float] = defaultdict(float)
    first: dict[str, Piece] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, piece in enumerate(ranking, start=1):
            scores[piece.page_content] += weight / (rank + c)
            first.setdefault(piece.page_content, piece)
    found = [(piece, scores[words]) for words, piece in first.items()]
    return sorted(found, key=lambda entry: entry[1], reverse=True)


def _pieces(documents: Sequence[Document]) -> list[Piece]:
    from langchain_core.documents import Document as LangchainDocument
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return splitter.split_documents(
        [
            LangchainDocument(page_content=_content(document), metadata={"id": document.id})
            for document in documents
        ]
    )


def _chroma(pieces: list[Piece], folder: Path) -> Chroma:
    from langchain_chroma import Chroma

    return Chroma.from_documents(
        pieces, _LangchainEmbeddings(_reference()), persist_directory=str(folder / "chroma")
    )


def _documents(
    ranked: Callable[[int], Iterable[tuple[Piece, float]]], k: int, pieces: int
) -> list[tuple[str, float]]:
    """The `k` documents of the best pieces, each with the score of its best one."""
    depth = 2 * k
    while True:
        best: dict[str, float] = {}
        for piece, score in ranked(depth):
            best.setdefault(str(piece.metadata["id"]), score)
        if len(best) >= k or depth >= pieces:
            return list(best.items())[:k]
        depth *= 2


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
    "baseline-langchain-ensemble": langchain_ensemble,
    "baseline-dense": dense,
}
