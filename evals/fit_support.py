"""Fits the judge of support: `python -m evals.fit_support CLAIMS`, about a minute.

CLAIMS is ExpertQA's claims with their evidence, one JSON object a line, gzipped or not: `group`
(the question), `claim`, `evidence`, `support` (Complete, Partial, Incomplete). It prints weights
for `assistant.supporting` and how each signal ranks claims, those that were left out included.

Source:
    Malaviya et al., ExpertQA, NAACL 2024, arXiv:2309.07852 (MIT licence); nothing of it is copied.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.supporting import LearnedSupport, load_support
from evals.check_figures import Flags, Floats, auc
from evals.errors import DatasetError
from evals.fit_confidence import fit
from evals.support_candidates import candidates
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder

COMPLETE, PARTIAL, INCOMPLETE = "Complete", "Partial", "Incomplete"
FOLDS = 10
_AT_ONCE = 64
_HINT = "One JSON object a line: group, claim, evidence (texts), support."
_MARKER = re.compile(r"\s*\[\d+(?:,\s*\d+)*\]")
_SOURCE = re.compile(r"^\[\d+\]\s*\S+\s*")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that was written with a source, and how experts judged the source's support.

    `texts` are the words of the sources, without markers and addresses; empty where the data has
    no more than an address. `group` is the question.
    """

    text: str
    texts: tuple[str, ...]
    support: str
    group: str

    @property
    def cited(self) -> str:
        """The words of all sources as one text."""
        return "\n".join(self.texts)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights for raw signals, shape ``(d,)``, and the bias."""

    weights: Floats
    bias: float

    def chance(self, signals: Floats) -> Floats:
        """Probabilities of shape ``(n,)`` from signals of shape ``(n, d)``."""
        return np.asarray(1 / (1 + np.exp(-(signals @ self.weights + self.bias))))


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims of a file, in its order.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise DatasetError(str(path), 0, f"cannot be read: {error}", hint=_HINT) from error
    found = []
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        try:
            found.append(_claim(json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(str(path), number, f"no claim: {error}", hint=_HINT) from error
    return tuple(found)


def _claim(row: dict[str, object]) -> Claim:
    evidence = row["evidence"]
    if row["support"] not in {COMPLETE, PARTIAL, INCOMPLETE} or not isinstance(evidence, list):
        raise ValueError("support or evidence is none")
    texts = (_SOURCE.sub("", str(text)).strip() for text in evidence)
    claim = re.sub(r"\s+(?=[.,;])", "", _MARKER.sub("", str(row["claim"]))).strip()
    return Claim(claim, tuple(filter(None, texts)), str(row["support"]), str(row["group"]))


def signals_of(judge: LearnedSupport, asked: Sequence[tuple[str, str]]) -> Floats:
    """The signals of pairs, shape ``(n, d)``; NaN where a text is without a word."""
    found: list[tuple[float, ...]] = []
    for start in range(0, len(asked), _AT_ONCE):
        for seen in judge.signals(asked[start : start + _AT_ONCE]):
            found.append(seen.vector if seen else (np.nan,) * len(judge.weights))
    return np.array(found)


def fit_alike(signals: Floats, labels: Flags) -> Fitted:
    """A logistic model in which every signal, scaled to a deviation of 1, weighs alike.

    So few claims do not tell three weights apart: fitted freely they rank unseen claims worse.
    """
    spread = signals.std(axis=0)
    summed = (signals / spread).sum(axis=1, keepdims=True)
    weight, bias = fit(summed, labels.astype(np.float64))
    return Fitted(weight / spread, float(bias))


def cross_fitted(
    signals: Floats, labels: Flags, groups: NDArray[np.str_], *, seed: int = 0
) -> Floats:
    """Probabilities of shape ``(n,)``, each by a model that saw no claim of the same question."""
    names = np.unique(groups)
    fold_of = dict(
        zip(names, np.random.default_rng(seed).permutation(len(names)) % FOLDS, strict=True)
    )
    fold = np.array([fold_of[name] for name in groups])
    found = np.zeros(len(labels))
    for number in range(FOLDS):
        inside = fold == number
        if inside.any():
            model = fit_alike(signals[~inside], labels[~inside])
            found[inside] = model.chance(signals[inside])
    return found


def main(arguments: Sequence[str]) -> None:
    """Print the weights, and how each signal alone ranks the claims."""
    if len(arguments) != 1:
        sys.exit("usage: python -m evals.fit_support CLAIMS")
    judge = load_support(OnnxMiniLmEmbedder())
    assert judge is not None  # noqa: S101 - the shipped model always has one
    claims = [c for c in read_claims(Path(arguments[0])) if c.support != PARTIAL]
    signals = signals_of(judge, [(claim.text, claim.cited) for claim in claims])
    has_words = ~np.isnan(signals[:, 0])
    used = [claim for claim, use in zip(claims, has_words, strict=True) if use]
    labels = np.array([claim.support == COMPLETE for claim in used])
    fitted = fit_alike(signals[has_words], labels)
    weights = ", ".join(f"{weight:.3f}" for weight in fitted.weights)
    sys.stdout.write(f"WEIGHTS = ({weights})\nBIAS = {fitted.bias:.3f}\n")
    groups = len({claim.group for claim in used})
    sys.stdout.write(f"{len(used)} claims of {groups} questions, {labels.sum()} supported\n")
    columns = dict(zip(("alike", "stretch", "pairs"), signals[has_words].T, strict=True))
    columns |= candidates(judge, [(claim.text, claim.cited) for claim in used])
    for name, column in columns.items():
        sys.stdout.write(f"AUC {name}: {auc(column, labels):.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
