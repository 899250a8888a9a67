from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.markdown import looks_like_markdown, parse_markdown

GOLDEN = Path(__file__).parents[2] / "golden" / "markdown"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


def plain(node: Node) -> dict[str, object]:
    fields = {
        "locator": str(node.locator),
        "text": node.text,
        "heading": node.heading,
        "context": list(node.context),
        "children": [plain(child) for child in node.children],
    }
    return {key: value for key, value in fields.items() if value}


def read(text: str) -> ParsedText:
    return parse_markdown(text.encode(), path="a.md")


def texts(parsed: ParsedText) -> list[str]:
    return [node.text for node in parsed.walk() if node.text]


def test_a_document_gives_its_sections_without_marks() -> None:
    parsed = parse_markdown((GOLDEN / "policy.md").read_bytes(), path="policy.md")

    expected = json.loads((GOLDEN / "policy.json").read_text("utf-8"))
    assert [plain(node) for node in parsed.nodes] == expected["nodes"]
    assert parsed.title == expected["title"]
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@pytest.mark.parametrize(
    ("matter", "title"),
    [
        ("---\ntitle: Plain\n---\n", "Plain"),
        ("---\ntags: a\ntitle: 'It''s on\n  two lines'\n---\n", "It's on two lines"),
        ('+++\ntitle = "In TOML"\n+++\n', "In TOML"),
        ("+++\nnot toml\n+++\n", ""),
        ("---\n\nA rule, not front matter\n\n---\n", ""),
    ],
)
def test_the_title_comes_from_the_front_matter(matter: str, title: str) -> None:
    parsed = read(f"{matter}\nWords.")

    assert parsed.title == title
    assert texts(parsed)[-1] == "Words."


def test_a_long_list_is_a_paragraph_an_item() -> None:
    parsed = read("\n".join(f"{n}. {'long words ' * 30}" for n in range(1, 21)))

    assert len(parsed.nodes) == 20
    assert parsed.nodes[1].text.startswith("2. long words")


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("_one_ __two__ ***three***", "one two three"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("![A chart](x.png) and <https://example.org>", "A chart and https://example.org"),
        ('<span style="x">Sec. 2</span>. &amp; more', "Sec. 2. & more"),
        ("see [one][ref] and [two](u)", "see one and two"),
    ],
)
def test_marks_are_taken_off(marked: str, words: str) -> None:
    assert texts(read(marked)) == [words]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"\x00\x01", b"# Only a heading", b"<!-- only a comment -->", b"\xff\xfe\x00"],
)
def test_what_holds_no_words_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_markdown(data, path="a.md")


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "*a " * 50_000, "`" * 50_001, "> " * 30_000, "<a " * 50_000, "- " * 50_000],
)
def test_hostile_marks_are_read_in_good_time(text: str) -> None:
    read(f"words\n\n{text}")


def test_markdown_is_known_by_its_marks() -> None:
    assert looks_like_markdown(b"# Title\n\nWords")
    assert looks_like_markdown(b"Words with a [link](https://example.org).")
    assert not looks_like_markdown(b"Plain words.\n\n(a) and more words.")
    assert not looks_like_markdown(b"\x00\x01")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes_end_in_a_text_or_a_parse_error(data: bytes) -> None:
    looks_like_markdown(data)
    try:
        parsed = parse_markdown(b"# T\n\n" + data, path="a.md")
    except ParseError:
        return
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@given(st.lists(st.text(alphabet="Ab (2)[]:_\"'#-1", max_size=12), max_size=8))
def test_every_heading_has_a_locator_of_its_own(titles: list[str]) -> None:
    parsed = read("first words\n\n" + "\n\n".join(f"# x{title}\n\nwords" for title in titles))

    found = [node.locator for node in parsed.walk()]
    assert all(parse(str(locator)) == locator for locator in found)
    assert len({locator.slug for locator in found}) == len(found)


@needs_reference
@pytest.mark.parametrize(
    ("name", "nodes", "title"),
    [
        (
            "us-executive/eo-14409.md",
            30,
            "Promoting Advanced Artificial Intelligence Innovation and Security",
        ),
        (
            "us-executive/eo-14179.md",
            8,
            "Removing Barriers to American Leadership in Artificial Intelligence",
        ),
        (
            "declarations/g7-apulia-leaders-communique.2024-06-14.md",
            234,
            "G7 Apulia Leaders’ Communiqué",
        ),
    ],
)
def test_official_copies_have_their_title_and_count(name: str, nodes: int, title: str) -> None:
    parsed = parse_markdown((REFERENCE / name).read_bytes(), path=name)

    assert (len(list(parsed.walk())), parsed.title) == (nodes, title)
