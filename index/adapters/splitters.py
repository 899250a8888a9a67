"""Cuts long texts with LangChain's recursive splitter, keeping exact offsets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.segment import OVERLAP_CHARS, PASSAGE_CHARS

_SEPARATORS = ["\n\n", "\n", ". ", "; ", " ", ""]
_CUTS = np.array([ord(sign) for sign in "\n.; "], np.uint32)
_FIRST, _PERIOD = 0x10000, 0x100000  # every code point beyond the basic plane


class RecursiveSplitter:
    """Splits at paragraphs, then sentences, then words; never inside a word if it can help it."""

    def __init__(self, size: int = PASSAGE_CHARS, overlap: int = OVERLAP_CHARS) -> None:
        self._size = size
        self._overlap = overlap

    def __call__(self, text: str) -> Sequence[tuple[int, int]]:
        """Half-open spans ``[start, end)`` in code points, in order, over every word of `text`."""
        if len(text) <= self._size:
            return [(0, len(text))] if text.strip() else []
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            separators=_SEPARATORS,
            chunk_size=self._size,
            chunk_overlap=self._overlap,
            keep_separator="end",
            strip_whitespace=False,
        )
        return list(_placed(splitter.split_text(_numbered(text))))


def _numbered(text: str) -> str:
    """`text` with each character that is in no separator replaced by one that tells its place.

    The splitter looks at separators and lengths alone, so it cuts this as it would cut `text`.
    Searching for its pieces in `text` instead misplaces those that repeat earlier words.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    places = _FIRST + np.arange(len(codes)) % _PERIOD
    marked = np.where(np.isin(codes, _CUTS), codes, places).astype("<u4")
    return marked.tobytes().decode("utf-32-le")


def _placed(pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The span of each piece of a numbered text; pieces of separators alone are left out."""
    cursor = 0
    for piece in pieces:
        first = next((n for n, sign in enumerate(piece) if ord(sign) >= _FIRST), None)
        if first is not None:
            cursor += (ord(piece[first]) - _FIRST - first - cursor) % _PERIOD
            yield cursor, cursor + len(piece)
