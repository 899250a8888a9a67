# ruff: noqa: E501 - a row a case reads better than wrapped ones
from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ParseError
from corpus.locators import parse
from corpus.parsers.digest import parse_digest
from corpus.types import Interval, Phase, Status

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


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param('+++\npart_of = "my-law"\ntext_kind = "poem"\n+++\n', 2, "poem", id="kind of a part"),
        pytest.param(FRONT.replace('"statute"', '""'), 2, "lacks kind", id="empty key"),
        pytest.param(FRONT.replace('"my-law"', '"My Law"'), 2, "lower-case", id="id"),
        pytest.param(FRONT.replace('"binding"', '"strict"'), 2, "strict", id="authority"),
        pytest.param(FRONT.replace('"in_force"', '"began"'), 2, "began", id="event"),
        pytest.param(FRONT.replace("date = 2024-01-01\n", ""), 2, "date", id="event without a date"),
        pytest.param(FRONT.replace("2024-01-01", '"soon"'), 2, "soon", id="date"),
        pytest.param(FRONT.replace("[[timeline]]", "[timeline]"), 2, "lists of tables", id="table"),
        pytest.param(FRONT.replace('"statute"', "statute"), 5,
                     "not valid TOML", id="TOML in the middle"),
        pytest.param(FRONT + "### Article 1 | A\napplies: soon\n\nText.\n", FIRST, "soon", id="applies"),
        pytest.param(FRONT + "### Article 1 | A\nstatus: gone\n\nText.\n", FIRST, "gone", id="status"),
        pytest.param(
            FRONT + "### Article 1 | A\n\nText.\n\n### Article 2 | B\n", FIRST + 4, "Article 2 has no text",
            id="the second provision",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_key_is_told_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_digest(text, path="laws/my-law.md")

    assert str(caught.value).startswith(f"laws/my-law.md:{line}: ")
    assert says in str(caught.value)


PIECES = [
    *(FRONT + BODY).splitlines(keepends=True),
    "# ",
    "### ",
    "+++\n",
    "valid: x ..\n",
    "\0",
    "é",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20)).map("".join))
def test_any_text_is_read_or_refused_with_file_and_line(text: str) -> None:
    with suppress(ParseError):
        parse_digest(text, path="any.md")


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20)).map("".join))
def test_any_body_is_read_or_refused_with_file_and_line(body: str) -> None:
    try:
        file = parse_digest(FRONT + body, path="any.md")
    except ParseError as error:
        assert str(error).startswith(f"any.md:{error.line}: ")  # noqa: PT017 - either way is right
        assert 1 <= error.line <= (FRONT + body).count("\n") + 1  # noqa: PT017
        return

    assert all(version.text == version.text.strip() != "" for _, version in file.provisions)


def test_the_timeline_is_read_in_the_order_of_its_dates() -> None:
    earlier = '[[timeline]]\ndate = 2023-05-01\nevent = "proposed"\n+++\n'

    file = parse_digest(FRONT.removesuffix("+++\n") + earlier, path="my-law.md")

    assert file.instrument is not None
    assert [event.kind for event in file.instrument.timeline] == ["proposed", "in_force"]


def test_a_phase_is_a_date_its_groups_and_the_days_it_was_known() -> None:
    phase = (
        '[[phase]]\ndate = 2026-08-02\nuntil = 2026-07-27\ngroups = ["*"]\n'
        'locators = ["Article 1"]\n+++\n'
    )

    file = parse_digest(FRONT.removesuffix("+++\n") + phase, path="my-law.md")

    assert file.instrument is not None
    assert file.instrument.phases == (
        Phase(date(2026, 8, 2), Interval(None, date(2026, 7, 27)), ("*",), (parse("Article 1"),)),
    )


def test_the_keys_below_a_heading_set_status_note_and_checkability() -> None:
    keys = "status: revoked\nnote: Gone by now.\nverified: false\napplies: 2027-12-02\n"

    ((_, version),) = parse_digest(
        f"{FRONT}### Article 1 | A\n{keys}\nSome text.\n", path="my-law.md"
    ).provisions

    assert (version.status, version.note) == (Status.REVOKED, "Gone by now.")
    assert version.checkable is False
    assert version.applies_from == date(2027, 12, 2)


def test_a_line_with_a_colon_inside_the_text_is_text() -> None:
    ((_, version),) = parse_digest(
        f"{FRONT}### Article 1 | A\n\nThe rule is\nsource: the Official Journal.\n",
        path="my-law.md",
    ).provisions

    assert version.text == "The rule is source: the Official Journal."
    assert version.source == ""


def test_line_ends_of_windows_change_nothing() -> None:
    unix = parse_digest(FRONT + BODY, path="my-law.md")

    assert parse_digest((FRONT + BODY).replace("\n", "\r\n"), path="my-law.md") == unix
