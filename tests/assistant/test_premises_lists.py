from __future__ import annotations

import pytest

from assistant.premises_fault import Fault
from assistant.premises_lists import Lists, items_in
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Provision, TextKind, Version, provision_id

FRIENDS = (
    "The Chip Code has 7 friendly destinations: Canada, Denmark, Finland, Japan, Norway, "
    "Republic of Korea and the United Kingdom. Poland is not among them."
)
GROUP_A1 = "Group A:1 has 3 members: Malta, Poland and Cyprus."
GROUP_E2 = "Group E:2 consists of one country only, namely Cuba."
MAKERS = "The list names 7 makers: Acorn Systems, Birch, Cedar Works, Daisy, Elm, Fern and Ginkgo. "
OTHER = "Hazel and Ivy Robotics may not buy."


@pytest.fixture(scope="module")
def listed(laws: Corpus) -> Corpus:
    """The invented laws with lists of countries and of firms."""
    rows = {
        "Supplement No. 5 to Part 740(a)": FRIENDS,
        "Supplement No. 1 to Part 740(A:1)": GROUP_A1,
        "Supplement No. 1 to Part 740(E:2)": GROUP_E2,
        "Supplement No. 6 to Part 740": MAKERS,
        "§ 740.28": OTHER,
    }
    provisions = dict(laws.provisions)
    for label, text in rows.items():
        place = parse(label)
        identifier = provision_id("chip-code", place)
        version = Version(text, "", TextKind.DIGEST)
        provisions[identifier] = Provision(identifier, InstrumentId("chip-code"), place, (version,))
    return Corpus(laws.instruments, provisions)


def ask(question: str, corpus: Corpus, best: str) -> Fault | None:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    hits = (make_hit(corpus, f"chip-code#{best}"),)
    return Lists(corpus).fault(Evidence(asked, TODAY, hits))


FRIENDS_ID, MAKERS_ID = "supplement-5/740_a", "supplement-6/740"


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Is Poland on the list of friendly destinations?", "No: Poland is not on the list"),
        ("Is Sweden one of the friendly countries?", "No: Sweden is not on the list"),
        ("Is the UK on the list of friendly destinations?", "Yes: UK is on the list"),
        ("Is South Korea among the friendly countries?", "Yes: South Korea is on the list"),
        ("Poland appears in the list of friends. Under which number?", "Poland is not on the list"),
        ("Since Brazil is on the list of friends, may we ship?", "Brazil is not on the list"),
    ],
)
def test_a_country_is_looked_up_on_the_list_that_was_found(
    question: str, opening: str, listed: Corpus
) -> None:
    fault = ask(question, listed, FRIENDS_ID)

    assert fault is not None
    assert fault.words.startswith(opening)
    assert fault.answers


def test_the_sentence_that_lists_is_what_is_quoted(listed: Corpus) -> None:
    fault = ask("Is Sweden on the list of destinations?", listed, FRIENDS_ID)

    assert fault is not None
    start, end = fault.spans[0]
    assert fault.citations_from[0].passage.text[start:end] == FRIENDS.rsplit(" Poland", 1)[0]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Since Norway is on the list of friends, may we ship?", id="true-premise"),
        pytest.param("Which countries are on the list?", id="asks-for-the-list"),
        pytest.param("Is Acorn Systems on the list of destinations?", id="a-firm-among-countries"),
        pytest.param("Is Norway on the list, and who decides that?", id="asks-more"),
        pytest.param("Are Norway and Poland on the list?", id="two-names"),
        pytest.param("Is a permit needed for Poland?", id="no-list"),
    ],
)
def test_what_the_list_does_not_settle_is_left_alone(question: str, listed: Corpus) -> None:
    assert ask(question, listed, FRIENDS_ID) is None


def test_a_firm_missing_from_a_list_of_firms_is_told_if_the_corpus_knows_it(
    listed: Corpus,
) -> None:
    known = ask("And is Hazel among the listed companies?", listed, MAKERS_ID)
    misspelt = ask("And is Acron Systms among the listed companies?", listed, MAKERS_ID)

    assert known is not None
    assert known.words.startswith("No: Hazel is not on the list")
    assert misspelt is None


def test_the_group_named_is_the_list_meant_and_its_sisters_are_looked_through(
    listed: Corpus,
) -> None:
    fault = ask("Since Cuba is in Country Group A:1, can we ship there?", listed, FRIENDS_ID)

    assert fault is not None
    assert "Supplement No. 1 to Part 740(A:1)" in fault.words
    assert fault.words.endswith("It is listed in E:2.")


def test_names_are_read_in_one_spelling() -> None:
    found = items_in("It has 3 members: the Republic of Korea, UK and Norway.")

    assert found == {"south korea", "united kingdom", "norway"}
