"""The labels at the front of a CFR paragraph, and the headings printed between them (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.parsers.markup import canonical

_LABEL = re.compile(r"\(\s?([a-z]{1,6}|[A-Z]{1,2}|\d{1,3})\s?\)")
_STAR = re.compile(r"\*\s?(?=\()")
_RANGE = re.compile(r"\s?(?:[-–—]|through|to|and)\s?\((\w{1,6})\)(?=\s*\[Reserved)", re.IGNORECASE)
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
# Words between two labels: a heading of a few words, or one whole sentence.
_WORDS = re.compile(r"([“‘\"'A-Z][^\n]{1,200}?)\s?(?:([—–])\s?|\.\s)(?=\(\s?(?:1|i|a|A)\s?\))")
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!No)[.;:] ")
_VERB = re.compile(r"\b(?:must|shall|may|is|are|will|means|has|have|does|do|can)\b")
_NEXT = {"1": " (2) ", "i": " (ii) ", "a": " (b) ", "A": " (B) "}
_DEFINES = re.compile(
    r"(?:The (?:term|terms) )?[“\"]([^“”\"]{2,80}?),?[”\"](?: or [“\"][^”\"]{2,80}[”\"])? "
    r"(?:means?|is|are|includes?|refers?)\b"
)
_ITALIC_DEFINES = re.compile(r",? (?:\([^()]{1,60}\) )?(?:means?|is|are|includes?|refers?)\b")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A printed paragraph: its canonical text, labels at the front.

    `italics` are the half-open spans of `text` set in italics; None where the copy at hand does
    not say. Lines after the first belong to the same paragraph and open no labels; a `plain` one
    (a table, a sample letter) opens none at all.
    """

    text: str
    italics: tuple[tuple[int, int], ...] | None = None
    plain: bool = False

    def is_italic(self, position: int) -> bool | None:
        """Whether the character at `position` is in italics; None where that is not known."""
        if self.italics is None:
            return None
        return any(start <= position < end for start, end in self.italics)

    def run_end(self, position: int) -> int:
        """Where the italic run at `position` ends; `position` itself without one."""
        runs = self.italics or ()
        return next((end for start, end in runs if start <= position < end), position)


@dataclass(frozen=True, slots=True)
class Label:
    """One label opened by a paragraph: its mark, its type face, the heading or words after it.

    `until` is the last mark of a reserved range, "(b)-(d) [Reserved]".
    """

    mark: str
    italic: bool | None = None
    heading: str = ""
    words: str = ""
    until: str = ""
    first: bool = True  # of its paragraph


@dataclass(frozen=True, slots=True)
class Opened:
    """A paragraph split into the labels it opens and the words of the last of them."""

    labels: tuple[Label, ...]
    text: str
    terms: tuple[str, ...] = ()


def marked(text: str, opening: str = "*", closing: str = "*") -> Paragraph:
    """A paragraph from text whose italic runs stand between marks.

    >>> found = marked("(a) *Scope.* (*1*) In")
    >>> found.text, found.italics
    ('(a) Scope. (1) In', ((4, 10), (12, 13)))
    """
    plain: list[str] = []
    spans: list[tuple[int, int]] = []
    length, begun = 0, -1
    for piece in re.split(f"({re.escape(opening)}|{re.escape(closing)})", text):
        if piece == opening and begun < 0:
            begun = length
        elif piece == closing and begun >= 0:
            if length > begun:
                spans.append((begun, length))
            begun = -1
        else:
            plain.append(piece)
            length += len(piece)
    return Paragraph("".join(plain), tuple(spans))


def ordinals(mark: str) -> tuple[tuple[int, int], ...]:
    """The levels that a mark may stand at, and its ordinal there: 0 a, 1 1, 2 i, 3 A, 4 1, 5 i.

    >>> ordinals("i"), ordinals("12"), ordinals("BB"), ordinals("usa")
    (((0, 9), (2, 1), (5, 1)), ((1, 12), (4, 12)), ((3, 28),), ())
    """
    if mark.isdecimal():
        return ((1, int(mark)), (4, int(mark))) if int(mark) else ()
    found: list[tuple[int, int]] = []
    if len(set(mark)) == 1 and len(mark) <= 3:
        ordinal = ord(mark[0].lower()) - ord("a") + 1 + 26 * (len(mark) - 1)
        if len(mark) < 3 or mark not in {"iii", "xxx"}:
            found.append((0 if mark.islower() else 3, ordinal))
    if mark.islower() and _ROMAN.fullmatch(mark):
        found += [(2, _roman(mark)), (5, _roman(mark))]
    return tuple(found)


