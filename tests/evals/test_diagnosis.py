from __future__ import annotations

from dataclasses import replace

import pytest

from evals.diagnosis import STAGES, best_rank, is_gold, stage, worst
from evals.types import CitedPlace, Figure, HitLine, Record, Suite

GOLD = (("act Article 1(1)", "act Article 3"), ("code § 7(a)",))
HITS = (
    HitLine(1, "act#article-9", 0.9, ("lexical",)),
    HitLine(2, "act#article-1_1_b", 0.8, ("dense",)),
    HitLine(3, "code#s-7_a", 0.7, ("dense",)),
)
RECORD = Record("a", "date", "?", gold=GOLD, hits=HITS, faults=("wrong",))
CITED = (CitedPlace("act", "Article 1(1)(b)", "x"), CitedPlace("code", "§ 7(a)", "y"))


@pytest.mark.parametrize(
    ("identifier", "places", "found"),
    [
        pytest.param("act#article-1_1", ["act Article 1(1)"], True, id="the place"),
        pytest.param("act#article-1_1_b", ["act Article 1(1)"], True, id="below it"),
        pytest.param("act#article-1", ["act Article 1(1)"], False, id="above it"),
        pytest.param("act#article-1_10", ["act Article 1(1)"], False, id="a longer number"),
        pytest.param("act#article-11", ["act Article 1"], False, id="a longer article"),
        pytest.param("act#article-1", ["acts Article 1"], False, id="another instrument"),
        pytest.param("act#recital-4", ["act"], True, id="anywhere in the instrument"),
        pytest.param("acts#recital-4", ["act"], False, id="a longer instrument"),
        pytest.param("act#article-1", ["act nowhere"], False, id="no locator"),
        pytest.param("act#article-1", [], False, id="no gold"),
    ],
)
def test_a_provision_is_gold_at_or_below_a_place(
    identifier: str, places: list[str], found: bool
) -> None:
    assert is_gold(identifier, places) is found


def test_the_rank_of_a_part_is_that_of_its_first_hit() -> None:
    assert (best_rank(GOLD[0], HITS), best_rank(GOLD[1], HITS)) == (2, 3)
    assert best_rank(("act Article 4",), HITS) is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        pytest.param({"faults": ()}, "", id="nothing wrong"),
        pytest.param({"failure": "ValueError"}, "failed", id="failed"),
        pytest.param({"should_abstain": True}, "answered, to be declined", id="answered"),
        pytest.param({"abstained": True}, "declined, gold was found", id="declined"),
        pytest.param(
            {"abstained": True, "hits": HITS[:1]}, "declined, gold was not found", id="not found"
        ),
        pytest.param({"abstained": True, "gold": ()}, "declined", id="declined without gold"),
        pytest.param({"gold": ()}, "wrong in another way", id="no gold"),
        pytest.param({"hits": HITS[:2]}, "gold not among the ten best", id="one part not found"),
        pytest.param({}, "gold found, not cited", id="not cited"),
        pytest.param({"citations": CITED[:1]}, "gold found, not cited", id="one part not cited"),
        pytest.param({"citations": CITED}, "gold cited, answer incomplete or wrong", id="cited"),
        pytest.param(
            {"citations": (CitedPlace("act", "nowhere", ""),)},
            "gold found, not cited",
            id="no place",
        ),
    ],
)
def test_the_first_step_that_went_wrong_is_named(changes: dict[str, object], name: str) -> None:
    assert stage(replace(RECORD, **changes)) == name
    assert name in ("", *STAGES)


SUITE = Suite(
    "s",
    "A suite.",
    (
        Figure("right", "", leads=True),
        Figure("wrong", "", higher_is_better=False, leads=True),
        Figure("other", ""),
    ),
    lambda assistant, path: (),
)


def faulty(identifier: str, right: float, wrong: float, **changes: object) -> Record:
    found = replace(RECORD, id=identifier, measures={"right": right, "wrong": wrong, "other": 0.0})
    return replace(found, **changes)


def test_the_worst_come_first_and_answers_without_fault_not_at_all() -> None:
    records = [
        faulty("good", 1.0, 0.0, faults=()),
        faulty("half", 0.0, 0.0),
        faulty("declined", 0.0, 1.0, abstained=True),
        faulty("answered", 0.0, 1.0),
        faulty("failed", 1.0, 0.0, failure="ValueError"),
    ]

    found = worst(records, SUITE)

    assert [record.id for record in found] == ["failed", "answered", "declined", "half"]


def test_no_more_than_were_asked_for_are_given() -> None:
    assert len(worst([faulty(str(n), 0.0, 0.0) for n in range(30)], SUITE, 20)) == 20
