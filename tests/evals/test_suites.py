from __future__ import annotations

import pytest

from evals.errors import EvaluationError
from evals.suites import SUITES, load_suite
from evals.types import Figure, Suite


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_found_under_its_own_name(name: str) -> None:
    assert load_suite(name).name == name


@pytest.mark.parametrize("name", SUITES)
def test_no_figure_of_a_suite_is_named_twice(name: str) -> None:
    names = [figure.name for figure in load_suite(name).figures]

    assert sorted(set(names)) == sorted(names)


def test_a_suite_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(EvaluationError, match="no suite 'poetry'") as caught:
        load_suite("poetry")

    assert "answers, as-of" in caught.value.hint


def test_the_first_figures_lead_where_none_is_marked() -> None:
    figures = tuple(Figure(str(number), "") for number in range(9))
    marked = (*figures, Figure("marked", "", leads=True))

    assert Suite("s", "", figures, lambda a, p: ()).leading == figures[:6]
    assert [f.name for f in Suite("s", "", marked, lambda a, p: ()).leading] == ["marked"]
