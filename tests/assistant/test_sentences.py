from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import sentences

# Pieces that texts of law are made of, so that random texts look like them.
_PIECES = st.sampled_from(
    (
        *("A rule. ", "See No. 5", " of ", "(a)", "U.S. ", "e.g. ", "\n", "\n\n", " ", "?", "! "),
        *(".”", "§ 744.23", "10^25", "\u00a0", "Ärger", "\U0001f916", "Art. 6", "\t", "..."),
    )
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=30).map("".join))


@given(_TEXTS)
def test_every_sentence_is_the_source_between_its_offsets(text: str) -> None:
    assert all(text[s.start : s.end] == s.text for s in sentences(text))


@given(_TEXTS)
def test_sentences_follow_each_other_and_only_white_space_is_left_out(text: str) -> None:
    found = sentences(text)

    edges = [0, *(edge for s in found for edge in (s.start, s.end)), len(text)]
    assert edges == sorted(edges)
    gaps = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    assert not "".join(gaps).strip()


@given(_TEXTS)
def test_no_sentence_is_empty_or_has_white_space_around(text: str) -> None:
    assert all(s.text and s.text == s.text.strip() for s in sentences(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("See Supp. No. 5 to part 740.", id="supplement-number"),
        pytest.param("The U.S. Congress passed it.", id="letters-with-stops"),
        pytest.param("Some chips, e.g. GPUs, are covered.", id="latin"),
        pytest.param("Under Art. 6 and Sec. 4 it applies.", id="article-and-section"),
        pytest.param("Published at 90 Fed. Reg. 4544 in Jan. 2025.", id="register-and-month"),
        pytest.param("Two rules (FR Docs. 2023-23055 and 2023-23049) apply.", id="documents"),
        pytest.param("The report of J. Smith was read.", id="initial"),
        pytest.param("It takes 4800.5 TOPS or 10^25 FLOPs.", id="decimal-point"),
        pytest.param("See § 744.23 and 15 C.F.R. Part 740.", id="section-with-a-point"),
    ],
)
def test_an_abbreviation_or_a_figure_ends_no_sentence(text: str) -> None:
    assert [s.text for s in sentences(text)] == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two.", ["One.", "Two."], id="full-stop"),
        pytest.param("Is it? It is!", ["Is it?", "It is!"], id="question-mark"),
        pytest.param('He said "stop." Go on.', ['He said "stop."', "Go on."], id="quoted"),
        pytest.param("(It ends.) Next.", ["(It ends.)", "Next."], id="brackets"),
        pytest.param("It ends. § 1 begins.", ["It ends.", "§ 1 begins."], id="section-sign"),
        pytest.param("A heading\nA text", ["A heading", "A text"], id="line-break"),
        pytest.param("within 30 days. 45 days later", ["within 30 days.", "45 days later"], id="n"),
        pytest.param("no end", ["no end"], id="no-full-stop"),
        pytest.param(" \n ", [], id="blank"),
        pytest.param("", [], id="empty"),
    ],
)
def test_a_text_is_cut_where_a_reader_would_cut_it(text: str, expected: list[str]) -> None:
    assert [s.text for s in sentences(text)] == expected
