from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from index import late
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.errors import IndexBrokenError
from index.late import (
    KEPT_DIMENSIONS,
    NOTHING,
    Compressor,
    LateIndex,
    Packed,
    compressor_path,
    fit_basis,
    load_compressor,
    save_compressor,
    unpack,
)
from index.protocols import Encoded
from index.segment import segment
from index.testing import WordHashingEmbedder

VOCABULARY = 50
STOP = 0  # the one piece that is no word
FILES = ("codes.npy", "starts.npy", "rarity.npy")
RANDOM = np.random.default_rng(11)


def _unit(vectors: late.Floats) -> late.Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _plain() -> Compressor:
    """Keeps every direction of 128 and every piece but one."""
    is_word = np.ones(VOCABULARY, np.bool_)
    is_word[STOP] = False
    return Compressor("plain", np.eye(KEPT_DIMENSIONS, dtype=np.float32), is_word)


def _encoded(*pieces: int) -> Encoded:
    """A text of these pieces, each with a random state."""
    states = RANDOM.standard_normal((len(pieces), KEPT_DIMENSIONS)).astype(np.float16)
    vector = np.zeros(KEPT_DIMENSIONS, np.float32)
    return Encoded(vector, np.array(pieces, np.int32), states)


def _cosines(packed: Packed, vectors: late.Floats) -> late.Floats:
    return np.asarray((unpack(packed.codes) * vectors).sum(axis=1), np.float32)


@pytest.fixture
def rows() -> list[Packed]:
    """Five rows: three with words, one an ask, one of stop words alone."""
    texts = [_encoded(1, 2, 3), _encoded(4, 4, 5, 6), _encoded(STOP, STOP), _encoded(1, 7)]
    one, two, stops, three = (_plain().pack(text) for text in texts)
    return [one, NOTHING, two, stops, three]


@pytest.fixture
def folder(tmp_path: Path, rows: list[Packed]) -> Path:
    late.write(tmp_path / "late", rows, VOCABULARY)
    return tmp_path / "late"


@pytest.fixture
def opened(folder: Path, rows: list[Packed]) -> LateIndex:
    return LateIndex(folder, len(rows), _plain())


