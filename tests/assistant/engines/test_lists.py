from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.citing import is_exact
from assistant.engines.extractive import MAX_POINTS, ExtractiveEngine
from assistant.engines.lists import points_below
from assistant.protocols import Draft, Evidence
from assistant.testing import TODAY, flat_idf, make_hit, small_corpus
from assistant.understanding import understand
from corpus.catalog import Corpus, assemble_parts
from corpus.locators import parse
from corpus.types import Interval, Origin, Provision, TextKind, Version

ORIGIN = Origin("robots.html", "0" * 64, datetime(2026, 1, 1, tzinfo=UTC), "eurlex")
LEAD = "The following robots shall be banned:"


def wording(text: str, **fields: object) -> Version:
    plain = Version(text, "Bans", TextKind.OFFICIAL, origin=ORIGIN)
    return replace(plain, **fields)  # type: ignore[arg-type]  # the test's own fields


def head(corpus: Corpus) -> Provision:
    return corpus.at("robot-act", parse("Article 5"))[0]


def banned(points: int, text: str = LEAD) -> Corpus:
    base = small_corpus()
    robot = {key: value for key, value in base.instruments.items() if key == "robot-act"}
    owner = next(iter(robot))
    entries = [(owner, parse("Article 5"), wording(text))]
    entries += [
        (owner, parse(f"Article 5({number})"), wording(f"robot number {number};", lead=LEAD))
        for number in range(1, points + 1)
    ]
    return assemble_parts(robot, entries)


def answered(corpus: Corpus, *provision_ids: str) -> Draft:
    hits = tuple(make_hit(corpus, identifier) for identifier in provision_ids)
    engine = ExtractiveEngine(corpus, flat_idf)
    return engine.compose(Evidence(understand("Which robots are banned?"), TODAY, hits, ()))


def test_a_head_brings_the_points_right_below_it() -> None:
    corpus = banned(3)

    found = points_below(corpus, head(corpus), TODAY)

    assert [str(provision.locator) for provision, _ in found] == [
        "Article 5(1)",
        "Article 5(2)",
        "Article 5(3)",
    ]


def test_words_after_the_list_do_not_hide_it() -> None:
    corpus = banned(2, f"{LEAD}\nPoint 1 holds for toys too.")

    assert len(points_below(corpus, head(corpus), TODAY)) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Robots shall be banned.", id="a whole sentence"),
        pytest.param(f"{LEAD}\n(1) robot number 1;\n(2) robot number 2;", id="holds its points"),
    ],
)
def test_what_is_no_bare_head_brings_nothing(text: str) -> None:
    corpus = banned(2, text)

    assert points_below(corpus, head(corpus), TODAY) == []


def test_a_digest_is_no_head() -> None:
    corpus = banned(2)
    digest = replace(head(corpus).versions[0], origin=None, text_kind=TextKind.DIGEST)

    assert points_below(corpus, replace(head(corpus), versions=(digest,)), TODAY) == []


def test_points_are_those_of_the_day() -> None:
    corpus = banned(2)
    gone = head(corpus)
    before = replace(gone.versions[0], valid=Interval(None, date(2020, 1, 1)))

    assert points_below(corpus, replace(gone, versions=(before,)), TODAY) == []


def test_the_answer_quotes_head_and_points_each_with_a_citation_of_its_own() -> None:
    corpus = banned(3)

    draft = answered(corpus, "robot-act#article-5")

    assert [citation.locator for citation in draft.citations] == [
        "Article 5",
        "Article 5(1)",
        "Article 5(2)",
        "Article 5(3)",
    ]
    assert all(is_exact(citation, corpus) for citation in draft.citations)
    assert f"{LEAD} [1] robot number 1; [2] robot number 2; [3]" in draft.text


def test_a_long_list_is_cut() -> None:
    draft = answered(banned(MAX_POINTS + 5), "robot-act#article-5")

    assert len(draft.citations) == MAX_POINTS + 1
    assert "5 more points stand in Robot Act, Article 5. [1]" in draft.text


def test_a_list_that_is_given_whole_says_nothing_of_more() -> None:
    draft = answered(banned(MAX_POINTS), "robot-act#article-5")

    assert len(draft.citations) == MAX_POINTS + 1
    assert "more point" not in draft.text


def test_a_point_that_the_list_gives_is_not_given_again() -> None:
    draft = answered(banned(3), "robot-act#article-5", "robot-act#article-5_2")

    assert [c.locator for c in draft.citations].count("Article 5(2)") == 1


def test_a_head_after_the_first_hit_is_left_out() -> None:
    draft = answered(banned(3), "robot-act#article-5_2", "robot-act#article-5")

    assert [citation.locator for citation in draft.citations] == ["Article 5(2)"]


def test_a_point_by_itself_is_opened_with_the_words_that_lead_into_it() -> None:
    draft = answered(banned(3), "robot-act#article-5_2")

    assert "says, after “The following robots shall be banned”: robot number 2; [1]" in draft.text
