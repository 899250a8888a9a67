from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.citing import Citer
from assistant.testing import small_corpus
from assistant.types import Answer, AnswerStatus, Claim, Question
from corpus.types import ProvisionId
from evals.errors import DatasetError
from evals.gold import Nugget
from evals.judge_prompts import JudgeError, render_support
from evals.judging import (
    Calibration,
    Judge,
    Labelled,
    NuggetScores,
    PromptedJudge,
    Statement,
    Support,
    agreement,
    calibrate,
    citation_support,
    cohens_kappa,
    faithfulness,
    nugget_scores,
    read_labelled,
    share_equal,
    statements,
)
from evals.testing import RuleJudge, ScriptedCompletion, ScriptedJudge

DAY = date(2026, 11, 23)
A, B = "It opens at six.", "It closes at ten."
LITERAL = RuleJudge()
"""Says that a text bears out what it holds to the letter."""

BY_WORDS = RuleJudge(lambda claim, evidence: float(set(claim.split()) <= set(evidence.split())))
"""Says that a text bears out a claim all of whose words it has."""


def test_a_prompted_judge_asks_the_prompt_and_reads_the_reply() -> None:
    completion = ScriptedCompletion(["partly"])

    verdict = PromptedJudge(completion).support("It opens.", A)

    assert verdict == 0.5
    assert completion.prompts == [render_support("It opens.", A)]


def test_a_prompted_judge_refuses_a_reply_that_is_no_verdict() -> None:
    with pytest.raises(JudgeError):
        PromptedJudge(ScriptedCompletion(["I think so"])).support("It opens.", A)


def test_a_scripted_judge_keeps_what_it_was_asked() -> None:
    judge = ScriptedJudge({("a", "b"): 1.0})

    assert (judge.support("a", "b"), judge.support("b", "a")) == (1.0, 0.0)
    assert judge.asked == [("a", "b"), ("b", "a")]


def test_a_statement_borne_out_by_its_one_citation_is_recalled_and_precise() -> None:
    assert citation_support(LITERAL, [Statement(A, (f"{A} {B}",))]) == Support(1.0, 1.0, 0.0)


def test_a_statement_that_its_citation_does_not_say_is_misgrounded() -> None:
    said = [Statement(A, (A,)), Statement(A, (B,))]

    assert citation_support(LITERAL, said) == Support(0.5, 0.5, 0.5)


def test_a_statement_in_part_borne_out_is_not_borne_out() -> None:
    partly = RuleJudge(lambda claim, evidence: 0.5)

    assert citation_support(partly, [Statement(A, (A,))]) == Support(0.0, 0.0, 1.0)


def test_a_statement_without_citations_costs_recall_and_is_not_misgrounded() -> None:
    said = [Statement(A, (A,)), Statement(B, ())]

    assert citation_support(LITERAL, said) == Support(0.5, 1.0, 0.0)


def test_a_citation_of_nothing_spoils_its_statement_and_counts_as_a_citation() -> None:
    assert citation_support(LITERAL, [Statement(A, (A,), unresolved=1)]) == Support(0.0, 0.0, 1.0)


def test_a_citation_is_wrong_if_the_others_do_without_it_and_it_alone_does_not() -> None:
    assert citation_support(LITERAL, [Statement(A, (A, B))]) == Support(1.0, 0.5, 0.0)


def test_citations_that_bear_out_a_statement_only_together_are_all_right() -> None:
    said = [Statement("opens six", ("opens at", "six o'clock"))]

    assert citation_support(BY_WORDS, said) == Support(1.0, 1.0, 0.0)


def test_two_citations_that_each_bear_it_out_are_both_right() -> None:
    assert citation_support(LITERAL, [Statement(A, (A, A))]) == Support(1.0, 1.0, 0.0)


def test_citations_of_a_statement_that_is_not_borne_out_are_all_wrong() -> None:
    said = [Statement("It sinks.", (A, B)), Statement(A, (A,))]

    assert citation_support(LITERAL, said).citation_precision == pytest.approx(1 / 3)


