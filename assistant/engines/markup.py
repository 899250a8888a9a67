"""Text of a source as Markdown that shows its words and does nothing else (pure)."""

from __future__ import annotations

import re

# What Markdown, as commonly extended, would act on: emphasis, code, links, images, footnotes, HTML,
# entities, strike-through, tables, bare addresses.
_ACTIVE = re.compile(
    r"[\\`*_\[\]<>|~]|&(?=#?\w+;)|!(?=\[)|(?<=\w):(?=//)|(?<=\bwww)\.", re.IGNORECASE
)
_AT_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=](?=\s|$)|-{3,}|={3,}|\d{1,9}(?=[.)](?:\s|$)))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escaped(text: str) -> str:
    r"""A text in which Markdown finds no mark-up; line breaks become spaces.

    A ``[1]`` in a source is not taken for a marker of ours, and no link, image, tag, heading or
    table of it survives. Backslashes before punctuation are all that is added.

    Source:
        CommonMark 0.31.2, section 2.4 (backslash escapes); GitHub's extensions for tables and
        bare addresses.

    >>> escaped("See [1](https://example.org) | <b>now</b>")
    'See \\[1\\](https\\://example.org) \\| \\<b\\>now\\</b\\>'
    """
    flat = " ".join(text.split("\n"))
    marked = _ACTIVE.sub(lambda found: f"\\{found[0]}", flat)
    return _AT_START.sub(_open, marked)


def _open(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def unescaped(text: str) -> str:
    r"""The words that Markdown shows for an escaped text.

    >>> unescaped(escaped("a * b [1] <c>"))
    'a * b [1] <c>'
    """
    return _ESCAPED.sub(r"\1", text)


def bold(text: str) -> str:
    """Words of ours in bold; asterisks in them would end it.

    >>> bold("Act *1*, Article 2")
    '**Act 1, Article 2**'
    """
    return f"**{text.replace('*', '')}**"


def ours(text: str) -> str:
    r"""A sentence of ours as Markdown: its bold stays, what it takes from a source is escaped.

    >>> ours("**Act_1**, after “[2]”:")
    '**Act\\_1**, after “\\[2\\]”:'
    """
    return "**".join(escaped(part) for part in text.split("**"))
