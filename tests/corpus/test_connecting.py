"""Where connections go: public addresses only, those that were checked, under TLS."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.addresses import sources_of
from corpus.connecting import is_public, is_usable_for_a_mirror
from corpus.errors import FetchError
from corpus.fetching import Fetched, Fetcher, Network
from tests.corpus.publisher import Answer, Clock, act, serving

GDPR = sources_of("gdpr")[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001:80f::200e", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),  # noqa: S104 - refused here
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("localhost", False),
        ("0x7f.1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("10.0.0.1", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("8.8.8.8", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - refused here
        ("name", False),
    ],
)
def test_a_mirror_may_be_in_a_private_network(address: str, usable: bool) -> None:
    assert is_usable_for_a_mirror(address) is usable


PUBLIC = "93.184.215.14"


def direct(
    tmp_path: Path, clock: Clock, port: int, resolve: Callable[[str, int], tuple[str, ...]]
) -> tuple[Fetcher, list[tuple[str, int]]]:
    """A fetcher without a mirror, whose connections end on this machine; and where they went."""
    dialled: list[tuple[str, int]] = []

    def dial(address: str, wanted: int, timeout_s: float) -> socket.socket:
        dialled.append((address, wanted))
        return socket.create_connection(("127.0.0.1", port), timeout_s)

    authority = tmp_path / "authority.pem"
    network = Network(resolve, dial, authority if authority.exists() else None)
    return Fetcher(tmp_path / "parts", timing=clock.timing, network=network), dialled


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(("127.0.0.1",), id="this machine"),
        pytest.param(("::ffff:10.0.0.1",), id="mapped"),
        pytest.param((PUBLIC, "192.168.0.1"), id="one of two"),
    ],
)
def test_a_name_that_resolves_to_an_internal_address_is_refused(
    tmp_path: Path, clock: Clock, answers: tuple[str, ...]
) -> None:
    fetcher, dialled = direct(tmp_path, clock, 1, lambda *_: answers)

    with pytest.raises(FetchError, match=r"publications\.europa\.eu resolves to .*refused"):
        fetcher.fetch(GDPR)

    assert (dialled, clock.slept) == ([], [])


def test_a_name_that_does_not_resolve_is_tried_again(tmp_path: Path, clock: Clock) -> None:
    def resolve(host: str, port: int) -> tuple[str, ...]:
        raise socket.gaierror(-2, "Name or service not known")

    fetcher, _ = direct(tmp_path, clock, 1, resolve)

    with pytest.raises(FetchError, match=r"the name publications\.europa\.eu cannot be resolved"):
        fetcher.fetch(GDPR)

    assert len(clock.slept) == 3


def test_an_open_line_is_never_used(tmp_path: Path, clock: Clock) -> None:
    with serving() as publisher:
        fetcher, dialled = direct(tmp_path, clock, publisher.port, lambda *_: (PUBLIC,))

        with pytest.raises(FetchError, match="no secure connection"):
            fetcher.fetch(GDPR)

        assert set(dialled) == {(PUBLIC, 443)}
        assert publisher.requests == []


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a certificate of its own authority for a host; the PEM file with its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificates")

    def make(host: str) -> Path:
        made = folder / f"{host}.pem"
        if not made.exists():
            subprocess.run(
                [
                    *(program, "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
                    *("-pkeyopt", "ec_paramgen_curve:P-256", "-subj", f"/CN={host}"),
                    *("-addext", f"subjectAltName=DNS:{host}"),
                    *("-keyout", str(folder / "key"), "-out", str(folder / "cert")),
                ],
                check=True,
                capture_output=True,
            )
            made.write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
        return made

    return make


HOST = "publications.europa.eu"


def trust(certificate: Path, tmp_path: Path) -> None:
    shutil.copy(certificate, tmp_path / "authority.pem")


def test_a_publisher_is_asked_over_tls_at_the_address_that_was_checked(
    certificates: Callable[[str], Path], tmp_path: Path, clock: Clock
) -> None:
    certificate = certificates(HOST)
    trust(certificate, tmp_path)
    resolved: list[str] = []

    def resolve(host: str, port: int) -> tuple[str, ...]:
        resolved.append(host)
        return (PUBLIC,)

    with serving(certificate=certificate, host=HOST) as publisher:
        publisher.publish(GDPR, act())
        fetcher, dialled = direct(tmp_path, clock, publisher.port, resolve)

        found = fetcher.fetch(GDPR)

        assert isinstance(found, Fetched)
        assert found.data == act()
        assert found.final_url == "https://publications.europa.eu/resource/celex/32016R0679"
        assert publisher.requests[0].headers["host"] == HOST
        assert (resolved, dialled) == ([HOST], [(PUBLIC, 443)])


def test_each_redirect_is_resolved_and_checked_again(
    certificates: Callable[[str], Path], tmp_path: Path, clock: Clock
) -> None:
    certificate = certificates(HOST)
    trust(certificate, tmp_path)
    answers = iter([(PUBLIC,), ("127.0.0.1",)])
    with serving(certificate=certificate, host=HOST) as publisher:
        location = ("Location", f"http://{HOST}/resource/cellar/1")
        publisher.script(publisher.path(GDPR.url), Answer(303, headers=(location,)))
        fetcher, dialled = direct(tmp_path, clock, publisher.port, lambda *_: next(answers))

        with pytest.raises(FetchError, match=r"resolves to 127\.0\.0\.1"):
            fetcher.fetch(GDPR)

        assert dialled == [(PUBLIC, 443)]


def test_the_next_address_is_tried_when_one_does_not_answer(
    certificates: Callable[[str], Path], tmp_path: Path, clock: Clock
) -> None:
    certificate = certificates(HOST)
    trust(certificate, tmp_path)
    with serving(certificate=certificate, host=HOST) as publisher:
        publisher.publish(GDPR, act())
        fetcher, _ = direct(tmp_path, clock, publisher.port, lambda *_: ("8.8.8.8", PUBLIC))
        real = fetcher.network.dial
        assert real is not None

        def dial(address: str, port: int, timeout_s: float) -> socket.socket:
            if address != PUBLIC:
                raise ConnectionRefusedError(address)
            return real(address, port, timeout_s)

        fetcher = replace(fetcher, network=replace(fetcher.network, dial=dial))

        found = fetcher.fetch(GDPR)

        assert isinstance(found, Fetched)


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        pytest.param(HOST, False, id="nobody's authority"),
        pytest.param("www.ecfr.gov", True, id="another host's"),
    ],
)
def test_a_wrong_certificate_is_refused(
    certificates: Callable[[str], Path], tmp_path: Path, clock: Clock, host: str, trusted: bool
) -> None:
    certificate = certificates(host)
    if trusted:
        trust(certificate, tmp_path)
    with serving(certificate=certificate, host=HOST) as publisher:
        publisher.publish(GDPR, act())
        fetcher, _ = direct(tmp_path, clock, publisher.port, lambda *_: (PUBLIC,))

        with pytest.raises(FetchError, match=r"the certificate of publications\.europa\.eu"):
            fetcher.fetch(GDPR)

        assert (publisher.requests, clock.slept) == ([], [])


def test_a_file_without_certificates_is_refused(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "authority.pem").write_text("nothing", "utf-8")
    fetcher, _ = direct(tmp_path, clock, 1, lambda *_: (PUBLIC,))

    with pytest.raises(FetchError, match="holds no certificates"):
        fetcher.fetch(GDPR)
