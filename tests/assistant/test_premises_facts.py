from __future__ import annotations

import pytest

from assistant.premises_facts import Facts
from assistant.premises_fault import Fault
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Provision, TextKind, Version, provision_id

UNKNOWN = "The bill is short. No list of certified robot makers has been published by the ministry."
SIGNED = "The 4 firms that signed the Robot Act pledge are Birch, Cedar, Daisy and Elm."
REPLY = "The Courier reported that Acme replied with a letter to the mayor."


@pytest.fixture(scope="module")
def told(laws: Corpus) -> Corpus:
    """The invented laws with a dossier that tells facts, and that some are not known."""
    provisions = dict(laws.provisions)
    for number, text in enumerate((UNKNOWN, SIGNED, REPLY), start=1):
        place = parse(f"Heading: News ({number})")
        identifier = provision_id("cloud-bill", place)
        version = Version(text, "", TextKind.DOSSIER)
        provisions[identifier] = Provision(
            identifier, InstrumentId("cloud-bill"), place, (version,)
        )
    return Corpus(laws.instruments, provisions)


LAW, NEWS = "robot-act#article-1", "cloud-bill#heading-News_{}"


def ask(question: str, corpus: Corpus, *best: str, rewritten: bool = False) -> Fault | None:
    asked = Understood(question, rewritten=rewritten, as_of=None, is_comparison=False)
    hits = tuple(make_hit(corpus, identifier) for identifier in best)
    return Facts(corpus).fault(Evidence(asked, TODAY, hits))


@pytest.mark.parametrize(
    "question",
    [
        "Which firms have been fined under the Robot Act so far?",
        "How many robots are registered today?",
        "What did Acme reply to the mayor?",
        "How much did Acme pay for its robots?",
        "Who chairs the robot panel?",
        "Did Acme stop its robots?",
        "Which stocks should I buy?",
    ],
)
def test_a_fact_that_the_best_provisions_lack_is_declined(question: str, told: Corpus) -> None:
    fault = ask(question, told, LAW)

    assert fault is not None
    assert fault.reason is AbstainReason.NOT_IN_CORPUS
    assert not fault.answers


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Which firms signed the Robot Act pledge?", NEWS.format(2)),
        ("How many companies signed the pledge?", NEWS.format(2)),
        ("What did Acme reply to the mayor?", NEWS.format(3)),
        ("Did Acme reply?", NEWS.format(3)),
        ("How fast must a robot stop?", LAW),
    ],
)
def test_a_fact_that_is_held_keeps_the_question(question: str, best: str, told: Corpus) -> None:
    assert ask(question, told, best) is None


def test_those_who_came_later_are_not_on_an_earlier_list(told: Corpus) -> None:
    assert ask("Which further firms signed the Robot Act pledge?", told, NEWS.format(2)) is not None


def test_what_the_source_says_is_not_known_is_told_in_its_words(told: Corpus) -> None:
    fault = ask("Which robot makers have been certified so far?", told, NEWS.format(1))

    assert fault is not None
    assert fault.words.startswith("This asks who in particular it was; that is not known here.")
    assert fault.words.endswith(
        "“No list of certified robot makers has been published by the ministry.”"
    )
    assert [hit.passage.text for hit in fault.citations_from] == [UNKNOWN]


def test_a_question_for_yes_or_no_is_answered_by_what_is_not_known(told: Corpus) -> None:
    question = "Has the Elm ministry published a list of certified robot makers?"

    assert ask(question, told, NEWS.format(1)) is None


def test_a_figure_is_declined_only_where_the_source_says_that_it_is_not_known(
    told: Corpus,
) -> None:
    question = "What minimum score do certified robot makers on the list reach?"

    assert ask(question, told, LAW) is None
    assert ask(question, told, NEWS.format(1)) is not None


def test_what_somebody_must_do_is_no_event(told: Corpus) -> None:
    assert ask("Was Acme late, and must it stop its robots now?", told, LAW) is None


def test_of_a_follow_up_only_the_last_sentence_asks(told: Corpus) -> None:
    question = "How many robots are registered today? May a robot go out at night?"

    assert ask(question, told, LAW, rewritten=True) is None
    assert ask(question, told, LAW) is not None


def test_without_hits_nothing_is_said(told: Corpus) -> None:
    assert ask("Which stocks should I buy?", told) is None
