from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers import docx as reader
from corpus.parsers.document import ParsedText
from corpus.parsers.docx import looks_like_docx, parse_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: Document) -> ParsedText:
    return parse_docx(saved(document), path="a.docx")


def texts(parsed: ParsedText) -> dict[str, str]:
    return {str(node.locator): node.text for node in parsed.walk() if node.text}


def rewritten(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as target:
        for member in archive.namelist():
            content = archive.read(member)
            target.writestr(member, content.replace(old, new) if member == name else content)
    return copy.getvalue()


def test_a_document_gives_its_sections_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Handbook for all sites", level=0)
    document.add_paragraph("Opening words.")
    document.add_heading("Duties", level=1)
    document.add_heading("3.2 Reporting", level=2)
    document.add_paragraph("The owner shall report:")
    document.add_paragraph("each incident;", style="List Bullet")
    document.add_paragraph("each training run.", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("What", "When", "Report", "72 hours"), strict=True):
        cell.text = words
    document.add_heading("Scope (2)", level=1)
    document.add_paragraph("For all teams.")

    parsed = read(document)

    assert parsed.title == "Handbook for all sites"
    assert texts(parsed) == {
        "para. 1": "Opening words.",
        "Heading: 3.2 Reporting (1)": (
            "The owner shall report:\n- each incident;\n- each training run."
        ),
        "Heading: 3.2 Reporting (2)": "What | When\nReport | 72 hours",
        "Heading: Scope [2] (1)": "For all teams.",
    }
    assert parsed.nodes[1].context == ("Duties",)
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


def test_exponents_stay_and_deleted_hidden_and_noted_words_vanish() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("More than 10")
    paragraph.add_run("25").font.superscript = True
    paragraph.add_run(" operations")
    paragraph.add_run("7").font.superscript = True
    paragraph.add_run(" secret").font.hidden = True
    paragraph._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>gone</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>, added</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))

    assert texts(read(document)) == {"para. 1": "More than 10^25 operations, added"}


def test_words_in_content_controls_and_tables_within_cells_are_read_once() -> None:
    document = docx.Document()
    control = (
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Inside.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(0, parse_xml(control))
    outer = document.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = "left"
    outer.cell(0, 1).add_table(rows=1, cols=1).cell(0, 0).text = "inner"

    assert list(texts(read(document)).values()) == ["Inside.", "left | inner"]


def test_a_style_based_on_a_heading_is_a_heading() -> None:
    document = docx.Document()
    style = document.styles.add_style("House heading", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Duties", style="House heading")
    document.add_paragraph("Words.")

    assert list(texts(read(document))) == ["Heading: Duties (1)"]


def test_a_file_that_may_hold_macros_is_read_without_them() -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    macro = rewritten(
        saved(document),
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )

    assert texts(parse_docx(macro, path="a.docm")) == {"para. 1": "Words."}


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED_BYTES", 1_000)

    with pytest.raises(ParseError, match="unpacks to more than"):
        read(docx.Document())


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 and no more", id="truncated"),
        pytest.param(b"words", id="text"),
        pytest.param(zipped(other="<a/>"), id="another archive"),
        pytest.param(zipped(word__document="<w:p/>"), id="no content types"),
        pytest.param(saved(docx.Document()), id="no words"),
        pytest.param(
            rewritten(saved(docx.Document()), "word/document.xml", b"<w:body>", b"<w:body"),
            id="broken XML",
        ),
        pytest.param(
            rewritten(
                saved(docx.Document()),
                "word/document.xml",
                b"<w:document",
                b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document',
            ),
            id="entities",
        ),
    ],
)
def test_what_is_no_word_document_with_words_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_docx(data, path="a.docx")


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=36_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_ends_in_a_text_or_a_parse_error(place: int, damage: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    data = saved(document)

    for broken in (data[:place], data[:place] + damage + data[place + len(damage) :]):
        looks_like_docx(broken)
        try:
            parse_docx(broken, path="a.docx")
        except ParseError:
            continue
