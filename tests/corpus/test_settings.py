"""The settings of the corpus: a home that can be written, and a mirror that is an address."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import HomeError, SettingsError
from corpus.settings import CorpusSettings, usable_home
from corpus.settings_source import read

ROOT = Path(__file__).parents[2]
SETPRIV = shutil.which("setpriv") or ""


def at(home: Path) -> CorpusSettings:
    return CorpusSettings(home=home, sync_mirror="")


class TestUsableHome:
    def test_it_is_made_with_all_above_it(self, tmp_path: Path) -> None:
        wanted = tmp_path / "a" / "mein Gerät 文件" / "home"

        home = usable_home(at(wanted))

        assert home == wanted
        assert list(wanted.iterdir()) == []

    def test_one_that_is_there_keeps_what_it_holds(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("kept")

        usable_home(at(tmp_path))

        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def test_a_tilde_and_links_are_followed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")

        assert usable_home(at(Path("~/link"))) == tmp_path / "real"

    @pytest.mark.parametrize(
        "place", [pytest.param("file", id="a file"), pytest.param("file/home", id="below a file")]
    )
    def test_a_file_in_the_way_is_told(self, tmp_path: Path, place: str) -> None:
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(HomeError, match=r"POLICY_HOME .* cannot be written") as raised:
            usable_home(at(tmp_path / place))

        assert "Set POLICY_HOME" in raised.value.hint
        assert (tmp_path / "file").read_text() == "in the way"

    @pytest.mark.skipif(not SETPRIV, reason="setpriv is not installed")
    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
    def test_a_home_that_may_only_be_read_is_told(self, tmp_path: Path) -> None:
        for above in (tmp_path, *tmp_path.parents[:2]):
            above.chmod(0o755)
        program = (
            "import sys, pathlib; from corpus.settings import *\n"
            "try: usable_home(CorpusSettings(home=pathlib.Path(sys.argv[1])))\n"
            "except HomeError as error: print(error)"
        )

        ended = subprocess.run(
            [SETPRIV, "--reuid=65534", "--regid=65534", "--clear-groups",
             sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

        if "Error" in ended.stderr:
            pytest.skip("this Python is not open to others")
        assert ended.stdout == f"POLICY_HOME {tmp_path} cannot be written: Permission denied\n"


class TestSyncMirror:
    @pytest.mark.parametrize(
        "address",
        [
            pytest.param("", id="none"),
            pytest.param("https://mirror.example.org", id="a host"),
            pytest.param("http://10.0.0.7:8080/texts/law", id="a port and a path"),
        ],
    )
    def test_an_address_is_taken(self, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
        monkeypatch.setenv("POLICY_SYNC_MIRROR", address)

        assert read(CorpusSettings).sync_mirror == address

    @pytest.mark.parametrize(
        "address",
        [
            pytest.param("mirror.example.org", id="no scheme"),
            pytest.param("ftp://mirror.example.org", id="another scheme"),
            pytest.param("file:///etc/passwd", id="a file"),
            pytest.param("https://", id="no host"),
            pytest.param("https://mirror.example.org/?a=b", id="a query"),
            pytest.param("https://mirror.example.org/#top", id="a fragment"),
            pytest.param("https://mirror.example.org/a b", id="a space"),
        ],
    )
    def test_anything_else_is_told(self, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
        monkeypatch.setenv("POLICY_SYNC_MIRROR", address)

        with pytest.raises(SettingsError, match="POLICY_SYNC_MIRROR"):
            read(CorpusSettings)


def test_the_home_comes_from_the_environment(own_home: Path) -> None:
    assert read(CorpusSettings).home == own_home


def test_without_a_setting_it_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/data")

    assert CorpusSettings(sync_mirror="").home.name == "policy-assistant"


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in CorpusSettings.model_fields.values())
