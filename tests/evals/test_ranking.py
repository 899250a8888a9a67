from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, R, nDCG

from evals.ranking import (
    MEASURES,
    all_found,
    average_precision,
    measure,
    measure_topics,
    ndcg,
    recall,
    reciprocal_rank,
)
from evals.types import Qrels, Run, TopicId

Of = Callable[..., float]

ORACLES = {
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "map@10": AP @ 10,
    "ndcg@10": nDCG @ 10,
    "mrr@10": RR @ 10,
}


def random_run(seed: int) -> tuple[Run, Qrels]:
    """Thirty topics; some relevant documents are never found, some topics have none of theirs."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    documents = [f"d{number}" for number in range(60)]
    run: dict[TopicId, Sequence[tuple[str, float]]] = {}
    qrels: dict[TopicId, dict[str, int]] = {}
    for number in range(30):
        topic = TopicId(f"t{number}")
        relevant = chance.sample(documents, chance.randint(1, 15))
        judged = dict.fromkeys(chance.sample(documents, 10), 0)
        qrels[topic] = judged | dict.fromkeys(relevant, 1)
        ranked = chance.sample(documents, chance.randint(1, 40))
        run[topic] = [(document, 1.0 / rank) for rank, document in enumerate(ranked, 1)]
    return run, qrels


def oracle_form(run: Run) -> dict[str, dict[str, float]]:
    return {topic: dict(ranking) for topic, ranking in run.items()}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_measure_equals_ir_measures_on_every_topic(name: str, seed: int) -> None:
    run, qrels = random_run(seed)

    ours = measure_topics(run, qrels)

    expected = {
        value.query_id: value.value
        for value in ir_measures.iter_calc([ORACLES[name]], qrels, oracle_form(run))
    }
    assert {topic: values[name] for topic, values in ours.items()} == pytest.approx(expected)


@pytest.mark.parametrize("name", ORACLES)
def test_the_mean_equals_ir_measures_with_a_topic_missing_from_the_run(name: str) -> None:
    run, qrels = random_run(4)
    run = {topic: ranking for topic, ranking in run.items() if topic not in {"t3", "t7"}}

    ours = measure(run, qrels)

    expected = ir_measures.calc_aggregate([ORACLES[name]], qrels, oracle_form(run))
    assert ours[name] == pytest.approx(expected[ORACLES[name]])


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(recall, 2 / 3, id="recall: two of three found"),
        pytest.param(all_found, 0.0, id="all found: one is missing"),
        pytest.param(average_precision, (1 / 2 + 2 / 4) / 3, id="average precision"),
        pytest.param(
            ndcg,
            (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / 2),
            id="ndcg",
        ),
        pytest.param(reciprocal_rank, 1 / 2, id="first relevant at rank two"),
    ],
)
def test_a_worked_example(of: Of, expected: float) -> None:
    ranked = ["x", "a", "y", "b", "z"]

    value = of(ranked, {"a", "b", "c"}, cutoff=10)

    assert value == pytest.approx(expected)


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(recall, id="recall"),
        pytest.param(all_found, id="all found"),
        pytest.param(average_precision, id="average precision"),
        pytest.param(ndcg, id="ndcg"),
        pytest.param(reciprocal_rank, id="reciprocal rank"),
    ],
)
def test_what_stands_below_the_cutoff_counts_for_nothing(of: Of) -> None:
    ranked = ["x", "y", "a"]

    within, beyond = of(ranked, {"a"}, cutoff=3), of(ranked, {"a"}, cutoff=2)

    assert within > 0
    assert beyond == 0


def test_average_precision_divides_by_all_relevant_documents_not_by_the_cutoff() -> None:
    relevant = {f"d{number}" for number in range(20)}
    ranked = [f"d{number}" for number in range(10)]

    value = average_precision(ranked, relevant, cutoff=10)

    assert value == pytest.approx(0.5)


def test_ndcg_is_1_when_the_cutoff_is_full_of_relevant_documents() -> None:
    relevant = {f"d{number}" for number in range(20)}
    ranked = [f"d{number}" for number in range(10)]

    value = ndcg(ranked, relevant, cutoff=10)

    assert value == pytest.approx(1.0)


def test_a_topic_missing_from_the_run_counts_0() -> None:
    qrels = {TopicId("t1"): {"a": 1}, TopicId("t2"): {"b": 1}}
    run = {TopicId("t1"): [("a", 1.0)]}

    values = measure(run, qrels)

    assert values == dict.fromkeys(MEASURES, 0.5)


def test_a_topic_without_a_relevant_document_is_not_measured() -> None:
    qrels = {TopicId("t1"): {"a": 1}, TopicId("t2"): {"b": 0}}
    run = {TopicId("t1"): [("a", 1.0)], TopicId("t2"): [("b", 1.0)]}

    topics = measure_topics(run, qrels)

    assert list(topics) == ["t1"]


def test_a_document_judged_not_relevant_earns_nothing() -> None:
    qrels = {TopicId("t1"): {"a": 1, "b": 0}}
    run = {TopicId("t1"): [("b", 2.0), ("a", 1.0)]}

    values = measure(run, qrels)

    assert values["mrr@10"] == 0.5


@given(
    ranked=st.lists(st.sampled_from("abcdefghijklmnop"), unique=True),
    relevant=st.sets(st.sampled_from("abcdefghijklmnop"), min_size=1),
)
def test_every_measure_lies_between_0_and_1(
    ranked: Sequence[str], relevant: Collection[str]
) -> None:
    values = [of(ranked, relevant) for of in MEASURES.values()]

    assert all(0 <= value <= 1 + 1e-12 for value in values)


@given(
    ranked=st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=2, max_size=8),
    relevant=st.sets(st.sampled_from("abcdefgh"), min_size=1),
)
def test_relevant_documents_first_is_the_best_order(
    ranked: Sequence[str], relevant: Collection[str]
) -> None:
    best = sorted(ranked, key=lambda document: document not in relevant)

    pairs = [(of(ranked, relevant), of(best, relevant)) for of in MEASURES.values()]

    assert all(as_ranked <= sorted_best + 1e-12 for as_ranked, sorted_best in pairs)
