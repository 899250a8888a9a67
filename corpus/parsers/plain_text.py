"""Reads plain text: paragraphs between blank lines, headings in capitals or underlined (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import ParseError
from corpus.parsers._outline import Outline, decode_text, numbered, starts_with_label, unshout
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, canonical

_MAX_HEADING_CHARS = 160
_MAX_BLOCK_CHARS = 4_000  # above it, a block without blank lines is no paragraph: one a line
_UNDERLINE = re.compile(r"[ \t]{0,8}(?:={3,200}|-{3,200}|~{3,200})[ \t]*")
_RULE = re.compile(r"[-=~*_ \t#.+]{3,400}")
_EXPONENT = re.compile(r"(?<![\d.,])(10)\s?\^\s?\{?([-−]?\d{1,3})\}?(?!\d)")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` from 1) or a paragraph (`level` 0) of plain text."""

    text: str
    level: int = 0


def looks_like_plain_text(data: bytes) -> bool:
    """Whether the head of the bytes is text in an encoding that can be read."""
    head = data[:4096]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head[: len(head) // 2 * 2]
    try:
        return bool(decode_text(head, "").strip())
    except ParseError:
        return False


def parse_plain_text(data: bytes, *, path: str) -> ParsedText:
    """Read plain text into ``para. 1``, ``para. 2`` ..., headings in their contexts.

    Raises:
        ParseError: If it is binary, too large or empty.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    text = decode_text(data, path)
    title, nodes = "", []
    open_headings: list[Block] = []
    for block in read_blocks(text):
        if block.level:
            title = title or block.text
            open_headings = [wider for wider in open_headings if wider.level < block.level]
            open_headings.append(block)
        else:
            above = tuple(heading.text for heading in open_headings)
            nodes.append((block.text, tuple(words for words in above if words != title)))
    return check_parsed(ParsedText("text", title, tuple(_nodes(nodes))), path)


def _nodes(paragraphs: list[tuple[str, tuple[str, ...]]]) -> Iterator[Node]:
    bare = numbered([text for text, _ in paragraphs])
    for node, (text, context) in zip(bare, paragraphs, strict=True):
        yield Node(node.locator, text, context=context)


def fill_outline(outline: Outline, text: str) -> None:
    """Add preformatted text, as web pages hold it in ``<pre>``, to an outline."""
    for block in read_blocks(text):
        if block.level:
            outline.heading(block.level, block.text)
        else:
            outline.paragraph(block.text)


def read_blocks(text: str) -> Iterator[Block]:
    """The headings and paragraphs of plain text, in order."""
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip():
            if _UNDERLINE.fullmatch(line) and len(lines) == 1 and _could_head(lines[0]):
                yield Block(_heading(lines.pop()), 1 if "=" in line else 2)
                continue
            if not _RULE.fullmatch(line):
                lines.append(line.replace("\f", " "))
                continue
        yield from _block(lines)
        lines = []


def _block(lines: list[str]) -> Iterator[Block]:
    """What stands between two blank lines: headings in capitals first, then a paragraph."""
    start = 0
    if len(lines) <= 4 or not any(map(_is_shouted, lines[1:])):
        while start < len(lines) and _is_shouted(lines[start]):
            start += 1
    if start:
        yield Block(_heading(" ".join(lines[:start])), 1)
    unwrapped = _unwrap(lines[start:])
    whole = sum(map(len, unwrapped)) <= _MAX_BLOCK_CHARS
    for text in ["\n".join(unwrapped)] if whole else unwrapped:
        if not whole and _is_shouted(text):
            yield Block(_heading(text), 1)
        elif text:
            yield Block(_EXPONENT.sub(r"\1^\2", text))


def _heading(line: str) -> str:
    return unshout(canonical(line))


def _could_head(line: str) -> bool:
    """Whether a line is short enough for a heading, and no sentence or lead-in."""
    ends = line.rstrip().endswith((".", ";", ",", ":"))
    return len(line) <= _MAX_HEADING_CHARS and not ends and any(map(str.isalpha, line))


def _is_shouted(line: str) -> bool:
    """Whether a line is a heading in capitals: short, four capitals or more, no small letter."""
    letters = [letter for letter in line if letter.isalpha()]
    return (
        len(letters) >= 4
        and _could_head(line)
        and not any(letter.islower() for letter in letters)
        and any(letter.isupper() for letter in letters)
        and "...." not in line  # a table of contents
    )


def _unwrap(lines: list[str]) -> list[str]:
    """Lines that an editor broke, joined; items of a list and lines kept short stay apart."""
    lengths = sorted(map(len, lines))
    width = lengths[len(lengths) * 3 // 4] if lengths else 0
    joined: list[str] = []
    previous = 0
    for line in lines:
        text = canonical(line)
        if not text:
            continue
        is_full = previous + 1 + len(text.split(" ", 1)[0]) > 0.9 * width
        if joined and is_full and _is_wrapped(width) and not starts_with_label(text):
            joined[-1] += f" {text}"
        else:
            joined.append(text)
        previous = len(line)
    return joined


def _is_wrapped(width: int) -> bool:
    """Whether most lines are as long as a page is wide, and none holds a whole paragraph."""
    return 40 <= width <= 200
