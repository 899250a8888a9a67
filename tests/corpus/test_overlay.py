"""Official texts laid over digests: small laws of our own, then the AI Act with its amendment."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.adding import Adder
from corpus.catalog import Corpus, assemble_parts, load_embedded
from corpus.locators import Locator, Unit, parse
from corpus.overlay import overlay
from corpus.parsers.document import Action, Amendment, Node, ParsedText
from corpus.parsers.markup import canonical
from corpus.status import standing
from corpus.store import StoredText, TextStore
from corpus.types import (
    Authority,
    Event,
    EventKind,
    Instrument,
    InstrumentId,
    Interval,
    Origin,
    Phase,
    Provision,
    Status,
    TextKind,
    Version,
)

LAW, NOVEL = InstrumentId("lamp-law"), InstrumentId("lamp-novel")
ISSUED, AMENDED, TODAY = date(2031, 5, 1), date(2032, 3, 1), date(2033, 1, 1)
TWO_OIL = "oil " * 300


def instrument(key: InstrumentId, celex: str, **fields: Any) -> Instrument:
    standard: dict[str, Any] = {
        "title": str(key),
        "short_title": str(key),
        "kind": "regulation",
        "jurisdiction": "EU",
        "authority": Authority.BINDING,
        "text_kind": TextKind.DIGEST,
        "source_url": "",
        "identifiers": (("celex", celex),),
        "timeline": (
            Event(ISSUED, EventKind.PUBLISHED, "Published."),
            Event(ISSUED, EventKind.IN_FORCE, "In force."),
        ),
    }
    return Instrument(id=key, **(standard | fields))


def digest(
    at: str, text: str, start: date | None = None, end: date | None = None, **fields: Any
) -> tuple[Locator, Version]:
    return parse(at), Version(text, at, TextKind.DIGEST, Interval(start, end), **fields)


def catalog(*digests: tuple[Locator, Version], dated_novel: bool = True, **fields: Any) -> Corpus:
    """The lamp law with these digests, and an act without digests that amends it."""
    events = (Event(AMENDED, EventKind.IN_FORCE, "In force."),) if dated_novel else ()
    instruments = {
        LAW: instrument(LAW, "32031R0077", **fields),
        NOVEL: instrument(NOVEL, "32032R0078", timeline=events),
    }
    return assemble_parts(instruments, [(LAW, at, version) for at, version in digests])


def node(at: str, text: str = "", *children: Node, heading: str = "", label: str = "") -> Node:
    return Node(parse(at), text, heading, label, children=children)


def official(
    *nodes: Node,
    dated: date | None = ISSUED,
    name: str = "law.html",
    owner: InstrumentId = LAW,
    derived: str = "",
    amendments: tuple[Amendment, ...] = (),
    identifiers: tuple[tuple[str, str], ...] = (),
    retrieved: date = TODAY,
) -> StoredText:
    at = datetime(retrieved.year, retrieved.month, retrieved.day, tzinfo=UTC)
    origin = Origin(name, "0" * 64, at, "eurlex", dated=dated, derived=derived)
    parsed = ParsedText(
        "eurlex", "Law", nodes, dated=dated, amendments=amendments, identifiers=identifiers
    )
    return StoredText(owner, name, TextKind.OFFICIAL, origin, parsed)


def novel(*amendments: Amendment, dated: date = AMENDED) -> StoredText:
    words = node("Article 1", "The lamp law is amended.")
    return official(words, owner=NOVEL, name="novel.html", dated=dated, amendments=amendments)


def change(action: Action, at: str, *nodes: Node, old: str = "", new: str = "") -> Amendment:
    return Amendment("32031R0077", parse(at), action, parse("Article 1"), nodes, old, new)


def provision(corpus: Corpus, at: str) -> Provision | None:
    return next((p for p in corpus.of(LAW) if p.locator == parse(at)), None)


def told(corpus: Corpus, at: str) -> list[str]:
    """The wordings of a place as "since-until kind: text"."""
    found = provision(corpus, at)
    return [
        f"{version.valid.start or ''}..{version.valid.end or ''} {version.text_kind}: "
        f"{version.text.strip()}"
        for version in (found.versions if found else ())
    ]


def only(corpus: Corpus, at: str) -> Version:
    found = provision(corpus, at)
    assert found is not None
    (version,) = found.versions
    return version


def test_without_texts_the_corpus_is_the_one_that_was() -> None:
    base = catalog(digest("Article 1", "ours"))

    assert overlay(base, []) is base


def test_an_official_text_takes_the_place_of_the_digest() -> None:
    base = catalog(digest("Article 1", "ours"), digest("Article 2", "ours too"))

    laid = overlay(base, [official(node("Article 1", "theirs"))])

    assert told(laid, "Article 1") == [".. official: theirs"]
    assert told(laid, "Article 2") == [".. digest: ours too"]


def test_an_instrument_without_a_text_of_its_own_stays_as_it_was() -> None:
    base = catalog(digest("Article 1", "ours"))

    laid = overlay(base, [official(node("Article 1", "theirs"), owner=NOVEL)])

    assert told(laid, "Article 1") == [".. digest: ours"]
    assert [p.versions[0].text for p in laid.of(NOVEL)] == ["theirs"]


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        pytest.param(
            ISSUED,
            ["..2032-03-01 official: theirs", "2032-03-01.. digest: ours, new"],
            id="the text as published",
        ),
        pytest.param(
            date(2032, 6, 1),
            ["..2032-03-01 digest: ours, old", "2032-03-01.. official: theirs"],
            id="the text as amended",
        ),
    ],
)
def test_a_text_holds_between_the_changes_the_digest_tells(
    dated: date, expected: list[str]
) -> None:
    base = catalog(
        digest("Article 1", "ours, old", end=AMENDED),
        digest("Article 1", "ours, new", start=AMENDED),
    )

    laid = overlay(base, [official(node("Article 1", "theirs"), dated=dated)])

    assert told(laid, "Article 1") == expected


def test_a_digest_that_began_before_the_official_words_is_clipped_on_both_sides() -> None:
    first, last = date(2031, 8, 1), date(2032, 8, 1)
    base = catalog(
        digest("Article 1(1)", "early", end=first),
        digest("Article 1(1)", "middle", first, last),
        digest("Article 1(1)", "late", start=last),
        digest("Article 1", "all of it"),
    )

    laid = overlay(base, [official(node("Article 1", "", node("Article 1(1)", "theirs")))])
    later = official(node("Article 1", "", node("Article 1(1)", "theirs")), dated=AMENDED)

    assert told(laid, "Article 1") == ["2031-08-01.. digest: all of it"]
    assert told(overlay(base, [later]), "Article 1") == [
        "..2031-08-01 digest: all of it",
        "2032-08-01.. digest: all of it",
    ]


def test_the_nearest_digest_tells_the_days_of_a_point() -> None:
    base = catalog(
        digest("Article 1", "all", end=date(2031, 9, 1)),
        digest("Article 1", "all", start=date(2031, 9, 1)),
        digest("Article 1(2)", "second", end=AMENDED),
    )
    points = (
        node("Article 1(1)", "one"),
        node("Article 1(2)", "two", node("Article 1(2)(a)", "x")),
    )

    laid = overlay(base, [official(node("Article 1", "", *points))])

    assert told(laid, "Article 1(1)") == ["..2031-09-01 official: one"]
    assert told(laid, "Article 1(2)(a)") == ["..2032-03-01 official: x"]


def test_a_digest_of_a_folded_point_tells_the_days_of_the_list() -> None:
    points = (node("Article 1(1)(a)", "oil;"), node("Article 1(1)(b)", TWO_OIL))
    base = catalog(digest("Article 1(1)(a)", "oil", end=AMENDED))
    whole = official(node("Article 1(1)", "Lamps burn:", points[0]))
    apart = official(node("Article 1(1)", "Lamps burn:", *points))

    assert told(overlay(base, [apart]), "Article 1(1)") == [".. official: Lamps burn:"]
    assert told(overlay(base, [whole]), "Article 1(1)(a)") == ["..2032-03-01 official: oil;"]


def test_two_dated_texts_of_one_part_follow_each_other() -> None:
    texts = [
        official(node("Article 1", "old"), name="a", dated=date(2031, 6, 1)),
        official(node("Article 1", "new"), name="b", dated=date(2032, 6, 1)),
    ]

    assert told(overlay(catalog(), texts), "Article 1") == [
        "..2032-06-01 official: old",
        "2032-06-01.. official: new",
    ]
    assert told(overlay(catalog(digest("Article 1", "x", end=AMENDED)), texts), "Article 1") == [
        "..2032-03-01 official: old",
        "2032-03-01.. official: new",
    ]


def test_equal_texts_of_two_days_are_one_wording() -> None:
    texts = [
        official(node("Article 1", "the same"), name="a", dated=date(2031, 6, 1)),
        official(node("Article 1", "the same"), name="b", dated=date(2032, 6, 1)),
    ]

    assert told(overlay(catalog(), texts), "Article 1") == [".. official: the same"]


def test_of_two_texts_of_one_day_the_later_file_counts() -> None:
    texts = [
        official(node("Article 1", "later"), name="b", retrieved=date(2033, 2, 2)),
        official(node("Article 1", "earlier"), name="a", retrieved=date(2033, 2, 1)),
    ]

    assert told(overlay(catalog(), texts), "Article 1") == [".. official: later"]


def test_a_place_that_a_later_text_no_longer_has_has_ended() -> None:
    both = node("Article 1", "", node("Article 1(1)", "one"), node("Article 1(2)", "two"))
    less = node("Article 1", "", node("Article 1(1)", "one"))
    texts = [official(both, name="a"), official(less, name="b", dated=AMENDED)]
    lossy = [texts[0], replace(texts[1], origin=replace(texts[1].origin, derived="a selection"))]

    assert told(overlay(catalog(), texts), "Article 1(2)") == ["..2032-03-01 official: two"]
    assert told(overlay(catalog(), lossy), "Article 1(2)") == [".. official: two"]
    assert told(overlay(catalog(), texts[::-1]), "Article 1(1)") == [".. official: one"]


def test_a_place_that_an_earlier_text_had_not_yet_begins_with_the_later() -> None:
    less = node("Article 1", "", node("Article 1(1)", "one"))
    more = node("Article 1", "", node("Article 1(1)", "one"), node("Article 1(2)", "two"))
    texts = [official(less, name="a"), official(more, name="b", dated=AMENDED)]

    assert told(overlay(catalog(), texts), "Article 1(2)") == ["2032-03-01.. official: two"]


@pytest.mark.parametrize(
    ("identifiers", "held"),
    [
        pytest.param((("celex", "32031R0077"),), "2031-05-01", id="an act in its journal"),
        pytest.param((("oj", "L/2031/77"),), "2031-05-01", id="a part of a journal"),
        pytest.param((("celex", "02031R0077-20320301"),), "2033-01-01", id="a consolidated text"),
        pytest.param((("cfr", "15/744"),), "2033-01-01", id="a text that is kept up to date"),
    ],
)
def test_a_text_without_a_day_is_that_of_its_journal_or_of_its_retrieval(
    identifiers: tuple[tuple[str, str], ...], held: str
) -> None:
    texts = [
        official(node("Article 1", "dated"), name="a", dated=date(2030, 1, 1)),
        official(node("Article 1", "undated"), name="b", dated=None, identifiers=identifiers),
    ]

    assert told(overlay(catalog(), texts), "Article 1") == [
        f"..{held} official: dated",
        f"{held}.. official: undated",
    ]


LAMPS = node(
    "Article 1",
    "",
    node("Article 1(1)", "Lamps burn oil."),
    node("Article 1(2)", "Keepers wake."),
    heading="Lamps",
)


def test_an_amendment_gives_the_new_wording_from_its_day() -> None:
    act = novel(
        change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")),
        change("insert", "Article 1(3)", node("Article 1(3)", "Keepers sing.")),
        change("delete", "Article 1(2)"),
    )

    laid = overlay(catalog(), [official(LAMPS), act])

    assert told(laid, "Article 1(1)") == [
        "..2032-03-01 official: Lamps burn oil.",
        "2032-03-01.. official: Lamps burn gas.",
    ]
    assert told(laid, "Article 1(2)") == ["..2032-03-01 official: Keepers wake."]
    assert told(laid, "Article 1(3)") == ["2032-03-01.. official: Keepers sing."]


def test_amended_words_name_the_amending_file_and_say_how_they_came_about() -> None:
    act = novel(change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")))

    laid = overlay(catalog(), [official(LAMPS), act])

    found = provision(laid, "Article 1(1)")
    assert found is not None
    before, after = (version.origin for version in found.versions)
    assert before is not None
    assert after is not None
    assert (before.name, before.derived) == ("law.html", "")
    assert after.name == "novel.html"
    assert "law.html" in after.derived


def test_a_digest_that_changed_with_an_amendment_at_hand_does_not_end_untouched_words() -> None:
    base = catalog(
        digest("Article 1(2)", "old", end=AMENDED), digest("Article 1(2)", "new", start=AMENDED)
    )
    act = novel(change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")))

    laid = overlay(base, [official(LAMPS), act])

    assert told(laid, "Article 1(2)") == [".. official: Keepers wake."]


def test_words_changed_by_an_act_that_is_not_at_hand_are_not_carried_past_it() -> None:
    between = date(2031, 12, 1)
    base = catalog(
        digest("Article 1(2)", "old", end=between), digest("Article 1(2)", "new", start=between)
    )
    act = novel(change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")))

    laid = overlay(base, [official(LAMPS), act])

    assert told(laid, "Article 1(2)") == [
        "..2031-12-01 official: Keepers wake.",
        "2031-12-01.. digest: new",
    ]


def test_words_that_cannot_be_derived_leave_the_day_to_the_digest() -> None:
    base = catalog(
        digest("Article 1(1)", "old", end=AMENDED), digest("Article 1(1)", "new", start=AMENDED)
    )

    laid = overlay(base, [official(LAMPS), novel(change("reword", "Article 1(1)"))])

    assert told(laid, "Article 1(1)") == [
        "..2032-03-01 official: Lamps burn oil.",
        "2032-03-01.. digest: new",
    ]
    assert told(laid, "Article 1(2)") == [".. official: Keepers wake."]


def test_a_list_is_unknown_while_one_of_its_points_is() -> None:
    points = (node("Article 1(1)(a)", "oil;"), node("Article 1(1)(b)", "gas."))
    law = official(node("Article 1(1)", "Lamps burn:", *points))

    laid = overlay(catalog(), [law, novel(change("reword", "Article 1(1)(a)"))])

    assert told(laid, "Article 1(1)") == ["..2032-03-01 official: Lamps burn:\noil;\ngas."]
    assert told(laid, "Article 1(1)(a)") == ["..2032-03-01 official: oil;"]
    assert told(laid, "Article 1(1)(b)") == [".. official: gas."]


def test_a_digest_of_an_article_stays_while_some_of_the_article_is_unknown() -> None:
    base = catalog(digest("Article 1", "all of it"))

    laid = overlay(base, [official(LAMPS), novel(change("reword", "Article 1(1)"))])

    assert told(laid, "Article 1") == ["2032-03-01.. digest: all of it"]


def test_what_one_act_left_unknown_is_not_made_known_by_the_next() -> None:
    second = date(2032, 9, 1)
    base = catalog()
    instruments = {
        **base.instruments,
        InstrumentId("second"): instrument(
            InstrumentId("second"),
            "32032R0099",
            timeline=(Event(second, EventKind.IN_FORCE, "In force."),),
        ),
    }
    base = Corpus(instruments, base.provisions)
    later = official(
        node("Article 1", "Amends."),
        owner=InstrumentId("second"),
        amendments=(change("replace", "Article 1(2)", node("Article 1(2)", "Keepers rest.")),),
    )

    laid = overlay(base, [official(LAMPS), novel(change("reword", "Article 1(1)")), later])

    assert told(laid, "Article 1(1)") == ["..2032-03-01 official: Lamps burn oil."]
    assert told(laid, "Article 1(2)") == [
        "..2032-09-01 official: Keepers wake.",
        "2032-09-01.. official: Keepers rest.",
    ]


def test_an_act_whose_day_is_unknown_is_not_carried_out() -> None:
    act = novel(change("delete", "Article 1(1)"))

    laid = overlay(catalog(dated_novel=False), [official(LAMPS), act])

    assert told(laid, "Article 1(1)") == [".. official: Lamps burn oil."]


def test_amendments_of_another_act_change_nothing() -> None:
    other = replace(change("delete", "Article 1(1)"), act="32030R0001")

    laid = overlay(catalog(), [official(LAMPS), novel(other)])

    assert told(laid, "Article 1(1)") == [".. official: Lamps burn oil."]


def test_an_amendment_without_the_text_it_amends_changes_nothing() -> None:
    base = catalog(digest("Article 1(1)", "ours"))

    laid = overlay(base, [novel(change("delete", "Article 1(1)"))])

    assert told(laid, "Article 1(1)") == [".. digest: ours"]


def test_a_consolidated_text_counts_where_it_is_at_hand() -> None:
    act = novel(
        change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn, roughly, gas.")),
        change("replace", "Article 9", node("Article 9", "Ships stop.")),
    )
    consolidated = official(
        node("Article 1", "", node("Article 1(1)", "Lamps burn gas."), heading="Lamps"),
        dated=AMENDED,
        name="consolidated.html",
    )

    laid = overlay(catalog(), [official(LAMPS, node("Article 9", "Ships go.")), act, consolidated])

    assert told(laid, "Article 1(1)")[-1] == "2032-03-01.. official: Lamps burn gas."
    assert told(laid, "Article 1(2)") == ["..2032-03-01 official: Keepers wake."]
    assert told(laid, "Article 9")[-1] == "2032-03-01.. official: Ships stop."


def test_a_law_in_several_files_is_amended_as_one() -> None:
    act = novel(
        change("replace", "Annex I", node("Annex I", "Gas.")),
        change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")),
    )
    texts = [official(LAMPS, name="a"), official(node("Annex I", "Oil."), name="b"), act]

    laid = overlay(catalog(), texts)

    assert told(laid, "Annex I")[-1] == "2032-03-01.. official: Gas."
    assert told(laid, "Article 1(1)")[-1] == "2032-03-01.. official: Lamps burn gas."


def test_a_new_heading_does_not_make_the_paragraphs_below_it_amended() -> None:
    heading = replace(change("replace", "Article 1", node("Article 1", "Lights")))
    heading = replace(heading, locator=replace(heading.locator, note="heading"))
    act = novel(heading, change("replace", "Article 1(1)", node("Article 1(1)", "Gas.")))

    laid = overlay(catalog(), [official(LAMPS), act])

    kept, changed = provision(laid, "Article 1(2)"), provision(laid, "Article 1(1)")
    assert kept is not None
    assert changed is not None
    assert [version.heading for version in kept.versions] == ["Lamps", "Lights"]
    stands = [standing(laid.instruments[LAW], p, p.versions[-1], TODAY) for p in (kept, changed)]
    assert [one.status for one in stands] == [Status.IN_FORCE, Status.AMENDED]
    early = standing(laid.instruments[LAW], kept, kept.versions[0], ISSUED)
    assert "replaced" not in early.note
    assert early.note == stands[0].note


def test_a_list_that_gains_a_point_is_amended_though_its_opening_words_are_not() -> None:
    points = (node("Article 1(1)(a)", TWO_OIL), node("Article 1(1)(b)", TWO_OIL))
    law = official(node("Article 1(1)", "Lamps burn:", *points))
    act = novel(change("insert", "Article 1(1)(c)", node("Article 1(1)(c)", "gas.")))

    laid = overlay(catalog(), [law, act])

    found = provision(laid, "Article 1(1)")
    assert found is not None
    assert [version.text for version in found.versions] == ["Lamps burn:", "Lamps burn:"]
    stands = standing(laid.instruments[LAW], found, found.versions[-1], TODAY)
    assert stands.status is Status.AMENDED


def test_official_words_have_the_status_dates_terms_and_questions_of_their_digest() -> None:
    applies = date(2034, 1, 1)
    base = catalog(
        digest(
            "Article 1",
            "ours",
            context=("Chapter I: Lamps",),
            applies_from=applies,
            terms=("wick",),
            status=Status.NOT_YET_APPLICABLE,
            note="Waits.",
            asks=("May I sing?",),
        )
    )
    law = official(replace(node("Article 1", "theirs"), terms=("lamp",)))

    version = only(overlay(base, [law]), "Article 1")

    assert version.context == ("Chapter I: Lamps",)
    assert version.applies_from == applies
    assert version.terms == ("lamp", "wick")
    assert (version.status, version.note) == (Status.NOT_YET_APPLICABLE, "Waits.")
    assert version.asks == ("May I sing?",)
    assert version.heading == "Article 1"
    assert version.gist is not None
    assert version.gist.text == "ours"


def test_official_words_have_their_own_heading_and_chapter_where_the_file_gives_them() -> None:
    base = catalog(digest("Article 1", "ours", context=("Part I",)))
    law = replace(node("Article 1", "theirs", heading="Lamps"), context=("Chapter I: Lamps",))

    version = only(overlay(base, [official(law)]), "Article 1")

    assert (version.heading, version.context) == ("Lamps", ("Chapter I: Lamps",))


def test_the_questions_of_each_wording_go_to_the_words_of_its_days() -> None:
    base = catalog(
        digest("Article 1(1)", "old", end=AMENDED, asks=("Oil?",)),
        digest("Article 1(1)", "new", start=AMENDED, asks=("Gas?",)),
    )
    act = novel(change("replace", "Article 1(1)", node("Article 1(1)", "Lamps burn gas.")))

    laid = overlay(base, [official(LAMPS), act])

    found = provision(laid, "Article 1(1)")
    assert found is not None
    assert [version.asks for version in found.versions] == [("Oil?",), ("Gas?",)]


@pytest.mark.parametrize(
    ("at", "heir"),
    [
        pytest.param("Article 1", "Article 1(1)", id="to the first words below"),
        pytest.param("Article 1(2)(a)", "Article 1(2)", id="to the words that hold it"),
    ],
)
def test_questions_of_a_digest_without_official_words_at_its_place_are_kept(
    at: str, heir: str
) -> None:
    laid = overlay(catalog(digest(at, "ours", asks=("May I sing?",))), [official(LAMPS)])

    assert told(laid, at) == []
    assert only(laid, heir).asks == ("May I sing?",)


def test_a_folded_point_that_answers_a_question_is_searched_by_itself() -> None:
    points = (node("Article 1(1)(a)", "oil;"), node("Article 1(1)(b)", "gas."))
    base = catalog(digest("Article 1(1)(a)", "oil", asks=("Oil?",)))

    laid = overlay(base, [official(node("Article 1(1)", "Lamps burn:", *points))])

    assert only(laid, "Article 1(1)(a)").searched


def test_a_place_without_a_digest_has_the_chapter_of_what_is_near() -> None:
    base = catalog(
        digest("Annex I", "all", context=("Annex I: Stores",)),
        digest("Recital 1", "one", context=("Recitals",)),
        digest("Article 1", "one", context=("Chapter I",)),
        digest("Article 2", "two", context=("Chapter II",)),
    )
    law = official(
        node("Annex I", "", node("Annex I(1)", "Oil.")),
        node("Recital 2", "Whereas."),
        node("Article 3", "three"),
    )

    laid = overlay(base, [law])

    assert only(laid, "Annex I(1)").context == ("Annex I: Stores",)
    assert only(laid, "Recital 2").context == ("Recitals",)
    assert only(laid, "Article 3").context == ()


def test_a_phase_holds_for_official_words_as_for_the_digest() -> None:
    phase = Phase(date(2034, 1, 1), Interval(), groups=("Chapter I",))
    base = catalog(digest("Article 1", "ours", context=("Chapter I: Lamps",)), phases=(phase,))

    laid = overlay(base, [official(node("Article 1", "theirs"))])

    found = provision(laid, "Article 1")
    assert found is not None
    stands = standing(laid.instruments[LAW], found, found.versions[0], TODAY)
    assert stands.status is Status.NOT_YET_APPLICABLE


def upload(name: str = "notes.md", *, owner: str = "uploads-notes", title: str = "") -> StoredText:
    nodes = (
        node("Heading: Lamps", "Ours:", *(node(f"Heading: Lamps ({n})", "x") for n in (1, 2))),
    )
    text = official(*nodes, name=name, owner=InstrumentId(owner), dated=None)
    parsed = replace(text.parsed, title=title, language="de")
    return replace(text, kind=TextKind.UPLOAD, parsed=parsed, collection="uploads")


def test_an_upload_is_an_instrument_of_its_own_and_no_law() -> None:
    base = catalog(digest("Article 1", "ours"))

    laid = overlay(base, [upload(title="On lamps")])

    own = laid.instrument("uploads-notes")
    assert (own.title, own.short_title, own.kind) == ("On lamps", "On lamps", "upload")
    assert (own.authority, own.text_kind) == (Authority.UPLOAD, TextKind.UPLOAD)
    assert (own.collection, own.language, own.retrieved) == ("uploads", "de", TODAY)
    assert laid.members(["uploads"]) == {"uploads-notes"}
    assert told(laid, "Article 1") == [".. digest: ours"]


def test_the_words_of_an_upload_are_marked_as_the_users() -> None:
    laid = overlay(catalog(), [upload()])

    versions = [version for p in laid.of("uploads-notes") for version in p.versions]
    assert {version.text_kind for version in versions} == {TextKind.UPLOAD}
    assert {version.valid for version in versions} == {Interval()}
    assert {version.origin.name for version in versions if version.origin} == {"notes.md"}


def test_an_upload_without_a_title_has_the_name_of_its_file() -> None:
    assert overlay(catalog(), [upload()]).instrument("uploads-notes").title == "notes.md"


def test_an_official_text_of_an_instrument_the_catalog_lost_is_kept_as_an_upload() -> None:
    text = official(node("Article 1", "theirs"), owner=InstrumentId("gone"))

    laid = overlay(catalog(), [text])

    assert laid.instrument("gone").authority is Authority.UPLOAD


days = st.integers(1, 6).map(lambda number: date(2031, number, 1))
wording = st.sampled_from(["A", "B", "C"])


@st.composite
def changing_digests(draw: st.DrawFn, at: str) -> list[tuple[Locator, Version]]:
    """Digests of one place without a gap between them."""
    edges = [None, *sorted(draw(st.sets(days, max_size=3))), None]
    return [digest(at, draw(wording), start, end) for start, end in itertools.pairwise(edges)]


@given(
    changing_digests("Article 1"),
    changing_digests("Article 1(1)"),
    st.dictionaries(days, st.tuples(wording, wording), max_size=3),
    st.sampled_from(["", "Article 1(1)", "Article 1(2)"]),
)
def test_official_words_hold_on_their_day_and_no_day_is_left_without_words(
    outer: list[tuple[Locator, Version]],
    inner: list[tuple[Locator, Version]],
    texts: dict[date, tuple[str, str]],
    reworded: str,
) -> None:
    base = catalog(*outer, *inner)
    stored = [
        official(
            node("Article 1", "", node("Article 1(1)", one), node("Article 1(2)", two)),
            dated=dated,
            name=str(dated),
        )
        for dated, (one, two) in texts.items()
    ]
    if reworded:
        stored.append(novel(change("reword", reworded)))

    laid = overlay(base, stored)  # `assemble_parts` refuses two wordings of one day

    for dated, words in texts.items():
        for at, text in zip(("Article 1(1)", "Article 1(2)"), words, strict=True):
            found = provision(laid, at)
            version = found.on(dated) if found else None
            assert version is not None
            assert (version.text, version.text_kind) == (text, TextKind.OFFICIAL)
    for number in range(1, 500, 7):
        today = date(2030, 12, 1) + timedelta(number)
        covering = [p for p in laid.of(LAW) if p.locator in {parse("Article 1"), *PLACES}]
        assert any(p.on(today) for p in covering)


PLACES = (parse("Article 1(1)"), parse("Article 1(2)"))


# The AI Act as published and the Digital Omnibus, which amends it, read by a second reader.

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
ACT_PAGE = REFERENCE / "eu-ai-act" / "32024R1689.en.html"
OMNIBUS_PAGE = REFERENCE / "eu-ai-act-omnibus" / "32026R1744.en.html"
needs_reference = pytest.mark.skipif(
    not (ACT_PAGE.is_file() and OMNIBUS_PAGE.is_file()),
    reason=f"official texts are not at {REFERENCE}",
)
EVE, DAY, NOW = date(2026, 7, 26), date(2026, 7, 27), date(2026, 11, 23)

# What Article 1 of Regulation (EU) 2026/1744 does, point by point, as its words say.
CHANGED = """
1(2)(g) 2(2) 2(7) 3(14) 10(1) 10(6) 11(1) 17(2) 25(2) 25(4) 27(4) 27(5) 29(4) 30(2) 40(2) 43(3)
50(7) 56(6) 57(1) 57(3) 57(5) 57(9)(e) 57(10) 57(14) 58(1) 60(1) 60(2) 63(1) 69(2) 70(8) 72(3)
75(1) 76(1) 77(1) 95(4) 96(1) 96(1)(a) 97(2) 97(3) 97(6) 99(1) 111(2) 113(a) 113(c)
"""
NEW = """
2(13) 3(14a) 3(14b) 4(1) 4(2) 4(3) 4a(1) 4a(2) 5(1)(ba) 5(1)(bb) 5(1a) 5(1b) 6(1a) 6(1b) 6(1c)
28(8) 28(9) 42(3) 57(3a) 58(1)(d) 60a(1) 60a(2) 60a(3) 60a(4) 60a(5) 60a(6) 64(3) 75(1a) 75(1b)
75(1c) 75(1d) 75(1e) 75(2a) 75a(1) 75a(2) 75a(3) 75a(4) 75a(5) 75a(6) 75a(7) 75a(8) 75b 75c(1)
75c(2) 75c(3) 75c(4) 75c(5) 75c(6) 75c(7) 75c(8) 75c(9) 75d(1) 75d(2) 75d(3) 75d(4) 77(1a)
77(1b) 96(1)(g) 99(4)(da) 99(6a) 111(4) 113(d)
"""
NEW_IN_ANNEXES = ("Annex I Section B(21)", *(f"Annex XIV({n})" for n in (1, "2)(a", "2)(b", 4)))
GONE = ("Article 4", "Article 10(5)", "Annex I Section A(1)")
GONE_FROM_ANNEX_VIII = ("Annex VIII Section B(7)", "Annex VIII Section B(9)")
BEGINS = {"4a", "60a", "75a", "75b", "75c", "75d"}


def articles(numbers: str) -> list[str]:
    return [f"Article {number}" for number in numbers.split()]


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, list[StoredText]]:
    base = load_embedded()
    store = TextStore(tmp_path_factory.mktemp("home"))
    Adder(base, store).add([ACT_PAGE, OMNIBUS_PAGE])
    return base, store.texts()


@pytest.fixture(scope="module")
def act(added: tuple[Corpus, list[StoredText]]) -> Corpus:
    base, texts = added
    return overlay(base, texts)


def in_act(corpus: Corpus, at: str) -> Provision:
    return corpus.provisions[next(p.id for p in corpus.of("eu-ai-act") if p.locator == parse(at))]


def wording_of(corpus: Corpus, at: str, day: date) -> Version | None:
    return in_act(corpus, at).on(day)


@needs_reference
@pytest.mark.parametrize("at", articles(CHANGED))
def test_the_omnibus_gives_a_provision_new_official_words(act: Corpus, at: str) -> None:
    before, after = wording_of(act, at, EVE), wording_of(act, at, DAY)

    assert before is not None
    assert after is not None
    assert before.text_kind is after.text_kind is TextKind.OFFICIAL
    assert before.valid.end == after.valid.start == DAY
    assert before.text != after.text


@needs_reference
@pytest.mark.parametrize("at", [*articles(NEW), *NEW_IN_ANNEXES])
def test_the_omnibus_adds_a_provision(act: Corpus, at: str) -> None:
    versions = in_act(act, at).versions

    assert [(v.valid, v.text_kind) for v in versions] == [(Interval(DAY), TextKind.OFFICIAL)]
    assert versions[0].context


@needs_reference
@pytest.mark.parametrize("at", [*GONE, *GONE_FROM_ANNEX_VIII])
def test_the_omnibus_deletes_a_provision(act: Corpus, at: str) -> None:
    before, after = wording_of(act, at, EVE), wording_of(act, at, DAY)

    assert before is not None
    assert before.text_kind is TextKind.OFFICIAL
    assert before.valid.end == DAY
    assert after is None or after.text_kind is TextKind.DIGEST


@needs_reference
@pytest.mark.parametrize(("article", "says"), [("75", "mutual assistance"), ("77", "cooperation")])
def test_the_omnibus_gives_an_article_a_new_heading(act: Corpus, article: str, says: str) -> None:
    for place in (p for p in act.of("eu-ai-act") if p.locator.root == parse(f"Article {article}")):
        before, after = place.on(EVE), place.on(DAY)

        assert after is not None
        assert says in after.heading
        assert before is None or before.heading != after.heading


@needs_reference
def test_the_omnibus_changes_nothing_else(act: Corpus) -> None:
    named = [
        parse(at)
        for at in (*articles(CHANGED), *articles(NEW), *NEW_IN_ANNEXES, *GONE, "Annex XIV")
    ]
    named += [parse(at) for at in GONE_FROM_ANNEX_VIII]

    for place in act.of("eu-ai-act"):
        before, after = place.on(EVE), place.on(DAY)
        if (before and before.text) != (after and after.text):
            at = place.locator
            assert any(one.covers(at) or at.covers(one) for one in named), at


@needs_reference
def test_our_digests_stand_only_where_the_law_has_no_words(act: Corpus) -> None:
    ours = {
        (str(place.locator), version.valid.start)
        for place in act.of("eu-ai-act")
        for version in place.versions
        if version.text_kind is not TextKind.OFFICIAL
    }

    assert ours == {(at, DAY) for at in (*GONE[1:], *GONE_FROM_ANNEX_VIII)}


@needs_reference
def test_every_article_has_words_on_every_day(act: Corpus) -> None:
    numbers = {p.locator.number for p in act.of("eu-ai-act") if p.locator.unit is Unit.ARTICLE}
    places = [p for p in act.of("eu-ai-act") if p.locator.unit is Unit.ARTICLE]
    edges = {d for p in places for v in p.versions for d in (v.valid.start, v.valid.end) if d}
    moments = [date(2024, 8, 1), NOW, *edges, *(edge - timedelta(1) for edge in edges)]

    assert numbers == {str(number) for number in range(1, 114)} | BEGINS
    for today in moments:
        held = {place.locator.number for place in places if place.on(today)}
        assert held == numbers - (BEGINS if today < DAY else set())


@needs_reference
def test_every_place_of_the_act_as_published_has_words_until_the_omnibus_deletes_it(
    added: tuple[Corpus, list[StoredText]], act: Corpus
) -> None:
    published = next(text for text in added[1] if text.instrument_id == "eu-ai-act").parsed
    cited = {n.locator for n in published.walk() if n.text or n.closing}
    by_place = {place.locator: place for place in act.of("eu-ai-act")}

    assert all(by_place[at].on(EVE) for at in cited)
    without = {str(at) for at in cited if by_place[at].on(DAY) is None}
    assert without == {"Article 4", *(f"Article 10(5)({label})" for label in "abcdef")}


def printed_lines(page: Path) -> Iterator[str]:
    """The lines of the first article as the page prints them, read without our parsers."""
    from lxml import html

    (article,) = html.fromstring(page.read_bytes()).xpath("//*[@id='art_1']")
    for call in article.xpath(".//a[contains(@href, '#ntr')]"):
        call.drop_tree()
    for paragraph in article.iter("p"):
        yield re.sub(r" ?\( ?\)", "", canonical(paragraph.text_content()))


def is_instruction(line: str) -> bool:
    bare = line.strip("‘’“” ;.")
    label = re.fullmatch(r"\(?\w{1,5}\)?|Article \d+[a-z]?|Annex \w+", bare)
    told = re.search(r"(?:replaced by the following|amended as follows|(?:inserted|added)):$", line)
    return bool(label or told or re.search(r"(?:is|are) deleted;$", line))


@needs_reference
def test_every_line_that_the_omnibus_prints_stands_in_the_amended_act(act: Corpus) -> None:
    after = [v for p in act.of("eu-ai-act") if (v := p.on(DAY)) is not None]
    standing_words = "\n".join("\n".join((*v.context, v.heading, v.text)) for v in after)
    lines = [line for line in printed_lines(OMNIBUS_PAGE) if not is_instruction(line)]

    missing = [
        line
        for line in lines[1:]  # the first is the heading of the amending article
        if re.sub(r"^‘?(?:\d+[a-z]?|[a-d])\. ", "", line).strip("‘’;.") not in standing_words
        and not line.startswith("(*")  # a footnote
    ]

    assert len(lines) > 150
    assert missing == []


def stands(corpus: Corpus, place: Provision, version: Version, day: date) -> Status:
    return standing(corpus.instrument("eu-ai-act"), place, version, day).status


@needs_reference
@pytest.mark.parametrize(
    "day", [date(2025, 6, 1), date(2026, 8, 3), NOW, date(2028, 1, 1)], ids=str
)
def test_official_words_have_the_status_that_our_digest_has_at_the_place(
    added: tuple[Corpus, list[StoredText]], act: Corpus, day: date
) -> None:
    base, compared = added[0], 0
    differ: list[str] = []

    for ours in base.of("eu-ai-act"):
        theirs = act.provisions.get(ours.id)
        one, other = ours.on(day), theirs.on(day) if theirs else None
        if theirs and one and other and other.text_kind is TextKind.OFFICIAL:
            compared += 1
            if stands(base, ours, one, day) != stands(act, theirs, other, day):
                differ.append(str(ours.locator))

    assert differ == []
    assert compared > 900


@needs_reference
@pytest.mark.parametrize(
    "day", [date(2025, 6, 1), date(2026, 8, 3), NOW, date(2028, 1, 1)], ids=str
)
def test_a_point_applies_when_the_nearest_digest_above_it_does(
    added: tuple[Corpus, list[StoredText]], act: Corpus, day: date
) -> None:
    base = added[0]
    ours = {place.locator: place for place in base.of("eu-ai-act")}

    for theirs in act.of("eu-ai-act"):
        at: Locator | None = theirs.locator
        while at is not None and at not in ours:
            at = at.parent
        other = theirs.on(day)
        one = ours[at].on(day) if at else None
        if at and one and other:
            applies = stands(base, ours[at], one, day) is not Status.NOT_YET_APPLICABLE
            assert (stands(act, theirs, other, day) is not Status.NOT_YET_APPLICABLE) is applies


@needs_reference
@pytest.mark.parametrize(
    ("at", "day", "status"),
    [
        ("Article 5(1)(ba)", NOW, Status.NOT_YET_APPLICABLE),
        ("Article 5(1)(ba)", date(2026, 12, 2), Status.IN_FORCE),
        ("Article 5(1a)(a)(ii)", NOW, Status.NOT_YET_APPLICABLE),
        ("Article 5(1)(a)", date(2025, 2, 1), Status.NOT_YET_APPLICABLE),
        ("Article 5(1)(a)", date(2025, 2, 2), Status.IN_FORCE),
        ("Article 5(1)", NOW, Status.AMENDED),
        ("Article 9(2)(a)", DAY, Status.NOT_YET_APPLICABLE),
        ("Article 9(2)(a)", date(2027, 12, 2), Status.IN_FORCE),
        ("Article 6(1)", date(2027, 12, 2), Status.NOT_YET_APPLICABLE),
        ("Article 6(1)", date(2028, 8, 2), Status.IN_FORCE),
        ("Article 6(5)", NOW, Status.IN_FORCE),
        ("Annex III(1)(a)", NOW, Status.NOT_YET_APPLICABLE),
        ("Article 50(2)", NOW, Status.IN_FORCE),
        ("Article 53(1)(a)", date(2025, 8, 1), Status.NOT_YET_APPLICABLE),
        ("Article 53(1)(a)", date(2025, 8, 2), Status.IN_FORCE),
        ("Article 101(1)", date(2026, 8, 1), Status.NOT_YET_APPLICABLE),
        ("Article 99(6a)", NOW, Status.IN_FORCE),
        ("Article 75(2)", NOW, Status.IN_FORCE),
        ("Article 75(1)", NOW, Status.AMENDED),
        ("Article 40(2)", date(2028, 1, 1), Status.AMENDED),
        ("Article 10(5)", NOW, Status.REPEALED),
        ("Recital 5", date(2025, 1, 1), Status.IN_FORCE),
    ],
)
def test_official_words_apply_in_phases(act: Corpus, at: str, day: date, status: Status) -> None:
    version = wording_of(act, at, day)

    assert version is not None
    assert stands(act, in_act(act, at), version, day) is status
