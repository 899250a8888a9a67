from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from assistant.citing import Citer
from assistant.testing import FixedRetriever, make_assistant, make_hit
from assistant.types import Answer, AnswerStatus, Citation, Question
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import (
    Authority,
    Instrument,
    InstrumentId,
    Provision,
    TextKind,
    Version,
    provision_id,
)
from evals.answers import FIGURES, SUITE, gold_tasks, judge
from evals.citing import Place
from evals.gold import Gold, Nugget
from evals.types import Record

DAY = date(2026, 11, 23)
ACT = "harbour-act"
TEXTS = {
    "Article 1(1)": "The harbour opens at six in the morning.",
    "Article 1(2)": "The harbour closes at ten in the evening.",
    "Article 2": "A vessel pays a fee of twelve crowns a night.",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """An act of our own with three provisions."""
    instrument = Instrument(
        id=InstrumentId(ACT),
        title="The Harbour Act",
        short_title="Harbour Act",
        kind="statute",
        jurisdiction="XX",
        authority=Authority.BINDING,
        text_kind=TextKind.DIGEST,
        source_url="",
    )
    provisions = [
        Provision(
            provision_id(ACT, parse(locator)),
            instrument.id,
            parse(locator),
            (Version(text, "", TextKind.DIGEST),),
        )
        for locator, text in TEXTS.items()
    ]
    return Corpus({instrument.id: instrument}, {p.id: p for p in provisions})


Cite = Callable[[str], Citation]
Judge = Callable[[Gold, Answer], Record]


@pytest.fixture
def cite(corpus: Corpus) -> Cite:
    """Cite the whole text of a provision of the act."""

    def make(locator: str) -> Citation:
        provision = corpus.provision(provision_id(ACT, parse(locator)))
        return Citer(corpus, DAY).cite(1, provision, 0, (0, len(TEXTS[locator])))

    return make


@pytest.fixture
def judged(corpus: Corpus) -> Judge:
    """`judge` against the act, without hits."""
    return lambda gold, answer: judge(gold, answer, corpus)


def gold(
    *groups: Sequence[str],
    kind: str = "pinpoint",
    nuggets: Sequence[Nugget] = (),
    must_not: Sequence[str] = (),
    abstain: bool = False,
    instrument: str = ACT,
    levels: Sequence[str] = (),
    also_ok: Sequence[str] = (),
) -> Gold:
    """A gold question; each group is the places that meet it, `*` being the whole instrument."""

    def places(locators: Sequence[str]) -> tuple[Place, ...]:
        return tuple((instrument, None if at == "*" else parse(at)) for at in locators)

    return Gold(
        Question("When does the harbour open?", id="g"),
        kind,
        abstain,
        groups=tuple(places(group) for group in groups),
        nuggets=tuple(nuggets),
        must_not=tuple(must_not),
        levels=tuple(places(levels) for _ in groups),
        also_ok=places(also_ok),
    )


def vital(*patterns: str) -> Nugget:
    return Nugget(patterns[0], patterns)


def answered(text: str = "At six.", *citations: Citation) -> Answer:
    return Answer(
        Question("?", id="g"),
        DAY,
        AnswerStatus.ANSWERED,
        text,
        citations=citations,
        timings_ms=(("total", 12.0),),
    )


def declined(text: str = "Nothing answers that.") -> Answer:
    return replace(answered(text), status=AnswerStatus.ABSTAINED)


@pytest.mark.parametrize(
    ("wanted", "cited", "value"),
    [
        pytest.param("Article 1(1)", "Article 1(1)", 1.0, id="the very provision"),
        pytest.param("Article 1", "Article 1(2)", 1.0, id="a provision below it"),
        pytest.param("*", "Article 2", 1.0, id="anywhere in the instrument"),
        pytest.param("Article 1(1)", "Article 1(2)", 0.0, id="its neighbour"),
        pytest.param("Article 2(1)", "Article 2", 0.0, id="only its parent"),
    ],
)
def test_gold_is_cited_by_a_citation_at_or_below_it(
    judged: Judge, cite: Cite, wanted: str, cited: str, value: float
) -> None:
    row = judged(gold([wanted]), answered("At six.", cite(cited)))

    assert row.measures["gold_cited"] == value


def test_the_same_locator_of_another_instrument_does_not_count(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 2"], instrument="fishing-act")

    row = judged(question, answered("At six.", cite("Article 2")))

    assert row.measures["gold_cited"] == 0.0


def test_one_place_of_a_group_meets_the_group(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)", "Article 2"])

    row = judged(question, answered("At six.", cite("Article 2")))

    assert (row.measures["gold_cited"], row.measures["all_gold_cited"]) == (1.0, 1.0)


def test_of_two_groups_one_met_is_half_of_the_gold_and_not_all(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)"], ["Article 2"])

    measures = judged(question, answered("At six.", cite("Article 2"))).measures

    names = ("gold_cited", "all_gold_cited", "cited_exact")
    assert [measures[name] for name in names] == [1.0, 0.0, 0.5]


def test_a_neighbour_counts_at_the_level_of_the_article(judged: Judge, cite: Cite) -> None:
    row = judged(gold(["Article 1(1)"]), answered("At six.", cite("Article 1(2)")))

    assert (row.measures["cited_exact"], row.measures["cited_level"]) == (0.0, 1.0)


def test_a_place_named_near_enough_counts_at_that_level_too(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)"], levels=["Article 2"])

    row = judged(question, answered("At six.", cite("Article 2")))

    assert row.measures["cited_level"] == 1.0


def test_precision_counts_gold_and_what_is_also_right(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)"], also_ok=["Article 2"])
    citations = [cite("Article 1(1)"), cite("Article 1(2)"), cite("Article 2")]

    row = judged(question, answered("At six.", *citations))

    assert row.measures["citation_precision"] == pytest.approx(2 / 3)


def test_precision_needs_something_right_to_cite(judged: Judge, cite: Cite) -> None:
    row = judged(gold(), answered("At six.", cite("Article 2")))

    assert "citation_precision" not in row.measures


def test_recall_is_of_gold_parts_among_the_five_best_provisions_each_once(corpus: Corpus) -> None:
    question = gold(["Article 1(1)"], ["Article 2"])
    first, other, last = (
        make_hit(corpus, provision_id(ACT, parse(at)))
        for at in ("Article 1(1)", "Article 1(2)", "Article 2")
    )

    deep = judge(question, answered(), corpus, [first, first, other, first, first, last])
    missed = judge(question, answered(), corpus, [first, other])

    assert (deep.measures["recall@5"], missed.measures["recall@5"]) == (1.0, 0.5)


def test_nuggets_are_found_by_any_of_their_patterns_in_any_case(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[vital("six", "6"), vital("morning"), vital("crowns")])

    row = judged(question, answered("It opens at SIX in the morning."))

    assert row.measures["nugget_recall"] == pytest.approx(2 / 3)


def test_only_vital_nuggets_count_for_their_recall_and_all_for_the_other(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[vital("six"), Nugget("dawn", ("dawn",), vital=False)])

    row = judged(question, answered("At six."))

    assert (row.measures["nugget_recall"], row.measures["nugget_recall_all"]) == (1.0, 0.5)


def test_without_a_vital_nugget_their_recall_does_not_apply(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[Nugget("dawn", ("dawn",), vital=False)])

    row = judged(question, answered("At six."))

    assert "nugget_recall" not in row.measures


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the harbour’s **opening\nhour**", id="curly, bold, over two lines"),
        pytest.param("the harbour's opening\u00a0hour", id="a hard space"),
    ],
)
def test_typography_hides_no_nugget(judged: Judge, text: str) -> None:
    row = judged(gold(["Article 1"], nuggets=[vital("harbour's opening hour")]), answered(text))

    assert row.measures["nugget_recall"] == 1.0


