from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing import Citer, is_exact
from assistant.testing import TODAY, small_corpus
from assistant.types import Citation
from corpus.catalog import Corpus
from corpus.types import Authority, ProvisionId, Status, TextKind


@pytest.fixture
def citation(laws: Corpus) -> Citation:
    provision = laws.provision("robot-act#article-1")
    return Citer(laws, TODAY).cite(1, provision, 0, (0, 63))


@given(st.data())
def test_a_quote_is_the_text_between_its_offsets(data: st.DataObject) -> None:
    laws = small_corpus()
    provision = data.draw(st.sampled_from(list(laws.provisions.values())))
    version = data.draw(st.integers(0, len(provision.versions) - 1))
    text = provision.versions[version].text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    citation = Citer(laws, TODAY).cite(1, provision, version, (start, end))

    assert text[citation.quote_start : citation.quote_end] == citation.quote
    assert is_exact(citation, laws)


def test_a_citation_says_where_and_what_it_cites(citation: Citation) -> None:
    assert citation.instrument_id == "robot-act"
    assert citation.instrument == "Robot Act"
    assert citation.locator == "Article 1"
    assert citation.provision_id == "robot-act#article-1"
    assert citation.passage_id == "robot-act#article-1@0:0"
    assert citation.heading == "Stopping"
    assert citation.text_kind is TextKind.DIGEST
    assert citation.authority is Authority.BINDING
    assert citation.url == "https://example.org/robot-act"


def test_the_passage_that_was_found_is_kept(laws: Corpus) -> None:
    provision = laws.provision("robot-act#article-1")

    citation = Citer(laws, TODAY).cite(1, provision, 0, (2, 9), "robot-act#article-1@0:0")

    assert citation.passage_id == "robot-act#article-1@0:0"


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        pytest.param("robot-act#article-1", Status.IN_FORCE, id="in-force"),
        pytest.param("robot-act#article-3", Status.NOT_YET_APPLICABLE, id="not-yet-applicable"),
        pytest.param("drone-order#section-2", Status.REVOKED, id="revoked"),
        pytest.param("cloud-bill#heading-What-is-proposed", Status.PROPOSED, id="proposed"),
    ],
)
def test_a_citation_carries_its_status_on_the_day(
    identifier: str, status: Status, laws: Corpus
) -> None:
    citation = Citer(laws, TODAY).cite(1, laws.provision(identifier), 0, (0, 5))

    assert citation.status is status
    assert citation.status_note


def test_an_order_cited_before_its_revocation_was_in_force(laws: Corpus) -> None:
    order = laws.provision("drone-order#section-2")

    citation = Citer(laws, date(2024, 6, 1)).cite(1, order, 0, (0, 5))

    assert citation.status is Status.IN_FORCE


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quote_start": 1}, id="moved-start"),
        pytest.param({"quote_end": 62}, id="moved-end"),
        pytest.param({"quote_start": 1, "quote_end": 64}, id="moved-offset"),
        pytest.param({"quote": "A household robot may stop"}, id="other-words"),
        pytest.param({"quote": "", "quote_end": 0}, id="empty-quote"),
        pytest.param({"provision_id": ProvisionId("robot-act#article-9")}, id="no-such-provision"),
        pytest.param({"provision_id": ProvisionId("drone-order#section-2")}, id="elsewhere"),
        pytest.param({"version": 1}, id="no-such-version"),
    ],
)
def test_a_citation_that_does_not_match_its_provision_is_not_exact(
    change: dict[str, object], citation: Citation, laws: Corpus
) -> None:
    assert is_exact(citation, laws)

    assert not is_exact(replace(citation, **change), laws)  # type: ignore[arg-type]


def test_the_wording_of_another_version_is_not_exact(laws: Corpus) -> None:
    provision = laws.provision("robot-act#article-2")
    text = provision.versions[0].text

    citation = Citer(laws, TODAY).cite(1, provision, 0, (0, len(text)))

    assert not is_exact(replace(citation, version=1), laws)
