from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.supporting import AT_LEAST, MODEL, LearnedSupport, load_support
from assistant.verify import Source, SupportJudge, verify
from corpus.locators import parse
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.testing import HashingEmbedder, WordHashingEmbedder

FIRST = "The owner of a household robot shall register the robot within 30 days."
LAW = f"{FIRST} The maker of the robot shall test the stop before sale."
OTHER = "A drone must not fly at night, unless the mayor has given leave."


@pytest.fixture
def judge() -> LearnedSupport:
    """A judge on the fake encoder, whose words are near if they share letters."""
    return LearnedSupport(WordHashingEmbedder(), np.ones(WordHashingEmbedder.vocabulary, np.bool_))


@pytest.fixture(scope="module")
def real_judge() -> LearnedSupport:
    """The judge that ships, on the quick encoder."""
    found = load_support(OnnxMiniLmEmbedder())
    assert found is not None
    return found


def test_it_is_a_judge_as_verification_wants_one(judge: LearnedSupport) -> None:
    asked: SupportJudge = judge

    verdict = verify(FIRST, [Source(LAW, parse("Article 1"))], judge=asked)

    assert verdict.score == pytest.approx(judge.score(FIRST, f" {FIRST}"))


def test_a_sentence_of_the_text_has_every_word_and_every_pair_there(judge: LearnedSupport) -> None:
    (seen,) = judge.signals([(FIRST, LAW)])

    assert seen is not None
    assert seen.alike == pytest.approx(1.0, abs=0.001)
    assert seen.pairs == 1.0


def test_words_that_the_text_lacks_lower_every_signal(judge: LearnedSupport) -> None:
    altered = FIRST.replace("household robot", "submarine cable")

    there, lacking = judge.signals([(FIRST, LAW), (altered, LAW)])

    assert there is not None
    assert lacking is not None
    assert all(a > b for a, b in zip(there.vector, lacking.vector, strict=True))


def test_a_text_on_another_matter_scores_lower(judge: LearnedSupport) -> None:
    own, other = judge.scores([(FIRST, LAW), (FIRST, OTHER)])

    assert 0 < other < own < 1


def test_the_nearest_stretch_counts_however_much_stands_around_it(judge: LearnedSupport) -> None:
    (short,) = judge.signals([(FIRST, LAW)])
    (long,) = judge.signals([(FIRST, " ".join([OTHER, LAW, OTHER]))])

    assert short is not None
    assert long is not None
    assert long.stretch >= short.stretch - 0.001


@pytest.mark.parametrize(
    ("sentence", "cited"), [("", LAW), (FIRST, ""), (FIRST, " \n"), ("…", LAW)]
)
def test_nothing_is_borne_out_by_nothing(judge: LearnedSupport, sentence: str, cited: str) -> None:
    assert judge.score(sentence, cited) == 0.0


def test_scores_keep_the_order_of_what_was_asked(judge: LearnedSupport) -> None:
    asked = [(FIRST, OTHER), ("", LAW), (FIRST, LAW), (OTHER, LAW), (OTHER, OTHER)]

    together = judge.scores(asked)

    assert together == pytest.approx([judge.score(*pair) for pair in asked], abs=1e-6)


def test_a_text_that_was_cited_before_is_not_encoded_again(judge: LearnedSupport) -> None:
    encoder = judge.encoder
    assert isinstance(encoder, WordHashingEmbedder)

    judge.score(FIRST, LAW)
    judge.score(OTHER, LAW)

    assert encoder.passages == [LAW, FIRST, OTHER]


def test_only_the_texts_cited_last_are_kept(
    judge: LearnedSupport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.supporting._KEPT", 2)
    encoder = judge.encoder
    assert isinstance(encoder, WordHashingEmbedder)
    for cited in ("one robot", "two robots", "one robot", "three robots"):
        judge.score("A robot", cited)
    encoder.passages.clear()

    judge.scores([("A robot", "one robot"), ("A robot", "three robots")])
    judge.score("A robot", "two robots")

    assert encoder.passages == ["A robot", "A robot", "two robots", "A robot"]


def test_a_long_text_is_read_to_its_end(judge: LearnedSupport) -> None:
    padding = " ".join(f"Item {number} is a list of parts and of spares." for number in range(200))

    (seen,) = judge.signals([(FIRST, f"{padding} {FIRST}")])

    assert seen is not None
    assert seen.alike == pytest.approx(1.0, abs=0.001)
    encoder = judge.encoder
    assert isinstance(encoder, WordHashingEmbedder)
    assert max(map(len, encoder.passages)) <= 700


def test_a_sentence_without_an_end_is_cut_and_none_of_it_is_lost(judge: LearnedSupport) -> None:
    text = " ".join(f"word{number}" for number in range(400)) + "x" * 1500

    judge.score("word399", text)

    encoder = judge.encoder
    assert isinstance(encoder, WordHashingEmbedder)
    windows = encoder.passages[:-1]
    assert max(map(len, windows)) <= 700
    assert "".join(windows).replace(" ", "") == text.replace(" ", "")


def test_threads_get_the_scores_that_one_would_get(judge: LearnedSupport) -> None:
    texts = [f"{LAW} Model {number}." for number in range(8)]
    alone = [judge.score(FIRST, text) for text in texts]
    fresh = LearnedSupport(judge.encoder, judge.is_word)
    found: dict[int, list[float]] = {}

    def ask(number: int) -> None:
        found[number] = [fresh.score(FIRST, text) for text in texts]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(found[number] == alone for number in range(4))


def test_a_model_that_the_weights_are_not_of_has_no_judge() -> None:
    assert load_support(WordHashingEmbedder()) is None
    assert load_support(HashingEmbedder()) is None


def test_the_weights_are_of_the_encoder_that_ships() -> None:
    assert OnnxMiniLmEmbedder.fingerprint == MODEL


def test_a_restatement_passes_and_another_matter_does_not(real_judge: LearnedSupport) -> None:
    said = "Whoever owns a household robot must register it within thirty days."

    restated, foreign = real_judge.scores([(said, LAW), (said, OTHER)])

    assert restated >= AT_LEAST > foreign


def test_a_wrong_figure_hardly_moves_the_score(real_judge: LearnedSupport) -> None:
    right, wrong = real_judge.scores([(FIRST, LAW), (FIRST.replace("30", "90"), LAW)])

    assert wrong > AT_LEAST
    assert right - wrong < 0.15
