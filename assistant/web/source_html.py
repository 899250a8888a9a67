"""HTML of answers and of cited provisions; everything from outside is escaped (pure)."""

from __future__ import annotations

from datetime import date
from html import escape
from urllib.parse import urlencode

from assistant.engines.markup import unescaped
from assistant.engines.wording import label
from assistant.types import Answer, AnswerStatus, Citation
from corpus.catalog import Corpus
from corpus.errors import UnknownProvisionError
from corpus.links import official_url
from corpus.status import format_date, standing
from corpus.types import Instrument, Provision, TextKind, Version

_KIND = {
    TextKind.OFFICIAL: "Official text",
    TextKind.DIGEST: "Our digest, not the official text",
    TextKind.DOSSIER: "Our dossier on a reported proposal",
    TextKind.UPLOAD: "Your document, not law",
}
_AUTHORITY = {
    "binding": "Binding law",
    "guidance": "Guidance",
    "declaration": "Declaration, not binding",
    "proposal": "Proposal, not law",
    "upload": "Your document",
}
_STATUS = {
    "in_force": "In force",
    "amended": "In force, as amended",
    "not_yet_applicable": "Not yet applicable",
    "repealed": "No longer the text",
    "revoked": "Revoked",
    "proposed": "Proposed",
}


def answer_html(answer: Answer, upto: int | None = None) -> str:
    """An answer for the chat, as one HTML block; with `upto`, its first claims only."""
    if answer.status is AnswerStatus.ABSTAINED:
        return _declined(answer)
    by_number = {citation.n: citation for citation in answer.citations}
    paragraphs: list[str] = []
    for claim in answer.claims[:upto]:
        runs_on = claim.support == "checked" and claim.text.endswith(":")
        markers = (
            ""
            if runs_on
            else "".join(_marker(by_number[n], claim.text, answer.as_of) for n in claim.citations)
        )
        words = f"{_inline(claim.text)}{markers}"
        if claim.support == "checked" or not paragraphs:
            paragraphs.append(f'<p><span class="pa-lead">{words}</span> ')
        else:
            paragraphs[-1] += f"{words} "
    body = "".join(f"{paragraph}</p>" for paragraph in paragraphs)
    understood = (
        f'<p class="pa-note">Understood as: {escape(answer.understood_as)}</p>'
        if answer.understood_as
        else ""
    )
    notice = "" if upto is not None else _notice(answer)
    return f'<div class="pa-answer">{understood}{body}{notice}</div>'


def _notice(answer: Answer) -> str:
    closing = answer.text.rsplit("\n\n", 1)[-1].strip("*")
    spent = dict(answer.timings_ms).get("total", 0)
    return (
        f'<p class="pa-note">{escape(closing)} As of {format_date(answer.as_of)}. '
        f"Answered in {spent:.0f} ms.</p>"
    )


def _declined(answer: Answer) -> str:
    first, *rest = answer.text.split("\n\n")
    further = "".join(map(_part, rest))
    return (
        f'<div class="pa-answer pa-declined"><p><strong>No answer.</strong> '
        f"{_inline(unescaped(first))}</p>"
        f'{further}<p class="pa-note">Try naming the law, the actor or the date. '
        f"As of {format_date(answer.as_of)}.</p></div>"
    )


def _part(part: str) -> str:
    """A paragraph of a declined answer, or its list: what was looked at, what may be meant."""
    lines = part.splitlines()
    if not all(line.startswith("- ") for line in lines):
        return f"<p>{_inline(unescaped(part))}</p>"
    items = "".join(f"<li>{escape(unescaped(line.removeprefix('- ')))}</li>" for line in lines)
    return f"<ul>{items}</ul>"


def _inline(text: str) -> str:
    """Escaped text; our own ``**bold**`` becomes strong, nothing else is mark-up."""
    parts = escape(text).split("**")
    return "".join(f"<strong>{part}</strong>" if n % 2 else part for n, part in enumerate(parts))


