"""From days on which wordings are known to the days on which each was the text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fold import fold
from corpus.locators import parse
from corpus.parsers.document import Node
from corpus.spans import Wording, outside, spans_of
from corpus.types import Interval, Origin


def day(year: int) -> date:
    return date(year, 1, 1)


def origin(derived: str = "") -> Origin:
    return Origin("act.html", "0" * 64, datetime(2030, 1, 1, tzinfo=UTC), "eurlex", derived=derived)


def wording(
    year: int,
    text: str,
    *below: Node,
    begins: bool = False,
    heading: str = "",
    derived: str = "",
) -> Wording:
    node = Node(parse("Article 2(1)"), text, heading, children=below)
    return Wording(day(year), next(iter(fold([node]))), origin(derived), begins)


def long(text: str) -> Node:
    """A point too long to be read with its list."""
    return Node(parse("Article 2(1)(a)"), f"{text} {'oil ' * 300}")


def told(wordings: list[Wording], changes: list[int], gone: tuple[int, ...] = ()) -> list[str]:
    """Spans as "2001-2005 text", "=" in front of words that continue."""
    return [
        f"{'=' if span.continues else ''}{span.start.year if span.start else ''}"
        f"-{span.end.year if span.end else ''} {span.wording.division.text}"
        for span in spans_of(wordings, [day(c) for c in changes], [day(g) for g in gone])
    ]


@pytest.mark.parametrize(
    ("wordings", "changes", "expected"),
    [
        pytest.param([wording(2004, "A")], [], ["- A"], id="no change is known"),
        pytest.param([wording(2004, "A")], [2006], ["-2006 A"], id="until the next change"),
        pytest.param([wording(2004, "A")], [2002], ["2002- A"], id="since the last change"),
        pytest.param(
            [wording(2004, "A")], [2001, 2003, 2005, 2007], ["2003-2005 A"], id="the nearest count"
        ),
        pytest.param([wording(2004, "A")], [2004], ["2004- A"], id="on the day of a change"),
        pytest.param(
            [wording(2004, "A"), wording(2006, "B")],
            [],
            ["-2006 A", "2006- B"],
            id="two differ, no change known between",
        ),
        pytest.param(
            [wording(2004, "A"), wording(2008, "B")],
            [2006],
            ["-2006 A", "2006- B"],
            id="two differ, the change is known",
        ),
        pytest.param(
            [wording(2004, "A"), wording(2008, "C")],
            [2005, 2007],
            ["-2005 A", "2007- C"],
            id="two changes between: nobody knows what held then",
        ),
        pytest.param(
            [wording(2004, "A"), wording(2008, "A")], [], ["- A"], id="confirmed on a later day"
        ),
        pytest.param(
            [wording(2004, "A"), wording(2008, "A")],
            [2006, 2010],
            ["-2010 A"],
            id="the change was one of its neighbours",
        ),
        pytest.param(
            [wording(2004, "A"), wording(2008, "A")],
            [2005, 2007],
            ["-2005 A", "2007- A"],
            id="changed and changed back",
        ),
        pytest.param(
            [wording(2004, "‘Lamp’ means: a light"), wording(2008, "“lamp” means a light")],
            [],
            ["- ‘Lamp’ means: a light"],
            id="other quotes are no other words",
        ),
        pytest.param(
            [wording(2004, "A"), wording(2006, "B"), wording(2008, "B"), wording(2010, "A")],
            [],
            ["-2006 A", "2006-2010 B", "2010- A"],
            id="there and back",
        ),
    ],
)
def test_a_wording_held_between_the_changes_around_its_day(
    wordings: list[Wording], changes: list[int], expected: list[str]
) -> None:
    assert told(wordings, changes) == expected


def test_an_amendment_begins_on_its_day_whatever_the_digests_know() -> None:
    wordings = [wording(2004, "A"), wording(2008, "B", begins=True)]

    assert told(wordings, [2006, 2010]) == ["-2006 A", "2008-2010 B"]


def test_words_an_amendment_left_alone_go_on() -> None:
    assert told([wording(2004, "A"), wording(2008, "A", begins=True)], []) == ["- A"]


def test_old_words_are_not_carried_past_a_change_that_is_not_at_hand() -> None:
    wordings = [wording(2004, "A"), wording(2008, "A", begins=True)]

    assert told(wordings, [2006]) == ["-2006 A"]


@pytest.mark.parametrize(
    ("wordings", "changes", "gone", "expected"),
    [
        pytest.param([wording(2004, "A")], [], (2006,), ["-2006 A"], id="deleted"),
        pytest.param([wording(2004, "A")], [2005], (2006,), ["-2005 A"], id="deleted by a change"),
        pytest.param([wording(2004, "A")], [], (2002,), ["2004- A"], id="not there before"),
        pytest.param([wording(2004, "A")], [2003], (2002,), ["2003- A"], id="since a change"),
        pytest.param([wording(2004, "A")], [2001], (2002,), ["2004- A"], id="a change before"),
        pytest.param(
            [wording(2004, "A"), wording(2008, "A")],
            [],
            (2006,),
            ["-2006 A", "2008- A"],
            id="gone and back",
        ),
    ],
)
def test_a_place_that_was_gone_has_no_words_then(
    wordings: list[Wording], changes: list[int], gone: tuple[int, ...], expected: list[str]
) -> None:
    assert told(wordings, changes, gone) == expected


def test_the_same_words_under_another_heading_continue() -> None:
    wordings = [wording(2004, "A", heading="Old"), wording(2008, "A", begins=True, heading="New")]

    assert told(wordings, []) == ["-2008 A", "=2008- A"]


def test_words_that_only_open_a_changed_list_are_a_new_wording() -> None:
    wordings = [wording(2004, "A:", long("x")), wording(2008, "A:", long("y"), begins=True)]

    assert told(wordings, []) == ["-2008 A:", "2008- A:"]


def test_a_copy_that_lost_a_part_of_its_text_tells_no_change_below() -> None:
    wordings = [wording(2004, "A:", long("x")), wording(2008, "A:", long("y"), derived="partial")]

    assert told(wordings, []) == ["- A:"]


def test_a_list_that_is_no_longer_folded_continues_point_by_point() -> None:
    short = Node(parse("Article 2(1)(a)"), "oil.")
    apart = Wording(
        day(2008),
        next(iter(fold([Node(parse("Article 2(1)"), "A:", children=(short,))], apart=bool))),
        origin(),
        begins=True,
    )

    assert told([wording(2004, "A:", short), apart], []) == ["-2008 A:\noil.", "=2008- A:"]


intervals = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(
    lambda ends: Interval(
        date(2001, 1, min(ends)) if min(ends) > 1 else None,
        date(2001, 1, max(ends) + 1) if max(ends) < 9 else None,
    )
)


@given(intervals, st.lists(intervals, max_size=4))
def test_what_is_left_outside_is_every_day_that_nothing_covers(
    whole: Interval, covered: list[Interval]
) -> None:
    left = outside(whole, covered)

    for number in range(1, 15):
        today = date(2001, 1, number)
        taken = any(one.contains(today) for one in covered)
        assert sum(one.contains(today) for one in left) == (whole.contains(today) and not taken)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from("AB"), st.booleans()), max_size=5),
    st.sets(st.integers(1, 9), max_size=4),
    st.sets(st.integers(1, 9), max_size=3),
)
def test_no_two_wordings_are_the_text_of_one_day(
    known: list[tuple[int, str, bool]], changes: set[int], gone: set[int]
) -> None:
    by_day = {number: (text, begins) for number, text, begins in known}
    wordings = [
        wording(2000 + number, text, begins=begins)
        for number, (text, begins) in sorted(by_day.items())
    ]

    spans = spans_of(
        wordings, [day(2000 + c) for c in changes], [day(2000 + g) for g in gone - by_day.keys()]
    )

    valid = [Interval(span.start, span.end) for span in spans]
    assert not any(one.overlaps(other) for one in valid for other in valid if one is not other)
    for one in (copy for copy in wordings if not copy.begins):
        (span,) = [s for s in spans if Interval(s.start, s.end).contains(one.known_on)]
        assert span.wording.division.text == one.division.text