@pytest.mark.parametrize(
    ("in_citations", "value"),
    [pytest.param(True, 1.0, id="allowed"), pytest.param(False, 0.0, id="not allowed")],
)
def test_a_citation_shows_a_nugget_only_where_that_is_allowed(
    judged: Judge, cite: Cite, in_citations: bool, value: float
) -> None:
    nugget = Nugget("1(2)", (r"\b1\(2\)",), in_citations=in_citations)

    row = judged(gold(["Article 1"], nuggets=[nugget]), answered("At ten.", cite("Article 1(2)")))

    assert row.measures["nugget_recall"] == value


def test_an_abstention_on_an_answerable_question_counts_0(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[vital("nothing")])

    measures = judged(question, declined("Nothing answers that.")).measures

    names = ("gold_cited", "all_gold_cited", "nugget_recall", "strictly_right", "coverage")
    assert [measures[name] for name in names] == [0.0] * 5
    assert measures["abstain_precision"] == 0.0


def test_an_unanswerable_question_has_no_figures_but_of_the_decision(
    judged: Judge, cite: Cite
) -> None:
    question = gold(["Article 1"], nuggets=[vital("six")], abstain=True)

    row = judged(question, answered("At six.", cite("Article 1(1)")))

    assert not row.measures.keys() & {"gold_cited", "nugget_recall", "strictly_right", "recall@5"}
    assert row.measures["abstain_recall"] == 0.0
    assert row.faults == ("answered, though it is to be declined",)


