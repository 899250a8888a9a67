"""Figures of checks as text, and as plots for docs/checks.md (pure but for writing the plots)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from evals import plots
from evals.check_figures import AtThreshold, Bounded
from evals.check_types import ClaimFigures, OwnFigures, Report
from evals.plots import Dot, Series

# The colours of the report (evals/report_style.py), for a page of any colour.
_STYLE = (
    "svg{background:#fff}text{font:12px system-ui,'Liberation Sans',sans-serif;fill:#1c2126}"
    "text.soft{fill:#5a636d}.grid{stroke:#dcdfe3}.axis{stroke:#5a636d}"
    ".ideal{stroke:#5a636d;stroke-dasharray:4 4}.whisker{stroke-width:2;opacity:.55}"
    ".fill.s1{fill:#0072b2}.fill.s2{fill:#c4500a}.fill.s3{fill:#008060}"
    ".s1:not(.fill){stroke:#0072b2}.s2:not(.fill){stroke:#c4500a}.s3:not(.fill){stroke:#008060}"
)


def as_text(report: Report) -> str:
    """The figures in lines of at most a hundred characters or so."""
    lines = [*_own(report.own)]
    if report.claims:
        lines += ["", *_claims(report.claims)]
    timed = f"{report.first_ms:.1f} ms with its text, {report.next_ms:.1f} ms if that is known"
    return "\n".join([*lines, "", f"a sentence takes the judge {timed}", ""])


def _own(own: OwnFigures) -> Iterator[str]:
    yield f"own pairs: {own.count} of {own.instruments} instruments; judge at {own.threshold}"
    yield f"{'turned down':<16}{'n':>6}{'judge':>9}{'words':>9}{'both':>9}{'named':>9}"
    for one in own.kinds:
        shares = (one.judge, one.words, one.both, one.named)
        yield f"{one.kind:<16}{one.count:>6}" + "".join(f"{share:>9.3f}" for share in shares)
    for mixed in own.mixed:
        yield (
            f"{mixed.name}: precision {_bounded(mixed.precision)}, "
            f"recall {_bounded(mixed.recall)}, caught {_bounded(mixed.caught)}"
        )
    yield f"judge, own against near provision: AUC {_bounded(own.near_auc)}"
    yield from map(_at, own.near)


def _claims(found: ClaimFigures) -> Iterator[str]:
    yield (
        f"claims: {found.count} of {found.questions} questions, {found.supported} supported; "
        f"{found.without_words} more have no words to judge by"
    )
    aucs = (found.auc, found.words_auc, found.pairs_auc)
    for name, one, over_all in zip(("judge", "words", "pairs"), aucs, found.all_aucs, strict=True):
        yield f"AUC {name} {_bounded(one)}; with those without words, at 0, {over_all:.3f}"
    yield f"gain on words {_bounded(found.gain_on_words)}, pairs {_bounded(found.gain_on_pairs)}"
    yield (
        f"mean score: supported {found.mean_supported:.3f}, partly {found.mean_partial:.3f}, "
        f"unsupported {found.mean_unsupported:.3f}"
    )
    yield f"Brier {_bounded(found.brier)} (the share alone: {found.brier_of_share:.3f})"
    yield f"ECE {_bounded(found.ece)}"
    yield from map(_at, found.at)
    yield f"the checks of words pass {found.passed_words:.3f} of them"


def _bounded(figure: Bounded) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _at(one: AtThreshold) -> str:
    return (
        f"  at {one.threshold:.2f}: precision {one.precision:.3f}, recall {one.recall:.3f}; "
        f"caught {one.caught:.3f}, of which rejections right {one.right:.3f}"
    )


def write_plots(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write ``checks-own.svg`` and, with claims, ``checks-reliability.svg``; gives their paths."""
    drawn = {"checks-own.svg": _own_plot(report.own)}
    if report.claims:
        drawn["checks-reliability.svg"] = _reliability_plot(report.claims)
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        (folder / name).write_text(_standing_alone(svg), encoding="utf-8")
    return tuple(folder / name for name in drawn)


def _own_plot(own: OwnFigures) -> str:
    ways = (("judge", "judge"), ("checks of words", "words"))
    series = [
        Series(name, tuple(Dot(getattr(k, field), None, None, k.count) for k in own.kinds))
        for name, field in ways
    ]
    rows = [one.kind for one in own.kinds]
    return plots.dot_plot("Share turned down, by kind of sentence", rows, series)


def _reliability_plot(found: ClaimFigures) -> str:
    points = [(b.promised, Dot(b.came_true, None, None, b.count)) for b in found.bins]
    axes = ("probability of support", "share supported")
    return plots.reliability("Promised and true, ExpertQA, cross-fitted", points, axes)


def _standing_alone(svg: str) -> str:
    """An SVG file from the markup for a page: name space, size and style of its own."""
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None  # noqa: S101 - every plot has one
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[1]}" height="{size[2]}" '
    styled = f"><style>{_STYLE}</style><title>"
    return svg.replace("<svg ", opened, 1).replace("><title>", styled, 1)
