"""Failures of measuring.

PolicyError
└ EvaluationError
  └ DatasetError     a file of an evaluation set cannot be read (file and line)
"""

from __future__ import annotations

from corpus.errors import PolicyError


class EvaluationError(PolicyError):
    """Something about measuring."""


class DatasetError(EvaluationError):
    """A file of an evaluation set cannot be read."""

    hint = "BEIR layout: corpus.jsonl[.gz], queries.jsonl, qrels/test.tsv with a header line."

    def __init__(self, path: str, line: int, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}", hint=hint)
