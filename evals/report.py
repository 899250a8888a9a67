"""The report of a run: one HTML file that asks nothing of a network and runs no script.

Every text in it comes from a data set or from a run folder, and may be hostile: all of it goes
through `report_html.safe`, and a content security policy allows the one style sheet and nothing
else.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from evals import report_figures as parts
from evals.errors import EvaluationError
from evals.report_cases import worst_answers
from evals.report_html import safe
from evals.report_style import CSS
from evals.runs import REPORT, StoredRun
from evals.suites import load_suite
from evals.summary import summarise
from evals.types import Suite


def write_report(run: StoredRun) -> Path:
    """Write ``report.html`` into the folder of a run, in one step; gives its path.

    Raises:
        EvaluationError: If it has no record yet, or the file cannot be written.
    """
    page = render(run)
    path = run.folder / REPORT
    aside = path.with_name(f"{REPORT}.{os.getpid()}.tmp")
    try:
        aside.write_text(page, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise EvaluationError(
            f"{path} cannot be written: {error.strerror}", hint="Copy the run folder elsewhere."
        ) from error
    return path


def render(run: StoredRun) -> str:
    """The report as HTML (pure).

    Raises:
        EvaluationError: If the run has no record, or is of a suite that there is none of.
    """
    if not run.records:
        raise EvaluationError(
            f"{run.folder.name} has no answer yet", hint="Go on with `policy eval run --resume`."
        )
    suite = load_suite(run.header.suite)
    records = run.records
    summary = summarise(records, suite)
    sections = [
        ("leading", "Leading figures", parts.tiles(summary, suite)),
        ("types", "By type of question", parts.by_type(summary, suite)),
        ("outcomes", "Where answers are lost", parts.outcomes(records, suite)),
        ("confidence", "Confidence", parts.confidence(records, run.header.settings)),
        ("latency", "Latency", parts.latency(records)),
        ("worst", "The worst answers", worst_answers(records, suite)),
        ("figures", "All figures", parts.all_figures(summary, suite)),
    ]
    shown = [section for section in sections if section[2]]
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title, _ in shown)
    body = "".join(
        f'<section id="{key}"><h2>{title}</h2>{html}</section>' for key, title, html in shown
    )
    nav = f'<nav aria-label="Sections"><ul>{links}</ul></nav>'
    return _page(f"Evaluation: {run.header.suite}", _head(run, suite) + nav, body)


def _page(title: str, head: str, body: str) -> str:
    digest = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{safe(title)}</title><style>{CSS}</style></head>\n"
        f"<body><header>{head}</header>\n<main>{body}</main>\n"
        "<footer>Written by Policy Assistant. Intervals are 95 % bootstrap intervals over "
        "questions. Whether two runs differ by more than chance is for "
        "<code>policy eval compare</code> to say.</footer></body></html>\n"
    )


def _head(run: StoredRun, suite: Suite) -> str:
    head = run.header
    state = "" if run.is_finished else ' <span class="bad">(unfinished)</span>'
    wanted = head.counts.get("questions", len(run.records))
    made = {
        "run": run.folder.name,
        "started": head.started,
        "finished": head.finished or "not yet",
        "today is": head.today,
        "questions": f"{len(run.records)} of {wanted}",
        "machine": _joined(head.machine),
    }
    more = {"versions": _joined(head.versions), "settings": _joined(head.settings)}
    return (
        f"<h1>Evaluation: {safe(head.suite)}{state}</h1>"
        f'<p class="soft">{safe(suite.about)}</p>'
        f'<div class="plots made"><div><h3>Run</h3>{_pairs(made)}</div>'
        f"<div><h3>Fingerprints</h3>{_pairs(head.fingerprints)}</div></div>"
        f"<h3>To run it again</h3><pre><code>{safe(head.command)}</code></pre>"
        f"<details><summary>Versions and settings</summary>{_pairs(more)}</details>"
    )


def _joined(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value or '(empty)'}" for name, value in values.items())


def _pairs(rows: Mapping[str, str]) -> str:
    cells = "".join(
        f'<dt>{safe(name)}</dt><dd class="mono">{safe(value)}</dd>' for name, value in rows.items()
    )
    return f'<dl class="meta">{cells}</dl>'
