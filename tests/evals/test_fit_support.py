from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from assistant.supporting import BIAS, WEIGHTS, LearnedSupport
from evals import fit_support
from evals.errors import DatasetError
from evals.fit_support import cross_fitted, fit_alike, read_claims, signals_of
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.testing import WordHashingEmbedder

ROW = {"group": "q1", "claim": "Bees sleep [1] [2].", "evidence": [], "support": "Complete"}


def write(path: Path, *rows: object) -> Path:
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["claims.jsonl", "claims.jsonl.gz"])
def test_a_claim_is_read_without_markers_and_addresses(tmp_path: Path, name: str) -> None:
    evidence = ["[1] https://a.example/b\n\nBees do sleep.", "[2] https://c.example/"]

    (claim,) = read_claims(write(tmp_path / name, ROW | {"evidence": evidence}))

    assert claim.text == "Bees sleep."
    assert claim.texts == ("Bees do sleep.",)
    assert (claim.support, claim.group) == ("Complete", "q1")


@pytest.mark.parametrize(
    "row", [{"group": "q"}, ROW | {"support": "Perhaps"}, ROW | {"evidence": "one"}, []]
)
def test_a_line_that_is_no_claim_is_named(tmp_path: Path, row: object) -> None:
    path = write(tmp_path / "claims.jsonl", ROW, row)

    with pytest.raises(DatasetError, match=r"claims\.jsonl:2"):
        read_claims(path)


def test_a_file_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        read_claims(tmp_path / "none.jsonl.gz")


def test_signals_are_not_a_number_where_there_are_no_words() -> None:
    judge = LearnedSupport(WordHashingEmbedder(), np.ones(4_096, np.bool_))

    found = signals_of(judge, [("Bees sleep.", "Bees sleep."), ("Bees sleep.", "")] * 40)

    assert found.shape == (80, 3)
    assert np.isnan(found[1::2]).all()
    assert not np.isnan(found[::2]).any()


def drawn(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three signals of unlike scale that say the same, labels, and groups of four."""
    chance = np.random.default_rng(2)
    signals = chance.normal(size=(count, 3)) * (1, 10, 0.1)
    odds = (signals / (1, 10, 0.1)).sum(axis=1)
    labels = chance.random(count) < 1 / (1 + np.exp(-odds))
    return signals, labels, np.array([f"q{number // 4}" for number in range(count)])


def test_each_signal_weighs_alike_once_scaled() -> None:
    signals, labels, _ = drawn(20_000)

    found = fit_alike(signals, labels)

    assert found.weights * (1, 10, 0.1) == pytest.approx([1, 1, 1], abs=0.1)
    assert found.chance(signals)[labels].mean() > found.chance(signals)[~labels].mean() + 0.2


def test_a_claim_is_judged_by_a_model_that_saw_none_of_its_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signals, labels, groups = drawn(400)
    signals[:, 0] = np.arange(400)
    seen: list[set[float]] = []
    real = fit_support.fit_alike

    def spy(some: np.ndarray, these: np.ndarray) -> fit_support.Fitted:
        seen.append(set(some[:, 0]))
        return real(some, these)

    monkeypatch.setattr(fit_support, "fit_alike", spy)

    found = cross_fitted(signals, labels, groups)

    assert len(seen) == fit_support.FOLDS
    left_out = [set(range(400)) - rows for rows in seen]
    assert sorted(row for rows in left_out for row in rows) == list(range(400))
    for rows in left_out:
        assert len(rows) == 4 * len({groups[int(row)] for row in rows})
    assert ((found > 0) & (found < 1)).all()


def test_the_command_prints_weights_and_the_rank_of_each_signal(
    tmp_path: Path,
    onnx: OnnxMiniLmEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(fit_support, "OnnxMiniLmEmbedder", lambda: onnx)
    texts = ["The hive holds honey for winter.", "Bread is baked on a hot stone."]
    rows = [
        {"group": f"q{n}", "claim": texts[n % 2], "support": support, "evidence": [f"[1] u {text}"]}
        for n in range(4)
        for support, text in (("Complete", texts[n % 2]), ("Incomplete", texts[1 - n % 2]))
    ]
    rows += [ROW | {"support": "Partial"}, ROW]

    fit_support.main([str(write(tmp_path / "claims.jsonl", *rows))])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("WEIGHTS = (")
    assert lines[1].startswith("BIAS = ")
    assert lines[2] == "8 claims of 4 questions, 4 supported"
    assert "AUC alike: 1.000" in lines
    assert "AUC weakest words: 1.000" in lines


def test_the_command_wants_a_file() -> None:
    with pytest.raises(SystemExit, match="usage"):
        fit_support.main([])


def test_more_of_each_signal_is_more_support_and_full_marks_pass() -> None:
    assert all(weight > 0 for weight in WEIGHTS)
    assert sum(WEIGHTS) + BIAS > 0 > BIAS
