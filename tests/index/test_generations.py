from __future__ import annotations

import gc
import json
import subprocess
import sys
import warnings
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus.errors import HomeError
from index.errors import IndexBrokenError, IndexBusyError, IndexMissingError
from index.generations import (
    FORMAT,
    Generations,
    Manifest,
    lease,
    read_manifest,
    write_manifest,
)

MANIFEST = Manifest(FORMAT, "print", "corpus", "model", "segmenter", 1, 2, 3, "2026-11-23", 0.5)


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def _build(generations: Generations, name: str) -> Path:
    with generations.building(name) as folder:
        (folder / "content").write_text(name)
    return folder


def _folders(generations: Generations) -> set[str]:
    return {entry.name for entry in generations.root.iterdir() if entry.is_dir()}


def test_a_manifest_reads_as_it_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)

    assert read_manifest(tmp_path) == MANIFEST


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut"),
        pytest.param("[]", id="no table"),
        pytest.param(json.dumps({"format": 1}), id="field missing"),
        pytest.param(json.dumps({**asdict(MANIFEST), "more": 1}), id="field too many"),
    ],
)
def test_a_damaged_manifest_is_a_broken_index(tmp_path: Path, damage: str) -> None:
    (tmp_path / "manifest.json").write_text(damage)

    with pytest.raises(IndexBrokenError, match="manifest"):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_a_broken_index(tmp_path: Path) -> None:
    with pytest.raises(IndexBrokenError, match="manifest"):
        read_manifest(tmp_path)


def test_before_the_first_build_there_is_no_index(generations: Generations) -> None:
    with pytest.raises(IndexMissingError, match=str(generations.root.parent)) as caught:
        generations.current()

    assert "policy index build" in caught.value.hint


def test_a_build_that_ends_becomes_current(generations: Generations) -> None:
    folder = _build(generations, "one")

    assert generations.current() == folder
    assert (folder / "content").read_text() == "one"


def test_while_a_build_runs_the_old_generation_stays_current(generations: Generations) -> None:
    old = _build(generations, "one")

    with generations.building("two"):
        during = generations.current()

    assert during == old
    assert generations.current().name == "two"


def test_whoever_is_reading_current_at_the_switch_reads_the_old_name_whole(
    generations: Generations,
) -> None:
    _build(generations, "one")

    with (generations.root / "current").open() as reader:
        _build(generations, "two")
        read = reader.read()

    assert read == "one\n"


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt], ids=["error", "interrupt"])
def test_a_failing_build_leaves_the_old_generation_current(
    generations: Generations, failure: type[BaseException]
) -> None:
    old = _build(generations, "one")

    with pytest.raises(failure), generations.building("two"):
        raise failure

    assert generations.current() == old
    assert _folders(generations) == {"one"}


def test_a_first_build_that_fails_leaves_no_index(generations: Generations) -> None:
    with pytest.raises(ValueError, match="no"), generations.building("one"):
        raise ValueError("no")

    with pytest.raises(IndexMissingError):
        generations.current()


def test_two_builders_at_once_are_one_too_many(generations: Generations) -> None:
    with generations.building("one"):
        with pytest.raises(IndexBusyError) as caught, generations.building("two"):
            pytest.fail("the second builder came in")

        assert caught.value.retryable

    assert generations.current().name == "one"


def test_after_a_failed_build_the_next_may_build(generations: Generations) -> None:
    with pytest.raises(ValueError, match="no"), generations.building("one"):
        raise ValueError("no")

    folder = _build(generations, "two")

    assert generations.current() == folder


def test_the_generation_before_is_removed(generations: Generations) -> None:
    _build(generations, "one")

    _build(generations, "two")

    assert _folders(generations) == {"two"}


def test_a_leased_generation_is_not_removed(generations: Generations) -> None:
    held = lease(_build(generations, "one"))

    _build(generations, "two")

    assert _folders(generations) == {"one", "two"}
    held.close()


