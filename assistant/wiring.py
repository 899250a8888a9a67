"""Settings -> objects; the only place of this package that picks adapters and engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answering import Assistant
from assistant.belonging import load_belonging
from assistant.confidence import LogisticConfidence
from assistant.engines.extractive import ExtractiveEngine
from assistant.premises import FaultFinder
from assistant.protocols import AnswerEngine
from assistant.settings import AssistantSettings
from corpus.catalog import Corpus
from corpus.loading import load_corpus
from index.build import Progress
from index.protocols import Embedder
from index.retrieve import HybridRetriever
from index.settings import IndexSettings
from index.tokens import stem
from index.wiring import open_retriever

if TYPE_CHECKING:
    from assistant.engines.streaming import ChatModel


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
    generated = generating(settings) if settings.model else None
    corpus = corpus or load_corpus(index_settings.home)
    retriever = open_retriever(index_settings, corpus, progress=progress)
    idf = retriever.lexical.idf
    embedder = retriever.embedder
    field = load_belonging(embedder.fingerprint, embedder.embed_query)
    quoted = ExtractiveEngine(corpus, idf)
    finder = FaultFinder(corpus)
    return Assistant(
        corpus=corpus,
        retriever=retriever,
        engine=generated(corpus, quoted, embedder) if generated else quoted,
        confidence=LogisticConfidence(
            corpus,
            idf,
            retriever.lexical.rarest,
            field.of if field else None,
            finder.vocabulary.foreignness,
        ),
        fingerprint=f"{corpus.fingerprint}/{retriever.embedder.fingerprint}",
        threshold=settings.abstain_below,
        knows=lambda word: idf(stem(word)) > 0,
        finder=finder,
    )


def with_model(assistant: Assistant, settings: AssistantSettings) -> Assistant:
    """The same assistant, its answers worded by the model that the settings name.

    Raises:
        SettingsError: If the model or its judge cannot be used.
    """
    retriever = assistant.retriever
    embedder = retriever.embedder if isinstance(retriever, HybridRetriever) else None
    engine = generating(settings)(assistant.corpus, assistant.engine, embedder)
    return replace(assistant, engine=engine)


def generating(
    settings: AssistantSettings,
) -> Callable[[Corpus, AnswerEngine, Embedder | None], AnswerEngine]:
    """Makes the engine that lets a model word answers; the engine given to it quotes.

    Sentences are judged by meaning too: by the embedder where its weights fit, and by the model
    of POLICY_NLI_MODEL.

    Raises:
        SettingsError: If POLICY_MODEL or POLICY_NLI_MODEL cannot be used.
    """
    from assistant.engines.generated import Checking, GeneratedEngine
    from assistant.engines.streaming import Limits
    from assistant.supporting import load_support
    from assistant.verify import Strictest, SupportJudge

    model = _chat_model(settings)
    own: list[SupportJudge] = []
    if settings.nli_model:
        from assistant.adapters.cross_encoder import CrossEncoderJudge

        own.append(CrossEncoderJudge(settings.nli_model))

    def make(corpus: Corpus, quoting: AnswerEngine, embedder: Embedder | None) -> AnswerEngine:
        learned = load_support(embedder) if embedder is not None else None
        judge = Strictest((learned, *own) if learned is not None else tuple(own))
        checking = Checking(judge, settings.support_at_least, settings.unsupported)
        limits = Limits(settings.model_timeout_s)
        return GeneratedEngine(corpus, model, quoting, checking, limits)

    return make


def _chat_model(settings: AssistantSettings) -> ChatModel:
    """The model that the settings name, ready to be asked.

    Raises:
        SettingsError: If it cannot be used, or its package is missing.
    """
    from assistant.adapters.chat_model import ModelOptions, open_chat_model

    options = ModelOptions(
        base_url=settings.model_base_url,
        api_key=settings.model_api_key.get_secret_value(),
        timeout_s=settings.model_timeout_s,
        max_tokens=settings.model_max_tokens,
    )
    return open_chat_model(settings.model, options)
