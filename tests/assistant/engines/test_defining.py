from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.engines.defining import turning_on
from assistant.testing import TODAY, small_corpus
from corpus.catalog import Corpus, assemble_parts
from corpus.locators import parse
from corpus.types import TextKind, Version

MAKER = "Article 9"


@pytest.fixture
def corpus() -> Corpus:
    base = small_corpus()
    robot = {key: value for key, value in base.instruments.items() if key == "robot-act"}
    owner = next(iter(robot))
    defining = Version("A “maker” is who sells robots.", "", TextKind.DIGEST, terms=("maker",))
    rule = Version("A maker shall keep a logbook.", "", TextKind.DIGEST)
    return assemble_parts(
        robot, [(owner, parse(MAKER), defining), (owner, parse("Article 1"), rule)]
    )


def found(corpus: Corpus, question: str) -> str | None:
    rule = corpus.at("robot-act", parse("Article 1"))[0]
    place = turning_on(corpus, question, rule, rule.versions[0], TODAY)
    return str(place[0].locator) if place else None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Are we a maker if we import robots?", id="are-we"),
        pytest.param("Does a shop count as a maker?", id="counts-as"),
        pytest.param("Would importers be treated as makers?", id="plural"),
    ],
)
def test_a_question_whether_somebody_is_one_turns_on_the_definition(
    question: str, corpus: Corpus
) -> None:
    assert found(corpus, question) == MAKER


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What must a maker keep?", id="merely-named"),
        pytest.param("Are we a shop?", id="another-word"),
    ],
)
def test_a_question_that_merely_names_it_does_not(question: str, corpus: Corpus) -> None:
    assert found(corpus, question) is None


def test_a_definition_without_a_wording_on_the_day_is_not_quoted(corpus: Corpus) -> None:
    defining = corpus.at("robot-act", parse(MAKER))[0]
    gone = replace(defining.versions[0].valid, end=TODAY)
    old = replace(defining, versions=(replace(defining.versions[0], valid=gone),))
    before = replace(corpus, provisions={**corpus.provisions, old.id: old})

    assert found(before, "Are we a maker?") is None