def test_a_generation_let_go_is_removed_by_the_next_build(generations: Generations) -> None:
    held = lease(_build(generations, "one"))
    _build(generations, "two")

    held.close()
    _build(generations, "three")

    assert _folders(generations) == {"three"}


def test_two_readers_share_a_generation(generations: Generations) -> None:
    folder = _build(generations, "one")
    first, second = lease(folder), lease(folder)

    first.close()
    _build(generations, "two")

    assert folder.exists()
    second.close()


def test_a_lease_nobody_has_any_more_is_let_go_without_a_warning(generations: Generations) -> None:
    held = lease(_build(generations, "one"))

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del held
        gc.collect()
    _build(generations, "two")

    assert _folders(generations) == {"two"}
    assert [warning for warning in warned if "lease.lock" in str(warning.message)] == []


def test_a_lease_may_be_closed_twice(generations: Generations) -> None:
    held = lease(_build(generations, "one"))

    held.close()
    held.close()

    _build(generations, "two")
    assert _folders(generations) == {"two"}


def test_a_lease_on_a_removed_generation_is_a_broken_index(generations: Generations) -> None:
    old = _build(generations, "one")
    _build(generations, "two")

    with pytest.raises(IndexBrokenError, match="gone"):
        lease(old)


@pytest.mark.parametrize("has_lock", [True, False], ids=["with lock file", "without"])
def test_what_a_crash_left_behind_is_removed_by_the_next_build(
    generations: Generations, has_lock: bool
) -> None:
    leftover = generations.root / "20200101T000000-crash"
    leftover.mkdir(parents=True)
    (leftover / "vectors.npy").write_bytes(b"half")
    if has_lock:
        (leftover / "lease.lock").touch()

    _build(generations, "one")

    assert _folders(generations) == {"one"}


def test_a_current_that_names_nothing_there_is_a_broken_index(generations: Generations) -> None:
    generations.root.mkdir()
    (generations.root / "current").write_text("gone\n")

    with pytest.raises(IndexBrokenError, match="'gone'"):
        generations.current()


def test_an_empty_current_is_a_broken_index(generations: Generations) -> None:
    generations.root.mkdir()
    (generations.root / "current").touch()

    with pytest.raises(IndexBrokenError):
        generations.current()


def test_a_root_below_a_file_cannot_be_read_or_built(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    generations = Generations(tmp_path / "file" / "index")

    with pytest.raises(HomeError):
        generations.current()
    with pytest.raises(HomeError), generations.building("one"):
        pytest.fail("a build began below a file")


def test_a_generation_leased_by_another_process_is_not_removed(generations: Generations) -> None:
    folder = _build(generations, "one")
    program = (
        "import sys; from pathlib import Path; from index.generations import lease\n"
        "held = lease(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"

        _build(generations, "two")
        meanwhile = _folders(generations)
        other.communicate(timeout=30)

    _build(generations, "three")
    assert meanwhile == {"one", "two"}
    assert _folders(generations) == {"three"}


def test_a_builder_in_another_process_is_waited_for(generations: Generations) -> None:
    program = (
        "import sys; from pathlib import Path; from index.generations import Generations\n"
        "with Generations(Path(sys.argv[1])).building('theirs'):\n"
        "    print('building', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(generations.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"building\n"

        with pytest.raises(IndexBusyError), generations.building("ours"):
            pytest.fail("two builders at once")
        other.communicate(timeout=30)

    assert generations.current().name == "theirs"


def test_what_a_killed_builder_left_is_removed_by_the_next(generations: Generations) -> None:
    program = (
        "import os, sys; from pathlib import Path; from index.generations import Generations\n"
        "with Generations(Path(sys.argv[1])).building('killed'):\n"
        "    os._exit(9)"
    )
    died = subprocess.run(
        [sys.executable, "-c", program, str(generations.root)],
        check=False,
        timeout=30,
        cwd=Path(__file__).parents[2],
    )
    assert died.returncode == 9
    assert _folders(generations) == {"killed"}

    _build(generations, "one")

    assert _folders(generations) == {"one"}
