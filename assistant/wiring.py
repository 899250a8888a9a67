"""Settings -> objects; the only place of this package that picks adapters and engines."""

from __future__ import annotations

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.engines.extractive import ExtractiveEngine
from assistant.settings import AssistantSettings
from corpus.catalog import Corpus
from corpus.errors import SettingsError
from corpus.loading import load_corpus
from index.build import Progress
from index.settings import IndexSettings
from index.wiring import open_retriever


def build_assistant(
    index_settings: IndexSettings,
    settings: AssistantSettings,
    *,
    corpus: Corpus | None = None,
    progress: Progress | None = None,
) -> Assistant:
    """The assistant over the embedded corpus; loads the query encoder on its first question.

    Raises:
        PolicyError: If the home, the index or a setting cannot be used.
    """
    if settings.model:
        raise SettingsError(
            f"POLICY_MODEL={settings.model!r}: generated answers are not built yet",
            hint="Leave POLICY_MODEL empty; the extractive engine answers without a model.",
        )
    corpus = corpus or load_corpus(index_settings.home)
    retriever = open_retriever(index_settings, corpus, progress=progress)
    idf = retriever.lexical.idf
    return Assistant(
        corpus=corpus,
        retriever=retriever,
        engine=ExtractiveEngine(corpus, idf),
        confidence=LogisticConfidence(corpus, idf, retriever.lexical.rarest),
        fingerprint=f"{corpus.fingerprint}/{retriever.embedder.fingerprint}",
        threshold=settings.abstain_below,
    )
