from __future__ import annotations

import pytest

from corpus.catalog import Corpus
from corpus.links import official_url
from corpus.locators import parse


@pytest.mark.parametrize(
    ("instrument", "locator", "ends"),
    [
        pytest.param("eu-ai-act", "Article 51(2)", "/oj/eng#art_51", id="article"),
        pytest.param("eu-ai-act", "Annex III(1)", "/oj/eng#anx_III", id="annex"),
        pytest.param("eu-ai-act", "Recital 97", "/oj/eng#rct_97", id="recital"),
        pytest.param("ear", "§ 744.23(a)(2)", "/section-744.23#p-744.23(a)(2)", id="section"),
        pytest.param(
            "ear", "Supplement No. 5 to Part 740(a)",
            "/part-740/appendix-Supplement%20No.%205%20to%20Part%20740", id="supplement",
        ),
    ],
)  # fmt: skip
def test_the_official_page_is_as_deep_as_the_publisher_allows(
    corpus: Corpus, instrument: str, locator: str, ends: str
) -> None:
    url = official_url(corpus.instruments[instrument], parse(locator))  # type: ignore[index]

    assert url.startswith("https://")
    assert url.endswith(ends)


def test_every_provision_has_an_official_address(corpus: Corpus) -> None:
    for provision in corpus.provisions.values():
        instrument = corpus.instruments[provision.instrument_id]

        assert official_url(instrument, provision.locator).startswith("https://"), provision.id
