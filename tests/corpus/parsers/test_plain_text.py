from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.document import ParsedText
from corpus.parsers.plain_text import looks_like_plain_text, parse_plain_text

GOLDEN = Path(__file__).parents[2] / "golden" / "plain_text"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


def plain(parsed: ParsedText) -> list[dict[str, object]]:
    fields = (
        {"locator": str(node.locator), "text": node.text, "context": list(node.context)}
        for node in parsed.nodes
    )
    return [{key: value for key, value in node.items() if value} for node in fields]


def test_a_memo_gives_its_paragraphs_with_the_headings_above_them() -> None:
    parsed = parse_plain_text((GOLDEN / "memo.txt").read_bytes(), path="memo.txt")

    expected = json.loads((GOLDEN / "memo.json").read_text("utf-8"))
    assert (parsed.title, plain(parsed)) == (expected["title"], expected["nodes"])
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    parsed = parse_plain_text("Größe – naïve".encode(encoding), path="a.txt")

    assert parsed.nodes[0].text == "Größe – naïve"


def test_a_text_without_blank_lines_is_cut_by_its_lines() -> None:
    text = "\n".join(f"({n}) " + "words of one item " * 12 for n in range(1, 40))

    parsed = parse_plain_text(text.encode(), path="a.txt")

    assert len(parsed.nodes) == 39


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\n", b"\x00\x01\x02", b"\xff\xfeA", b"\x89PNG\r\n\x1a\n\x00", bytes(range(256))],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_plain_text(data, path="a.txt")


def test_a_very_long_line_is_one_paragraph() -> None:
    parsed = parse_plain_text(b"word " * 400_000, path="a.txt")

    assert len(parsed.nodes) == 1


@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_text_or_a_parse_error(data: bytes) -> None:
    looks_like_plain_text(data)
    try:
        parsed = parse_plain_text(data, path="a.txt")
    except ParseError:
        return
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        ("declarations/bletchley-declaration.2023-11-01.txt", 14),
        ("us-executive/nsm-25-ai.2024-10-24.txt", 201),
        ("bis-rules/2025-00636.ai-diffusion.regulatory-text.txt", 308),
    ],
)
def test_official_copies_have_their_count_of_paragraphs(name: str, nodes: int) -> None:
    parsed = parse_plain_text((REFERENCE / name).read_bytes(), path=name)

    assert len(parsed.nodes) == nodes