def test_a_right_abstention_counts_for_both_precision_and_recall(judged: Judge) -> None:
    row = judged(gold(abstain=True), declined())

    assert (row.measures["abstain_precision"], row.measures["abstain_recall"]) == (1.0, 1.0)
    assert row.faults == ()


def test_a_false_premise_is_not_scored_on_what_it_cites(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1"], kind="false_premise", nuggets=[vital("six")])

    row = judged(question, answered("At six.", cite("Article 1(1)")))

    assert "gold_cited" not in row.measures
    assert row.measures["nugget_recall"] == 1.0


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        pytest.param(declined(), 1.0, id="declined"),
        pytest.param(answered("At six."), 1.0, id="nothing wrong said"),
        pytest.param(answered("At seven."), 0.0, id="taken over"),
        pytest.param(answered(" "), 0.0, id="nothing said"),
    ],
)
def test_a_false_premise_is_withstood_by_declining_or_by_not_taking_it_over(
    judged: Judge, answer: Answer, value: float
) -> None:
    row = judged(gold(["Article 1"], kind="false_premise", must_not=["seven"]), answer)

    assert row.measures["premise_ok"] == value


def test_a_false_premise_is_not_withstood_by_citing_beside_the_point(
    judged: Judge, cite: Cite
) -> None:
    question = gold(["Article 1"], kind="false_premise")

    row = judged(question, answered("At six.", cite("Article 2")))

    assert row.measures["premise_ok"] == 0.0


def test_declining_a_false_premise_is_neither_a_right_nor_a_wrong_abstention(
    judged: Judge,
) -> None:
    row = judged(gold(["Article 1"], kind="false_premise"), declined())

    assert "abstain_precision" not in row.measures


RIGHT = gold(["Article 1(1)"], nuggets=[vital("six")], must_not=["seven"])


def test_an_answer_with_nothing_wrong_is_strictly_right(judged: Judge, cite: Cite) -> None:
    row = judged(RIGHT, answered("At six.", cite("Article 1(1)")))

    assert row.measures["strictly_right"] == 1.0
    assert row.faults == ()


@pytest.mark.parametrize(
    ("text", "cited", "fault"),
    [
        pytest.param("At dawn.", "Article 1(1)", "does not say: six", id="a nugget lacks"),
        pytest.param(
            "At six or seven.", "Article 1(1)", "says 'seven', which is wrong", id="wrong"
        ),
        pytest.param(
            "At six.", "Article 2", f"does not cite {ACT} Article 1(1)", id="another article"
        ),
    ],
)
def test_one_fault_is_enough_to_be_not_strictly_right_and_is_named(
    judged: Judge, cite: Cite, text: str, cited: str, fault: str
) -> None:
    row = judged(RIGHT, answered(text, cite(cited)))

    assert row.measures["strictly_right"] == 0.0
    assert row.faults == (fault,)


def test_another_part_of_the_gold_article_is_strictly_right_and_still_told(
    judged: Judge, cite: Cite
) -> None:
    row = judged(RIGHT, answered("At six.", cite("Article 1(2)")))

    assert row.measures["strictly_right"] == 1.0
    assert row.faults == (f"does not cite {ACT} Article 1(1), but another part of it",)


