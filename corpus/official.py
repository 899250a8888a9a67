"""Plain text of an official file, for checking digests against it (not for citing)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from corpus.errors import ParseError, VerificationError


class _Stripper(HTMLParser):
    """Text of an EUR-Lex page: superscripts as ``^``, an ``@@id`` line before each division."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes, identifier = values.get("class") or "", values.get("id") or ""
        if tag in {"script", "style", "head", "nav"}:
            self._hidden += 1
        if tag == "span" and "super" in classes and "note" not in classes:
            self.parts.append("^")
        if tag in {"p", "div", "tr", "table"}:
            self.parts.append("\n")
            if re.fullmatch(r"(art|anx|rct)_[^.]+", identifier):
                self.parts.append(f"@@{identifier}\n")
        if tag == "td":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "head", "nav"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


@dataclass(frozen=True, slots=True)
class OfficialText:
    """The text of one official file, its divisions if it marks them, and its SHA-256."""

    text: str
    divisions: dict[str, str]
    sha256: str

    def at(self, root: str) -> str:
        """The text of a division ("art_51", "anx_III", "rct_111"); the whole when unmarked."""
        return self.divisions.get(root, self.text)


def read_official(path: Path) -> OfficialText:
    """Read an official file (HTML, PDF with a text layer, or any text format).

    Raises:
        VerificationError: If the file is missing or holds no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VerificationError(
            f"official text {path.name} cannot be read: {error.strerror}"
        ) from error
    if path.suffix == ".pdf":
        text = _pdf_text(path)
    elif path.suffix == ".html":
        stripper = _Stripper()
        stripper.feed(data.decode("utf-8", "replace"))
        text = "".join(stripper.parts)
    else:
        text = data.decode("utf-8", "replace")
    text = re.sub(r"[ \t\u00a0]+", " ", text)
    pieces = re.split(r"@@((?:art|anx|rct)_\S+)\n", text)
    divisions: dict[str, str] = {}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        divisions[name] = divisions.get(name, "") + body
    return OfficialText(text, divisions, hashlib.sha256(data).hexdigest())


def _pdf_text(path: Path) -> str:
    from corpus.parsers.pdf import parse_pdf  # only the few PDF-only orders need it

    try:
        parsed = parse_pdf(path.read_bytes(), path=path.name)
    except ParseError as error:
        raise VerificationError(f"official text {error}") from error
    return "\n".join(node.text for node in parsed.nodes)
