from __future__ import annotations

import pytest

from assistant.engines.listed import is_listed, name_asked, names_in

LIST = "The listed countries are: Austria, Belgium, Chile, the United Kingdom, Denmark and Fiji."
KNOWN = names_in(LIST) | {"poland"}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        pytest.param("Is Poland on the list?", "Poland", id="one-word"),
        pytest.param("Are the Solomon Islands among them?", "Solomon Islands", id="two-words"),
        pytest.param("Is Poland or Chile on the list?", None, id="two-names"),
        pytest.param("Is Poland a member state?", None, id="no-list"),
        pytest.param("Which countries are on the list?", None, id="no-name"),
    ],
)
def test_the_name_asked_about(question: str, name: str | None) -> None:
    assert name_asked(question) == name


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        pytest.param("Chile", True, id="listed"),
        pytest.param("UK", True, id="other-spelling"),
        pytest.param("Poland", False, id="known-and-missing"),
        pytest.param("Ruritania", None, id="unknown-name"),
    ],
)
def test_a_list_says_whether_it_holds_a_name(name: str, listed: bool | None) -> None:
    assert is_listed(name, LIST, LIST, KNOWN) is listed


def test_a_name_elsewhere_in_the_provision_is_not_called_missing() -> None:
    assert is_listed("Poland", LIST, f"{LIST} Poland joins in May.", KNOWN) is None


def test_a_list_with_an_exception_says_nothing() -> None:
    text = LIST.replace("The listed countries are", "All countries except these")

    assert is_listed("Chile", text, text, KNOWN) is None


def test_a_few_names_are_no_list() -> None:
    assert names_in("Austria, Belgium and Chile agreed.") == frozenset()
    assert is_listed("Chile", "Austria, Belgium and Chile.", "", KNOWN) is None
