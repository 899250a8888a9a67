from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.premises_fault import Fault
from assistant.premises_other_law import OtherLaws
from assistant.premises_vocabulary import Vocabulary
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.types import InstrumentId, TextKind


def ask(question: str, corpus: Corpus) -> Fault | None:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    hits = (make_hit(corpus, "robot-act#article-1"),)
    return OtherLaws(corpus, Vocabulary(corpus)).fault(Evidence(asked, TODAY, hits))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does Executive Order 14999 require?", "Executive Order 14999"),
        ("Does Regulation (EU) 2031/12 cover robots?", "Regulation (EU) 2031/12"),
        ("What does SB 24-205 ask of owners?", "SB 24-205"),
        ("Who must register under the QZPA?", "QZPA"),
        ("Does the QZPA apply to robots?", "QZPA"),
        ("Which QZPA obligations bind a maker?", "QZPA"),
    ],
)
def test_a_law_that_no_text_mentions_is_named_as_such(
    question: str, name: str, laws: Corpus
) -> None:
    fault = ask(question, laws)

    assert fault is not None
    assert fault.reason is AbstainReason.NOT_IN_CORPUS
    assert fault.words == f"No text held here is, or so much as mentions, {name}."


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Must the USB controller of a robot stop?", id="not-spoken-of-as-law"),
        pytest.param("What does § 740.27(a) say?", id="a-place"),
        pytest.param("Who registers a robot under the Robot Act?", id="ours"),
    ],
)
def test_other_abbreviations_and_our_own_laws_are_no_fault(question: str, laws: Corpus) -> None:
    assert ask(question, laws) is None


def test_names_in_a_document_of_the_users_own_are_not_judged(laws: Corpus) -> None:
    owner = InstrumentId("robot-act")
    own = {**laws.instruments, owner: replace(laws.instruments[owner], text_kind=TextKind.UPLOAD)}

    assert ask("Does the QZPA apply?", Corpus(own, laws.provisions)) is None
