from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from assistant.render import answer_json, as_json, as_text
from assistant.testing import FixedRetriever, make_assistant
from assistant.types import Answer, Question
from corpus.catalog import Corpus
from index.types import Hit

MakeHit = Callable[..., Hit]

# The fields that CONTRACT.md promises, in its order, and what was added to them since.
ANSWER = (
    "id question as_of status abstained abstain_reason engine model answer claims citations "
    "timings_ms record_id"
)
ADDED = {"understood_as", "confidence", "near_misses"}
CLAIM = "text citations support score"
CITATION = (
    "n instrument_id instrument locator provision_id passage_id heading quote quote_start "
    "quote_end text_kind authority status status_note url"
)


@pytest.fixture
def answer(laws: Corpus, hit: MakeHit) -> Answer:
    hits = [hit("robot-act#article-1")]
    hits += [hit("drone-order#section-2", score=1.0), hit("toaster-code#para-1")]
    hits += [hit("robot-act#article-4", score=0.3)]
    assistant = make_assistant(laws, FixedRetriever(hits))
    return assistant.answer(Question("When shall a robot stop?", id="q1"))


@pytest.fixture
def abstention(laws: Corpus, hit: MakeHit) -> Answer:
    retriever = FixedRetriever([hit("robot-act#article-1")])
    return make_assistant(laws, retriever, confidence=0.1).answer(Question("Who eats giraffes?"))


def test_an_answer_has_the_fields_of_the_contract(answer: Answer) -> None:
    assert set(answer_json(answer)) == {*ANSWER.split(), *ADDED}


def test_an_abstention_has_the_same_fields(answer: Answer, abstention: Answer) -> None:
    assert list(answer_json(abstention)) == list(answer_json(answer))


def test_claims_and_citations_have_the_fields_of_the_contract(answer: Answer) -> None:
    body = json.loads(as_json(answer))

    assert [list(claim) for claim in body["claims"]] == [CLAIM.split()] * len(body["claims"])
    assert [list(entry) for entry in body["citations"]] == [CITATION.split()] * 2


def test_an_answer_says_what_it_is(answer: Answer) -> None:
    body = json.loads(as_json(answer))

    assert (body["id"], body["question"]) == ("q1", "When shall a robot stop?")
    assert (body["as_of"], body["status"], body["abstained"]) == ("2026-11-23", "answered", False)
    assert (body["abstain_reason"], body["engine"], body["model"]) == (None, "extractive", None)
    assert set(body["timings_ms"]) == {"retrieve", "answer", "total"}


def test_values_are_those_of_the_contract(answer: Answer) -> None:
    body = json.loads(as_json(answer))

    assert {claim["support"] for claim in body["claims"]} == {"verbatim", "checked"}
    assert all(0 <= claim["score"] <= 1 for claim in body["claims"])
    assert [entry["status"] for entry in body["citations"]] == ["in_force", "revoked"]
    assert [entry["authority"] for entry in body["citations"]] == [
        "binding",
        "binding",
    ]
    assert {entry["text_kind"] for entry in body["citations"]} == {"digest"}


def test_offsets_travel_with_their_quote(answer: Answer, laws: Corpus) -> None:
    for entry in json.loads(as_json(answer))["citations"]:
        text = laws.provision(entry["provision_id"]).versions[0].text
        assert entry["quote"] == text[entry["quote_start"] : entry["quote_end"]]


def test_an_abstention_says_why(abstention: Answer) -> None:
    body = json.loads(as_json(abstention))

    assert (body["status"], body["abstained"]) == ("abstained", True)
    assert body["abstain_reason"] == "not_in_corpus"
    assert (body["claims"], body["citations"]) == ([], [])
    assert body["near_misses"] == [{"provision_id": "robot-act#article-1", "score": 0.9}]


def test_what_is_cited_is_no_near_miss(answer: Answer) -> None:
    body = json.loads(as_json(answer))

    assert [near["provision_id"] for near in body["near_misses"]] == [
        "toaster-code#para-1",
        "robot-act#article-4",
    ]


def test_an_answer_without_an_id_takes_that_of_its_record(abstention: Answer) -> None:
    body = json.loads(as_json(abstention))

    assert body["id"] == body["record_id"]


def test_json_is_one_line_and_keeps_its_letters(laws: Corpus, hit: MakeHit) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("chip-code#s-740.27_a")]))

    line = as_json(assistant.answer(Question("Was sagt § 740.27(a) über Chips?")))

    assert "\n" not in line
    assert "§ 740.27(a) über Chips" in line


def test_text_lists_each_source_with_status_note_and_page(answer: Answer) -> None:
    text = as_text(answer)

    assert "  [2] Drone Order, Section 2: revoked" in text
    assert "      20 January 2025: Revoked by Section 1 of the Repeal Order." in text
    assert "      https://example.org/drone-order" in text


def test_text_has_no_markdown(answer: Answer) -> None:
    assert "*" not in as_text(answer)


def test_text_of_an_abstention_has_no_sources(abstention: Answer) -> None:
    assert "Sources" not in as_text(abstention)


def test_text_says_how_a_follow_up_was_understood(laws: Corpus, hit: MakeHit) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))

    text = as_text(assistant.answer(Question("And for it?", ("When shall a robot stop?",))))

    assert text.startswith("(understood as: When shall a robot stop, for it?)")
