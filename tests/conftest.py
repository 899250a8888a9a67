"""Fixtures for every test: no network, no user environment, a temporary home."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A POLICY_HOME of the test's own; every other POLICY_ variable is removed."""
    for name in [name for name in os.environ if name.startswith("POLICY_")]:
        if name != "POLICY_REQUIRE_BROWSER":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("POLICY_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and (
            not isinstance(address, tuple) or address[0] not in _LOOPBACK
        ):
            raise AssertionError(f"a test tried to reach {address!r}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
