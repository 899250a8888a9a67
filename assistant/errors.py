"""Failures of answering.

PolicyError
└ AnsweringError
  ├ QuestionError      the question cannot be taken as it is (empty, too long, not text)
  ├ BatchError         a line of a batch file cannot be read (file and line)
  ├ NotReadyError      the server is still loading; retry
  ├ ModelError         a chat model gives no usable answer (down, slow, empty); quotes take over
  └ ServeError         the server cannot start (port taken, address refused)
"""

from __future__ import annotations

from corpus.errors import PolicyError


class AnsweringError(PolicyError):
    """Something about taking a question or giving an answer."""


class QuestionError(AnsweringError):
    """The question cannot be taken as it is."""

    hint = "Ask in one to a few sentences, as plain UTF-8 text of at most 4,000 characters."


class BatchError(AnsweringError):
    """A line of a batch file cannot be read."""

    hint = 'Each line is one JSON object: {"id": "...", "question": "..."}.'

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


class NotReadyError(AnsweringError):
    """The server is still loading its index."""

    hint = "Try again in a few seconds; /readyz tells when."
    retryable = True


class ModelError(AnsweringError):
    """A chat model gives no usable answer; never shown as an error: quotes take its place."""

    hint = "See docs/generated.md; with POLICY_MODEL empty no model is asked."
    retryable = True


class ServeError(AnsweringError):
    """The server cannot start."""

    hint = "Choose another port with --port."
