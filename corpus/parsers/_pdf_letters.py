"""Reads the letters of a PDF with their places: the only module that touches pdfium."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # ships no types

from corpus.errors import ParseError
from corpus.parsers._pdf_layout import Run
from corpus.parsers.markup import canonical

MAX_PAGES = 5_000
MAX_PAGE_LETTERS = 200_000
MAX_LETTERS = 20_000_000
_FARTHEST = 20_000.0  # points from the origin; PDF itself allows 14,400
_LOCK = threading.Lock()  # pdfium is not thread-safe, in any of its parts
_LINE_END_HYPHENS = frozenset({0x02, 0xFFFE, 0xAD, 0x2010})
_BOLD_WEIGHT = 600
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageLetters:
    """The runs of letters of one page, in the order of the file; sizes in points."""

    runs: tuple[Run, ...]
    height: float
    has_image: bool


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter: its box, the line it stands on, and a quarter turn (0 is upright)."""

    text: str
    left: float
    right: float
    base: float
    size: float
    turn: int
    bold: bool


def read_letters(data: bytes, path: str) -> tuple[str, tuple[PageLetters, ...]]:
    """The title a PDF gives itself, and the letters of each page.

    Raises:
        ParseError: If it is damaged, encrypted, or too long.
    """
    with _LOCK:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                if len(document) > MAX_PAGES:
                    problem = f"has {len(document)} pages; at most {MAX_PAGES} are read"
                    raise ParseError(path, 1, problem)
                title = canonical(document.get_metadata_value("Title"))
                return title, tuple(_pages(document, path))
        except pypdfium2.PdfiumError as error:
            raise ParseError(path, 1, _problem(error)) from error


def _problem(error: pypdfium2.PdfiumError) -> str:
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        return "is encrypted; remove the password first"
    if error.err_code == pdfium.FPDF_ERR_SECURITY:
        return "is protected by a security scheme that cannot be read"
    return f"is no readable PDF: {error}"


def _pages(document: pypdfium2.PdfDocument, path: str) -> Iterator[PageLetters]:
    letters = 0
    for number in range(len(document)):
        page = _page(document, number, path)
        letters += sum(len(run.text) for run in page.runs)
        if letters > MAX_LETTERS:
            raise ParseError(path, 1, f"holds more than {MAX_LETTERS} letters")
        yield page


def _page(document: pypdfium2.PdfDocument, number: int, path: str) -> PageLetters:
    with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
        if textpage.count_chars() > MAX_PAGE_LETTERS:
            problem = f"p. {number + 1} holds more than {MAX_PAGE_LETTERS} letters"
            raise ParseError(path, 1, problem)
        runs = list(_runs(textpage))
        images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        has_image = not runs and next(images, None) is not None
        turns = Counter({turn: 0 for turn, _ in runs})
        for turn, run in runs:
            turns[turn] += len(run.text)
        upright = turns.most_common(1)[0][0] if runs else 0
        left, bottom, right, top = page.get_mediabox()
        foot = (bottom, left, -top, -right)[upright]
        height = right - left if upright % 2 else top - bottom
        kept = (replace(run, base=run.base - foot) for turn, run in runs if turn == upright)
        return PageLetters(tuple(kept), height, has_image)


def _runs(textpage: pypdfium2.PdfTextPage) -> Iterator[tuple[int, Run]]:
    """Letters that follow each other on a line in one size; words are parted by spaces."""
    run: Run | None = None
    turn = 0
    for letter in _letters(textpage):
        if run is not None and letter is not None:
            if not letter.text.strip() and turn == letter.turn:
                run = replace(run, text=run.text + " ")
                continue
            if turn == letter.turn and _continues(run, letter):
                gap = letter.left - run.right > 0.2 * run.size and not run.text.endswith(" ")
                text = run.text + (" " if gap else "") + letter.text
                run = replace(run, text=text, right=max(run.right, letter.right))
                continue
        if run is not None:
            yield turn, run
        run = None
        if letter is not None and letter.text.strip():
            run = Run(letter.text, letter.left, letter.right, letter.base, letter.size, letter.bold)
            turn = letter.turn
    if run is not None:
        yield turn, run


def _continues(run: Run, letter: _Letter) -> bool:
    return (
        abs(letter.base - run.base) < 0.1 * run.size
        and abs(letter.size - run.size) < 0.12 * run.size
        and letter.bold == run.bold
        and -0.5 * run.size < letter.left - run.right < 1.1 * run.size
    )


def _letters(textpage: pypdfium2.PdfTextPage) -> Iterator[_Letter | None]:
    """Each letter that stands upright or a quarter turned; None where a line ends."""
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    names: dict[bytes, bool] = {}
    last: _Letter | None = None
    for position in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, position)
        if code in {0x0A, 0x0D}:
            yield None
            continue
        text = "-" if code in _LINE_END_HYPHENS else chr(code) if 0x20 <= code <= 0x10FFFF else ""
        if text == " " and last is not None:
            yield replace(last, text=" ")
        if not text.strip() or 0xD800 <= code < 0xE000:
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, position, box)
        pdfium.FPDFText_GetCharOrigin(textpage, position, x, y)
        turn = _quarter(pdfium.FPDFText_GetCharAngle(textpage, position))
        if turn is None or not all(
            abs(place) < _FARTHEST for place in (box.left, box.right, box.top, box.bottom, y.value)
        ):
            continue
        bold = _is_bold(textpage, position, names)
        last = _turned(text, box, (x.value, y.value), turn, bold=bold)
        yield last


def _is_bold(textpage: pypdfium2.PdfTextPage, position: int, names: dict[bytes, bool]) -> bool:
    """Whether a letter is bold by its weight or the name of its font, found in `names`."""
    if pdfium.FPDFText_GetFontWeight(textpage, position) >= _BOLD_WEIGHT:
        return True
    buffer, flags = ctypes.create_string_buffer(80), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, position, buffer, 80, flags)
    if buffer.value not in names:
        names[buffer.value] = _BOLD_NAME.search(buffer.value) is not None
    return names[buffer.value]


def _quarter(angle: float) -> int | None:
    """The number of quarter turns; None for slanted letters, which are watermarks."""
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.06 else None


def _turned(
    text: str, box: pdfium.FS_RECTF, origin: tuple[float, float], turn: int, *, bold: bool
) -> _Letter:
    """A letter in coordinates in which its text runs from left to right."""
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
    xs = sorted(x * cosine - y * sine for x in (box.left, box.right) for y in (box.top, box.bottom))
    ys = sorted(x * sine + y * cosine for x in (box.left, box.right) for y in (box.top, box.bottom))
    base = origin[0] * sine + origin[1] * cosine
    return _Letter(text, xs[0], xs[-1], base, max(ys[-1] - ys[0], 1.0), turn, bold)
