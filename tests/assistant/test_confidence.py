from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence import NAMED_FLOOR, LogisticConfidence
from assistant.testing import make_hit, small_corpus
from corpus.catalog import Corpus
from index.types import Hit

MakeHit = Callable[..., Hit]
QUESTION = "Within how many seconds shall a household robot stop?"
SIMILARITY = st.floats(-1, 1, width=32)


@pytest.fixture(scope="module")
def confidence(laws: Corpus) -> LogisticConfidence:
    return LogisticConfidence(laws, idf=lambda token: 1.0, rarest=3.0)


def test_nothing_found_is_no_confidence(confidence: LogisticConfidence) -> None:
    assert confidence.score(QUESTION, []) == 0


@given(lower=SIMILARITY, higher=SIMILARITY)
def test_confidence_never_falls_when_similarity_rises(lower: float, higher: float) -> None:
    laws = small_corpus()
    judge = LogisticConfidence(laws, idf=lambda token: 1.0, rarest=3.0)
    lower, higher = sorted((lower, higher))

    low, high = (
        judge.score(QUESTION, [make_hit(laws, "robot-act#article-1", dense=dense)])
        for dense in (lower, higher)
    )

    assert 0 <= low <= high <= 1


def test_a_near_passage_gives_more_confidence_than_a_far_one(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    far = confidence.score(QUESTION, [hit("robot-act#article-1", dense=0.2)])
    near = confidence.score(QUESTION, [hit("robot-act#article-1", dense=0.8)])

    assert far < 0.5 < near


def test_words_that_the_best_provision_lacks_cost_confidence(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    hits = [hit("robot-act#article-1", dense=0.5)]

    held = confidence.score("household robot stop", hits)
    lacked = confidence.score("purple giraffe parade", hits)

    assert lacked < held


def test_a_word_the_corpus_never_saw_weighs_as_the_rarest(laws: Corpus, hit: MakeHit) -> None:
    judge = LogisticConfidence(laws, idf=lambda t: 0.0 if t == "giraff" else 1.0, rarest=9.0)

    signals = judge.signals("robot giraffe", [hit("robot-act#article-1")])

    assert signals.coverage == pytest.approx(1 / 10)


def test_coverage_looks_at_the_provision_that_scores_best(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    hits = [hit("toaster-code#para-1", score=0.2), hit("robot-act#article-1", score=0.9)]

    assert confidence.signals("household robot stop", hits).coverage == 1


def test_a_provision_that_the_question_names_has_a_floor(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    named = hit("robot-act#article-1", dense=0.0, found_by=("reference",))

    assert confidence.score("What of Article 1?", [named]) == NAMED_FLOOR


def test_the_floor_does_not_lower_what_is_higher(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    named = hit("robot-act#article-1", dense=0.95, found_by=("reference", "dense"))

    assert confidence.score("household robot stop", [named]) > NAMED_FLOOR


def test_a_definition_found_has_no_floor(confidence: LogisticConfidence, hit: MakeHit) -> None:
    defined = hit("robot-act#article-1", dense=0.0, found_by=("definition",))

    assert confidence.score("What is a giraffe?", [defined]) < NAMED_FLOOR


@pytest.mark.parametrize(
    ("question", "is_unknown"),
    [
        pytest.param("What does the Online Safety Act require?", True, id="unknown-act"),
        pytest.param("Is it banned by the Brazilian AI bill?", True, id="unknown-bill"),
        pytest.param("What does the Digital Markets Act say?", True, id="after-a-verb"),
        pytest.param("Who signs the Treaty of Space Law?", True, id="unknown-treaty"),
        pytest.param("What does the Robot Act require?", False, id="known-act"),
        pytest.param("Under the Toaster Code, who sweeps?", False, id="known-code"),
        pytest.param("What does the Act require?", False, id="no-name"),
        pytest.param("what must an owner do by law?", False, id="lower-case"),
        pytest.param("What must robots do?", False, id="no-law"),
    ],
)
def test_a_law_that_the_corpus_never_mentions_is_noticed(
    question: str, is_unknown: bool, confidence: LogisticConfidence
) -> None:
    assert confidence.names_unknown_law(question) is is_unknown


def test_naming_an_unknown_law_costs_confidence(
    confidence: LogisticConfidence, hit: MakeHit
) -> None:
    hits = [hit("robot-act#article-1", dense=0.6)]

    known = confidence.score("When must it stop under the Robot Act?", hits)
    unknown = confidence.score("When must it stop under the Giraffe Act?", hits)

    assert unknown < known


def test_a_question_of_another_field_has_less_confidence(laws: Corpus, hit: MakeHit) -> None:
    hits = [hit("robot-act#article-1", dense=0.5)]
    near = LogisticConfidence(laws, lambda _: 1.0, 3.0, field=lambda _: 3.0)
    far = LogisticConfidence(laws, lambda _: 1.0, 3.0, field=lambda _: -3.0)

    assert far.score(QUESTION, hits) < 0.5 < near.score(QUESTION, hits)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What does Article 12 of MiCA say?", True),
        ("Under Article 9 of Solvency II, who decides?", True),
        ("What does Annex I to Regulation (EC) No 1907/2006 list?", True),
        ("What does Article 1 of the Robot Act say?", False),
        ("What does Article 1 say?", False),
        ("Are we caught by the EU's AI law?", False),
    ],
)
def test_a_place_in_a_law_that_is_not_held_is_no_place_of_ours(
    laws: Corpus, hit: MakeHit, question: str, unknown: bool
) -> None:
    judge = LogisticConfidence(laws, idf=lambda _: 1.0, rarest=3.0)
    hits = [hit("robot-act#article-1", dense=0.3, found_by=("reference",))]

    assert judge.names_unknown_law(question) is unknown
    assert (judge.score(question, hits) < NAMED_FLOOR) is unknown
