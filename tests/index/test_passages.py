from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from corpus.types import ProvisionId, TextKind
from index import passages as passage_files
from index.adapters.splitters import RecursiveSplitter
from index.errors import IndexBrokenError
from index.passages import PassageTable
from index.segment import segment
from index.types import Filters, Passage

DAY = date(2026, 11, 23)


@pytest.fixture
def written(small: Corpus) -> list[Passage]:
    return list(segment(small, RecursiveSplitter()))


@pytest.fixture
def folder(small: Corpus, written: list[Passage], tmp_path: Path) -> Path:
    passage_files.write(tmp_path, small, written)
    return tmp_path


@pytest.fixture
def table(small: Corpus, folder: Path) -> PassageTable:
    return PassageTable(folder, small)


def _seen(table: PassageTable, filters: Filters) -> set[tuple[str, int]]:
    rows = table.rows(np.flatnonzero(table.mask(filters)).tolist())
    return {(passage.provision_id, passage.version) for passage in rows}


def _instruments(table: PassageTable, filters: Filters) -> set[str]:
    return {provision_id.split("#")[0] for provision_id, _ in _seen(table, filters)}


def test_rows_come_back_as_they_were_written(table: PassageTable, written: list[Passage]) -> None:
    back = table.rows(range(len(table)))

    assert len(back) == len(written)
    for old, new in zip(written, back, strict=True):
        assert (new.id, new.provision_id, new.version) == (old.id, old.provision_id, old.version)
        assert (new.start, new.end, new.text) == (old.start, old.end, old.text)
        assert new.context == old.context


def test_rows_come_in_the_order_asked_for(table: PassageTable) -> None:
    assert [p.id for p in table.rows([3, 0])] == [table.rows([3])[0].id, table.rows([0])[0].id]


def test_rows_of_a_provision_are_those_of_all_its_wordings(table: PassageTable) -> None:
    rows = table.rows_of(ProvisionId("robot-act#article-3"))

    assert {passage.version for passage in table.rows(rows)} == {0, 1}


def test_an_unknown_provision_has_no_rows(table: PassageTable) -> None:
    assert table.rows_of(ProvisionId("robot-act#article-99")) == []


@pytest.mark.parametrize(
    ("day", "version"),
    [
        pytest.param(date(2020, 1, 1), 0, id="long before"),
        pytest.param(date(2025, 12, 31), 0, id="last day of the old"),
        pytest.param(date(2026, 1, 1), 1, id="first day of the new"),
        pytest.param(date(2050, 1, 1), 1, id="long after"),
    ],
)
def test_as_of_keeps_the_wording_of_that_day_alone(
    table: PassageTable, day: date, version: int
) -> None:
    seen = _seen(table, Filters(as_of=day))

    assert [n for key, n in seen if key == "robot-act#article-3"] == [version]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        pytest.param(date(2026, 5, 31), False, id="the day before"),
        pytest.param(date(2026, 6, 1), True, id="the day itself"),
    ],
)
def test_a_text_not_yet_born_is_hidden(table: PassageTable, day: date, shown: bool) -> None:
    assert ("rotor-rule" in _instruments(table, Filters(as_of=day))) is shown


def test_a_text_without_a_history_was_always_there(table: PassageTable) -> None:
    assert "notes" in _instruments(table, Filters(as_of=date(1900, 1, 1)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(Filters(DAY), {"robot-act", "rotor-rule", "notes"}, id="none"),
        pytest.param(
            Filters(DAY, instruments=frozenset({"notes", "robot-act"})),
            {"robot-act", "notes"},
            id="two instruments",
        ),
        pytest.param(Filters(DAY, jurisdictions=frozenset({"US"})), {"rotor-rule"}, id="US"),
        pytest.param(
            Filters(DAY, text_kinds=frozenset({TextKind.UPLOAD})), {"notes"}, id="uploads"
        ),
        pytest.param(
            Filters(DAY, text_kinds=frozenset({TextKind.DIGEST, TextKind.DOSSIER})),
            {"robot-act", "rotor-rule"},
            id="two kinds",
        ),
        pytest.param(
            Filters(DAY, frozenset({"robot-act"}), frozenset({"US"})), set(), id="contradiction"
        ),
        pytest.param(Filters(DAY, frozenset({"nowhere"})), set(), id="unknown instrument"),
        pytest.param(Filters(DAY, text_kinds=frozenset({TextKind.OFFICIAL})), set(), id="absent"),
    ],
)
def test_filters_keep_what_they_name(
    table: PassageTable, filters: Filters, expected: set[str]
) -> None:
    assert _instruments(table, filters) == expected


def test_masks_asked_for_by_turns_stay_apart(table: PassageTable) -> None:
    first = table.mask(Filters(DAY)).copy()

    for offset in range(70):  # more than are kept
        table.mask(Filters(date(2000, 1, 1 + offset % 28), frozenset({f"i{offset}"})))

    assert (table.mask(Filters(DAY)) == first).all()
    assert not table.mask(Filters(DAY, frozenset({"i1"}))).any()


def test_groups_are_the_wordings_with_their_rows_side_by_side(
    table: PassageTable, small: Corpus
) -> None:
    columns = table.columns

    assert len(columns.first_row) == len(list(small.versions())) + 1
    for group, (start, end) in enumerate(
        zip(columns.first_row[:-1], columns.first_row[1:], strict=True)
    ):
        assert (columns.group[start:end] == group).all()
        assert not columns.is_ask[start]


def test_threads_read_side_by_side(table: PassageTable) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: table.rows([row])[0].id, [0, 1, 2, 3] * 5))

    assert found == [passage.id for passage in table.rows([0, 1, 2, 3])] * 5


def test_an_empty_corpus_has_an_empty_table(tmp_path: Path) -> None:
    nothing = Corpus({}, {})
    passage_files.write(tmp_path, nothing, [])

    table = PassageTable(tmp_path, nothing)

    assert len(table) == 0
    assert table.mask(Filters(DAY)).shape == (0,)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x93NUMPY", id="cut"),
        pytest.param(None, id="gone"),
    ],
)
def test_damaged_columns_are_a_broken_index(
    small: Corpus, folder: Path, damage: bytes | None
) -> None:
    path = folder / "columns.npy"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    with pytest.raises(IndexBrokenError, match=r"columns\.npy"):
        PassageTable(folder, small)


def test_columns_of_another_layout_are_a_broken_index(small: Corpus, folder: Path) -> None:
    np.save(folder / "columns.npy", np.load(folder / "columns.npy")[:5])

    with pytest.raises(IndexBrokenError, match="6 columns"):
        PassageTable(folder, small)


@pytest.mark.parametrize(
    "damage", [b"", b"no database " * 500, None], ids=["empty", "junk", "gone"]
)
def test_a_damaged_table_is_a_broken_index(
    small: Corpus, folder: Path, damage: bytes | None
) -> None:
    path = folder / "passages.sqlite"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    with pytest.raises(IndexBrokenError, match=r"passages\.sqlite"):
        PassageTable(folder, small).rows([0])


def test_a_missing_row_is_a_broken_index(table: PassageTable) -> None:
    with pytest.raises(IndexBrokenError, match="row 999"):
        table.rows([999])
