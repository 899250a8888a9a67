from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering import Assistant
from assistant.engines.extractive import ExtractiveEngine
from assistant.engines.generated import GeneratedEngine
from assistant.testing import FixedRetriever, flat_idf, make_assistant, make_hit, small_corpus
from assistant.testing_generated import CopyingChatModel, FailingChatModel, ScriptedChatModel
from assistant.types import Question
from corpus.catalog import Corpus
from evals.errors import EvaluationError
from evals.generated_suite import SUITE, faults, foreign_tokens, judge, shown, tasks
from evals.gold import Gold
from evals.suites import SUITES, WITH_MODEL, load_suite

STOP = "Household robots must stop within two seconds when a person says stop. {1}\n"
GOLD = Gold(Question("How fast must a robot stop?", id="g1"), "fact", should_abstain=False)


@pytest.fixture
def laws() -> Corpus:
    return small_corpus()


def assistant(laws: Corpus, script: str) -> Assistant:
    quoted = ExtractiveEngine(laws, flat_idf)
    engine = GeneratedEngine(laws, ScriptedChatModel(script), quoted)
    return make_assistant(
        laws, FixedRetriever([make_hit(laws, "robot-act#article-1")]), engine=engine
    )


@pytest.mark.parametrize(
    ("sentence", "foreign"),
    [
        pytest.param("It costs EUR 35,000,000 under Article 5(1)(a).", (), id="all-there"),
        pytest.param("It costs EUR 36 000 000.", ("36000000",), id="a-number"),
        pytest.param("From 3 August 2026.", ("3",), id="a-day"),
        pytest.param("From 2 July 2026.", ("july",), id="a-month"),
        pytest.param("Under Article 6(1)(a).", ("article 6",), id="an-article"),
        pytest.param("Under Article 5(1)(b).", ("(b)",), id="a-point"),
        pytest.param("Seven percent.", ("7", "%"), id="in-words"),
        pytest.param("ECCN 3A090 is meant.", ("eccn 3", "3a090"), id="a-code"),
    ],
)  # fmt: skip
def test_tokens_that_the_words_do_not_hold_are_found(
    sentence: str, foreign: tuple[str, ...]
) -> None:
    words = "A fine of EUR 35 000 000 from 2 August 2026, Article 5(1)(a)."

    found = foreign_tokens(sentence, words)

    assert set(found) <= set(foreign) if foreign else found == ()
    assert bool(found) == bool(foreign)


def test_an_answer_of_the_model_is_counted_with_its_sentences(laws: Corpus) -> None:
    answer = assistant(laws, STOP + "Robots must stop at once. {1}").answer(GOLD.question)

    measures, wrong = judge(GOLD, answer, laws)

    assert (measures["generated"], measures["sentences"], measures["withheld"]) == (1, 1, 1)
    assert (measures["foreign"], wrong) == (0, [])


@pytest.mark.parametrize(
    ("script", "measure"),
    [("Robots must fly. {1}", "unverified"), ("", "unanswered")],
)
def test_an_answer_that_gave_way_is_counted_with_its_reason(
    script: str, measure: str, laws: Corpus
) -> None:
    answer = assistant(laws, script).answer(GOLD.question)

    measures, _ = judge(GOLD, answer, laws)

    assert (measures["generated"], measures[measure]) == (0, 1)
    assert "sentences" not in measures


def test_a_wrong_number_that_got_out_is_a_fault(laws: Corpus) -> None:
    answer = assistant(laws, STOP).answer(GOLD.question)
    wrong = tuple(
        replace(claim, text=claim.text.replace("two", "three")) for claim in answer.claims
    )

    found = faults(replace(answer, claims=wrong), laws)

    assert [fault for fault in found if "three" in fault]


def test_our_openings_are_not_the_models(laws: Corpus) -> None:
    answer = assistant(laws, STOP).answer(GOLD.question)

    assert len(list(shown(answer))) == 1 < len(answer.claims)


def test_a_model_that_fails_is_counted(laws: Corpus) -> None:
    made = assistant(laws, STOP)
    broken = replace(made, engine=replace(made.engine, model=FailingChatModel()))  # type: ignore[type-var]

    measures, _ = judge(GOLD, broken.answer(GOLD.question), laws)

    assert measures["unreached"] == 1


def test_sixty_answerable_questions_are_asked(laws: Corpus) -> None:
    found = tasks(assistant(laws, STOP))

    assert 55 <= len(found) <= 65
    assert all(not task.should_abstain for task in found)


def test_a_record_has_the_measures_of_its_suite(laws: Corpus) -> None:
    task = tasks(assistant(laws, STOP))[0]

    assert set(task.ask().measures) <= {figure.name for figure in SUITE.figures}


def test_without_a_model_it_says_how_to_get_one(laws: Corpus) -> None:
    with pytest.raises(EvaluationError, match="POLICY_MODEL is empty") as refused:
        tasks(make_assistant(laws, FixedRetriever([])))

    assert "python -m evals.generated_suite" in refused.value.hint


def test_it_is_found_by_name_and_is_not_among_those_that_need_no_model() -> None:
    assert load_suite("generated") is SUITE
    assert set(WITH_MODEL) == {"generated"}
    assert not set(WITH_MODEL) & set(SUITES)


def test_what_a_careful_model_copies_is_shown(laws: Corpus) -> None:
    made = assistant(laws, "")
    copying = replace(made, engine=replace(made.engine, model=CopyingChatModel()))  # type: ignore[type-var]

    measures, wrong = judge(GOLD, copying.answer(GOLD.question), laws)

    assert (measures["generated"], measures["sentences"], wrong) == (1, 2, [])


def test_nothing_that_a_lying_model_alters_is_shown(laws: Corpus) -> None:
    made = assistant(laws, "")
    lying = CopyingChatModel(alters=True)

    measures, _ = judge(
        GOLD,
        replace(made, engine=replace(made.engine, model=lying)).answer(GOLD.question),
        laws,  # type: ignore[type-var]
    )

    assert (measures["generated"], measures["unverified"]) == (0, 1)
