"""The suites by name; each is imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import cast

from evals.errors import EvaluationError
from evals.types import Suite

# name -> where its `Suite` is; strings, so that listing them imports nothing.
SUITES: dict[str, str] = {
    "answers": "evals.answers:SUITE",
    "as-of": "evals.as_of_suite:SUITE",
    "abstention": "evals.abstention_suite:SUITE",
    "injection": "evals.injecting:SUITE",
}

# Suites that need a chat model: `all` leaves them out.
WITH_MODEL: dict[str, str] = {"generated": "evals.generated_suite:SUITE"}


def load_suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        EvaluationError: If there is none.
    """
    known = SUITES | WITH_MODEL
    if name not in known:
        raise EvaluationError(f"no suite {name[:60]!r}", hint=f"One of {', '.join(known)}.")
    module, attribute = known[name].split(":")
    return cast("Suite", getattr(importlib.import_module(module), attribute))
