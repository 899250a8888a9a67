"""Reads a PDF with a text layer: one node a page, ``p. 12``, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers._outline import starts_with_label
from corpus.parsers._pdf_layout import Line, reading_order, running_lines, without_edges
from corpus.parsers._pdf_letters import PageLetters, read_letters
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import canonical

MAX_BYTES = 200_000_000
_MAX_HEADING_CHARS = 200
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_ENDED = re.compile(r"[.:;?!][”’\"')\]]{0,2}$|[;,] (?:and|or)$")
_SECTION = re.compile(r"(?:Section|Sec\.|Article|Art\.) \d{1,4}[.:]? ")
_BROKEN = re.compile(r"([^\W\d_]+)-$")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    is_heading: bool
    size: float


@dataclass(frozen=True, slots=True)
class _Measure:
    """The usual step from line to line on a page, and how far right each column reaches."""

    leading: float
    rights: dict[int, float]


def looks_like_pdf(data: bytes) -> bool:
    """Whether the bytes open as a PDF; readers allow some bytes before the mark."""
    return b"%PDF-" in data[:1024]


def parse_pdf(data: bytes, *, path: str) -> ParsedText:
    """Read a PDF page by page; running heads, feet and page numbers are left out.

    Raises:
        ParseError: If it is damaged, encrypted, too long, or a scan without a text layer.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    title, letters = read_letters(data, path)
    if not any(page.runs for page in letters):
        if any(page.has_image for page in letters):
            raise ParseError(path, 1, "has no text layer (scanned?); run OCR first")
        raise ParseError(path, 1, "holds no text")
    pages = _lines(letters)
    words = Counter(word.casefold() for page in pages for word in _words(page))
    body = _body(pages)
    paragraphs = [_paragraphs(page, body, words) for page in pages]
    title = title if _is_title(title) else _largest_heading(paragraphs)
    parsed = ParsedText(
        "pdf", title, tuple(_nodes(paragraphs, title)), warnings=tuple(_warnings(letters))
    )
    return check_parsed(parsed, path)


def _lines(letters: Sequence[PageLetters]) -> list[list[Line]]:
    running = running_lines([(page.runs, page.height) for page in letters])
    numbered = len(letters) > 1
    return [
        reading_order(without_edges(page.runs, page.height, running, numbered=numbered))
        for page in letters
    ]


def _warnings(letters: Sequence[PageLetters]) -> Iterator[str]:
    scanned = [str(n) for n, page in enumerate(letters, start=1) if page.has_image]
    if scanned:
        more = f" and {len(scanned) - 20} more" if len(scanned) > 20 else ""
        yield f"no text layer on p. {', '.join(scanned[:20])}{more} (scanned?); run OCR first"


def _words(page: Sequence[Line]) -> Iterator[str]:
    """The words of a page, without the halves of those that a line end breaks."""
    broken = False
    for line in page:
        text = line.text.partition(" ")[2] if broken else line.text
        broken = _BROKEN.search(text) is not None
        yield from _WORD.findall(re.sub(r"\S+-$", "", text))


def _body(pages: Sequence[Sequence[Line]]) -> tuple[float, bool]:
    """The size and boldness that most letters have: what differs from it may be a heading."""
    counts: Counter[tuple[float, bool]] = Counter()
    for page in pages:
        for line in page:
            counts[(round(line.size * 2) / 2, line.bold)] += len(line.text)
    return counts.most_common(1)[0][0] if counts else (10.0, False)


def _is_heading(line: Line, body: tuple[float, bool]) -> bool:
    size, bold = body
    stands_out = line.size > 1.12 * size or (line.bold and not bold and line.size > 0.9 * size)
    letters = sum(letter.isalpha() for letter in line.text)
    return stands_out and letters >= 3 and len(line.text) <= _MAX_HEADING_CHARS


