from __future__ import annotations

from datetime import date
from importlib import resources
from urllib.parse import urlsplit

import pytest

from corpus.addresses import (
    Source,
    allowed_hosts,
    catalog,
    check_mirror,
    is_within,
    read_addresses,
    shown,
    sources_of,
    syncable_ids,
    wire_address,
)
from corpus.catalog import Corpus
from corpus.errors import FetchError, SettingsError

CELLAR = ("publications.europa.eu",)


def addresses(source: Source) -> list[str]:
    """Every address that a source may lead to, of its own accord."""
    given = [source.url, source.url_on, source.latest]
    return [url.replace("{date}", "2026-09-01") for url in given if url]


def test_every_instrument_with_an_address_is_in_the_corpus(corpus: Corpus) -> None:
    assert set(syncable_ids()) <= set(corpus.instruments)


def test_every_address_is_on_a_host_that_may_be_contacted() -> None:
    found = {urlsplit(url).hostname for s in catalog().sources for url in addresses(s)}

    assert found <= allowed_hosts()
    assert allowed_hosts() == {
        "publications.europa.eu",
        "www.ecfr.gov",
        "www.federalregister.gov",
        "www.legislation.gov.uk",
    }


@pytest.mark.parametrize("source", catalog().sources, ids=lambda source: source.key)
def test_every_address_can_go_over_the_wire(source: Source) -> None:
    wired = [wire_address(url, source.hosts) for url in addresses(source)]

    assert all(url.startswith("https://") for url in wired)


def test_every_eu_act_is_asked_for_by_the_celex_number_of_its_instrument(corpus: Corpus) -> None:
    asked = {
        (source.instrument_id, source.identifier)
        for source in catalog().sources
        if source.publisher == "cellar"
    }

    numbers = {
        (instrument.id, ("celex", value))
        for instrument in corpus.instruments.values()
        for key, value in instrument.identifiers
        if key in {"celex", "consolidated"}
    }

    assert asked == numbers


def test_every_federal_register_document_has_the_number_of_its_instrument(corpus: Corpus) -> None:
    asked = {
        source.instrument_id: source.identifier[1]
        for source in catalog().sources
        if source.publisher == "federal-register"
    }

    for instrument_id, number in asked.items():
        values = " ".join(dict(corpus.instrument(instrument_id).identifiers).values())
        assert number in values, instrument_id


def test_every_instrument_with_a_document_number_has_its_address(corpus: Corpus) -> None:
    numbered = {
        instrument.id
        for instrument in corpus.instruments.values()
        if {"frdoc", "fr_doc"} & set(dict(instrument.identifiers))
    }

    assert numbered <= set(syncable_ids())


def test_the_ear_has_all_its_parts_and_the_country_chart() -> None:
    sources = sources_of("ear")

    assert [source.key for source in sources][:3] == ["cfr-15-730", "cfr-15-732", "cfr-15-734"]
    assert len(sources) == 27
    assert sources[-1].address(date(2026, 9, 1)) == (
        "https://www.ecfr.gov/api/versioner/v1/full/2026-09-01/title-15.xml?part=738"
        "&appendix=Supplement%20No.%201%20to%20Part%20738"
    )


def test_the_itar_has_parts_120_to_130() -> None:
    found = [source.identifier for source in sources_of("itar")]

    assert found == [("cfr", f"22/{part}") for part in range(120, 131)]


def test_an_address_that_was_not_seen_to_work_says_so() -> None:
    unverified = [source.key for source in catalog().sources if not source.verified]

    assert unverified == ["celex-02024R1689-20260727"]


def test_an_instrument_without_an_address_has_none() -> None:
    assert sources_of("bletchley-declaration") == ()
    assert sources_of("no-such-thing") == ()


def test_a_source_that_needs_a_date_is_not_asked_without_one() -> None:
    with pytest.raises(ValueError, match="needs a date"):
        sources_of("chips-guardrails")[0].address()


@pytest.mark.parametrize(
    ("instrument_id", "takes", "needs"),
    [
        pytest.param("itar", True, True, id="ecfr"),
        pytest.param("gdpr", False, False, id="cellar"),
        pytest.param("eo-14179", False, False, id="federal register"),
    ],
)
def test_a_source_says_whether_it_takes_a_date(
    instrument_id: str, takes: bool, needs: bool
) -> None:
    source = sources_of(instrument_id)[0]

    assert (source.takes_date, source.needs_date) == (takes, needs)


CATALOG = (resources.files("corpus") / "data" / "addresses.toml").read_text("utf-8")
PUBLISHERS = CATALOG.partition("\n[[sources]]")[0]


def test_a_british_act_has_an_address_for_today_and_one_for_a_past_day() -> None:
    entry = 'instrument = "x"\npublisher = "legislation-gov-uk"\ntype = "ukpga"\nyear = 2000\n'

    (source,) = read_addresses(f"{PUBLISHERS}\n[[sources]]\n{entry}number = 22\n").sources

    assert source.address() == "https://www.legislation.gov.uk/ukpga/2000/22/data.xml"
    assert source.address(date(2012, 4, 1)) == (
        "https://www.legislation.gov.uk/ukpga/2000/22/2012-04-01/data.xml"
    )
    assert source.takes_date and not source.needs_date


