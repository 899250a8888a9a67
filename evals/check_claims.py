"""The judge of support on claims that experts judged, each by weights that saw none of its kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.supporting import LearnedSupport
from assistant.verify import Source, verify
from corpus.locators import parse
from evals.check_figures import (
    at_threshold,
    auc,
    brier,
    calibration_error,
    over_groups,
    reliability_bins,
    shifted,
)
from evals.check_types import THRESHOLDS, ClaimFigures
from evals.fit_support import COMPLETE, PARTIAL, Claim, cross_fitted, fit_alike, signals_of
from index.tokens import tokens

_NO_PLACE = parse("Article 1")  # `verify` wants a place; web pages have none
_PAIRS = 2  # the column of `Signals.pairs`


def measure_claims(judge: LearnedSupport, claims: Sequence[Claim]) -> ClaimFigures:
    """Figures on complete against incomplete support; partial support is told apart.

    Intervals are over questions.
    """
    signals = signals_of(judge, [(claim.text, claim.cited) for claim in claims])
    kinds = np.array([claim.support for claim in claims])
    has_words = ~np.isnan(signals[:, 0])
    used = has_words & (kinds != PARTIAL)
    seen, labels = signals[used], kinds[used] == COMPLETE
    groups = np.array([claim.group for claim in claims])[used]
    scores = cross_fitted(seen, labels, groups)
    chosen = [claim for claim, use in zip(claims, used, strict=True) if use]
    overlap = np.array([_overlap(claim) for claim in chosen])
    partial = fit_alike(seen, labels).chance(signals[has_words & (kinds == PARTIAL)])
    natural = shifted(scores, float(labels.mean()))
    every = kinds != PARTIAL
    filled = np.zeros((3, len(claims)))
    filled[:, used] = scores, overlap, seen[:, _PAIRS]
    all_aucs = [auc(row[every], kinds[every] == COMPLETE) for row in filled]
    return ClaimFigures(
        count=len(labels),
        without_words=int((every & ~has_words).sum()),
        supported=int(labels.sum()),
        questions=len(np.unique(groups)),
        auc=over_groups(lambda n: auc(scores[n], labels[n]), groups),
        all_aucs=(all_aucs[0], all_aucs[1], all_aucs[2]),
        words_auc=over_groups(lambda n: auc(overlap[n], labels[n]), groups),
        pairs_auc=over_groups(lambda n: auc(seen[n, _PAIRS], labels[n]), groups),
        gain_on_words=over_groups(
            lambda n: auc(scores[n], labels[n]) - auc(overlap[n], labels[n]), groups
        ),
        gain_on_pairs=over_groups(
            lambda n: auc(scores[n], labels[n]) - auc(seen[n, _PAIRS], labels[n]), groups
        ),
        mean_supported=float(scores[labels].mean()),
        mean_partial=float(partial.mean()) if len(partial) else 0.0,
        mean_unsupported=float(scores[~labels].mean()),
        brier=over_groups(lambda n: brier(natural[n], labels[n]), groups),
        brier_of_share=float(labels.mean() * (1 - labels.mean())),
        ece=over_groups(lambda n: calibration_error(natural[n], labels[n]), groups),
        at=tuple(at_threshold(scores, labels, threshold) for threshold in THRESHOLDS),
        bins=reliability_bins(natural, labels),
        passed_words=float(np.mean([_passes_words(claim) for claim in chosen])),
    )


def _overlap(claim: Claim) -> float:
    """Share of a claim's stems that its sources hold."""
    stems, there = tokens(claim.text), set(tokens(claim.cited))
    return sum(stem in there for stem in stems) / max(1, len(stems))


def _passes_words(claim: Claim) -> bool:
    """Whether the checks of words let a claim pass."""
    return verify(claim.text, [Source(text, _NO_PLACE) for text in claim.texts]).supported
