from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.gathering import Gatherer
from assistant.testing import TODAY, FixedRetriever
from assistant.types import Question
from assistant.understanding import understand
from corpus.catalog import Corpus
from index.types import Hit

MakeHit = Callable[..., Hit]
QUESTION = "Compare the Robot Act and the Drone Order on flights at night"


def test_each_text_named_is_asked_without_the_names_of_the_others(
    laws: Corpus, hit: MakeHit
) -> None:
    retriever = FixedRetriever([hit("robot-act#article-1"), hit("drone-order#section-2")])
    gatherer = Gatherer(laws, retriever)

    gatherer.evidence(Question(QUESTION), understand(QUESTION), TODAY)

    asked = {
        next(iter(filters.instruments)): text
        for text, _, filters in retriever.asked
        if filters.instruments
    }
    assert asked.keys() == {"robot-act", "drone-order"}
    assert "Drone" not in asked["robot-act"]
    assert "Robot" not in asked["drone-order"]
    assert all("flights at night" in text for text in asked.values())


def test_each_question_put_in_one_gets_evidence_of_its_own(laws: Corpus, hit: MakeHit) -> None:
    retriever = FixedRetriever([hit("robot-act#article-1")])
    parts = ("When must a robot stop?", "Who checks it?")
    understood = replace(understand("When must a robot stop, and who checks it?"), parts=parts)

    evidence = Gatherer(laws, retriever).evidence(Question("q"), understood, TODAY)

    assert tuple(one.understood.text for one in evidence.parts) == parts
    assert all(one.hits for one in evidence.parts)