def _marker(citation: Citation, said: str, as_of: date) -> str:
    """A link whose fragment names the words to show; the page's script opens it in the panel.

    Gradio's sanitiser keeps `href`, `class`, `role` and `title` and drops every other attribute.
    """
    at = citation.quote.find(said)
    start = citation.quote_start + max(at, 0)
    end = start + len(said) if at >= 0 else citation.quote_end
    query = urlencode(
        {
            "provision": citation.provision_id,
            "version": citation.version,
            "start": start,
            "end": end,
            "as_of": as_of.isoformat(),
        }
    )
    title = escape(f"{label(citation)}: “{citation.quote}”", quote=True)
    return (
        f'<a class="pa-cite" role="button" href="#source?{escape(query, quote=True)}" '
        f'title="{title}">[{citation.n}]</a>'
    )


def source_fragment(
    corpus: Corpus, provision: Provision, number: int, span: tuple[int, int], day: date
) -> str:
    """A provision for the source panel: status, text with the quote marked, official page.

    Raises:
        UnknownProvisionError: If the provision has no such version.
    """
    if number >= len(provision.versions):
        raise UnknownProvisionError(f"{provision.id} has no version {number}")
    version = provision.versions[number]
    instrument = corpus.instruments[provision.instrument_id]
    stands = standing(instrument, provision, version, day)
    place = str(provision.locator).removeprefix("Heading: ")
    url = official_url(instrument, provision.locator)
    context = " › ".join(escape(part) for part in version.context)
    # A dossier rests on the press: its page is nobody's official one.
    page = "Source of" if version.text_kind is TextKind.DOSSIER else "Official page of"
    return f"""<article class="pa-source" data-provision="{escape(provision.id, quote=True)}">
<p class="pa-context">{context}</p>
<h2>{escape(instrument.short_title)}, {escape(place)}</h2>
<p class="pa-heading">{escape(version.heading)}</p>
<p class="pa-badges"><span class="pa-badge pa-kind-{version.text_kind}">{_KIND[version.text_kind]}\
</span><span class="pa-badge pa-{stands.status}">{_STATUS[stands.status]}</span>\
<span class="pa-badge">{_AUTHORITY[instrument.authority]}</span></p>
{_lead(version)}<blockquote class="pa-text">{_marked(version, span)}</blockquote>
{_origin(version)}<p class="pa-status">\
<strong>On {format_date(day)}:</strong> {escape(stands.note)}</p>
<p><a class="pa-official" href="{escape(url, quote=True)}" target="_blank" \
rel="noopener noreferrer">{page} {escape(instrument.short_title)} ↗</a></p>
{_timeline(instrument, day)}</article>"""


def _lead(version: Version) -> str:
    """The words above that the text goes on from; they are not the provision's own."""
    return f'<p class="pa-heading">{escape(version.lead)} …</p>' if version.lead else ""


def _origin(version: Version) -> str:
    """Which file an official text or upload was read from, and when."""
    origin = version.origin
    if origin is None:
        return ""
    dated = f", text of {format_date(origin.dated)}" if origin.dated else ""
    lost = f" This file is a {origin.derived}." if origin.derived else ""
    return (
        f'<p class="pa-note">Read from {escape(origin.name)}{dated}, retrieved '
        f"{format_date(origin.retrieved_at.date())}, SHA-256 {origin.sha256[:12]}…"
        f"{escape(lost)}</p>\n"
    )


def _marked(version: Version, span: tuple[int, int]) -> str:
    start, end = span
    text = version.text
    if not 0 <= start < end <= len(text):
        return _lines(text)
    return (
        f'{_lines(text[:start])}<mark id="pa-quote" tabindex="-1">{_lines(text[start:end])}'
        f"</mark>{_lines(text[end:])}"
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br><br>")


def _timeline(instrument: Instrument, day: date) -> str:
    rows = "".join(
        f'<li class="{"pa-past" if event.date <= day else "pa-future"}">'
        f"<time>{format_date(event.date)}</time> {escape(event.note or event.kind)}</li>"
        for event in instrument.timeline
    )
    return f"<details><summary>Timeline of this instrument</summary><ul>{rows}</ul></details>"
