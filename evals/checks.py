"""How well checks tell borne out from made up: `python -m evals.checks [--claims PATH] [--json]`.

Our own pairs (evals/check_pairs.py) go through the judge of support and through the checks of
words (`assistant.verify`), alone and together. With `--claims`, a file as `evals.fit_support`
reads it, the judge is measured on those too, each claim by weights that saw no claim of its
question. Two minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.supporting import AT_LEAST, LearnedSupport, load_support
from assistant.verify import Source, Verdict, verify
from corpus.catalog import Corpus, load_embedded
from corpus.terms import terms_used
from corpus.types import TextKind
from evals.check_claims import measure_claims
from evals.check_figures import Bounded, Flags, Floats, at_threshold, auc, over_groups
from evals.check_pairs import ALTERATIONS, NEAR, SUPPORTED, Pair, make_pairs
from evals.check_report import as_text, write_plots
from evals.check_types import THRESHOLDS, KindFigures, Mixed, OwnFigures, Report
from evals.fit_support import read_claims
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder

EVERY = 12
"""Of our own sentences every twelfth is taken: some 460 of 5,600."""

UNSUPPORTED = (NEAR, *ALTERATIONS)
# The checks that would name each alteration: "must not" is one modal verb, "NIST" is a name.
_CHECKS_OF = {
    "number": {"numbers"},
    "date": {"dates"},
    "actor": {"actors", "names", "terms"},
    "negation": {"negation", "modality"},
    "modality": {"modality"},
    "place": {"place"},
}
_AT_ONCE = 64
_TIMED = 200

Names = NDArray[np.str_]
Rows = NDArray[np.int64]


def source_of(pair: Pair, corpus: Corpus) -> Source:
    """The cited provision as the generated engine hands it to `verify`."""
    instrument = corpus.instruments[pair.provision.instrument_id]
    names = (instrument.short_title, instrument.title, *instrument.aliases, pair.version.heading)

    def terms_in(text: str) -> frozenset[str]:
        wording = replace(pair.version, text=text, text_kind=TextKind.DIGEST)
        return frozenset(terms_used(corpus, pair.provision, wording))

    version = pair.version
    return Source(version.text, pair.provision.locator, version.lead, names, terms_in)


def scores_of(judge: LearnedSupport, asked: Sequence[tuple[str, str]]) -> Floats:
    """The judge's scores, shape ``(n,)``."""
    parts = range(0, len(asked), _AT_ONCE)
    return np.array([s for n in parts for s in judge.scores(asked[n : n + _AT_ONCE])])


def measure_own(
    pairs: Sequence[Pair], scores: Floats, verdicts: Sequence[Verdict], threshold: float
) -> OwnFigures:
    """What the judge and the checks of words make of our own pairs.

    `scores` has shape ``(n,)``; `verdicts` are those of the checks of words alone.
    """
    kinds = np.array([pair.kind for pair in pairs])
    groups = np.array([pair.group for pair in pairs])
    labels = np.isin(kinds, SUPPORTED)
    judged, worded = scores >= threshold, np.array([one.supported for one in verdicts])
    named = np.array([_is_named(p, v) for p, v in zip(pairs, verdicts, strict=True)])
    found = tuple(
        _of_kind(kind, kinds == kind, judged, worded, named)
        for kind in (*SUPPORTED, *UNSUPPORTED)
        if (kinds == kind).any()
    )
    near = labels | (kinds == NEAR)
    ways = (("judge", judged), ("checks of words", worded), ("both", judged & worded))
    return OwnFigures(
        len(pairs),
        len(np.unique(groups)),
        threshold,
        found,
        tuple(_mixed(name, passed, kinds, groups) for name, passed in ways),
        over_groups(lambda n: auc(scores[near][n], labels[near][n]), groups[near]),
        tuple(at_threshold(scores[near], labels[near], t) for t in THRESHOLDS),
    )


def _is_named(pair: Pair, verdict: Verdict) -> bool:
    failed = {check.name for check in verdict.checks if not check.passed}
    return bool(_CHECKS_OF.get(pair.kind, set()) & failed)


def _of_kind(kind: str, inside: Flags, judged: Flags, worded: Flags, named: Flags) -> KindFigures:
    def down(passed: Flags) -> float:
        return float((~passed[inside]).mean())

    count, both = int(inside.sum()), down(judged & worded)
    return KindFigures(kind, count, down(judged), down(worded), both, float(named[inside].mean()))


def _mixed(name: str, passed: Flags, kinds: Names, groups: Names) -> Mixed:
    """A checker where half is supported and each kind of the other half is as frequent."""

    def shares(rows: Rows) -> tuple[float, float]:
        supported = np.isin(kinds[rows], SUPPORTED)
        each = [~passed[rows][kinds[rows] == kind] for kind in UNSUPPORTED]
        if supported.all() or not supported.any():
            raise ValueError("supported and unsupported pairs are needed")
        caught = float(np.mean([one.mean() for one in each if len(one)]))
        return float(passed[rows][supported].mean()), caught

    def precision(rows: Rows) -> float:
        recall, caught = shares(rows)
        return recall / (recall + 1 - caught) if recall else 0.0

    def bounded(figure: Callable[[Rows], float]) -> Bounded:
        return over_groups(figure, groups)

    return Mixed(
        name,
        bounded(precision),
        bounded(lambda rows: shares(rows)[0]),
        bounded(lambda rows: shares(rows)[1]),
    )


def time_judge(judge: LearnedSupport, pairs: Sequence[Pair]) -> tuple[float, float]:
    """Milliseconds a sentence: with its cited text new, and with it kept from before."""
    asked = [(pair.sentence, pair.cited) for pair in pairs if pair.kind == SUPPORTED[0]][:_TIMED]
    fresh = LearnedSupport(judge.encoder, judge.is_word)
    found = []
    for _ in range(2):
        started = time.perf_counter()
        fresh.scores(asked)
        found.append(1_000 * (time.perf_counter() - started) / max(1, len(asked)))
    return found[0], found[1]


def measure(judge: LearnedSupport, corpus: Corpus, claims: Path | None, every: int) -> Report:
    """All figures; those on claims only if there is a file of them.

    Raises:
        DatasetError: If a claim cannot be read.
    """
    pairs = tuple(make_pairs(corpus, every=every))
    first, following = time_judge(judge, pairs)
    scores = scores_of(judge, [(pair.sentence, pair.cited) for pair in pairs])
    verdicts = [verify(pair.sentence, [source_of(pair, corpus)]) for pair in pairs]
    own = measure_own(pairs, scores, verdicts, AT_LEAST)
    of_claims = measure_claims(judge, read_claims(claims)) if claims else None
    return Report(own, of_claims, first, following)


def main(arguments: Sequence[str]) -> None:
    """Print the figures as text or JSON, and write plots if a folder is given for them."""
    parser = argparse.ArgumentParser(prog="python -m evals.checks", description=__doc__)
    parser.add_argument("--claims", type=Path, help="claims that experts judged; see fit_support")
    parser.add_argument("--every", type=int, default=EVERY, help="take each n-th own sentence")
    parser.add_argument("--plots", type=Path, help="folder to write plots to")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    judge = load_support(OnnxMiniLmEmbedder())
    assert judge is not None  # noqa: S101 - the shipped model always has one
    report = measure(judge, load_embedded(), asked.claims, asked.every)
    if asked.plots:
        write_plots(report, asked.plots)
    sys.stdout.write(json.dumps(asdict(report), indent=1) if asked.json else as_text(report))


if __name__ == "__main__":
    main(sys.argv[1:])
