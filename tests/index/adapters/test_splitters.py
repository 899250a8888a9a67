from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.adapters.splitters import RecursiveSplitter

# Few different pieces, often repeated; a lone surrogate and a character beyond the basic plane.
REPETITIVE = st.lists(
    st.tuples(
        st.sampled_from(["a", "ab", "\ud800é", "𝔸", " ", ". ", "; ", ".", "\n", "\n\n"]),
        st.integers(1, 30),
    ),
    max_size=25,
).map(lambda runs: "".join(piece * times for piece, times in runs))


def test_a_text_that_fits_is_one_span() -> None:
    assert list(RecursiveSplitter(10, 2)("0123456789")) == [(0, 10)]


@pytest.mark.parametrize("text", ["", " ", "\n\n"], ids=["empty", "space", "newlines"])
def test_a_blank_text_has_no_span(text: str) -> None:
    assert list(RecursiveSplitter()(text)) == []


def test_paragraphs_are_cut_before_sentences() -> None:
    text = "One two. Three four.\n\nFive six. Seven eight."

    spans = RecursiveSplitter(25, 0)(text)

    assert [text[a:b] for a, b in spans] == ["One two. Three four.\n\n", "Five six. Seven eight."]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 1000, id="one word over and over"),
        pytest.param("No. " * 700, id="one sentence over and over"),
        pytest.param("x" * 5000, id="no place to cut"),
        pytest.param(("Note. " + "alpha beta gamma " * 80 + "\n\nNote.\n\n") * 3, id="short echo"),
        pytest.param(("Same paragraph, again. " * 20 + "\n\n") * 9, id="repeated paragraphs"),
    ],
)
def test_offsets_are_exact_where_the_text_repeats_itself(text: str) -> None:
    spans = list(RecursiveSplitter(1000, 100)(text))

    assert spans[0][0] == 0
    assert spans[-1][1] >= len(text.rstrip())
    assert all(not text[a_end:b_start].strip() for (_, a_end), (b_start, _) in pairwise(spans))
    assert all(a < b for (a, _), (b, _) in pairwise(spans))


def test_a_short_paragraph_is_found_where_it_stands_and_not_where_its_words_came_first() -> None:
    text = "alpha alpha\n\nNote.\n\nNote.\n\n" + "beta" * 6

    spans = RecursiveSplitter(25, 0)(text)

    assert list(spans) == [(0, 20), (20, 27), (27, 51)]


def test_neighbours_overlap_by_no_more_than_asked() -> None:
    text = " ".join(f"w{n}" for n in range(400))

    spans = list(RecursiveSplitter(200, 40)(text))

    overlaps = [a_end - b_start for (_, a_end), (b_start, _) in pairwise(spans)]
    assert max(overlaps) <= 40
    assert min(overlaps) > 0


@given(
    text=REPETITIVE,
    size=st.integers(10, 60),
    overlap=st.integers(0, 9),
)
def test_spans_move_on_and_leave_out_nothing_but_separators(
    text: str, size: int, overlap: int
) -> None:
    spans = list(RecursiveSplitter(size, overlap)(text))

    places = {place for start, end in spans for place in range(start, end)}
    assert all(0 <= start < end <= len(text) and end - start <= size for start, end in spans)
    assert all(a < b for (a, _), (b, _) in pairwise(spans))
    if len(text) > size:
        assert {n for n, sign in enumerate(text) if sign not in " .;\n"} <= places
