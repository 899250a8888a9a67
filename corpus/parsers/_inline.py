"""Takes the marks of Markdown off running text (pure)."""

from __future__ import annotations

import html
import re

from corpus.parsers._outline import superscript

# Bounded repetitions only: a user's file is hostile input.
_CODE = re.compile(r"(`{1,3})([^`\n]{1,2000})\1")
_IMAGE = re.compile(r"!\[([^\]]{0,400})\]\([^()\s]{0,1000}(?:[ \n]\"[^\"]{0,200}\")?\)")
_LINK = re.compile(
    r"\[([^\[\]]{1,1000})\](?:\([ \n]?<?(?:[^()\s<>]|\([^()\s<>]{0,200}\)){0,1000}>?"
    r"(?:[ \n]{1,3}[\"'(][^\"')]{0,300}[\"')])?[ \n]?\)|\[[^\]]{0,200}\])"
)
_NOTE_CALL = re.compile(r"\[\^[^\]\s]{1,60}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>")
_RAISED = re.compile(r"<sup[^<>]{0,100}>([^<>]{0,40})</sup\s{0,3}>|(?<=\d)\^([-−]?\d{1,4})\^", re.I)
_EXPONENT = re.compile(r"(?<![\d.,])10\s?\^\s?\{?([-−]?\d{1,4})\}?(?!\d)")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]{0,20}(?:\s[^<>]{0,500})?/?>")
_STRONG = re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)([^*~]{1,4000}?)(?<=\S)\1")
_UNDERSCORED = re.compile(r"(?<!\w)(__|_)(?=\S)([^_]{1,4000}?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HELD = "\ue001"


def strip_marks(text: str) -> str:
    r"""`text` without emphasis, links, tags and note calls; line ends stay.

    >>> strip_marks("**Sec. 2.** See [the *list*](https://example.org/a_(b)) of 10<sup>25</sup>.")
    'Sec. 2. See the list of 10^25.'
    >>> strip_marks("snake_case_name \\*kept\\* and `x*y*z`")
    'snake_case_name *kept* and x*y*z'
    """
    held: list[str] = []

    def hold(words: str) -> str:
        held.append(words)
        return f"{_HELD}{len(held) - 1}{_HELD}"

    text = _CODE.sub(lambda found: hold(found[2].strip()), text.replace(_HELD, ""))
    text = _ESCAPE.sub(lambda found: hold(found[1]), text)
    text = _NOTE_CALL.sub("", _AUTOLINK.sub(lambda found: hold(found[1]), text))
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))
    text = _EXPONENT.sub(r"10^\1", _RAISED.sub(_raise, text))
    text = re.sub(r"<br\s{0,3}/?>", "\n", text, flags=re.IGNORECASE)
    text = _TAG.sub("", text)
    for _ in range(3):  # emphasis within emphasis
        text = _UNDERSCORED.sub(r"\2", _STRONG.sub(r"\2", text))
    text = re.sub(rf"{_HELD}(\d{{1,7}}){_HELD}", lambda found: held[int(found[1])], text)
    return html.unescape(text).replace("\x00", "").rstrip("\\")


def _raise(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 24) : found.start()]
    return superscript(before, found[1] if found[1] is not None else found[2])
