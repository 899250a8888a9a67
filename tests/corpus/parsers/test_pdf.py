from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers import _pdf_letters
from corpus.parsers.markdown import parse_markdown
from corpus.parsers.pdf import looks_like_pdf, parse_pdf

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
ORDERS = REFERENCE / "us-executive"


@dataclass(frozen=True)
class Put:
    """Words at a place of a page of 612 by 792 points, in Helvetica, bold on request."""

    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False
    turned: bool = False


def column(lines: Sequence[str], x: float, top: float = 700, size: float = 10) -> list[Put]:
    return [Put(line, x, top - 12 * position, size) for position, line in enumerate(lines)]


def write_pdf(pages: Sequence[Sequence[Put]], *, title: str = "", extra: str = "") -> bytes:
    """A PDF by hand: catalog, pages, two fonts, information, then a page and its words each."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({title}) >>",
    ]
    for number, puts in enumerate(pages):
        content = extra + "\n".join(_shown(put) for put in puts)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R"
            f" /F2 4 0 R >> >> /Contents {7 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def _shown(put: Put) -> str:
    text = re.sub(r"([\\()])", r"\\\1", put.text)
    turn = "0 1 -1 0" if put.turned else "1 0 0 1"
    return f"BT /F{2 if put.bold else 1} {put.size} Tf {turn} {put.x} {put.y} Tm ({text}) Tj ET"


def page_texts(data: bytes) -> list[str]:
    return [node.text for node in parse_pdf(data, path="a.pdf").nodes]


LEFT = [
    "The first column of this page holds words",
    "that run on from line to line until they",
    "reach the foot of the column, where they",
    "stop in the middle of a sentence that",
    "is continued at the head of the",
]
RIGHT = [
    "second column, as it is in journals of",
    "many sorts. A new sentence follows, and it",
    "is somewhat longer than the one before it",
    "was, so that the column holds five lines",
    "in all and ends with a full stop.",
]


def test_two_columns_are_read_one_after_the_other() -> None:
    # written line by line across the page, as some programs do
    puts = [put for pair in zip(column(LEFT, 50), column(RIGHT, 320), strict=True) for put in pair]

    [text] = page_texts(write_pdf([puts]))

    assert text == " ".join(LEFT + RIGHT)


def test_three_columns_under_a_title_are_read_after_it() -> None:
    words = [f"column {n} line" for n in ("one", "two", "three")]
    columns = [[f"{name} {line} has some words" for line in range(6)] for name in words]
    puts = [Put("A title that runs over all three of the columns of this page", 60, 740, 16)]
    for number, lines in enumerate(columns):
        puts += column(lines, 40 + 185 * number)

    parsed = parse_pdf(write_pdf([puts]), path="a.pdf")

    assert parsed.nodes[0].text.split("\n")[0] == puts[0].text == parsed.title
    found = re.findall(r"column (\w+) line (\d)", parsed.nodes[0].text)
    assert found == [(name, str(n)) for name in ("one", "two", "three") for n in range(6)]


def test_the_cells_of_a_table_are_read_row_by_row() -> None:
    rows = [
        ("Japan", "A:1", "yes"),
        ("Korea", "A:5", "no"),
        ("Chad", "B", "no"),
        ("Peru", "B", "x"),
    ]
    puts = [
        Put(cell, 60 + 150 * position, 700 - 12 * number)
        for number, row in enumerate(rows)
        for position, cell in enumerate(row)
    ]

    [text] = page_texts(write_pdf([puts]))

    assert text.split() == [cell for row in rows for cell in row]


def test_running_heads_feet_page_numbers_and_margins_are_dropped() -> None:
    pages = [
        [
            Put(f"Example Journal / {number} / Rules", 50, 770),
            Put(f"Body of page {word}, which says something.", 50, 600),
            Put("PRINTED WITH TOOL 7", 20, 300, turned=True),
            Put(f"Page {number} of 3", 290, 30),
        ]
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]

    parsed = parse_pdf(write_pdf(pages), path="a.pdf")

    assert [node.text for node in parsed.nodes] == [
        f"Body of page {word}, which says something." for word in ("one", "two", "three")
    ]
    assert [str(node.locator) for node in parsed.nodes] == ["p. 1", "p. 2", "p. 3"]
    assert all(parse(str(node.locator)) == node.locator for node in parsed.nodes)


def test_words_broken_at_line_ends_are_joined_and_compounds_keep_their_hyphen() -> None:
    lines = [
        "Under this regula-",
        "tion, a risk-",
        "based method applies; the risk is based on use. The BEAD-",
        "funded plan and the regulation stay.",
    ]

    [text] = page_texts(write_pdf([column(lines, 50)]))

    assert "this regulation, a risk-based method" in text
    assert "BEAD-funded plan" in text


def test_raised_digits_after_ten_are_exponents_and_others_are_calls_of_notes() -> None:
    puts = [
        Put("more than 10", 50, 700, 12),
        Put("25", 121, 705, 7),
        Put("operations by a provider", 135, 700, 12),
        Put("3", 267, 705, 7),
        Put("in all", 274, 700, 12),
    ]

    [text] = page_texts(write_pdf([puts]))

    assert text == "more than 10^25 operations by a provider in all"


def test_headings_go_with_the_pages_they_stand_over() -> None:
    body = [f"Words of the body, line {n}, in the usual size." for n in range(8)]
    pages = [
        [*column(body[:3], 50), Put("Scope", 50, 640, 14), *column(body[3:], 50, 610)],
        column(body, 50, 650),
        [Put("Duties", 50, 650, 10, bold=True), *column(body, 50, 620)],
    ]

    parsed = parse_pdf(write_pdf(pages, title="Rules for all"), path="a.pdf")

    assert [node.heading for node in parsed.nodes] == ["Scope", "Scope", "Duties"]
    assert parsed.title == "Rules for all"
    assert "Scope" in parsed.nodes[0].text.split("\n")


def test_paragraphs_are_parted_by_labels_and_gaps() -> None:
    lines = ["The office shall, before the end of the year, do what follows:", "(a) keep lists;"]
    puts = [*column([*lines, "(b) publish them."], 50), Put("A paragraph after a gap.", 50, 630)]

    [text] = page_texts(write_pdf([puts]))

    assert text.split("\n") == [*lines, "(b) publish them.", "A paragraph after a gap."]


def test_a_page_set_sideways_is_read_in_its_own_direction() -> None:
    puts = [Put(line, 100 + 12 * n, 60, turned=True) for n, line in enumerate(LEFT)]

    [text] = page_texts(write_pdf([puts]))

    assert text == " ".join(LEFT)


IMAGE = "q 100 0 0 100 50 500 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x41 EI Q\n"  # one grey pixel


def test_a_scan_is_refused_and_a_scanned_page_is_named() -> None:
    with pytest.raises(ParseError, match=r"no text layer \(scanned\?\); run OCR first"):
        parse_pdf(write_pdf([[], []], extra=IMAGE), path="a.pdf")

    parsed = parse_pdf(write_pdf([[Put("Some words.", 50, 700)], []], extra=IMAGE), path="a.pdf")

    assert parsed.warnings == ("no text layer on p. 2 (scanned?); run OCR first",)


def test_an_encrypted_file_is_refused_with_its_reason() -> None:
    data = write_pdf([[Put("Secret words.", 50, 700)]])
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <"
        + b"42" * 32 + b"> >> /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">]"
    )  # fmt: skip

    with pytest.raises(ParseError, match="encrypted; remove the password"):
        parse_pdf(data.replace(b"/Info 5 0 R", b"/Info 5 0 R " + lock), path="a.pdf")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_letters, "MAX_PAGES", 1)

    with pytest.raises(ParseError, match="has 2 pages; at most 1"):
        parse_pdf(write_pdf([[Put("a", 1, 1)], []]), path="a.pdf")


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.4", b"%PDF-1.7\n\x00\xff" * 50, b"words", write_pdf([]), write_pdf([[]])],
    ids=["empty", "mark only", "binary", "text", "no page", "no words"],
)
def test_what_is_no_pdf_with_words_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_pdf(data, path="a.pdf")


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=1200), st.binary(min_size=1, max_size=20))
def test_a_damaged_file_ends_in_a_text_or_a_parse_error(place: int, damage: bytes) -> None:
    data = write_pdf([column(LEFT, 50)], title="Rules")

    for broken in (data[:place], data[:place] + damage + data[place + len(damage) :]):
        looks_like_pdf(broken)
        try:
            parse_pdf(broken, path="a.pdf")
        except ParseError:
            continue


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@needs_reference
@pytest.mark.parametrize(
    ("name", "pages", "title"),
    [
        ("eo-14141.fr-2025-01395", 21, "Advancing United States Leadership"),
        ("eo-14148.fr-2025-01901", 5, "Initial Rescissions of Harmful"),
        ("eo-14179.fr-2025-02172", 2, "Removing Barriers to American"),
        ("eo-14318.fr-2025-14212", 4, "Accelerating Federal Permitting"),
        ("eo-14319.fr-2025-14217", 3, "Preventing Woke AI"),
        ("eo-14320.fr-2025-14218", 3, "Promoting the Export"),
        ("eo-14365.fr-2025-23092", 3, "Ensuring a National Policy"),
        ("eo-14409.fr-2026-11415", 3, "Promoting Advanced Artificial"),
    ],
)
def test_orders_have_their_pages_and_nothing_of_the_frame(
    name: str, pages: int, title: str
) -> None:
    parsed = parse_pdf((ORDERS / f"{name}.pdf").read_bytes(), path=name)

    text = "\n".join(node.text for node in parsed.nodes)
    assert [str(node.locator) for node in parsed.nodes] == [f"p. {n + 1}" for n in range(pages)]
    assert parsed.title.startswith(title)
    assert not re.search(r"VerDate|PROD with|Federal Register / Vol\.|\ufffe", text)


@needs_reference
@pytest.mark.parametrize("number", ["14179", "14320", "14365", "14409"])
def test_orders_agree_with_their_white_house_copies(number: str) -> None:
    [file] = ORDERS.glob(f"eo-{number}.fr-*.pdf")
    copy = parse_markdown((ORDERS / f"eo-{number}.md").read_bytes(), path="copy")

    printed = words(" ".join(page_texts(file.read_bytes())))
    copied = words(" ".join(node.text for node in copy.walk()))

    matcher = SequenceMatcher(None, printed, copied, autojunk=False)
    agreeing = sum(block.size for block in matcher.get_matching_blocks())
    assert agreeing / len(copied) >= 0.99
