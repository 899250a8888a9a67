"""Text from outside (file names, titles, messages) fit for one line of output (pure)."""

from __future__ import annotations


def one_line(text: str) -> str:
    r"""`text` without line breaks, escape codes and letters that cannot be written as UTF-8.

    >>> one_line("my notes\n\x1b[31m.md")
    'my notes\\n\\x1b[31m.md'
    """
    return "".join(map(_visible, text))


def _visible(letter: str) -> str:
    if letter.isprintable() or letter == "\u00a0":
        return letter
    return letter.encode("unicode_escape").decode("ascii")