def test_what_would_change_an_address_is_encoded() -> None:
    entry = 'instrument = "x"\npublisher = "cellar"\nkey = "x-y-z"\ncelex = "3200(1)/../?a#b"'

    (source,) = read_addresses(f"{PUBLISHERS}\n[[sources]]\n{entry}\n").sources

    assert source.url.endswith("/resource/celex/3200%281%29%2F..%2F%3Fa%23b")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        pytest.param('publisher = "nobody"', "unknown publisher", id="publisher"),
        pytest.param('publisher = "cellar"\ncelex = "1"\nformat = "pdf"', "format", id="format"),
        pytest.param('publisher = "cellar"\ncelex = ["1", "1"]', "occur twice", id="key"),
        pytest.param('publisher = "cellar"\ncelex = "../x"', "cannot name a file", id="file"),
        pytest.param(
            'publisher = "cellar"\ncelex = "1"\nurl = "https://evil.example/"', "host", id="host"
        ),
        pytest.param(
            'publisher = "cellar"\ncelex = "1"\nurl = "http://publications.europa.eu/x"',
            "https",
            id="open line",
        ),
        pytest.param(
            'publisher = "cellar"\ncelex = "1"\n'
            'url = "https://publications.europa.eu/resource/{date}"',
            "where to learn it",
            id="date",
        ),
        pytest.param(
            'publisher = "ecfr"\ntitle = [1, 2]\npart = [1, 2]', "more than one list", id="lists"
        ),
    ],
)
def test_a_wrong_entry_is_refused(entry: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_addresses(f'{PUBLISHERS}\n[[sources]]\ninstrument = "x"\n{entry}\n')


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://publications.europa.eu/x", id="ftp"),
        pytest.param("http://publications.europa.eu/webapi/x", id="open line"),
        pytest.param("http://publications.europa.eu@evil.example/resource/x", id="user, http"),
        pytest.param("https://publications.europa.eu@evil.example/", id="user"),
        pytest.param("https://x:y@publications.europa.eu/", id="own user"),
        pytest.param("https://publications.europa.eu:8443/", id="port"),
        pytest.param("http://publications.europa.eu:443/resource/x", id="wrong port"),
        pytest.param("https://publications.europa.eu:0/", id="port 0"),
        pytest.param("https://publications.europa.eu:99999/", id="no port"),
        pytest.param("https://publications.europa.eu.evil.example/", id="suffix"),
        pytest.param("https://evil-publications.europa.eu/", id="prefix"),
        pytest.param("https://publications.europa.eu./", id="dot"),
        pytest.param("https://127.0.0.1/", id="address"),
        pytest.param("https://[::1]/", id="address, v6"),
        pytest.param("https://[::1/", id="bracket"),
        pytest.param("https://evil.example\\@publications.europa.eu/", id="backslash"),
        pytest.param("https://publications.europa.eu/\r\nX: y", id="line break"),
        pytest.param("ht\ntps://publications.europa.eu/", id="line break in the scheme"),
        pytest.param("https://publications.europa.eu/a b", id="space"),
        pytest.param("https://publicatiοns.europa.eu/", id="look-alike letter"),
        pytest.param("//publications.europa.eu/", id="no scheme"),
        pytest.param("", id="nothing"),
        pytest.param(f"https://publications.europa.eu/{'x' * 3000}", id="endless"),
    ],
)
def test_no_other_address_goes_over_the_wire(url: str) -> None:
    with pytest.raises(FetchError):
        wire_address(url, CELLAR)


@pytest.mark.parametrize(
    ("url", "wired"),
    [
        pytest.param("HTTPS://Publications.Europa.EU/x?y=1#z", "/x?y=1", id="case and fragment"),
        pytest.param("https://publications.europa.eu:443/x", "/x", id="default port"),
        pytest.param("http://publications.europa.eu:80/resource/x", "/resource/x", id="identifier"),
        pytest.param("https://publications.europa.eu", "/", id="no path"),
    ],
)
def test_an_address_goes_over_the_wire_in_one_form(url: str, wired: str) -> None:
    assert wire_address(url, CELLAR) == f"https://publications.europa.eu{wired}"


@pytest.mark.parametrize(
    "mirror",
    ["ftp://x", "https://", "x", "http://a@b/", "http://x?y", "http://x#y", "http://[", "http://ü"],
)
def test_what_is_no_mirror_is_refused(mirror: str) -> None:
    with pytest.raises(SettingsError, match="no address of a mirror"):
        check_mirror(mirror)


@pytest.mark.parametrize(
    ("url", "within"),
    [
        ("http://m.example:8080/texts/a/b", True),
        ("http://m.example:8080/texts/a/../b", True),
        ("http://m.example:8080/texts/../admin", False),
        ("http://m.example:8080/texts/%2e%2e/admin", False),
        ("http://m.example:8080/texts/..%2fadmin", False),
        ("http://m.example:8080/textsandmore", False),
        ("http://m.example/texts/a", False),
        ("https://m.example:8080/texts/a", False),
        ("http://x@m.example:8080/texts/a", False),
        ("http://other.example:8080/texts/a", False),
    ],
)
def test_a_mirror_ends_where_its_base_address_ends(url: str, within: bool) -> None:
    assert is_within(url, "http://m.example:8080/texts") is within


def test_what_a_stranger_sent_is_shown_on_one_short_line() -> None:
    assert shown("a\x1b[31m\nb") == "a?[31m?b"
    assert len(shown("x" * 1000)) == 120
