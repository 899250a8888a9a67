"""Reads Markdown: headings, paragraphs, lists and tables as words, without the marks (pure)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

from corpus.errors import ParseError
from corpus.parsers._inline import strip_marks
from corpus.parsers._outline import Outline, decode_text
from corpus.parsers.document import ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, canonical

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"[ \t]*(?:([-*+])|(\d{1,9}[.)]))[ \t]+(\S.*)?$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[(\^?)[^\]]{1,200}\]:(?:[ \t]|$)")
_MAX_LIST_CHARS = 3_000
_SIGNS = re.compile(
    r"^(?: {0,3}#{1,6}[ \t]+\S|---[ \t]*$|\+\+\+[ \t]*$| {0,3}(?:```|~~~)|[ \t]*[-*+][ \t]+\S"
    r"|[ \t]*\|.*\|[ \t]*$|> |=+$)|\[[^\]\n]{1,200}\]\([^)\s]{1,400}\)|\*\*\S[^*\n]{0,200}\*\*",
    re.MULTILINE,
)


def looks_like_markdown(data: bytes) -> bool:
    """Whether the head of a text shows a heading, a list, a table, a link or emphasis."""
    try:
        text = decode_text(data[:16384].rstrip(b"\x80"), "")
    except ParseError:
        return False
    return not text.lstrip().startswith(("{", "<?xml")) and _SIGNS.search(text) is not None


def parse_markdown(data: bytes, *, path: str) -> ParsedText:
    """Read Markdown section by section; the title is the front matter's or the first heading.

    Raises:
        ParseError: If it is binary, too large, or holds no words.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    title, body = _front_matter(decode_text(data, path))
    reader = _Reader()
    for line in _without_comments(body).split("\n"):
        reader.read(line)
    reader.close()
    title = title or reader.outline.first_heading
    return check_parsed(ParsedText("markdown", title, reader.outline.nodes(title)), path)


def _front_matter(text: str) -> tuple[str, str]:
    """The title that YAML or TOML front matter gives, and the text below it."""
    found = re.match(r"\ufeff?(---|\+\+\+)[ \t]*\n", text)
    if not found:
        return "", text
    end = re.compile(rf"^{re.escape(found[1])}[ \t]*$", re.MULTILINE).search(text, found.end())
    if not end:
        return "", text
    matter, body = text[found.end() : end.start()], text[end.end() :]
    if found[1] == "+++":
        return _toml_title(matter), body
    if not re.search(r"^[\w-]+[ \t]*:", matter, re.MULTILINE):
        return "", text  # a rule, not front matter
    return _yaml_title(matter), body


def _toml_title(matter: str) -> str:
    try:
        return canonical(str(tomllib.loads(matter).get("title", "")))
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""


def _yaml_title(matter: str) -> str:
    """The value of `title`, which YAML may quote and continue on indented lines."""
    found = re.search(r"^title[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)", matter, re.MULTILINE)
    value = found[1].strip() if found else ""
    if value[:1] == '"' and value[-1:] == '"' and len(value) > 1:
        value = re.sub(r"\\\n[ \t]*\\?", "", value[1:-1])
        value = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), value)
        value = re.sub(r"\\x([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), value)
        value = value.replace("\\_", " ").replace('\\"', '"').replace("\\\\", "\\")
    elif value[:1] == "'" and value[-1:] == "'" and len(value) > 1:
        value = value[1:-1].replace("''", "'")
    value = re.sub(r"^[>|][-+]?\n", "", value)
    return canonical(re.sub(r"[\ud800-\udfff]", "", value))


def _without_comments(text: str) -> str:
    """The text without HTML comments; linear, whatever it holds."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 3
    return "".join([*kept, text[position:]])


@dataclass(slots=True)
class _Reader:
    """Reads line by line; `_lines` are those of the open block, `_kind` says which that is."""

    outline: Outline = field(default_factory=Outline)
    _kind: str = ""
    _lines: list[str] = field(default_factory=list)
    _after_blank: bool = False

    def read(self, line: str) -> None:
        """Take one line."""
        if self._kind.startswith(("`", "~")):
            self._code(line)
            return
        line = re.sub(r"^(?: {0,3}> ?){1,20}", "", line.expandtabs(4))
        if not line.strip():
            if self._kind != "list":
                self.close("note" if self._kind == "note" else "")
        elif not self._heading(line) and not self._skipped(line):
            self._content(line)
        self._after_blank = not line.strip()

    def close(self, kind: str = "") -> None:
        """End the open block and open one of another kind."""
        lines, self._lines = self._lines, []
        if self._kind == "list":
            self._close_list([strip_marks(line) for line in lines])
        elif self._kind == "para":
            self.outline.paragraph(strip_marks("\n".join(lines)))
        else:
            self.outline.paragraph("\n".join(lines))
        self._kind = kind

    def _close_list(self, items: list[str]) -> None:
        if sum(map(len, items)) <= _MAX_LIST_CHARS:
            self.outline.paragraph("\n".join(items), listed=True)
            return
        for item in items:  # numbered paragraphs of a text rather than a list within one
            self.outline.paragraph(item)

    def _code(self, line: str) -> None:
        mark = line.strip()
        if mark.startswith(self._kind) and not mark.strip("`~"):
            self.close()
        else:
            self._lines.append(line)

    def _heading(self, line: str) -> bool:
        if found := _ATX.match(line):
            self.close()
            title = re.sub(r"[ \t]#+$", "", (found[2] or "").rstrip())
            self.outline.heading(len(found[1]), strip_marks(title))
            return True
        found = _SETEXT.match(line)
        if found and self._kind == "para" and len(self._lines) == 1:
            title, self._lines = self._lines[0], []
            self.outline.heading(1 if "=" in found[1] else 2, strip_marks(title))
            return True
        return False

    def _skipped(self, line: str) -> bool:
        """Whether a line holds no words: a rule, a fence, a link's address, a note."""
        if _RULE.match(line):
            self.close()
            return True
        if found := _FENCE.match(line):
            self.close(found[1])
            return True
        if found := _DEFINITION.match(line):
            self.close("note" if found[1] else "")
            return True
        return self._kind == "note" and (not self._after_blank or line.startswith("    "))

    def _content(self, line: str) -> None:
        if line.strip().startswith("|") and line.count("|") >= 2:
            self._row(line)
        elif found := _ITEM.match(line):
            self._open("list")
            self._lines.append(f"{found[2] or '-'} {found[3] or ''}")
        elif self._kind == "list" and (line.startswith("  ") or not self._after_blank):
            joint = "\n" if self._after_blank else _joint(self._lines[-1])
            self._lines[-1] += joint + line
        elif self._kind == "para":
            self._lines[-1:] = [self._lines[-1] + _joint(self._lines[-1]) + line]
        else:
            self.close("para")
            self._lines.append(line)

    def _open(self, kind: str) -> None:
        if self._kind != kind:
            self.close(kind)

    def _row(self, line: str) -> None:
        self._open("table")
        if not _TABLE_RULE.match(line):
            cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
            self._lines.append(" | ".join(canonical(strip_marks(cell)) for cell in cells))


def _joint(line: str) -> str:
    """A line break where the source asks for one, by two spaces or a backslash."""
    return "\n" if line.endswith(("  ", "\\")) else " "