def _roman(mark: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in mark]
    return sum(
        -value if value < after else value
        for value, after in zip(values, [*values[1:], 0], strict=True)
    )


def open_labels(paragraph: Paragraph) -> Opened:
    """Split the labels off a paragraph.

    >>> opened = open_labels(marked("(d) *Entries*—(1) *Parts.* Each entry has (a) one."))
    >>> [(label.mark, label.heading) for label in opened.labels], opened.text
    ([('d', 'Entries'), ('1', 'Parts')], 'Each entry has (a) one.')
    """
    text = paragraph.text
    star = _STAR.match(text)
    position = star.end() if star else 0
    labels: list[Label] = []
    while (found := _LABEL.match(text, position)) and _fits(labels, found[1]):
        italic = paragraph.is_italic(found.start(1))
        until, position = found[1], found.end()
        if reserved := _RANGE.match(text, position):
            until, position = reserved[1], reserved.end()
        position = _skip(text, position)
        heading, words, position = _heading(paragraph, position)
        labels.append(Label(found[1], italic, heading, words, until, first=not labels))
    if not labels:
        return Opened((), text, _terms(paragraph, 0))
    return Opened(tuple(labels), text[position:].strip(), _terms(paragraph, position))


def _fits(labels: list[Label], mark: str) -> bool:
    """Whether a mark can be a label, and one below the label before it."""
    levels = [level for level, _ in ordinals(mark)]
    above = [level for label in labels[-1:] for level, _ in ordinals(label.mark)]
    return bool(levels) and (not above or max(levels) > min(above))


def _heading(paragraph: Paragraph, position: int) -> tuple[str, str, int]:
    """The heading or the sentence at `position`, and where the words after it begin."""
    text = paragraph.text
    end = paragraph.run_end(position + 1 if text[position : position + 1] in "“‘" else position)
    run = text[position:end] if end > position + 1 else ""
    closed = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip("”’"))
    after = text[closed : closed + 2].lstrip()
    if run and (run.rstrip(" ”’").endswith((".", "—")) or after.startswith(("—", ". "))):
        return clean_heading(text[position:closed]), "", _skip(text, closed)
    found = _WORDS.match(text, position)
    if not found or _SENTENCE_END.search(found[1]):
        return "", "", position
    if found[2]:
        return clean_heading(found[1]), "", found.end()
    if _NEXT[text[found.end() + 1]] in text[found.end() :]:
        return "", "", position  # a list within the sentence
    if _VERB.search(found[1]):
        return "", f"{found[1]}.", found.end()
    return clean_heading(found[1]), "", found.end()


def clean_heading(heading: str) -> str:
    """A heading without the stop that ends it.

    >>> clean_heading("Scope of the part.—"), clean_heading("Use in the U.S.")
    ('Scope of the part', 'Use in the U.S.')
    """
    heading = canonical(heading).rstrip("—– ")
    if re.search(r"\b[A-Z]\.[A-Z]\.$|\betc\.$", heading):
        return heading
    return re.sub(r"[.:]([”’]?)[.:]?$", r"\1", heading)


def _skip(text: str, position: int) -> int:
    """The position after blanks and the dash between a heading and what follows it."""
    while position < len(text) and text[position] in " —–.":
        position += 1
    return position


def _terms(paragraph: Paragraph, position: int) -> tuple[str, ...]:
    """The terms that words beginning at `position` define."""
    if found := _DEFINES.match(paragraph.text, position):
        return (found[1],)
    end = paragraph.run_end(position)
    if end > position and _ITALIC_DEFINES.match(paragraph.text, end):
        return (paragraph.text[position:end].strip(" ,.“”"),)
    return ()
