"""One HTTP exchange with a checked address: resolved once, pinned, on a deadline.

The only module that knows the HTTP library (httpx, of which it uses httpcore: the part that lets
its caller say where a connection goes); it is imported at the first fetch. Names are resolved
here and the connection goes to the very address that was checked, so that a name which resolves
differently a moment later (DNS rebinding) gains nothing. Every read is cut off at the deadline,
also in the handshake and the headers, since a limit a read would let a server drip one byte at a
time for days.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
import httpx

from corpus.errors import FetchError
from corpus.replies import Reply

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_TRIED_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an exchange must be over, and how long it may wait on the way."""

    at: float
    monotonic: Callable[[], float]
    connect_s: float
    read_s: float

    def left(self, limit_s: float) -> float:
        """Seconds that the next step may take.

        Raises:
            FetchError: If the deadline has passed.
        """
        left = self.at - self.monotonic()
        if left <= 0:
            raise FetchError("it took longer than the time allowed for one text", retryable=True)
        return min(left, limit_s)


def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, as the machine's resolver gives them.

    Raises:
        OSError: If there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def open_socket(address: str, port: int, timeout_s: float) -> socket.socket:
    """A TCP connection to an address (never a name)."""
    return socket.create_connection((address, port), timeout_s)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    Addresses that carry an IPv4 address in them are judged by that one.

    >>> is_public("8.8.8.8"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    found = _address(address)
    return found is not None and not _is_special(found) and not found.is_private


def is_usable_for_a_mirror(address: str) -> bool:
    """Whether an IP address may be a mirror's: private networks and this machine too.

    >>> is_usable_for_a_mirror("10.1.2.3"), is_usable_for_a_mirror("169.254.169.254")
    (True, False)
    """
    found = _address(address)
    if found is None:
        return False
    return found.is_loopback or not (
        found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    )


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address meant: the IPv4 address within an IPv6 address, where there is one."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if found in _NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or found


def _is_special(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """What Python's `is_global` lets pass, or has let pass in some version."""
    site_local = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
    return (
        not found.is_global
        or found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_reserved
        or found.is_unspecified
        or site_local
    )


@dataclass(frozen=True, slots=True)
class Connector:
    """Opens exchanges. `may_contact` judges an IP address; `context` checks certificates."""

    may_contact: Callable[[str], bool]
    context: ssl.SSLContext
    resolve: Callable[[str, int], tuple[str, ...]] = resolve_host
    dial: Callable[[str, int, float], socket.socket] = open_socket

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], deadline: Deadline) -> Iterator[Reply]:
        """Ask for `url`, whose form was checked; redirects and bodies are the caller's.

        Raises:
            FetchError: If the host resolves to an address that must not be contacted, the
                connection fails or is cut, or the deadline passes.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with (
            _told_plainly(host),
            httpcore.ConnectionPool(
                ssl_context=self.context,
                max_connections=1,
                max_keepalive_connections=0,
                network_backend=_Pinned(self, host, self._addresses(host, port), deadline),
            ) as pool,
            pool.stream(
                "GET",
                httpcore.URL(scheme=parts.scheme, host=host, port=port, target=target),
                headers=[("Host", parts.netloc), *headers.items()],
            ) as response,
        ):
            chunks = _bounded(response.iter_stream(), host)
            yield Reply(response.status, _joined(response.headers), chunks)

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise FetchError(
                f"the name {host} cannot be resolved", retryable=True, unreachable=True
            ) from None
        for address in found:
            if not self.may_contact(address):
                raise FetchError(
                    f"{host} resolves to {address}, which is no public address: refused",
                    hint="The name server gives a wrong answer, or a firewall redirects it. "
                    "Fetch through a mirror (POLICY_SYNC_MIRROR) if you have one.",
                )
        return found[:_TRIED_ADDRESSES]


def certificate_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Certificate checks against the public authorities, and those of `ca_file` besides.

    Raises:
        FetchError: If `ca_file` holds no certificates.
    """
    context = httpx.create_ssl_context(verify=True, trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise FetchError(f"{ca_file} holds no certificates: {error}") from error
    return context


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name in lower case; one that comes several times has all its values."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _bounded(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    with _told_plainly(host):
        yield from chunks


@contextmanager
def _told_plainly(host: str) -> Iterator[None]:
    """The HTTP library's failures as ours."""
    try:
        yield
    except httpcore.ProtocolError as error:
        problem = f"{host} broke off, or sent no valid answer ({error})"
        raise FetchError(problem, retryable=True) from error
    except httpcore.NetworkError as error:
        raise FetchError(f"the connection to {host} was cut ({error})", retryable=True) from error


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked addresses, whatever the name resolves to by now."""

    def __init__(
        self, connector: Connector, host: str, addresses: tuple[str, ...], deadline: Deadline
    ) -> None:
        self._dial = connector.dial
        self._host = host
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if host != self._host:
            raise FetchError(f"asked to connect to {host} instead of {self._host}")
        problem = "no address"
        for address in self._addresses:
            try:
                opened = self._dial(address, port, self._deadline.left(self._deadline.connect_s))
            except OSError as error:
                problem = str(error)
                continue
            return _Stream(opened, host, self._deadline)
        raise FetchError(f"no connection to {host} ({problem})", retryable=True, unreachable=True)


class _Stream(httpcore.NetworkStream):
    """A socket whose every step ends at the deadline."""

    def __init__(self, opened: socket.socket, host: str, deadline: Deadline) -> None:
        self._socket = opened
        self._host = host
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        limit_s = self._deadline.left(self._deadline.read_s)
        self._socket.settimeout(limit_s)
        try:
            return self._socket.recv(max_bytes)
        except TimeoutError:
            raise FetchError(
                f"{self._host} sent nothing for {limit_s:.0f} seconds", retryable=True
            ) from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._deadline.left(self._deadline.read_s))
        try:
            self._socket.sendall(buffer)
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self._socket.settimeout(self._deadline.left(self._deadline.connect_s))
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=self._host)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise FetchError(
                f"the certificate of {self._host} is not valid: {error.verify_message}",
                unreachable=True,
                hint="Something stands between you and the publisher. Certificate checks cannot "
                "be turned off; fetch through a mirror (POLICY_SYNC_MIRROR) if you have one.",
            ) from error
        except OSError as error:
            self.close()
            raise FetchError(
                f"no secure connection to {self._host} ({error})", retryable=True, unreachable=True
            ) from error
        return _Stream(secured, self._host, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return None
