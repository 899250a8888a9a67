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
from corpus.parsers.federal_register_json import (
    looks_like_federal_register_json,
    parse_federal_register_json,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "federal_register_json"
REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)


def plain(node: Node) -> dict[str, object]:
    fields = {
        "locator": str(node.locator),
        "label": node.label,
        "heading": node.heading,
        "text": node.text,
        "closing": node.closing,
        "context": list(node.context),
        "terms": list(node.terms),
        "children": [plain(child) for child in node.children],
    }
    return {key: value for key, value in fields.items() if value}


def whole(parsed: ParsedText) -> dict[str, object]:
    return {
        "title": parsed.title,
        "dated": str(parsed.dated),
        "identifiers": [list(pair) for pair in parsed.identifiers],
        "warnings": list(parsed.warnings),
        "nodes": [plain(node) for node in parsed.nodes],
    }


@pytest.mark.parametrize("name", ["document", "search"])
def test_an_answer_gives_the_tree_written_beside_it(name: str) -> None:
    data = (GOLDEN / f"{name}.json").read_bytes()

    parsed = parse_federal_register_json(data, path=f"{name}.json")

    assert whole(parsed) == json.loads((GOLDEN / f"{name}.tree.json").read_text("utf-8"))
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())
    assert looks_like_federal_register_json(data)


def test_what_is_missing_from_an_answer_is_said() -> None:
    data = b'[{"document_number": "2031-00001", "abstract": "Lamps."}]'

    parsed = parse_federal_register_json(data, path="a.json")

    assert "without the text of the documents" in parsed.derived


def test_fields_of_a_wrong_kind_count_as_missing() -> None:
    data = b'{"document_number": "2031-00001", "abstract": "Lamps.", "dates": 7, "title": ["x"]}'

    parsed = parse_federal_register_json(data, path="a.json")

    assert parsed.title == ""
    assert [str(node.locator) for node in parsed.nodes] == ["Heading: Abstract"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b'{"document_number": "2031-', "not JSON", id="truncated"),
        pytest.param(bytes(range(256)), "UTF-8", id="binary"),
        pytest.param('{"a": 1}'.encode("utf-16"), "UTF-8", id="wrong encoding"),
        pytest.param(b"[" * 100_000, "not JSON", id="deep"),
        pytest.param(b"[" + b"9" * 5_000 + b"]", "not JSON", id="long number"),
        pytest.param(b"7", "expected a document", id="a number"),
        pytest.param(b'{"results": []}', "expected a document", id="no results"),
        pytest.param(b'{"abstract": "x"}', "without a document_number", id="no number"),
        pytest.param(b'{"document_number": "2031-00001"}', "no text", id="no words"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=problem) as caught:
        parse_federal_register_json(data, path="bad.json")

    assert str(caught.value).startswith("bad.json:")


@given(st.binary(max_size=300))
def test_noise_ends_in_a_parse_error(noise: bytes) -> None:
    for data in (noise, b'{"document_number": "2031-00001", ' + noise):
        looks_like_federal_register_json(data)
        with pytest.raises(ParseError):
            parse_federal_register_json(data, path="x")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
_FIELDS = [
    "document_number",
    "abstract",
    "dates",
    "title",
    "results",
    "cfr_references",
    "effective_on",
]


@given(st.dictionaries(st.sampled_from(_FIELDS), _VALUES))
def test_any_values_are_read_or_refused(answer: dict[str, object]) -> None:
    try:
        parsed = parse_federal_register_json(json.dumps(answer).encode(), path="x")
    except ParseError:
        return
    assert all(parse(str(node.locator)) == node.locator for node in parsed.walk())


@needs_reference
def test_the_index_of_abstracts_gives_one_node_a_document() -> None:
    data = (REFERENCE / "bis-rules" / "fr-index.abstracts.json").read_bytes()

    parsed = parse_federal_register_json(data, path="fr-index.abstracts.json")

    assert looks_like_federal_register_json(data)
    assert len(parsed.nodes) == 127
    assert all(node.text and node.heading and node.context for node in parsed.nodes)
    assert (str(parsed.nodes[0].locator), parsed.nodes[0].context) == (
        "2020-00574",
        ("Published 2020-01-23",),
    )
