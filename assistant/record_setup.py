"""What an answer was made with, read off an assistant and its settings."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from assistant.answering import Assistant
from assistant.records import Setup
from index.build import SEGMENTER
from index.generations import FORMAT
from index.retrieve import HybridRetriever

# Where things are kept, fetched and served moves no answer; the rest stands elsewhere in `Setup`.
_ELSEWHERE = {
    "home",
    "sync_mirror",
    "auto_build",
    "host",
    "port",
    "embedding_model",
    "abstain_below",
    "lexical_weight",
}
_SECRET_ENDINGS = ("_key", "_token", "_password", "_secret")
_PROGRAM = (".py", ".toml", ".tsv", ".json", ".npz")
_FITTED = ("late-*.npz", "tuning-*.npz")


def setup_of(assistant: Assistant, settings: tuple[tuple[str, str], ...] = ()) -> Setup:
    """What `assistant` answers with; `settings` as `settings_that_count` gives them."""
    own = [("threshold", str(assistant.threshold))]
    retriever = assistant.retriever
    index, model = type(retriever).__name__, assistant.fingerprint
    if isinstance(retriever, HybridRetriever):
        late = "without" if retriever.late is None else "with"
        tuned = "untuned" if retriever.tuning is None else "tuned"
        index = f"format {FORMAT}, {SEGMENTER}, {late} word vectors, {tuned}"
        model = retriever.embedder.fingerprint
        own.append(("lexical_weight", str(retriever.lexical_share)))
    return Setup(
        corpus=assistant.corpus.fingerprint,
        index=index,
        embedding_model=model,
        confidence=_constants_of(assistant.confidence),
        program=program(),
        settings=tuple(sorted({**dict(settings), **dict(own)}.items())),
    )


def settings_that_count(*settings: BaseSettings) -> tuple[tuple[str, str], ...]:
    """Name and value of each setting that can move an answer; no secret is among them."""
    return tuple((name, value) for each in settings for name, value in _told(each))


def _told(settings: BaseSettings) -> Iterator[tuple[str, str]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr) or name.endswith(_SECRET_ENDINGS)
        if name not in _ELSEWHERE and not secret:
            yield name, _without_user(str(value))


def _without_user(value: str) -> str:
    """An address without the user and password that may stand in it; anything else as it is."""
    if "://" not in value or "@" not in value:
        return value
    parts = urlsplit(value)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _constants_of(judge: object) -> str:
    """12 hex digits that change with the weights of a confidence: its module's constants."""
    kind = type(judge)
    constants = vars(sys.modules[kind.__module__])
    public = sorted((name, repr(value)) for name, value in constants.items() if name.isupper())
    return hashlib.sha256(repr((kind.__name__, public)).encode()).hexdigest()[:12]


@cache
def program() -> str:
    """The version of the program, and 8 hex digits that change with any of its code (5 ms)."""
    try:
        released = version("policy-assistant")
    except PackageNotFoundError:  # run from a folder that was never installed
        released = "unreleased"
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    try:
        for path in sorted(_files(root)):
            digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    except OSError:  # being replaced at this moment: a record must not cost the answer
        return f"{released}+unreadable"
    return f"{released}+{digest.hexdigest()[:8]}"


def _files(root: Path) -> Iterator[Path]:
    """What decides on answers: code and fitted data, less the texts, the pages and the commands."""
    for package in ("corpus", "index", "assistant"):
        for path in (root / package).rglob("*"):
            inside = path.relative_to(root / package).parts[0]
            apart = {"corpus": "data", "index": "data", "assistant": "web"}[package]
            if path.suffix in _PROGRAM and inside != apart:
                yield path
    for pattern in _FITTED:
        yield from (root / "index" / "data").glob(pattern)
