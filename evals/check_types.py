"""What is found out about checks: figures on our own pairs, and on claims that experts judged."""

from __future__ import annotations

from dataclasses import dataclass

from evals.check_figures import AtThreshold, Bin, Bounded

THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class KindFigures:
    """What was turned down of the pairs of one kind: shares in [0, 1].

    `named` is the share in which the checks of words also named what had been altered.
    """

    kind: str
    count: int
    judge: float
    words: float
    both: float
    named: float


@dataclass(frozen=True, slots=True)
class Mixed:
    """A checker on our own pairs, half of them supported, half spread evenly over the kinds.

    `recall` is of supported sentences, `caught` of unsupported ones, `precision` of what passes.
    """

    name: str
    precision: Bounded
    recall: Bounded
    caught: Bounded


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The checks on our own pairs.

    `near` has the judge at several thresholds, on supported sentences against sentences that
    cite a provision which is near to their own.
    """

    count: int
    instruments: int
    threshold: float
    kinds: tuple[KindFigures, ...]
    mixed: tuple[Mixed, ...]
    near_auc: Bounded
    near: tuple[AtThreshold, ...]


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """The judge on claims with words to judge by, cross-fitted.

    `words_auc` and `pairs_auc` are of plain overlap, the gains are what the judge has over it.
    `all_aucs` are of judge, words and pairs where claims without words to judge by score 0.
    `mean_partial` is the mean score of claims that are partly supported.
    `brier` and `ece` are of probabilities for the share of supported claims that there is;
    `brier_of_share` is what that share alone would get. `passed_words` is the share of claims
    that the checks of words let pass.
    """

    count: int
    without_words: int
    supported: int
    questions: int
    auc: Bounded
    all_aucs: tuple[float, float, float]
    words_auc: Bounded
    pairs_auc: Bounded
    gain_on_words: Bounded
    gain_on_pairs: Bounded
    mean_supported: float
    mean_partial: float
    mean_unsupported: float
    brier: Bounded
    brier_of_share: float
    ece: Bounded
    at: tuple[AtThreshold, ...]
    bins: tuple[Bin, ...]
    passed_words: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured, and the milliseconds that the judge takes for a sentence.

    `first_ms` is for a cited text that was not seen before, `next_ms` for one that is kept.
    """

    own: OwnFigures
    claims: ClaimFigures | None
    first_ms: float
    next_ms: float
