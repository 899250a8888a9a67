from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.testing_generated import FixedJudge
from assistant.verify import CHECKS, Source, Verdict, verify
from corpus.catalog import Corpus
from corpus.locators import parse

FINE = (
    "A provider that breaks Article 5 shall pay a fine of up to EUR 35 000 000. "
    "Providers need not report before 2 August 2027, unless the Robot Office asks. "
    "The importer must not sell a robot of more than 10^25 parts."
)


@pytest.fixture
def source() -> Source:
    names = ("Robot Act", "The Robot Act, an invented law", "Fines")
    return Source(FINE, parse("Article 9(2)"), names=names)


def failing(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {check.name: check.missing for check in verdict.checks if not check.passed}


@pytest.mark.parametrize(
    "sentence",
    [
        "Providers that break Art. 5 must pay a fine of up to 35 million euros.",
        "Under Article 9(2) of the Robot Act, providers need not report before August 2, 2027, "
        "unless the Robot Office asks.",
        "Article 9(2) says that the importer must not sell robots of more than 1e25 parts.",
        "The importer shall not sell a robot of more than 10²⁵ parts (Article 9(2)).",
    ],
)
def test_a_true_sentence_is_borne_out(sentence: str, source: Source) -> None:
    verdict = verify(sentence, [source])

    assert failing(verdict) == {}
    assert (verdict.supported, verdict.score) == (True, 1.0)


@pytest.mark.parametrize(
    ("sentence", "check", "word"),
    [
        pytest.param(
            "A provider that breaks Article 5 shall pay a fine of up to EUR 53 000 000.",
            "numbers",
            "EUR 53 000 000",
            id="numbers",
        ),
        pytest.param(
            "A provider that breaks Article 6 shall pay a fine of up to EUR 35 000 000.",
            "place",
            "Article 6",
            id="place",
        ),
        pytest.param(
            "Providers need not report before 2 August 2028, unless the Robot Office asks.",
            "dates",
            "2 August 2028",
            id="dates",
        ),
        pytest.param(
            "The importer must not sell no robot of more than 10^25 parts.",
            "negation",
            "no",
            id="negation",
        ),
        pytest.param(
            "Providers must report before 2 August 2027, unless the Robot Office asks.",
            "modality",
            "must",
            id="modality",
        ),
        pytest.param(
            "A deployer that breaks Article 5 shall pay a fine of up to EUR 35 000 000.",
            "actors",
            "deployer",
            id="actors",
        ),
        pytest.param(
            "Providers need not report before 2 August 2027.", "limits", "unless", id="exception"
        ),
        pytest.param(
            "A provider that breaks Article 5 shall pay a fine of at least EUR 35 000 000.",
            "limits",
            "at least",
            id="limits",
        ),
        pytest.param(
            "The importer must not sell a Zanthoxyle robot of more than 10^25 parts.",
            "names",
            "Zanthoxyle",
            id="names",
        ),
        pytest.param(
            "The importer must not sell a cheap robot of more than 10^25 parts.",
            "words",
            "cheap",
            id="words",
        ),
    ],
)
def test_the_check_that_fails_names_the_word(
    sentence: str, check: str, word: str, source: Source
) -> None:
    verdict = verify(sentence, [source])

    assert word in failing(verdict)[check]
    assert not verdict.supported
    assert 0 < verdict.score < 1


def test_true_words_in_another_order_fail_the_order(source: Source) -> None:
    said = "A fine of up to EUR 35 000 000 shall pay a provider that breaks Article 5."

    assert set(failing(verify(said, [source]))) == {"order"}


def test_a_defined_term_that_the_words_do_not_use_is_named() -> None:
    source = Source(
        FINE,
        parse("Article 9(2)"),
        terms_in=lambda text: frozenset({"fine robot"} if "fine robot" in text else ()),
    )

    verdict = verify("The importer must not sell a fine robot of more than 10^25 parts.", [source])

    assert failing(verdict)["terms"] == ("fine robot",)


def test_the_name_of_another_law_is_not_taken_for_this_one(source: Source) -> None:
    said = "Under Article 9(2) of the Drone Act, the importer must not sell a robot of more than "

    assert "Drone" in failing(verify(f"{said} 10^25 parts.", [source]))["names"]


def test_without_a_citation_nothing_is_borne_out() -> None:
    verdict = verify("Robots shall stop.", [])

    assert failing(verdict) == {"cited": ()}
    assert not verdict.supported


def test_every_check_is_told_in_order(source: Source) -> None:
    assert tuple(check.name for check in verify("Robots stop.", [source]).checks) == CHECKS


def test_the_words_that_bear_a_sentence_out_are_given_by_their_offsets(source: Source) -> None:
    verdict = verify("The importer must not sell a robot of more than 10^25 parts.", [source])

    start, end = verdict.span
    assert FINE[start:end] == "The importer must not sell a robot of more than 10^25 parts."


def test_of_several_provisions_the_one_that_bears_it_out_alone_is_cited(source: Source) -> None:
    other = Source("Robots shall stop within 2 seconds.", parse("Article 1"))

    verdict = verify("Robots must stop within two seconds.", [source, other])

    assert (verdict.supported, verdict.source) == (True, 1)


def test_two_provisions_together_bear_nothing_out(source: Source) -> None:
    first = Source("Robots shall stop.", parse("Article 1"))
    second = Source("Drones shall land.", parse("Article 2"))

    assert not verify("Robots shall stop and drones shall land.", [first, second]).supported


def test_a_point_of_a_list_is_cited_with_its_head() -> None:
    text = "Makers of robots shall:\n(a) test the robot;\n(b) keep a logbook."
    source = Source(text, parse("Article 3"))

    verdict = verify("Makers of robots must keep a logbook.", [source])

    assert verdict.supported
    assert text[slice(*verdict.span)] == text


def test_a_provision_that_is_a_point_is_read_with_its_lead() -> None:
    source = Source("sell a robot that bites;", parse("Article 5(1)(a)"), lead="Makers shall not:")

    assert verify("Makers must not sell a robot that bites.", [source]).supported
    assert not verify("Makers must sell a robot that bites.", [source]).supported


def test_a_judge_can_turn_a_sentence_down(source: Source) -> None:
    said = "The importer must not sell a robot of more than 10^25 parts."

    verdict = verify(said, [source], judge=FixedJudge(0.4), at_least=0.5)

    assert failing(verdict) == {"support": ()}
    assert verdict.score == 0.4


def test_a_judge_cannot_save_a_sentence_and_is_not_asked(source: Source) -> None:
    judge = FixedJudge(1.0)

    verdict = verify("The importer must sell robots.", [source], judge=judge)

    assert not verdict.supported
    assert judge.asked == []


def test_a_judge_sees_the_words_that_are_cited(source: Source) -> None:
    judge, said = FixedJudge(0.9), "The importer must not sell a robot of more than 10^25 parts."

    verdict = verify(said, [source], judge=judge)

    ((asked, cited),) = judge.asked
    assert (asked, cited.strip()) == (said, said)
    assert (verdict.supported, verdict.score) == (True, 0.9)


# Alterations, over sentences of any figures, dates, places, persons and verbs.
PERSONS = ("provider", "deployer", "importer", "exporter", "distributor")
MODALS = ("shall", "must not", "may", "should", "need not")
MONTHS = ("January", "March", "May", "August", "December")
LAW = st.fixed_dictionaries(
    {
        "person": st.sampled_from(PERSONS),
        "other": st.sampled_from(PERSONS),
        "modal": st.sampled_from(MODALS),
        "figure": st.integers(2, 900_000),
        "second": st.integers(2, 900_000),
        "day": st.integers(1, 28),
        "month": st.sampled_from(MONTHS),
        "year": st.integers(1990, 2040),
        "article": st.integers(1, 300),
        "limit": st.sampled_from(("at least", "at most", "more than", "less than")),
    }
)
SENTENCE = (
    "The {person} of a robot {modal} report {limit} {figure} parts to the {other} by {day} {month} "
    "{year} under Article {article}"
)
PROVISION = (
    SENTENCE + ". Each {other} should keep {second} files for {second} days. It is not a toy, and "
    "the maker may give no more than {second} of them away before {day} June {year}."
)


def borne_out(said: str, law: dict[str, object]) -> bool:
    source = Source(PROVISION.format(**law), parse("Article 400"))
    return verify(said, [source]).supported


@given(law=LAW)
@settings(max_examples=60, deadline=None)
def test_a_sentence_of_the_provision_is_always_borne_out(law: dict[str, object]) -> None:
    assert borne_out(SENTENCE.format(**law) + ".", law)


@given(law=LAW, data=st.data())
@settings(max_examples=300, deadline=None)
def test_an_alteration_of_what_counts_is_never_borne_out(
    law: dict[str, object], data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(sorted(set(law) - {"second"})))
    drawn = {
        "person": st.sampled_from(PERSONS),
        "other": st.sampled_from(PERSONS),
        "modal": st.sampled_from((*MODALS, "must", "may not")),
        "month": st.sampled_from((*MONTHS, "June")),
        "limit": st.sampled_from(("at least", "at most", "more than", "less than", "before", "")),
        # Figures that stand elsewhere in the provision are the likeliest slips.
        "figure": st.sampled_from([law[name] for name in ("second", "day", "year", "article")])
        | st.integers(2, 900_000),
        "day": st.integers(1, 28),
        "year": st.integers(1990, 2040),
        "article": st.integers(1, 300),
    }
    altered = law | {field: data.draw(drawn[field])}
    same = {("shall", "must"), ("must", "shall")}
    changed = altered[field] != law[field] and (law[field], altered[field]) not in same

    assert borne_out(SENTENCE.format(**altered) + ".", law) == (not changed)


@given(law=LAW, place=st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_a_negation_put_in_anywhere_is_never_borne_out(law: dict[str, object], place: int) -> None:
    words = SENTENCE.format(**law).split()
    words.insert(min(place, len(words)), "not")

    assert not borne_out(" ".join(words) + ".", law)


@given(law=LAW)
@settings(max_examples=60, deadline=None)
def test_a_negation_taken_out_is_never_borne_out(law: dict[str, object]) -> None:
    said = re.sub(r"\b(must|need) not\b", r"\1", SENTENCE.format(**law | {"modal": "must not"}))

    assert not borne_out(said, law | {"modal": "must not"})


@given(said=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_whatever_a_model_writes_gets_a_verdict(said: str) -> None:
    verdict = verify(said, [Source(FINE, parse("Article 9(2)"))])

    assert 0 <= verdict.score <= 1


def test_every_sentence_of_the_shipped_texts_bears_itself_out(real_corpus: Corpus) -> None:
    from assistant.sentences import sentences

    wordings = list(real_corpus.versions())[::20]

    failed = [
        (provision.id, sentence.text)
        for provision, _, version in wordings
        for sentence in sentences(version.text)
        if not verify(
            sentence.text, [Source(version.text, provision.locator, version.lead)]
        ).supported
    ]
    assert len(wordings) > 100
    assert failed == []


@pytest.fixture(scope="module")
def real_corpus() -> Corpus:
    from corpus.catalog import load_embedded

    return load_embedded()
