from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from assistant.testing import small_corpus
from corpus.catalog import Corpus
from evals.check_pairs import (
    ALTERATIONS,
    NEAR,
    RESTATED,
    SUPPORTED,
    VERBATIM,
    Pair,
    make_pairs,
    other_actor,
    other_date,
    other_figure,
    other_modal,
    other_negation,
    other_place,
    restated,
)


@pytest.fixture(scope="module")
def laws() -> Corpus:
    return small_corpus()


@pytest.fixture(scope="module")
def pairs(embedded: Corpus) -> tuple[Pair, ...]:
    return tuple(make_pairs(embedded, every=40))


@pytest.mark.parametrize(
    ("alter", "sentence", "altered"),
    [
        (other_figure, "It is kept for 10 years.", "It is kept for 20 years."),
        (other_figure, "A fine of 7.5 million is due.", "A fine of 15 million is due."),
        (other_figure, "It costs EUR 35 000 000 euros.", "It costs EUR 70000000 euros."),
        (other_figure, "Up to 3% of turnover.", "Up to 6% of turnover."),
        (other_figure, "A term of four years.", "A term of five years."),
        (other_date, "It applies from 2 August 2026.", "It applies from 2 August 2027."),
        (other_actor, "The provider shall act.", "The deployer shall act."),
        (other_negation, "It shall not apply.", "It shall apply."),
        (other_negation, "It shall apply.", "It shall not apply."),
        (other_modal, "It shall apply.", "It may apply."),
        (other_modal, "It may apply.", "It shall apply."),
        (other_modal, "It must apply.", "It may apply."),
        (other_place, "It follows Article 5(2).", "It follows Article 5(3)."),
        (other_place, "See § 744.23 of it.", "See § 744.24 of it."),
    ],
)
def test_an_alteration_changes_one_thing(
    alter: Callable[[str], str | None], sentence: str, altered: str
) -> None:
    assert alter(sentence) == altered


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (other_figure, "It follows Article 10 of Regulation 2016/679."),
        (other_date, "It applies from August."),
        (other_actor, "The provider informs the deployer."),
        (other_negation, "No person may export it."),
        (other_negation, "It never rains."),
        (other_modal, "It shall not apply."),
        (other_place, "It follows the Annex."),
    ],
)
def test_what_cannot_be_altered_is_left_alone(
    alter: Callable[[str], str | None], sentence: str
) -> None:
    assert alter(sentence) is None


def test_a_restatement_names_its_place_before_or_after(laws: Corpus) -> None:
    provision = laws.provision("robot-act#article-1")

    before = restated("The maker shall test it by 2 May 2025.", provision, "Robot Act")
    after = restated("Robots shall stop.", provision, "Robot Act")

    assert before == "Under Article 1 of the Robot Act, the maker must test it by May 2, 2025."
    assert after == "Robots must stop (Article 1 of the Robot Act)."


def test_a_place_that_is_a_heading_is_not_named(laws: Corpus) -> None:
    provision = next(p for p in laws.of("cloud-bill"))

    assert restated("The bill ends.", provision, "Cloud Bill") == (
        "Under the Cloud Bill, the bill ends."
    )


def test_a_forbidding_shall_stays_as_it_is(laws: Corpus) -> None:
    provision = laws.provision("robot-act#article-1")

    assert "shall not stop" in restated("Robots shall not stop.", provision, "Robot Act")


def test_pairs_are_made_of_digests_with_their_newest_wording(laws: Corpus) -> None:
    found = list(make_pairs(laws))

    amended = [p for p in found if p.provision.id == "robot-act#article-2" and p.kind == VERBATIM]
    newest = laws.provision("robot-act#article-2").versions[-1]
    assert [p.sentence for p in amended] == [newest.text]
    assert not any(p.group == "cloud-bill" for p in found if p.kind != NEAR)


def test_every_kind_is_there_and_altered_sentences_are_nowhere_in_their_provision(
    pairs: tuple[Pair, ...],
) -> None:
    counts = Counter(pair.kind for pair in pairs)

    assert set(counts) == {*SUPPORTED, NEAR, *ALTERATIONS}
    assert counts[VERBATIM] == counts[RESTATED]
    for pair in pairs:
        assert (pair.sentence in pair.version.text) == (pair.kind == VERBATIM), pair


def test_a_near_provision_is_another_of_the_same_instrument(pairs: tuple[Pair, ...]) -> None:
    near = [pair for pair in pairs if pair.kind == NEAR]
    own = {pair.sentence: pair.provision for pair in pairs if pair.kind == VERBATIM}

    assert all(pair.provision.id != own[pair.sentence].id for pair in near)
    assert all(pair.group == own[pair.sentence].instrument_id for pair in near)


def test_fewer_sentences_are_a_part_of_all(embedded: Corpus, pairs: tuple[Pair, ...]) -> None:
    more = {(p.sentence, p.kind) for p in make_pairs(embedded, every=20)}

    assert {(p.sentence, p.kind) for p in pairs} < more
