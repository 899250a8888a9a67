# ruff: noqa: E501 - a row a case reads better than wrapped ones
from __future__ import annotations

from datetime import date

import pytest

from corpus.errors import ParseError
from corpus.parsers.digest import parse_digest
from corpus.types import Interval

FRONT = """+++
id = "my-law"
title = "A law of our own"
short_title = "My Law"
kind = "statute"
jurisdiction = "XX"
authority = "binding"
text_kind = "digest"
source_url = "https://example.org/my-law"

[[timeline]]
date = 2024-01-01
event = "in_force"
note = "In force."
+++
"""
FIRST = FRONT.count("\n") + 1  # the line after the front matter
BODY = """
# Chapter I: General

## Section 1: Scope

### Article 1(1) | Scope
source: laws/my-law.txt
terms: "thing"; "other thing"
valid: 2024-01-01 .. 2025-01-01
asks: What is covered? | Am I caught?

This law covers things
of every kind.

It covers no other thing.
"""


def test_a_provision_keeps_its_context_terms_interval_and_asks() -> None:
    file = parse_digest(FRONT + BODY, path="my-law.md")

    ((locator, version),) = file.provisions
    assert str(locator) == "Article 1(1)"
    assert version.context == ("Chapter I: General", "Section 1: Scope")
    assert version.terms == ("thing", "other thing")
    assert version.valid == Interval(date(2024, 1, 1), date(2025, 1, 1))
    assert version.asks == ("What is covered?", "Am I caught?")
    assert version.line == FIRST + 5


def test_lines_are_joined_and_an_empty_line_starts_a_paragraph() -> None:
    ((_, version),) = parse_digest(FRONT + BODY, path="my-law.md").provisions

    assert version.text == "This law covers things of every kind.\nIt covers no other thing."


def test_a_part_names_the_instrument_it_belongs_to() -> None:
    file = parse_digest('+++\npart_of = "my-law"\n+++\n' + BODY, path="part.md")

    assert file.instrument is None
    assert file.instrument_id == "my-law"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("no front matter", 1, "front matter", id="no front matter"),
        pytest.param("+++\nid = 1\n", 1, "never closed", id="never closed"),
        pytest.param("+++\nid = \n+++\n", 2, "not valid TOML", id="broken TOML"),
        pytest.param('+++\nid = "a-b"\n+++\n', 2, "lacks title", id="missing keys"),
        pytest.param(FRONT + "### Banana | Fruit\n\nText.\n", FIRST, "not a locator", id="no locator"),
        pytest.param(FRONT + "### Art. 1 | A\n\nText.\n", FIRST, "Article 1", id="informal locator"),
        pytest.param(FRONT + "### Article 1 | A\n\n", FIRST, "has no text", id="no text"),
        pytest.param(FRONT + "stray words\n", FIRST, "outside a provision", id="stray text"),
        pytest.param(
            FRONT + "### Article 1 | A\ncolour: red\n\nText.\n", FIRST + 1, "unknown key", id="unknown key"
        ),
        pytest.param(
            FRONT + "### Article 1 | A\nvalid: 2025\n\nText.\n", FIRST, "FROM .. TO", id="no interval"
        ),
        pytest.param(
            FRONT + "### Article 1 | A\nvalid: 2025-01-01 .. 2024-01-01\n\nText.\n", FIRST,
            "start < end", id="backward interval",
        ),
    ],
)  # fmt: skip
def test_an_error_names_the_file_and_the_line(text: str, line: int, says: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_digest(text, path="my-law.md")

    assert str(caught.value).startswith(f"my-law.md:{line}: ")
    assert says in str(caught.value)
    assert caught.value.hint
