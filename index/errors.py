"""Failures of building and searching the index.

PolicyError
└ RetrievalError
  ├ IndexMissingError     nothing built yet
  ├ IndexStaleError       built from other texts or with another model
  ├ IndexBusyError        another process is building
  ├ IndexBrokenError      a file of the generation cannot be read
  └ EmbeddingError        the embedding model is missing, changed or refuses
"""

from __future__ import annotations

from corpus.errors import PolicyError


class RetrievalError(PolicyError):
    """Something about building or searching the index."""


class IndexMissingError(RetrievalError):
    """No index has been built in this POLICY_HOME."""

    hint = "Run `policy index build`."

    def __init__(self, home: str) -> None:
        super().__init__(f"there is no index in {home}")


class IndexStaleError(RetrievalError):
    """The built index does not match the corpus or the embedding model now configured."""

    hint = "Run `policy index build`."

    def __init__(self, *, built: str, wanted: str) -> None:
        super().__init__(f"the index has fingerprint {built!r}, the settings ask for {wanted!r}")
        self.built = built
        self.wanted = wanted


class IndexBusyError(RetrievalError):
    """Another process is building the index of this POLICY_HOME."""

    hint = "Wait for the other `policy index build` to end, then try again."
    retryable = True


class IndexBrokenError(RetrievalError):
    """A file of the built index is missing or damaged."""

    hint = "Run `policy index build --full`; nothing but the index is touched."


class EmbeddingError(RetrievalError):
    """The embedding model cannot be used."""

    hint = "Reinstall with `./run`, or name another model with POLICY_EMBEDDING_MODEL."
