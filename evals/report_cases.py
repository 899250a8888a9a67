"""The worst answers in the report: asked, wanted, retrieved, cited, and why it is wrong (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals.diagnosis import best_rank, is_gold, stage, worst
from evals.report_html import bullets, isolated, safe, scrolling
from evals.types import HitLine, Record, Suite

_OPEN = 2


def worst_answers(records: Sequence[Record], suite: Suite) -> str:
    """The answers with the most wrong with them, each to be unfolded; nothing if none is wrong."""
    chosen = worst(records, suite)
    if not chosen:
        return ""
    faulty = sum(bool(record.faults or record.failure) for record in records)
    intro = f"<p>{len(chosen)} of the {faulty} answers with a fault, the worst first.</p>"
    return intro + "".join(
        _case(record, is_open=number < _OPEN) for number, record in enumerate(chosen)
    )


def _case(record: Record, *, is_open: bool) -> str:
    day = f" · as of {record.as_of}" if record.as_of else ""
    rows = "".join(f"<dt>{name}</dt><dd>{html}</dd>" for name, html in _rows(record) if html)
    return (
        f'<details class="case card"{" open" if is_open else ""}><summary>'
        f"{isolated(record.question)}"
        f'<span class="tag">{safe(f"{record.id} · {record.kind}{day} · ")}'
        f'<span class="bad">{safe(stage(record))}</span></span></summary>'
        f"<dl>{rows}</dl>{_retrieved(record)}</details>"
    )


def _rows(record: Record) -> Iterator[tuple[str, str]]:
    yield "Went wrong", bullets(record.faults)
    yield "Earlier turns", bullets(record.history)
    yield "Gold", bullets(_found(record)) or "none: it is to be declined"
    cited = dict.fromkeys(f"{c.instrument_id} {c.locator}" for c in record.citations)
    yield "Cited", bullets(cited) or "nothing"
    # Our own mark-up goes, as on a terminal: bold names, and the notice in italics.
    answer = re.sub(r"(?m)^\*(.+)\*$", r"\1", record.answer.replace("**", ""))
    if record.abstained and record.abstain_reason:
        yield "Declined", safe(record.abstain_reason.replace("_", " "))
    yield "Answer", f'<div class="answer">{isolated(answer)}</div>' if answer else ""
    yield "Confidence", f"{record.confidence:.2f}"
    measures = ", ".join(f"{name} {value:.2f}" for name, value in record.measures.items())
    yield "Measures", f'<span class="soft">{safe(measures)}</span>'


def _found(record: Record) -> Iterator[str]:
    """Each gold part, and where retrieval had it."""
    for group in record.gold:
        rank = best_rank(group, record.hits)
        where = f"retrieved at rank {rank}" if rank else "not among the ten best"
        yield f"{' or '.join(group)}: {where}"


def _retrieved(record: Record) -> str:
    if not record.hits:
        return '<p class="soft">Nothing was retrieved.</p>'
    gold = [place for group in record.gold for place in group]
    cited = [f"{c.instrument_id} {c.locator}" for c in record.citations]
    rows = "".join(_hit(hit, gold, cited) for hit in record.hits)
    table = (
        '<table class="hits"><caption>What was retrieved</caption><thead><tr>'
        '<th class="n" scope="col">rank</th><th scope="col">provision</th>'
        '<th class="n" scope="col">score</th><th scope="col">found by</th>'
        f'<th scope="col">is</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return scrolling(table, f"What was retrieved for {record.id}")


def _hit(hit: HitLine, gold: Sequence[str], cited: Sequence[str]) -> str:
    is_wanted = is_gold(hit.provision_id, gold)
    notes = ["gold"] * is_wanted + ["cited"] * is_gold(hit.provision_id, cited)
    return (
        f'<tr{" class=gold" if is_wanted else ""}><td class="n">{hit.rank}</td>'
        f'<td class="id mono">{safe(hit.provision_id)}</td><td class="n">{hit.score:.3f}</td>'
        f"<td>{safe(', '.join(hit.found_by))}</td><td>{', '.join(notes)}</td></tr>"
    )
