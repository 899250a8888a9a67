"""Fits the tuning of questions: `python -m evals.fit_tuning`, one to three minutes on two cores.

Each ask of the embedded corpus is a question whose provision is known. Two linear maps are
fitted, by a softmax over provisions: one for a question's vector against the vectors of all
passages, one for its words against the words of its own and the 31 nearest other provisions. A
tenth of the asks is held out and only judged. No gold question takes part.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from assistant.settings import AssistantSettings
from assistant.wiring import build_assistant
from corpus.settings_source import read
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.late import Compressor, LateIndex, load_compressor, unpack
from index.retrieve import HybridRetriever
from index.settings_source import load_settings
from index.shipping import data_folder
from index.tuning import save_tuning, tuning_path

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

SHARPNESS = 1 / 0.03
DROPOUT = 0.1
VECTOR_ROUNDS, WORD_ROUNDS = 10, 3
RIVALS = 31
_WORDS, _ASKED = 96, 24
_HELD_OUT = 0.1


@dataclass(frozen=True, slots=True)
class Asks:
    """All asks: `vectors` ``(a, d)``, `states` ``(a, 24, d)`` of their words, `weights` of these.

    `owner` is the group (provision version) of each.
    """

    vectors: Tensor
    states: Tensor
    weights: Tensor
    owner: Rows


@dataclass(frozen=True, slots=True)
class Passages:
    """All passages: `vectors` ``(p, d)``, `words` ``(p, 96, 128)``, `held` which of them exist."""

    vectors: Tensor
    words: Tensor
    held: Tensor
    owner: Rows


def collect(retriever: HybridRetriever) -> tuple[Asks, Passages]:
    """The asks and the passages of an index with their vectors and words."""
    late, encoder = retriever.late, OnnxMiniLmEmbedder()
    assert late is not None  # noqa: S101 - the shipped model always has words
    columns = retriever.table.columns
    is_ask = columns.is_ask.astype(bool)
    vectors = retriever.vectors.astype(np.float32)
    texts = _asked(retriever, np.flatnonzero(is_ask), columns.group)
    encoded = encoder.encode_passages(texts)
    states = np.zeros((len(texts), _ASKED, vectors.shape[1]), np.float32)
    weights = np.zeros((len(texts), _ASKED), np.float32)
    rarity, is_word = late.rarity, encoder.is_word()
    for number, one in enumerate(encoded):
        kept = np.flatnonzero(is_word[one.pieces])[:_ASKED]
        found = one.states[kept].astype(np.float32)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        states[number, : len(kept)] = found / np.maximum(norms, 1e-9)
        weights[number, : len(kept)] = rarity[one.pieces[kept]]
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    group = columns.group.astype(np.int64)
    asks = Asks(_tensor(vectors[is_ask]), _tensor(states), _tensor(weights), group[is_ask])
    return asks, _passages(late, vectors, ~is_ask, group)


def _asked(retriever: HybridRetriever, rows: Rows, group: NDArray[np.integer]) -> list[str]:
    """The words of the asks in the order of their rows; a row of the index shows its passage."""
    corpus, seen, texts = retriever.expander.corpus, dict[int, int](), []
    for row, passage in zip(rows, retriever.table.rows(rows.tolist()), strict=True):
        number = seen.get(int(group[row]), 0)
        seen[int(group[row])] = number + 1
        version = corpus.provisions[passage.provision_id].versions[passage.version]
        texts.append(version.asks[number])
    return texts


def _passages(late: LateIndex, vectors: Floats, own: NDArray[np.bool_], group: Rows) -> Passages:
    rows = np.flatnonzero(own)
    words = np.zeros((len(rows), _WORDS, 128), np.float32)
    held = np.zeros((len(rows), _WORDS), bool)
    for number, row in enumerate(rows):
        found = unpack(late.codes(int(row))[:_WORDS])
        words[number, : len(found)], held[number, : len(found)] = found, True
    return Passages(_tensor(vectors[own]), _tensor(words), torch.from_numpy(held), group[own])


def _tensor(array: Floats) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, np.float32))


def first_passages(asks: Asks, passages: Passages) -> Tensor:
    """For each ask the row of the first passage of its provision; shape ``(a,)``."""
    first: dict[int, int] = {}
    for row, owner in enumerate(passages.owner.tolist()):
        first.setdefault(owner, row)
    return torch.tensor([first[owner] for owner in asks.owner.tolist()])


def fit_change(asks: Asks, passages: Passages, chosen: Rows) -> Tensor:
    """The map of vectors less identity, ``(d, d)``, by AdamW on the chosen asks."""
    torch.manual_seed(0)
    size = asks.vectors.shape[1]
    change = torch.zeros(size, size, requires_grad=True)
    optimiser = torch.optim.AdamW([change], lr=1e-3, weight_decay=1e-2)
    right = first_passages(asks, passages)
    owners, mine = torch.from_numpy(passages.owner), torch.from_numpy(asks.owner)
    shuffle = np.random.default_rng(0)
    for _ in range(VECTOR_ROUNDS):
        order = shuffle.permutation(chosen)
        for batch in np.array_split(order, max(1, len(order) // 256)):
            rows = torch.from_numpy(batch)
            x = asks.vectors[rows]
            moved = functional.normalize(x + functional.dropout(x, DROPOUT) @ change, dim=1)
            likeness = moved @ passages.vectors.T * SHARPNESS
            # Further passages of the right provision are no mistakes.
            same = owners[None, :] == mine[rows][:, None]
            same[torch.arange(len(rows)), right[rows]] = False
            loss = functional.cross_entropy(likeness.masked_fill(same, -1e9), right[rows])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
    return change.detach()


def rivals(asks: Asks, passages: Passages, change: Tensor) -> Tensor:
    """For each ask the nearest passages of other provisions; shape ``(a, 31)``."""
    moved = functional.normalize(asks.vectors + asks.vectors @ change, dim=1)
    owners, found = torch.from_numpy(passages.owner), []
    for start in range(0, len(moved), 512):
        likeness = moved[start : start + 512] @ passages.vectors.T
        mine = torch.from_numpy(asks.owner[start : start + 512])
        likeness[owners[None, :] == mine[:, None]] = -1
        found.append(likeness.topk(RIVALS, dim=1).indices)
    return torch.cat(found)


def by_words(asks: Asks, passages: Passages, basis: Tensor, rows: Tensor, given: Tensor) -> Tensor:
    """Late interaction of asks `rows` with passages `given` ``(n, c)``; shape ``(n, c)``."""
    asked = functional.normalize(asks.states[rows] @ basis, dim=2)
    words = passages.words[given]
    n, c, t, _ = words.shape
    likeness = torch.bmm(asked, words.reshape(n, c * t, -1).transpose(1, 2)).reshape(n, -1, c, t)
    best = likeness.masked_fill(~passages.held[given][:, None], -1).amax(dim=3)
    return (best * asks.weights[rows][:, :, None]).sum(dim=1)


def fit_words(
    asks: Asks, passages: Passages, chosen: Rows, given: Tensor, compressor: Compressor
) -> Tensor:
    """The directions of a question's words, ``(d, 128)``; starts from the compressor's own."""
    torch.manual_seed(1)
    start = torch.from_numpy(compressor.basis)
    basis = start.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([basis], lr=3e-4)
    shuffle = np.random.default_rng(1)
    for _ in range(WORD_ROUNDS):
        order = shuffle.permutation(chosen)
        for batch in np.array_split(order, max(1, len(order) // 64)):
            rows = torch.from_numpy(batch)
            kept = start + functional.dropout(basis - start, DROPOUT)
            likeness = by_words(asks, passages, kept, rows, given[rows]) * SHARPNESS
            wanted = torch.zeros(len(rows), dtype=torch.long)
            drift = 1e-3 * ((basis - start) ** 2).sum()
            loss = functional.cross_entropy(likeness, wanted) + drift
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
    return basis.detach()


def main() -> None:
    """Fit on nine tenths, judge on the rest, write `index/data/tuning-*.npz`."""
    assistant = build_assistant(load_settings(), read(AssistantSettings))
    retriever = assistant.retriever
    assert isinstance(retriever, HybridRetriever)  # noqa: S101 - there is no other
    fingerprint = retriever.embedder.fingerprint
    compressor = load_compressor(fingerprint)
    assert compressor is not None  # noqa: S101 - it ships beside the vectors
    asks, passages = collect(retriever)
    order = np.random.default_rng(0).permutation(len(asks.owner))
    cut = int(len(order) * _HELD_OUT)
    unseen, chosen = order[:cut], order[cut:]
    change = fit_change(asks, passages, chosen)
    given = torch.cat(
        [first_passages(asks, passages)[:, None], rivals(asks, passages, change)], dim=1
    )
    words = fit_words(asks, passages, chosen, given, compressor)
    _report(asks, passages, unseen, (torch.zeros_like(change), change), "vector")
    basis = torch.from_numpy(compressor.basis)
    _report_words(asks, passages, unseen, given, (basis, words))
    path = Path(data_folder()) / tuning_path(fingerprint)
    save_tuning(path, change.numpy(), words.numpy())
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes, from {len(chosen):,} asks\n")


def _report(
    asks: Asks, passages: Passages, unseen: Rows, changes: tuple[Tensor, Tensor], name: str
) -> None:
    owner = passages.owner
    for label, change in zip(("untuned", "tuned"), changes, strict=True):
        x = asks.vectors[torch.from_numpy(unseen)]
        best = (functional.normalize(x + x @ change, dim=1) @ passages.vectors.T).argmax(dim=1)
        share = float((owner[best.numpy()] == asks.owner[unseen]).mean())
        sys.stdout.write(f"held-out asks, {name} {label}: right provision first {share:.3f}\n")


def _report_words(
    asks: Asks, passages: Passages, unseen: Rows, given: Tensor, bases: tuple[Tensor, Tensor]
) -> None:
    for label, basis in zip(("untuned", "tuned"), bases, strict=True):
        first = 0
        for batch in np.array_split(unseen, max(1, len(unseen) // 64)):
            rows = torch.from_numpy(batch)
            scores = by_words(asks, passages, basis, rows, given[rows])
            first += int((scores.argmax(dim=1) == 0).sum())
        share = first / len(unseen)
        sys.stdout.write(f"held-out asks, words {label}, among 32: first {share:.3f}\n")


if __name__ == "__main__":
    main()