def test_an_answer_without_citations_has_no_precision() -> None:
    assert citation_support(LITERAL, [Statement(A, ())]) == Support(0.0, 0.0, 0.0)


def test_cited_passages_are_judged_as_one_text() -> None:
    judge = ScriptedJudge({(A, f"{A}\n\n{B}"): 1.0})

    citation_support(judge, [Statement(A, (A, B))])

    assert judge.asked[0] == (A, f"{A}\n\n{B}")


def test_without_statements_there_is_no_support() -> None:
    with pytest.raises(ValueError, match="no statement"):
        citation_support(LITERAL, [])


def answer() -> Answer:
    """An answer with an opening, a quotation, and a claim that cites nothing known."""
    corpus = small_corpus()
    provision = corpus.provision(ProvisionId("toaster-code#para-1"))
    text = provision.versions[0].text
    return Answer(
        Question("?"),
        DAY,
        AnswerStatus.ANSWERED,
        text,
        claims=(
            Claim("The Toaster Code says:", (1,), "checked"),
            Claim(text, (1,), "verbatim"),
            Claim("More.", (1, 9), "unsupported"),
        ),
        citations=(Citer(corpus, DAY).cite(1, provision, 0, (0, len(text))),),
    )


def test_statements_of_an_answer_are_its_claims_with_the_words_cited() -> None:
    quote = "Toasters should catch their crumbs."

    assert statements(answer()) == (
        Statement(quote, (quote,)),
        Statement("More.", (quote,), unresolved=1),
    )


def test_what_a_model_wrote_is_a_statement_also_where_it_was_checked() -> None:
    generated = replace(answer(), engine="generated")

    assert statements(generated)[0].text == "The Toaster Code says:"


def test_faithfulness_is_the_share_of_claims_that_the_retrieved_texts_say_together() -> None:
    assert faithfulness(BY_WORDS, ["opens ten", "It sinks."], [A, "opens at ten"]) == 0.5


def test_without_claims_there_is_no_faithfulness() -> None:
    with pytest.raises(ValueError, match="no claim"):
        faithfulness(LITERAL, [], [A])


def test_nuggets_are_judged_by_their_text_against_the_answer() -> None:
    nuggets = (Nugget("six", ("x",)), Nugget("ten", ("x",)), Nugget("fee", ("x",), vital=False))
    judge = ScriptedJudge({("six", "answer"): 1.0, ("ten", "answer"): 0.5})

    scores = nugget_scores(judge, nuggets, "answer")

    assert scores == NuggetScores(all=0.5, strict_all=1 / 3, vital=0.75, strict_vital=0.5)


def test_without_a_vital_nugget_there_is_no_vital_score() -> None:
    scores = nugget_scores(LITERAL, [Nugget("six", ("x",), vital=False)], "six")

    assert scores == NuggetScores(1.0, 1.0, None, None)


def test_without_nuggets_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="nothing to find"):
        nugget_scores(LITERAL, [], "answer")


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        pytest.param([1, 0.5, 0, 1], [1, 0.5, 0, 1], 1.0, id="the same"),
        pytest.param([1, 1, 0, 0], [1, 0, 1, 0], 0.0, id="chance"),
        pytest.param([1, 0], [0, 1], -1.0, id="the reverse"),
        # Cohen's definition by hand: seen 35/50, by chance .5 * .6 + .5 * .4 = .5.
        pytest.param(
            [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15,
            [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15,
            0.4,
            id="a table of 50",
        ),
    ],
)
def test_kappa_is_agreement_beyond_chance(
    first: list[float], second: list[float], kappa: float
) -> None:
    assert cohens_kappa(first, second) == pytest.approx(kappa)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([1.0], [1.0, 0.0], id="other lengths"),
        pytest.param([1.0, 1.0], [1.0, 1.0], id="one label only"),
    ],
)
def test_kappa_needs_labels_that_differ(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match="label"):
        cohens_kappa(first, second)


