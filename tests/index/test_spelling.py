from __future__ import annotations

import pytest

from index.spelling import mended

HELD = {"licenc": 3.0, "govern": 1.0, "government": 2.0, "export": 1.0, "expert": 4.0, "744.23": 1}


def weight(stem: str) -> float:
    return HELD.get(stem, 0.0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("goverment", "government", id="a letter missing"),
        pytest.param("governnment", "government", id="a letter too many"),
        pytest.param("govarnment", "government", id="a wrong letter"),
        pytest.param("govenrment", "government", id="two letters swapped"),
    ],
)
def test_one_slip_is_mended(typed: str, meant: str) -> None:
    assert mended(typed, weight) == meant


def test_of_several_words_the_commonest_is_meant() -> None:
    assert mended("exp_rt".replace("_", "u"), weight) == "export"


@pytest.mark.parametrize("typed", ["gavermment", "expo", "744.24", "über", "xport", ""])
def test_what_is_not_one_slip_away_stays_unknown(typed: str) -> None:
    assert mended(typed, weight) is None


def test_a_word_too_long_for_any_text_is_not_looked_at() -> None:
    calls: list[str] = []

    mended("a" * 31, lambda stem: calls.append(stem) or 0.0)

    assert calls == []