class TestPacking:
    """Four bits a number lose little of a word's direction."""

    def test_random_unit_vectors_keep_their_direction(self) -> None:
        states = _unit(RANDOM.standard_normal((500, KEPT_DIMENSIONS)).astype(np.float32))
        pieces = np.full(len(states), 1, np.int32)

        packed = _plain().pack(Encoded(states[0], pieces, states.astype(np.float16)))

        assert packed.codes.shape == (500, 64)
        assert packed.codes.dtype == np.uint8
        assert _cosines(packed, states).min() >= 0.98

    def test_words_of_the_model_keep_their_direction(self, embedded: Corpus) -> None:
        encoder = OnnxMiniLmEmbedder()
        compressor = load_compressor(encoder.fingerprint)
        assert compressor is not None
        texts = [p.embedded for p in segment(embedded, RecursiveSplitter()) if not p.is_ask]

        # Their largest part is that which all words share, so that the steps are coarse: of a
        # hundred passages the mean is .984, the lowest .945.
        cosines = []
        for encoded in encoder.encode_passages(texts[:: len(texts) // 20]):
            kept = compressor.is_word[encoded.pieces]
            vectors = compressor.project(encoded.states[kept])
            cosines.append(_cosines(compressor.pack(encoded), vectors))
        found = np.concatenate(cosines)
        assert len(found) > 500
        assert found.mean() >= 0.98
        assert found.min() >= 0.93

    def test_a_vector_along_one_direction_is_kept_whole(self) -> None:
        state = np.zeros((2, KEPT_DIMENSIONS), np.float16)
        state[0, 5], state[1, 100] = -3, 0.01

        packed = _plain().pack(Encoded(state[0].astype(np.float32), np.array([1, 2]), state))

        assert unpack(packed.codes)[0, 5] == pytest.approx(-1)
        assert unpack(packed.codes)[1, 100] == pytest.approx(1)
        assert np.count_nonzero(unpack(packed.codes)) == 2

    def test_every_code_reads_back_as_a_unit_vector(self) -> None:
        packed = _plain().pack(_encoded(*range(1, 40)))

        assert np.linalg.norm(unpack(packed.codes), axis=1) == pytest.approx(np.ones(39), abs=1e-5)

    def test_a_state_of_nothing_but_zeros_does_not_fail(self) -> None:
        zeros = np.zeros((1, KEPT_DIMENSIONS), np.float16)

        packed = _plain().pack(Encoded(np.zeros(1, np.float32), np.array([1], np.int32), zeros))

        assert not unpack(packed.codes).any()

    def test_what_is_no_word_is_not_kept(self) -> None:
        packed = _plain().pack(_encoded(STOP, 3, STOP, 9))

        assert packed.pieces.tolist() == [3, 9]
        assert packed.pieces.dtype == np.uint16
        assert packed.codes.shape == (2, 64)

    @pytest.mark.parametrize("pieces", [(), (STOP, STOP)], ids=["empty", "stop words alone"])
    def test_a_text_without_words_packs_to_nothing(self, pieces: tuple[int, ...]) -> None:
        packed = _plain().pack(_encoded(*pieces))

        assert packed.pieces.shape == (0,)
        assert packed.codes.shape == (0, 64)


class TestCompressor:
    """The compressor that ships, and how one is made."""

    def test_the_one_that_ships_knows_marks_and_stop_words(self) -> None:
        encoder = OnnxMiniLmEmbedder()
        compressor = load_compressor(encoder.fingerprint)
        assert compressor is not None

        encoded = encoder.encode_query("The chip, and (if it is) the foundry!")
        packed = compressor.pack(encoded)

        assert packed.pieces.tolist() == encoder.encode_query("chip foundry").pieces.tolist()[1:-1]

    def test_the_one_that_ships_fits_the_vocabulary_of_the_model(self) -> None:
        encoder = OnnxMiniLmEmbedder()
        compressor = load_compressor(encoder.fingerprint)
        assert compressor is not None

        assert np.array_equal(compressor.is_word, encoder.is_word())
        assert compressor.basis.shape == (encoder.dimensions, KEPT_DIMENSIONS)
        assert len(compressor.is_word) <= np.iinfo(np.uint16).max + 1

    def test_a_model_without_one_has_none(self) -> None:
        assert load_compressor("some-other-model:by-name") is None

    def test_a_colon_in_a_model_name_is_no_part_of_the_file_name(self) -> None:
        assert compressor_path("Model:12AB") == "late-model-12ab.npz"

    def test_what_was_saved_is_loaded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "data").mkdir()
        monkeypatch.setattr("index.late.resources.files", lambda _: tmp_path)
        basis = np.linalg.qr(RANDOM.standard_normal((300, KEPT_DIMENSIONS)))[0].astype(np.float32)
        is_word = np.array([True, False, True])

        save_compressor(tmp_path / "data" / compressor_path("m:1"), basis, is_word)

        loaded = load_compressor("m:1")
        assert loaded is not None
        assert np.abs(loaded.basis - basis).max() < 0.001
        assert loaded.basis.dtype == np.float32
        assert loaded.is_word.tolist() == is_word.tolist()
        assert loaded.name == "late1-128x4"

    def test_a_fitted_basis_keeps_all_of_words_that_need_few_directions(self) -> None:
        plane = np.linalg.qr(RANDOM.standard_normal((300, 20)))[0]
        states = (RANDOM.standard_normal((400, 20)) @ plane.T).astype(np.float32)

        basis = fit_basis(states)

        assert basis.shape == (300, KEPT_DIMENSIONS)
        assert np.abs(basis.T @ basis - np.eye(KEPT_DIMENSIONS)).max() < 1e-4
        assert np.linalg.norm(_unit(states) @ basis, axis=1).min() > 0.999

    def test_the_first_direction_of_a_basis_keeps_the_most(self) -> None:
        spread = np.linspace(1, 3, 200)
        states = (RANDOM.standard_normal((2_000, 200)) * spread).astype(np.float32)

        kept = (_unit(states) @ fit_basis(states)).std(axis=0)

        assert (kept[:-1] >= kept[1:] - 0.001).all()
        assert kept[0] > kept[-1] * 1.2


def _maxsim(query: Encoded, row: Packed, rows: list[Packed]) -> float:
    """The weighted mean, over the question's words, of the cosine of the nearest word."""
    held = [r for r in rows if len(r.pieces)]
    total, weights = 0.0, 0.0
    for piece, state in zip(query.pieces.tolist(), query.states.astype(np.float64), strict=True):
        if piece == STOP:
            continue
        count = sum(piece in r.pieces.tolist() for r in held)
        weight = np.log(1 + (len(held) - count + 0.5) / (count + 0.5))
        asked = state / np.linalg.norm(state)
        total += weight * max(float(asked @ word) for word in unpack(row.codes))
        weights += weight
    return total / weights


class TestScores:
    """Likeness against MaxSim written out word by word."""

    def test_they_are_those_of_maxsim_written_out(
        self, opened: LateIndex, rows: list[Packed]
    ) -> None:
        query = _encoded(1, STOP, 4, 30)

        scores = opened.scores(query, np.arange(5))

        expected = [_maxsim(query, row, rows) if len(row.pieces) else 0 for row in rows]
        assert scores.dtype == np.float32
        assert scores.tolist() == pytest.approx(expected, abs=1e-5)
        assert np.count_nonzero(scores) == 3

    def test_they_come_in_the_order_of_the_rows_asked_for(self, opened: LateIndex) -> None:
        query = _encoded(1, 4)

        every = opened.scores(query, np.arange(5))

        chosen = np.array([4, 1, 0, 4])
        assert opened.scores(query, chosen).tolist() == pytest.approx(every[chosen].tolist())

    def test_a_row_scores_one_for_its_own_words(self, tmp_path: Path) -> None:
        text = _encoded(1, 2, 3)
        late.write(tmp_path, [_plain().pack(_encoded(8, 9)), _plain().pack(text)], VOCABULARY)

        scores = LateIndex(tmp_path, 2, _plain()).scores(text, np.arange(2))

        assert scores[1] == pytest.approx(1, abs=0.02)
        assert scores[0] < 0.5

    def test_a_rare_word_counts_more_than_a_common_one(self, tmp_path: Path) -> None:
        common, rare = _encoded(1), _encoded(2)
        texts = [common, common, common, rare]
        late.write(tmp_path, [_plain().pack(text) for text in texts], VOCABULARY)
        both = Encoded(
            common.vector,
            np.concatenate([common.pieces, rare.pieces]),
            np.concatenate([common.states, rare.states]),
        )

        scores = LateIndex(tmp_path, 4, _plain()).scores(both, np.arange(4))

        assert scores[3] > scores[0]

    def test_they_stay_between_minus_one_and_one(self, opened: LateIndex) -> None:
        for _ in range(50):
            scores = opened.scores(_encoded(*RANDOM.integers(1, VOCABULARY, 9)), np.arange(5))

            assert np.abs(scores).max() <= 1 + 1e-5

    @pytest.mark.parametrize("pieces", [(), (STOP, STOP)], ids=["empty", "stop words alone"])
    def test_a_question_without_words_is_like_nothing(
        self, opened: LateIndex, pieces: tuple[int, ...]
    ) -> None:
        assert opened.scores(_encoded(*pieces), np.arange(5)).tolist() == [0] * 5

    def test_no_rows_have_no_scores(self, opened: LateIndex) -> None:
        assert opened.scores(_encoded(1), np.zeros(0, np.int64)).shape == (0,)

    def test_rows_without_words_alone_score_nothing(self, opened: LateIndex) -> None:
        assert opened.scores(_encoded(1), np.array([1, 3])).tolist() == [0, 0]


class TestFiles:
    """What a generation holds on disk, and what of it can break."""

    def test_the_words_of_every_row_come_back(self, folder: Path, rows: list[Packed]) -> None:
        codes, starts = np.load(folder / "codes.npy"), np.load(folder / "starts.npy")

        assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
        for row, start, end in zip(rows, starts[:-1], starts[1:], strict=True):
            assert np.array_equal(codes[start:end], row.codes)

    @pytest.mark.parametrize("rows", [[], [NOTHING, NOTHING]], ids=["no rows", "rows of no words"])
    def test_an_index_may_hold_no_words(self, tmp_path: Path, rows: list[Packed]) -> None:
        late.write(tmp_path, rows, VOCABULARY)

        opened = LateIndex(tmp_path, len(rows), _plain())

        assert opened.scores(_encoded(1, 2), np.arange(len(rows))).tolist() == [0] * len(rows)

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("damage", [b"", b"junk", None], ids=["empty", "junk", "gone"])
    def test_any_damaged_file_is_a_broken_index(
        self, folder: Path, name: str, damage: bytes | None
    ) -> None:
        (folder / name).unlink()
        if damage is not None:
            (folder / name).write_bytes(damage)

        with pytest.raises(IndexBrokenError, match="cannot be read"):
            LateIndex(folder, 5, _plain())

    @pytest.mark.parametrize("count", [4, 6], ids=["too few", "too many"])
    def test_words_of_another_number_of_rows_are_a_broken_index(
        self, folder: Path, count: int
    ) -> None:
        with pytest.raises(IndexBrokenError, match=f"not those of {count} rows"):
            LateIndex(folder, count, _plain())

    def test_fewer_codes_than_words_are_a_broken_index(self, folder: Path) -> None:
        np.save(folder / "codes.npy", np.load(folder / "codes.npy")[:-1])

        with pytest.raises(IndexBrokenError, match="not those of 5 rows"):
            LateIndex(folder, 5, _plain())

    def test_rarities_of_another_vocabulary_are_a_broken_index(self, folder: Path) -> None:
        np.save(folder / "rarity.npy", np.load(folder / "rarity.npy")[:-1])

        with pytest.raises(IndexBrokenError, match="not those of 5 rows"):
            LateIndex(folder, 5, _plain())


def test_the_fake_encoder_gives_words_that_share_spelling_like_states(
    compressor: Compressor,
) -> None:
    encoder = WordHashingEmbedder()
    packed = compressor.pack(encoder.encode_query("the licences of robots"))

    asked = compressor.project(encoder.encode_query("licence").states)

    nearness = unpack(packed.codes) @ asked[0]
    assert packed.pieces.tolist() == [encoder.piece_of("licences"), encoder.piece_of("robots")]
    assert nearness[0] > nearness[1] + 0.3