def test_a_long_group_is_named_in_short(judged: Judge) -> None:
    row = judged(gold([f"Article {number}" for number in range(1, 8)]), answered("At six."))

    assert row.faults[0].endswith(f"{ACT} Article 4 or 3 more")


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        pytest.param(answered("It opens at Seven."), 1.0, id="said"),
        pytest.param(answered("It opens at six."), 0.0, id="not said"),
        pytest.param(declined("Not at seven."), 0.0, id="said while declining"),
    ],
)
def test_what_must_not_be_said_is_noticed(judged: Judge, answer: Answer, wrong: float) -> None:
    row = judged(gold(["Article 1"], must_not=["seven"]), answer)

    assert row.measures["said_wrong"] == wrong


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"quote": "The harbour opens at five in the morning."}, id="other words"),
        pytest.param({"quote_start": 1}, id="moved offsets"),
        pytest.param({"provision_id": f"{ACT}#article-9"}, id="no such provision"),
        pytest.param({"version": 3}, id="no such version"),
        pytest.param({"quote": "", "quote_end": 0}, id="nothing quoted"),
    ],
)
def test_a_quote_that_is_not_in_its_provision_is_not_exact(
    judged: Judge, cite: Cite, changes: dict[str, object]
) -> None:
    right = cite("Article 1(1)")
    wrong = replace(right, **changes)

    row = judged(gold(["Article 1"]), answered("At six.", right, wrong))

    assert row.measures["quote_validity"] == 0.5
    assert "a quote is not in its provision" in row.faults


def test_a_citation_of_what_the_corpus_lacks_is_a_phantom(judged: Judge, cite: Cite) -> None:
    right = cite("Article 1(1)")
    phantom = replace(right, provision_id=f"{ACT}#article-9")

    row = judged(gold(["Article 1"]), answered("At six.", right, right, right, phantom))

    assert (row.measures["phantom"], row.measures["citations_per_answer"]) == (0.25, 4.0)


def test_every_measure_that_is_given_is_a_figure_of_the_suite(judged: Judge, cite: Cite) -> None:
    rows = [
        judged(RIGHT, answered("At six.", cite("Article 1(1)"))),
        judged(gold(["Article 1"], kind="false_premise"), answered()),
        judged(gold(abstain=True), declined()),
    ]

    given = {name for row in rows for name in row.measures}

    assert given <= {figure.name for figure in FIGURES}


def test_quotes_are_pooled_not_averaged_over_answers(judged: Judge, cite: Cite) -> None:
    right = cite("Article 1(1)")
    wrong = replace(right, quote_start=1)
    rows = [
        judged(gold(["Article 1"]), answered("At six.", right, right, wrong)),
        judged(gold(["Article 1"]), answered("At six.", right)),
    ]

    assert SUITE.pooled(rows)["quote_validity"] == 0.75


def test_a_task_asks_the_assistant_and_judges_what_it_says(corpus: Corpus) -> None:
    hit = make_hit(corpus, provision_id(ACT, parse("Article 1(1)")))
    assistant = make_assistant(corpus, FixedRetriever([hit]))
    question = gold(["Article 1(1)"], nuggets=[vital("at six")])

    (task,) = gold_tasks([question], assistant)
    row = task.ask()

    assert (task.id, task.kind, task.gold) == ("g", "pinpoint", ((f"{ACT} Article 1(1)",),))
    assert task.reference == "at six"
    assert row.measures["strictly_right"] == 1.0
    assert [line.provision_id for line in row.hits] == [f"{ACT}#article-1_1"]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(gold(["Article 1"], nuggets=[vital("six")]), id="answerable"),
        pytest.param(gold(["Article 1"], kind="false_premise"), id="false premise"),
        pytest.param(gold(abstain=True), id="to be declined"),
    ],
)
def test_a_task_names_measures_that_its_record_has_whatever_the_answer(
    corpus: Corpus, question: Gold
) -> None:
    assistant = make_assistant(corpus, FixedRetriever([]))

    (task,) = gold_tasks([question], assistant)

    assert set(task.measures) <= task.ask().measures.keys()
    assert set(task.measures) <= judge(question, answered(), corpus).measures.keys()
