"""The small pieces of HTML that every part of the report is made of (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from evals.summary import Estimate

_LONGEST = 2_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """A text as HTML: cut where it is very long, without characters that HTML cannot hold."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    return escape(_CONTROLS.sub("\ufffd", shown))


def isolated(text: str) -> str:
    """A text of somebody else's as HTML, in a direction of its own."""
    return f"<bdi>{safe(text)}</bdi>"


def bullets(texts: Iterable[str]) -> str:
    """Texts as a list; nothing if there are none."""
    items = "".join(f"<li>{isolated(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def figure(title: str, drawn: str, caption: str) -> str:
    """A plot below its title and above its caption."""
    return f"<figure><h3>{safe(title)}</h3>{drawn}<figcaption>{safe(caption)}</figcaption></figure>"


def scrolling(table: str, label: str) -> str:
    """A wide table that scrolls sideways, with the keyboard too."""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{safe(label)}">{table}</div>'
    )


def value(name: str, estimate: Estimate) -> str:
    """A figure as text, with its unit."""
    return f"{estimate.value:,.1f} ms" if name.endswith("_ms") else f"{estimate.value:.3f}"


def bounds(estimate: Estimate) -> str:
    """The interval of a figure as text; nothing if it has none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.2f} to {estimate.high:.2f}"


def spoken(name: str) -> str:
    """The name of a figure as words."""
    return name.replace("_", " ")