def test_equal_labels_are_counted() -> None:
    assert share_equal([1, 0.5, 0, 0], [1, 0, 0, 0]) == 0.75


class Wavering:
    """Says yes and no in turn about a claim, and always yes about others."""

    def __init__(self, claim: str) -> None:
        self._claim = claim
        self._turn = 0

    def support(self, claim: str, evidence: str) -> float:
        if claim == self._claim:
            self._turn += 1
            return float(self._turn % 2)
        return 1.0


def test_agreement_is_what_a_judge_says_again_when_asked_again() -> None:
    pairs = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")]

    assert agreement(Wavering("b"), pairs) == 0.75


LABELLED = (
    Labelled("six", A, 1.0),
    Labelled("ten", A, 0.0),
    Labelled("ten", B, 1.0),
    Labelled("fee", B, 0.0),
)


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        pytest.param(LITERAL, Calibration(4, 1.0, 1.0, 1.0), id="right"),
        pytest.param(RuleJudge(lambda c, e: 1.0), Calibration(4, 0.0, 0.5, 1.0), id="always yes"),
        pytest.param(Wavering("six"), Calibration(4, 0.0, 0.5, 0.75), id="wavering"),
    ],
)
def test_a_judge_is_calibrated_against_labels_and_itself(
    judge: Judge, expected: Calibration
) -> None:
    assert calibrate(judge, LABELLED) == expected


def test_kappa_is_left_out_where_it_is_not_defined() -> None:
    assert calibrate(LITERAL, LABELLED[:1]) == Calibration(1, None, 1.0, 1.0)


@pytest.mark.parametrize(
    ("kappa", "trusted"),
    [pytest.param(0.6, True, id="enough"), (0.59, False), pytest.param(None, False, id="unknown")],
)
def test_a_judge_is_trusted_from_a_kappa_of_point_six(kappa: float | None, trusted: bool) -> None:
    assert Calibration(9, kappa, 0.9, 1.0).is_trusted is trusted


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_labelled_claims_are_read_whatever_the_labels_are_called(tmp_path: Path) -> None:
    path = write(
        tmp_path / "l.jsonl",
        {"claim": "six", "evidence": ["One. ", "Two."], "support": "Complete"},
        "",
        {"claim": "ten", "evidence": "One.", "label": "partly"},
        {"claim": "fee", "evidence": "One.", "support": "Incomplete"},
    )

    assert read_labelled(path) == (
        Labelled("six", "One.\n\nTwo.", 1.0),
        Labelled("ten", "One.", 0.5),
        Labelled("fee", "One.", 0.0),
    )


def test_claims_without_label_or_evidence_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "l.jsonl",
        {"claim": "six", "evidence": [], "support": "Complete"},
        {"claim": "six", "evidence": "One."},
    )

    assert read_labelled(path) == ()


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        pytest.param("{broken", "", id="no JSON"),
        pytest.param([1], "", id="no object"),
        pytest.param({"claim": "a", "label": "yes"}, "no 'evidence'", id="no evidence"),
        pytest.param({"evidence": "a", "label": "yes"}, "no 'claim'", id="no claim"),
        pytest.param({"claim": "a", "evidence": "b", "label": "so-so"}, "so-so", id="no label"),
        pytest.param({"claim": "a", "evidence": [7], "label": "yes"}, "", id="no text"),
        pytest.param({"claim": 7, "evidence": "b", "label": "yes"}, "is no claim", id="a number"),
    ],
)
def test_a_bad_line_of_labels_is_named(tmp_path: Path, bad: object, problem: str) -> None:
    path = write(tmp_path / "l.jsonl", {"claim": "a", "evidence": "b", "label": "yes"}, bad)

    with pytest.raises(DatasetError, match=rf"l\.jsonl:2: .*{problem}"):
        read_labelled(path)


def test_a_file_of_labels_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"l\.jsonl: cannot be read"):
        read_labelled(tmp_path / "l.jsonl")
