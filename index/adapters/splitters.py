"""Cuts long texts with LangChain's recursive splitter, keeping exact offsets."""

from __future__ import annotations

from collections.abc import Sequence

from index.segment import OVERLAP_CHARS, PASSAGE_CHARS


class RecursiveSplitter:
    """Splits at paragraphs, then sentences, then words; never inside a word if it can help it."""

    def __init__(self, size: int = PASSAGE_CHARS, overlap: int = OVERLAP_CHARS) -> None:
        self._size = size
        self._overlap = overlap

    def __call__(self, text: str) -> Sequence[tuple[int, int]]:
        """Half-open spans ``[start, end)`` in code points that cover `text`."""
        if len(text) <= self._size:
            return [(0, len(text))] if text.strip() else []
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", "\n", ". ", "; ", " ", ""],
            chunk_size=self._size,
            chunk_overlap=self._overlap,
            keep_separator="end",
            strip_whitespace=False,
        )
        spans: list[tuple[int, int]] = []
        cursor = 0
        # Offsets are found from the last start on: `add_start_index` searches from the front of
        # the overlap only, and misses when a piece repeats earlier words.
        for piece in splitter.split_text(text):
            start = text.find(piece, cursor)
            if start < 0:
                raise AssertionError("the splitter changed the text it was given")
            spans.append((start, start + len(piece)))
            cursor = start + 1
        return spans
