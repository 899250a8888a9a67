from __future__ import annotations

import pytest

from corpus.errors import PolicyError
from index import errors

FAMILY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.RetrievalError)
]


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_every_failure_is_one_of_the_tree_drawn_in_the_module(kind: type[PolicyError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    "kind", [k for k in FAMILY if k is not errors.RetrievalError], ids=lambda kind: kind.__name__
)
def test_every_failure_says_the_way_out(kind: type[PolicyError]) -> None:
    assert kind.hint


def test_a_stale_index_says_what_it_has_and_what_is_wanted() -> None:
    error = errors.IndexStaleError(built="one", wanted="two")

    assert str(error) == "the index has fingerprint 'one', the settings ask for 'two'"
