from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.parsers.recognise import FORMATS, parse_any, recognise, recognise_format

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "format_"),
    [
        (b"%PDF-1.7 ...", "a.txt", "pdf"),
        (b"\n%PDF-1.4 ...", "a.pdf", "pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.bin", "docx"),
        (
            gzip.compress(b"<?xml version='1.0'?><FEDREG><VOL>89</VOL></FEDREG>"),
            "a",
            "federal_register",
        ),
        (b"<?xml version='1.0'?>\n<RULE><PREAMB/></RULE>", "a.txt", "federal_register"),
        (b"<!doctype html><html><body><p>Words</p></body></html>", "a.md", "plain_html"),
        (b"# Title\n\nWords", "a.md", "markdown"),
        (b"# Title\n\nWords", "a", "markdown"),
        (b"# Title\n\nWords", "a.txt", "plain_text"),
        (b"Words without marks.", "a.md", "markdown"),
        (b"Words without marks.", "a", "plain_text"),
        (b"<!-- a note -->\n# Title\n\nWords", "a", "markdown"),
        (b"[Omitted.]\n\nWords", "a.txt", "plain_text"),
        ("Größe".encode("utf-16"), "a.txt", "plain_text"),
    ],
)
def test_a_file_is_known_by_what_it_holds(data: bytes, name: str, format_: str) -> None:
    assert recognise_format(data, name) == format_
    assert recognise(data, name).__name__ == f"parse_{format_}"


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (zipped("a.txt"), "zip archive, neither a Word document nor Formex"),
        (zipped(), "an empty zip archive"),
        (gzip.compress(b"<html><p>Words</p></html>"), "a gzip file of markup"),
        (b"\x1f\x8b\x00", "a damaged or empty gzip file"),
        (b"<?xml version='1.0'?><feed><entry/></feed>", "XML with the root <feed>"),
        (b'{"a": 1}', "JSON of another kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file"),
        (b"{\\rtf1 words}", "an RTF file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (bytes(range(256)), "binary data"),
    ],
)
def test_a_file_of_another_format_is_refused_by_its_name(data: bytes, seen: str) -> None:
    with pytest.raises(ParseError, match=seen):
        parse_any(data, path="a.bin")


def test_every_format_of_the_table_has_its_functions() -> None:
    for name in {name for names in FORMATS.values() for name in names}:
        module = __import__(f"corpus.parsers.{name}", fromlist=[name])

        assert callable(getattr(module, f"parse_{name}"))
        assert callable(getattr(module, f"looks_like_{name}"))


def test_recognising_text_loads_no_heavy_library() -> None:
    code = (
        "import sys; from corpus.parsers.recognise import parse_any; "
        "parse_any(b'# Title\\n\\nWords', path='a.md'); "
        "sys.exit(bool({'pypdfium2', 'docx'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.binary(max_size=200))
def test_random_bytes_end_in_a_text_or_a_parse_error(data: bytes) -> None:
    for start in (b"", b"<", b"{", b"PK\x03\x04", b"\x1f\x8b", b"%PDF-", b"<?xml?><html>"):
        try:
            parse_any(start + data, path="a")
        except ParseError:
            continue


# The first pattern that fits says the format; "!" in front: known, but refused with a reason.
EXPECTED = (
    ("MANIFEST.csv", "plain_text"),
    ("bis-rules/*.json", "federal_register_json"),
    ("eu-ai-act/formex/*.doc.fmx.xml", "!formex"),
    ("eu-ai-act/formex/*.toc.fmx.xml", "!formex"),
    ("eu-ai-act/formex/*", "formex"),
    ("*formex*.xml", "formex"),
    ("*.fmx4.zip", "formex"),
    ("*.consolidated*.html", "eurlex_consolidated"),
    ("*/52021PC0206*.html", "eurlex_proposal"),
    ("*.html", "eurlex"),
    ("uk-format-samples/*", "clml"),
    ("ear/*.xml", "ecfr"),
    ("us-format-samples/ECFR*.xml", "ecfr"),
    ("us-format-samples/*.gz", "federal_register"),
    ("*.json", "cfr_json"),
    ("*.pdf", "pdf"),
    ("us-format-samples/*.md", "markdown"),
    ("ear/*.md", "cfr_markdown"),
    ("itar/*.md", "cfr_markdown"),
    ("chips/ecfr*.md", "cfr_markdown"),
    ("chips/uscode*.md", "cfr_markdown"),
    ("us-executive/ieepa*.md", "cfr_markdown"),
    ("*.md", "markdown"),
    ("*.txt", "plain_text"),
)


def reference_files() -> list[str]:
    files = sorted(file for file in REFERENCE.rglob("*") if file.is_file())
    return [file.relative_to(REFERENCE).as_posix() for file in files]


@needs_reference
@pytest.mark.parametrize("name", reference_files())
def test_every_official_file_goes_to_its_parser(name: str) -> None:
    data = (REFERENCE / name).read_bytes()
    expected = next(format_ for pattern, format_ in EXPECTED if fnmatch(name, pattern))

    assert recognise_format(data, name) == expected.removeprefix("!")
    if expected.startswith("!"):
        with pytest.raises(ParseError):
            parse_any(data, path=name)
    else:
        assert parse_any(data, path=name).nodes
