from __future__ import annotations

import pytest

from corpus.catalog import Corpus, assemble
from corpus.parsers.digest import parse_digest
from index.adapters.splitters import RecursiveSplitter
from index.segment import segment
from index.surroundings import BESIDE_CHARS, wide_texts

HEAD = """+++
id = "{id}"
title = "{id}"
short_title = "{id}"
kind = "regulation"
jurisdiction = "EU"
authority = "binding"
text_kind = "digest"
+++

"""
KITES = """### Article 1(1) | Strings
Strings are of cotton.

### Article 1(2) | Tails
asks: how long a tail
Tails are of silk.

### Article 1(3) | Frames
Frames are of bamboo.

### Article 2 | Winds
Winds are gentle.

### Article 3 | Winds
Gales are not.

### Article 4 | Colours
Colours are bright.
"""


def _corpus(**bodies: str) -> Corpus:
    """A corpus of an instrument for each name, with this body."""
    texts = {name: HEAD.format(id=name) + body for name, body in bodies.items()}
    return assemble(parse_digest(text, path=f"{name}.md") for name, text in texts.items())


def _wide(corpus: Corpus) -> dict[tuple[str, int], str]:
    """The wide texts by provision and version."""
    passages = list(segment(corpus, RecursiveSplitter()))
    keys = list(dict.fromkeys((p.provision_id, p.version) for p in passages))
    return dict(zip(keys, wide_texts(corpus, passages), strict=True))


@pytest.fixture(scope="module")
def kites() -> dict[tuple[str, int], str]:
    return _wide(_corpus(kites=KITES))


def test_a_provision_is_found_by_its_own_words_and_its_asks(
    kites: dict[tuple[str, int], str],
) -> None:
    words = kites["kites#article-1_2", 0]

    assert "Tails are of silk." in words
    assert "how long a tail" in words


@pytest.mark.parametrize(
    ("article", "beside", "elsewhere"),
    [
        pytest.param("1_1", ["silk"], ["bamboo", "gentle"], id="first of its place"),
        pytest.param("1_2", ["cotton", "bamboo"], ["gentle"], id="in the middle"),
        pytest.param("1_3", ["silk"], ["cotton", "gentle"], id="last of its place"),
        pytest.param("2", ["Gales"], ["bamboo", "bright"], id="one heading"),
        pytest.param("3", ["gentle"], ["bright"], id="one heading, from the other side"),
        pytest.param("4", [], ["Gales", "gentle"], id="a place of its own"),
    ],
)
def test_it_is_found_by_the_words_of_those_beside_it_in_its_place(
    kites: dict[tuple[str, int], str], article: str, beside: list[str], elsewhere: list[str]
) -> None:
    words = kites[f"kites#article-{article}", 0]

    assert [word for word in beside if word not in words] == []
    assert [word for word in elsewhere if word in words] == []


def test_the_asks_of_a_neighbour_are_not_taken_over(kites: dict[tuple[str, int], str]) -> None:
    assert "how long a tail" not in kites["kites#article-1_1", 0]


def test_no_neighbour_is_of_another_instrument() -> None:
    ends = "### Article 9(1) | Ends\nThe last of kites.\n"
    starts = "### Article 9(2) | Ends\nThe first of marbles.\n"

    found = _wide(_corpus(kites=ends, marbles=starts))

    assert "marbles" not in found["kites#article-9_1", 0]
    assert "kites" not in found["marbles#article-9_2", 0]


def test_an_untitled_provision_is_not_of_the_place_of_another_untitled_one() -> None:
    found = _wide(_corpus(kites="### Article 1\nCotton.\n\n### Article 2\nSilk.\n"))

    assert "Silk" not in found["kites#article-1", 0]


def test_of_a_neighbour_the_wording_of_the_same_days_is_taken() -> None:
    body = """### Article 1(1) | Strings
valid: .. 2026-01-01
Strings were of cotton.

### Article 1(1) | Strings
valid: 2026-01-01 ..
Strings are of nylon.

### Article 1(2) | Tails
valid: .. 2025-01-01
Tails were of silk.

### Article 1(2) | Tails
valid: 2026-06-01 ..
Tails are of paper.
"""

    found = _wide(_corpus(kites=body))

    silk, paper = found["kites#article-1_2", 0], found["kites#article-1_2", 1]
    assert "cotton" in silk and "nylon" not in silk
    assert "nylon" in paper and "cotton" not in paper
    assert "silk" in found["kites#article-1_1", 0]
    assert "paper" in found["kites#article-1_1", 1]


def test_a_neighbour_that_was_not_in_force_then_is_left_out() -> None:
    body = """### Article 1(1) | Strings
valid: .. 2026-01-01
Strings were of cotton.

### Article 1(2) | Tails
valid: 2026-01-01 ..
Tails are of paper.
"""

    found = _wide(_corpus(kites=body))

    assert "paper" not in found["kites#article-1_1", 0]
    assert "cotton" not in found["kites#article-1_2", 0]


def test_of_a_long_neighbour_only_the_beginning_is_taken() -> None:
    long = "cotton " * (BESIDE_CHARS // 7 + 100)
    body = f"### Article 1(1) | Strings\n{long}ravelled\n\n### Article 1(2) | Tails\nSilk.\n"

    found = _wide(_corpus(kites=body))

    assert "cotton" in found["kites#article-1_2", 0]
    assert "ravelled" not in found["kites#article-1_2", 0]
    assert "ravelled" in found["kites#article-1_1", 0]


def test_there_is_one_text_a_wording_in_the_order_of_the_passages(small: Corpus) -> None:
    passages = list(segment(small, RecursiveSplitter()))

    found = wide_texts(small, passages)

    keys = list(dict.fromkeys((p.provision_id, p.version) for p in passages))
    assert len(found) == len(keys) < len(passages)
    for (identifier, number), words in zip(keys, found, strict=True):
        assert small.provisions[identifier].versions[number].text.split("\n")[0] in words


def test_no_passages_have_no_texts() -> None:
    assert wide_texts(Corpus({}, {}), []) == []
