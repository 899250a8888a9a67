"""The figures of the report: tiles, tables, and the plots with what they say (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from evals import plots
from evals.abstaining import RiskPoint, calibration_bins, risk_coverage
from evals.diagnosis import STAGES, stage
from evals.report_html import bounds, figure, isolated, safe, scrolling, spoken, value
from evals.stats import percentile
from evals.summary import Estimate, Summary, decisions, worth_of
from evals.types import Figure, Record, Suite

_FIRST_ANSWERS = 10
_BIN = 8
_SERIES = 3
_ALWAYS = ("coverage", "quote_validity")
_LATENCY = {"p50_ms": "median time of an answer", "p95_ms": "95 of 100 answers take no longer"}


def tiles(summary: Summary, suite: Suite) -> str:
    """The leading figures, each with its interval."""
    leading = {figure.name for figure in suite.leading} | set(_ALWAYS)
    names = [figure.name for figure in suite.figures if figure.name in leading]
    about = {figure.name: figure.about for figure in suite.figures} | _LATENCY
    html = "".join(
        f'<div class="tile"><span>{safe(spoken(name))}</span><b>{value(name, estimate)}</b>'
        f'<span class="soft">{f"95 %: {bounds(estimate)}" if bounds(estimate) else ""}</span>'
        f'<span class="soft">{safe(about.get(name, ""))}</span></div>'
        for name in [*names, *_LATENCY]
        if (estimate := summary.overall.get(name))
    )
    failed = f'<p class="bad">{summary.failed} questions failed.</p>' if summary.failed else ""
    return f'{failed}<div class="tiles">{html}</div>'


def by_type(summary: Summary, suite: Suite) -> str:
    """The leading figures by type of question, drawn and as numbers."""
    leading = [f for f in suite.leading if f.higher_is_better] or suite.leading
    spread = {f.name: sum(f.name in kind for kind in summary.by_kind.values()) for f in leading}
    widest = sorted(spread, key=lambda name: -spread[name])[:_SERIES]
    drawn = [f for f in leading if f.name in widest and spread[f.name]]
    table = f'<div class="card"><h3>As numbers</h3>{_type_table(summary, suite)}</div>'
    if not drawn:
        return table
    kinds = [k for k, own in summary.by_kind.items() if any(f.name in own for f in drawn)]
    rows = [f"{kind[:17]} ({summary.by_kind[kind]['questions'].count})" for kind in kinds]
    series = [
        plots.Series(
            spoken(f.name), tuple(_dot(summary.by_kind[kind].get(f.name)) for kind in kinds)
        )
        for f in drawn
    ]
    about = "; ".join(f"{spoken(f.name)}: {_described(f)}" for f in drawn)
    caption = (
        f"{about}. In brackets, how many questions. Whiskers are 95 % intervals; below six "
        "questions there is none."
    )
    plot = plots.dot_plot("Leading figures by type of question", rows, series)
    return f'<div class="plots">{figure("With intervals", plot, caption)}{table}</div>'


def _described(figure: Figure) -> str:
    about = figure.about.rstrip(".")
    return about if figure.higher_is_better else f"{about}, lower is better"


def _dot(estimate: Estimate | None) -> plots.Dot | None:
    if estimate is None:
        return None
    return plots.Dot(estimate.value, estimate.low, estimate.high, estimate.count)


def _type_table(summary: Summary, suite: Suite) -> str:
    names = [f.name for f in suite.leading if f.name in summary.overall]
    names += [n for n in ("coverage",) if n in summary.overall and n not in names]
    head = "".join(f'<th class="n" scope="col">{safe(spoken(name))}</th>' for name in names)
    rows = []
    for kind, own in [("all", summary.overall), *summary.by_kind.items()]:
        cells = "".join(
            f'<td class="n">{f"{own[name].value:.2f}" if name in own else "–"}</td>'
            for name in names
        )
        count = f'<span class="soft">({own["questions"].count})</span>'
        rows.append(f'<tr><th scope="row">{isolated(kind)} {count}</th>{cells}</tr>')
    table = (
        f'<table class="dense"><thead><tr><th scope="col">type (questions)</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return scrolling(table, "Leading figures by type of question")


def outcomes(records: Sequence[Record], suite: Suite) -> str:
    """Where answers are lost, beside who was answered and who was declined.

    A suite without `coverage` says nothing of who is to be declined.
    """
    decides = any(figure.name == "coverage" for figure in suite.figures)
    return f'<div class="plots">{_lost(records)}{_confusion(records) if decides else ""}</div>'


def _lost(records: Sequence[Record]) -> str:
    counted = Counter(stage(record) for record in records)
    rows = [(name, counted[name]) for name in STAGES if counted[name]]
    right = f"{counted['']} of {len(records)} answers have no fault."
    if not rows:
        return f'<div class="card"><h3>The first step that went wrong</h3><p>{right}</p></div>'
    of_gold = (
        " The others, by the first step that went wrong: a part of the gold that retrieval did "
        "not bring among its ten best; one that it brought and the answer does not cite; an "
        "answer that cites it and lacks a nugget."
    )
    caption = right + (of_gold if any(record.gold for record in records) else "")
    plot = plots.bars("Answers by the first step that went wrong", rows, "questions")
    return figure("The first step that went wrong", plot, caption)


def _confusion(records: Sequence[Record]) -> str:
    rows = [
        ("to be answered", [record for record in records if not record.should_abstain]),
        ("to be declined", [record for record in records if record.should_abstain]),
    ]
    html = "".join(_confusion_row(name, group) for name, group in rows if group)
    return (
        '<div class="card"><h3>Answered and declined</h3><table class="confusion"><thead><tr>'
        '<th scope="col">the question was</th><th class="n" scope="col">answered</th>'
        '<th class="n" scope="col">declined</th><th class="n" scope="col">failed</th></tr></thead>'
        f'<tbody>{html}</tbody></table><p class="soft note">“Right” counts the answers '
        "judged right as a whole. ✓ marks the decision that was due, ✗ the other.</p>"
        "</div>"
    )


def _confusion_row(name: str, group: Sequence[Record]) -> str:
    failed = sum(bool(record.failure) for record in group)
    declined = sum(record.abstained and not record.failure for record in group)
    answered = len(group) - declined - failed
    worths = [worth for record in group if (worth := worth_of(record)) is not None]
    is_due = group[0].should_abstain
    right = "" if is_due or not worths else f", {sum(worth == 1 for worth in worths)} right"
    cells = ((answered, not is_due, right), (declined, is_due, ""))
    html = "".join(
        f'<td class="n"><span class="{"good" if due else "bad"}">{count} {"✓" if due else "✗"}'
        f"</span><small>{count / len(group):.0%}{more}</small></td>"
        for count, due, more in cells
    )
    head = f'<th scope="row">{name} <span class="soft">({len(group)})</span></th>'
    return f'<tr>{head}{html}<td class="n">{failed}</td></tr>'


def confidence(records: Sequence[Record], settings: Mapping[str, str]) -> str:
    """Risk against coverage, and calibration; nothing where too few answers are judged."""
    made = decisions(records)
    known = [d for d in made if not d.abstained and d.worth is not None]
    if len(known) <= _FIRST_ANSWERS:
        return ""
    points = [p for p in risk_coverage(known) if p.coverage * len(known) >= _FIRST_ANSWERS]
    pairs = [(decision.confidence, decision.worth or 0.0) for decision in known]
    threshold = settings.get("POLICY_ABSTAIN_BELOW", "unknown")
    risk = _risk(points, len(known) / len(made), threshold)
    return f'<div class="plots">{risk}{_calibration(pairs)}</div>'


def _risk(points: Sequence[RiskPoint], share: float, threshold: str) -> str:
    """The curve; `share` of the questions were answered, which scales its coverage."""
    shown = [(point.coverage * share, point.risk) for point in points]
    labels = [(*shown[at], f"{points[at].threshold:.2f}") for at in _apart(shown)]
    plot = plots.curve(
        "Risk against coverage",
        shown,
        labels,
        ("coverage: share of the questions answered", "risk: share of them not right"),
    )
    caption = (
        "What a higher threshold would give: the figure at a point is the confidence below which "
        f"nothing would be answered. The right end is this run (threshold {threshold}); the first "
        "ten answers are left out. A flat curve means that confidence does not tell right from "
        "wrong."
    )
    return figure("Risk against coverage", plot, caption)


def _apart(points: Sequence[tuple[float, float]], gap: float = 0.2) -> list[int]:
    """Positions from the last back, each at least `gap` of the axis from the one after it."""
    found = [len(points) - 1]
    for position in range(len(points) - 2, -1, -1):
        if points[found[-1]][0] - points[position][0] >= gap:
            found.append(position)
    return found


def _calibration(pairs: Sequence[tuple[float, float]]) -> str:
    shown, worth = zip(*pairs, strict=True)
    bins = calibration_bins(shown, worth, min(10, max(1, len(pairs) // _BIN)))
    points = [
        (b.confidence, plots.Dot(b.correct, *wilson(b.correct, b.count), b.count)) for b in bins
    ]
    plot = plots.reliability("Calibration", points, ("confidence shown", "share right"))
    caption = (
        "Answers in bins of equal size by confidence, each with its 95 % interval (Wilson). Above "
        "the dashed line answers are better than the confidence says, below it worse. The "
        "confidence is fitted to whether the corpus holds an answer, not to whether the answer "
        "is right."
    )
    return figure("Calibration", plot, caption)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a proportion over `count` trials. Source: Wilson, JASA 22, 1927.

    >>> [round(bound, 3) for bound in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def latency(records: Sequence[Record]) -> str:
    """How long answers took, and which took longest; nothing if every question failed."""
    timed = sorted(
        (record for record in records if not record.failure), key=lambda r: -r.milliseconds
    )
    if not timed:
        return ""
    spent = [record.milliseconds for record in timed]
    marks = [(f"p{share}", percentile(spent, share / 100)) for share in (50, 95)]
    plot = plots.histogram("Time of an answer", spent, marks)
    caption = "Within the process, one question at a time, after one to warm up."
    rows = "".join(
        f'<tr><td class="n">{record.milliseconds:,.0f}</td><td>{isolated(_cut(record.question))} '
        f'<span class="soft">{safe(record.id)}</span></td></tr>'
        for record in timed[:5]
    )
    slowest = (
        '<div class="card"><h3>The slowest</h3><table><thead><tr><th class="n" scope="col">ms</th>'
        f'<th scope="col">question</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )
    return f'<div class="plots">{figure("Time of an answer", plot, caption)}{slowest}</div>'


def _better(name: str, known: Figure | None) -> str:
    """Which way a figure is better; nothing where it is not known, or neither is."""
    if name in _LATENCY:
        return "lower"
    if known is None or known.is_neutral:
        return ""
    return "higher" if known.higher_is_better else "lower"


def _cut(text: str, length: int = 160) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def all_figures(summary: Summary, suite: Suite) -> str:
    """Every figure with its interval, how many questions it is of, and what it is."""
    about = {figure.name: figure for figure in suite.figures}
    rows = []
    for name, estimate in summary.overall.items():
        if name != "questions":
            known = about.get(name)
            count = str(estimate.count) if bounds(estimate) else ""
            what = known.about if known else _LATENCY.get(name, "")
            rows.append(
                f'<tr><th scope="row" class="mono">{safe(name)}</th>'
                f'<td class="n">{value(name, estimate)}</td><td class="n">{bounds(estimate)}</td>'
                f'<td class="n">{count}</td><td>{_better(name, known)}</td>'
                f"<td>{safe(what)}</td></tr>"
            )
    table = (
        '<table><thead><tr><th scope="col">figure</th><th class="n" scope="col">value</th>'
        '<th class="n" scope="col">95 % interval</th><th class="n" scope="col">questions</th>'
        '<th scope="col">better</th><th scope="col">what it is</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return f'<div class="card">{scrolling(table, "All figures")}</div>'
