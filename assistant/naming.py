"""Instruments that a question names, misspells or only describes (pure look-ups, no scores)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.describing import Described, profile_of
from assistant.mentions import Named
from corpus.catalog import Corpus
from corpus.types import Instrument

_WORD = re.compile(r"\d+(?:[.^/]\d+)+|[^\W_]+(?:['’]s\b)?")
_MOST_OWNERS = 2
_SHORTEST, _SHORTEST_SLIP, _ALONE = 3, 5, 7


@dataclass(frozen=True, eq=False)
class Namer:
    """Finds the instruments of one corpus in the words of a question."""

    corpus: Corpus

    def spans(self, text: str) -> tuple[Named, ...]:
        """Where instruments are named, misspelt or described, in order, none overlapping.

        A name may have one slip in one word, if all its other words are right, or if it is a long
        word by itself. A description must fit one instrument, or two at most.
        """
        tokens = [(m[0], m.start(), m.end()) for m in _WORD.finditer(text[:4000])]
        plain = [_plain(token) for token, _, _ in tokens]
        found = list(self._named(plain))
        found += self._misspelt(plain, found)
        named = [Named(tokens[a][1], tokens[b - 1][2], ids) for a, b, ids in found]
        taken = [(span.start, span.end) for span in named]
        named += [
            Named(one.start, one.end, one.instruments)
            for one in self._describer.found(text[:4000])
            if all(one.end <= a or b <= one.start for a, b in taken)
        ]
        return tuple(sorted(named, key=lambda span: span.start))

    def instruments_in(self, text: str) -> tuple[str, ...]:
        """Ids of the instruments that a text names or describes, in the order of the text."""
        return tuple(dict.fromkeys(i for span in self.spans(text) for i in span.instruments))

    @cached_property
    def _describer(self) -> Described:
        return Described(tuple(profile_of(one) for one in self.corpus.instruments.values()))

    @cached_property
    def _names(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]:
        """Names by their first word, longest first, each with the ids of its owners."""
        owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for instrument in self.corpus.instruments.values():
            for name in names_of(instrument):
                owners[name].append(instrument.id)
        found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for name, ids in owners.items():
            if len(ids) <= _MOST_OWNERS:
                found[name[0]].append((name, tuple(ids)))
        return {first: sorted(names, key=lambda n: -len(n[0])) for first, names in found.items()}

    def _named(self, plain: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        place = 0
        while place < len(plain):
            for name, ids in self._names.get(plain[place], ()):
                if tuple(plain[place : place + len(name)]) == name:
                    yield place, place + len(name), ids
                    place += len(name) - 1
                    break
            place += 1

    def _misspelt(
        self, plain: Sequence[str], named: Sequence[tuple[int, int, tuple[str, ...]]]
    ) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        taken = {n for start, end, _ in named for n in range(start, end)}
        for place, word in enumerate(plain):
            if place in taken or word in self._held or not word.isalpha():
                continue
            for start, name, ids in self._meant(plain, place):
                covered = {*range(start, start + len(name))}
                if not taken & covered:
                    taken |= covered
                    yield start, start + len(name), ids

    def _meant(
        self, plain: Sequence[str], place: int
    ) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Names that stand around a place, if the word there is a slip: where, which, whose."""
        word = plain[place]
        near = {meant for left in shortened(word) for meant in self._near.get(left, ())}
        for meant in sorted(near):
            for name, slot, ids in self._held[meant]:
                alone = len(name) == 1 and len(meant) < _ALONE
                if not (is_swap(word, meant) if alone else is_slip(word, meant)):
                    continue
                start = place - slot
                window = (*plain[max(0, start) : place], meant, *plain[place + 1 :])
                if start >= 0 and window[: len(name)] == name:
                    yield start, name, ids

    @cached_property
    def _held(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], int, tuple[str, ...]]]]:
        """Each word of a name, with the names that it stands in, longest first, and where."""
        found: dict[str, list[tuple[tuple[str, ...], int, tuple[str, ...]]]] = defaultdict(list)
        for names in self._names.values():
            for name, ids in names:
                for slot, word in enumerate(name):
                    found[word].append((name, slot, ids))
        return {word: sorted(names, key=lambda n: -len(n[0])) for word, names in found.items()}

    @cached_property
    def _near(self) -> Mapping[str, Sequence[str]]:
        """What is left of a name's word without one letter, or with all: the words it may be."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._held:
            if word.isalpha() and len(word) >= _SHORTEST:
                for left in shortened(word):
                    found[left].append(word)
        return found


def shortened(word: str) -> frozenset[str]:
    """A word and what is left of it without one of its letters.

    Two words that are one slip apart share one of these (Garbe's symmetric deletion).
    """
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def described(text: str, corpus: Corpus) -> tuple[str, ...]:
    """Ids of the instruments that a text names, misspells or describes, in its order.

    For many texts of one corpus, keep a `Namer`: it collects the names once.
    """
    return Namer(corpus).instruments_in(text)


def names_of(instrument: Instrument) -> set[tuple[str, ...]]:
    """The names of an instrument, each as its plain words."""
    names = {instrument.short_title, *instrument.aliases, instrument.title}
    names |= {value for key, value in instrument.identifiers if key in {"celex", "fr", "eo"}}
    return {tuple(_plain(word) for word in _WORD.findall(name)) for name in names if len(name) > 2}


def _plain(word: str) -> str:
    return re.sub(r"['’]s$", "", word.casefold())


def is_swap(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters are swapped, and all else is right."""
    if len(typed) != len(meant) or typed == meant:
        return False
    n = next(n for n, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b)
    return typed[:n] + typed[n + 1 : n + 2] + typed[n] + typed[n + 2 :] == meant


def is_slip(typed: str, meant: str) -> bool:
    """Whether a word is one slip of another, the first letter right.

    One letter too many, too few, wrong, or two swapped (Damerau, CACM 7(3), 1964,
    doi:10.1145/363958.363994). In words of fewer than five letters only two swapped count.

    >>> is_slip("atc", "act"), is_slip("pact", "act"), is_slip("hirosima", "hiroshima")
    (True, False, True)
    """
    if typed == meant or not typed or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    n = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if n is None:
        n = min(len(typed), len(meant))
    left, right = typed[n:], meant[n:]
    if is_swap(typed, meant):
        return True
    if min(len(typed), len(meant)) < _SHORTEST_SLIP - 1 or len(meant) < _SHORTEST_SLIP:
        return False
    return left[1:] == right or left == right[1:] or left[1:] == right[1:]
