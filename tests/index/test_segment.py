from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.catalog import Corpus
from corpus.types import ProvisionId, TextKind, Version
from index.adapters.splitters import RecursiveSplitter
from index.segment import MOST_SHARING, PASSAGE_CHARS, context_line, segment
from index.types import Passage

TEXTS = st.lists(
    st.tuples(st.sampled_from(["a", "ab ", "§é𝔸", " ", ". ", ";", "\n"]), st.integers(1, 40)),
    max_size=20,
).map(lambda runs: "".join(piece * times for piece, times in runs))


def _with_texts(corpus: Corpus, texts: list[str]) -> Corpus:
    """The corpus with its first provisions reworded, asks and all."""
    provisions = dict(corpus.provisions)
    for provision, text in zip(corpus.provisions.values(), texts, strict=False):
        wording = Version(text, "Heading", TextKind.DIGEST, asks=("who pays", "who else"))
        provisions[provision.id] = replace(provision, versions=(wording,))
    return Corpus(corpus.instruments, provisions)


def _of(passages: list[Passage], provision_id: str) -> list[Passage]:
    return [p for p in passages if p.provision_id == provision_id]


def test_every_passage_of_the_shipped_corpus_is_its_span_of_the_text(embedded: Corpus) -> None:
    passages = list(segment(embedded, RecursiveSplitter()))

    for passage in passages:
        version = embedded.provisions[passage.provision_id].versions[passage.version]
        assert passage.text == version.text[passage.start : passage.end]


def test_every_wording_of_the_shipped_corpus_is_covered_whole(embedded: Corpus) -> None:
    covered: dict[tuple[ProvisionId, int], int] = {}

    for passage in segment(embedded, RecursiveSplitter()):
        key = (passage.provision_id, passage.version)
        assert passage.is_ask or passage.start <= covered.get(key, 0)
        covered[key] = max(covered.get(key, 0), passage.end)

    wanted = {(p.id, number): len(v.text) for p, number, v in embedded.versions()}
    assert covered == wanted


def test_the_passages_of_a_wording_stand_together_and_in_reading_order(embedded: Corpus) -> None:
    seen: dict[tuple[ProvisionId, int], int] = {}

    for place, passage in enumerate(segment(embedded, RecursiveSplitter())):
        key = (passage.provision_id, passage.version)
        assert seen.get(key, place - 1) == place - 1
        seen[key] = place

    assert list(seen) == [(p.id, number) for p, number, _ in embedded.versions()]


def test_passage_ids_are_unique(embedded: Corpus) -> None:
    identifiers = [passage.id for passage in segment(embedded, RecursiveSplitter())]

    assert len(set(identifiers)) == len(identifiers)


@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_any_text_is_cut_into_spans_of_itself(small: Corpus, texts: list[str]) -> None:
    corpus = _with_texts(small, texts)

    passages = list(segment(corpus, RecursiveSplitter(60, 10)))

    for passage in passages:
        version = corpus.provisions[passage.provision_id].versions[passage.version]
        assert passage.text == version.text[passage.start : passage.end]
        assert passage.text.strip()


@given(text=TEXTS)
def test_no_word_of_any_text_is_left_out(small: Corpus, text: str) -> None:
    corpus = _with_texts(small, [text])
    first = next(iter(corpus.provisions))

    passages = _of(list(segment(corpus, RecursiveSplitter(60, 10))), first)

    places = {place for p in passages for place in range(p.start, p.end)}
    if len(text) > 60:  # a longer text may leave out what is separators alone
        assert {n for n, sign in enumerate(text) if sign not in " .;\n"} <= places
    elif text.strip():
        assert places == set(range(len(text)))


def test_a_long_provision_gives_several_passages(small: Corpus) -> None:
    passages = _of(list(segment(small, RecursiveSplitter())), "robot-act#article-4")

    assert len(passages) > 2
    assert max(len(passage.text) for passage in passages) <= PASSAGE_CHARS


def test_each_wording_has_passages_of_its_own(small: Corpus) -> None:
    passages = _of(list(segment(small, RecursiveSplitter())), "robot-act#article-3")

    assert {p.version for p in passages if "4 km" in p.text} == {0}
    assert {p.version for p in passages if "6 km" in p.text} == {1}


