"""What digests tell of official words near them, and which digests official words stand for."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from corpus.locators import parse
from corpus.neighbours import Changes, Contexts, Cover
from corpus.types import (
    InstrumentId,
    Interval,
    Provision,
    TextKind,
    Version,
    provision_id,
)

FIRST, SECOND, THIRD = date(2031, 1, 1), date(2032, 1, 1), date(2033, 1, 1)


def digest(at: str, *edges: date, context: str = "") -> Provision:
    """A provision whose wording changed on these days."""
    ends = [None, *edges, None]
    versions = tuple(version(start, end, context=context) for start, end in pairwise(ends))
    locator = parse(at)
    return Provision(provision_id("law", locator), InstrumentId("law"), locator, versions)


def version(
    start: date | None = None,
    end: date | None = None,
    *,
    context: str = "",
    searched: bool = True,
) -> Version:
    return Version(
        "Words.",
        "",
        TextKind.DIGEST,
        Interval(start, end),
        context=(context,) if context else (),
        searched=searched,
    )


@pytest.mark.parametrize(
    ("at", "whole", "days"),
    [
        pytest.param("Article 1(1)", False, {SECOND}, id="its own digest"),
        pytest.param("Article 1(1)(a)", False, {SECOND}, id="the digest above"),
        pytest.param("Article 1(2)", False, {FIRST}, id="that of the article"),
        pytest.param("Article 1", False, {FIRST}, id="not those below"),
        pytest.param("Article 1", True, {FIRST, SECOND}, id="those below, when they are its text"),
        pytest.param("Article 2", True, set(), id="none"),
    ],
)
def test_the_nearest_digest_tells_when_a_place_changed(
    at: str, whole: bool, days: set[date]
) -> None:
    changes = Changes([digest("Article 1", FIRST), digest("Article 1(1)", SECOND, THIRD)], {THIRD})

    assert changes.at(parse(at), whole=whole) == days


def test_a_place_has_the_headings_of_the_nearest_digest() -> None:
    contexts = Contexts(
        [
            digest("Article 1", context="Chapter I"),
            digest("Article 1(1)", context="Chapter I, Section 1"),
            digest("Article 2(1)", context="Chapter II"),
            digest("Recital 1", context="Recitals"),
            digest("Recital 2", context="Recitals"),
        ]
    )

    found = [
        contexts.of(parse(at))
        for at in ("Article 1(1)(a)", "Article 1(2)", "Article 2(2)", "Article 3", "Recital 9")
    ]

    assert found == [
        ("Chapter I, Section 1",),
        ("Chapter I",),
        ("Chapter II",),
        (),
        ("Recitals",),
    ]


COVER = Cover(
    {
        parse("Article 1(1)"): [version(end=SECOND)],
        parse("Article 1(2)"): [version(start=FIRST)],
        parse("Article 2"): [version(end=FIRST), version(FIRST, SECOND, searched=False)],
    },
    [(parse("Article 1(2)"), Interval(THIRD))],
)


@pytest.mark.parametrize(
    ("at", "days"),
    [
        pytest.param("Article 1(1)", [Interval(None, SECOND)], id="its own words"),
        pytest.param(
            "Article 1",
            [Interval(None, SECOND), Interval(FIRST, THIRD)],
            id="words below, while all are known",
        ),
        pytest.param("Article 2(1)", [Interval(None, FIRST)], id="words above that are searched"),
        pytest.param("Article 3", [], id="none"),
    ],
)
def test_official_words_stand_for_a_digest_on_their_days(at: str, days: list[Interval]) -> None:
    assert COVER.of(parse(at)) == days


@pytest.mark.parametrize(
    ("at", "valid", "heir"),
    [
        pytest.param("Article 1(1)", Interval(), None, id="its own words need no heir"),
        pytest.param("Article 1", Interval(), "Article 1(1)", id="the first below"),
        pytest.param("Article 1", Interval(THIRD), "Article 1(2)", id="the first of its days"),
        pytest.param("Article 2(1)", Interval(), "Article 2", id="the nearest above"),
        pytest.param("Article 2(1)", Interval(THIRD), None, id="none of its days"),
    ],
)
def test_other_words_answer_for_a_digest_without_its_own(
    at: str, valid: Interval, heir: str | None
) -> None:
    found = COVER.heir(parse(at), valid)

    assert (str(found) if found else None) == heir