def _paragraphs(
    page: Sequence[Line], body: tuple[float, bool], words: Counter[str]
) -> list[_Paragraph]:
    """The lines of a page as paragraphs, words joined across line ends."""
    measure = _measure(page)
    groups: list[list[Line]] = []
    for line in page:
        if groups and not _opens(line, groups[-1], body, measure):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        _Paragraph(_join([line.text for line in group], words), _is_heading(group[0], body), size)
        for group in groups
        for size in [group[0].size]
    ]


def _measure(page: Sequence[Line]) -> _Measure:
    steps = [above.base - line.base for above, line in pairwise(page)]
    rights: dict[int, float] = {}
    for line in page:
        rights[line.column] = max(line.right, rights.get(line.column, 0.0))
    return _Measure(median([step for step in steps if step > 0] or [12.0]), rights)


def _opens(line: Line, above: Sequence[Line], body: tuple[float, bool], page: _Measure) -> bool:
    """Whether a line opens a new paragraph after the lines `above`."""
    last = above[-1]
    step = max(page.leading, line.size)
    if _is_heading(line, body) or _is_heading(last, body):
        alike = abs(line.size - last.size) < 0.1 * last.size and line.bold == last.bold
        return not (alike and 0 < last.base - line.base < 1.6 * step)
    ended = _ENDED.search(last.text) is not None
    if line.column != last.column:
        return ended or starts_with_label(line.text)
    if last.base - line.base > 1.4 * step:
        return True
    is_short = last.right < page.rights[last.column] - 2 * line.size
    indented = line.left > last.left + 0.6 * line.size
    labelled = starts_with_label(line.text) or _SECTION.match(line.text) is not None
    return ended and (labelled or is_short or indented)


def _join(lines: Sequence[str], words: Counter[str]) -> str:
    text = ""
    for line in lines:
        if text.endswith("-") and _BROKEN.search(text):
            text = text[:-1] + line if _is_one_word(text, line, words) else text + line
        else:
            text += f" {line}" if text else line
    return canonical(text)


def _is_one_word(text: str, line: str, words: Counter[str]) -> bool:
    """Whether the hyphen at a line end only breaks a word, judged by the document's own words.

    "regula-" + "tion" is one; "risk-" + "based" is two, if both stand alone elsewhere and
    "riskbased" does not.
    """
    tail, head = _BROKEN.search(text), _WORD.match(line)
    if tail is None or head is None or not line[0].islower():
        return False
    left, right = tail[1].casefold(), head[0].casefold().split("-")[0]
    before = text[: tail.start()]
    if words[left + right]:
        return True
    if words[f"{left}-{right}"] or before.endswith("-") or (len(left) > 1 and tail[1].isupper()):
        return False
    return not (words[left] and words[right])


def _is_title(title: str) -> bool:
    """Whether a PDF's own title is one, not the name of the file it was made from."""
    return len(title.split()) >= 2 and not re.search(
        r"\.(?:docx?|pdf|indd|tex|qxd|xlsx?)$|^(?:microsoft word|untitled)", title, re.IGNORECASE
    )


def _largest_heading(paragraphs: Sequence[Sequence[_Paragraph]]) -> str:
    headings = [one for page in paragraphs[:2] for one in page if one.is_heading]
    headings = [one for one in headings if len(one.text.split()) > 2] or headings
    return max(headings, key=lambda heading: heading.size).text if headings else ""


def _nodes(pages: Sequence[Sequence[_Paragraph]], title: str) -> Iterator[Node]:
    """One node a page with the heading that is open at its start, or else its first."""
    heading = ""
    for number, paragraphs in enumerate(pages, start=1):
        headings = [one.text for one in paragraphs if one.is_heading]
        if headings and (not heading or paragraphs[0].is_heading):
            heading = title if title in headings else headings[0]
        text = "\n".join(one.text for one in paragraphs if one.text)
        if text:
            yield Node(Locator(Unit.PAGE, str(number)), text, heading=heading)
        heading = headings[-1] if headings else heading