def test_an_ask_has_no_text_of_its_own(small: Corpus) -> None:
    passages = _of(list(segment(small, RecursiveSplitter())), "robot-act#article-3")

    asks = [passage for passage in passages if passage.is_ask]

    assert [ask.embedded for ask in asks] == ["how fast may my delivery bot go", "bot tempo limit"]
    assert {ask.text for ask in asks} == {small.provision("robot-act#article-3").versions[1].text}
    assert {ask.indexed for ask in asks} == {""}


def test_the_words_of_the_asks_are_indexed_with_the_first_passage_alone(embedded: Corpus) -> None:
    corpus = _with_texts(embedded, ["word " * 100])
    first = next(iter(corpus.provisions))

    own = [p for p in _of(list(segment(corpus, RecursiveSplitter(60, 10))), first) if not p.is_ask]

    assert own[0].indexed.endswith("\nwho pays\nwho else")
    assert not any("who pays" in passage.indexed for passage in own[1:])


def test_asks_are_never_embedded_with_the_words_of_the_law(small: Corpus) -> None:
    own = [p for p in segment(small, RecursiveSplitter()) if not p.is_ask]

    assert not any("delivery bot" in passage.embedded for passage in own)


def test_a_blank_text_gives_nothing_not_even_its_asks(small: Corpus) -> None:
    corpus = _with_texts(small, [" \n "])
    first = next(iter(corpus.provisions))

    assert _of(list(segment(corpus, RecursiveSplitter())), first) == []


def test_the_context_says_instrument_chapter_heading_and_locator(small: Corpus) -> None:
    provision = small.provision("robot-act#article-1")

    line = context_line(small.instrument("robot-act"), provision, provision.versions[0])

    assert line == "Robot Act > Chapter I > Scope (Article 1)"


def test_the_context_of_an_upload_is_its_heading_alone(small: Corpus) -> None:
    provision = small.provision("notes#p-1")

    assert context_line(small.instrument("notes"), provision, provision.versions[0]) == "notes.pdf"


def test_without_a_heading_the_context_ends_with_the_locator(small: Corpus) -> None:
    provision = small.provision("rotor-rule#section-1")
    bare = replace(provision.versions[0], heading="")

    line = context_line(small.instrument("rotor-rule"), provision, bare)

    assert line == "Rotor Rule > Section 1"


def _pages(corpus: Corpus, count: int, kind: TextKind) -> list[Passage]:
    """The passages of `count` provisions that all have one heading, then of one that has not."""
    own, *others = list(corpus.provisions.values())[: count + 1]
    found = {own.id: replace(own, versions=(Version("Bells ring.", "Alone", kind),))}
    for number, provision in enumerate(others):
        wording = Version(f"Rule {number} is kept.", "Manual", kind)
        found[provision.id] = replace(
            provision, instrument_id=own.instrument_id, versions=(wording,)
        )
    return list(segment(Corpus(corpus.instruments, found), RecursiveSplitter()))


def test_a_heading_over_many_pages_of_an_own_document_is_searched_by_its_words_alone(
    embedded: Corpus,
) -> None:
    alone, *shared = _pages(embedded, MOST_SHARING + 1, TextKind.UPLOAD)

    assert len(shared) == MOST_SHARING + 1
    assert all(passage.embedded == passage.text for passage in shared)
    assert all(passage.indexed == f"Manual\n{passage.text}" for passage in shared)
    assert alone.embedded == alone.indexed == "Alone\nBells ring."


def test_a_heading_over_a_few_pages_is_part_of_what_is_embedded(embedded: Corpus) -> None:
    _, *shared = _pages(embedded, MOST_SHARING, TextKind.UPLOAD)

    assert len(shared) == MOST_SHARING
    assert all(passage.embedded == f"Manual\n{passage.text}" for passage in shared)


def test_a_heading_over_many_provisions_of_a_law_is_part_of_what_is_embedded(
    embedded: Corpus,
) -> None:
    _, *shared = _pages(embedded, MOST_SHARING + 1, TextKind.DIGEST)

    assert all(passage.embedded == passage.indexed for passage in shared)
