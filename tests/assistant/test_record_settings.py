from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.record_settings import RecordSettings

Run = Callable[..., tuple[int, str, str]]


def test_answers_are_recorded_and_kept_unless_set_otherwise() -> None:
    assert RecordSettings() == RecordSettings(records="on", records_keep_days=0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("POLICY_RECORDS", "maybe", id="neither-on-nor-off"),
        pytest.param("POLICY_RECORDS_KEEP_DAYS", "-1", id="days-below-zero"),
    ],
)
def test_a_value_that_cannot_be_is_told_in_one_line(
    name: str, value: str, policy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    code, out, err = policy("ask", "Must a robot stop?")

    assert (code, out) == (1, "")
    assert err.startswith(f"policy: {name} is {value!r}: ")


def test_the_settings_of_records_are_listed(policy: Run) -> None:
    _, out, _ = policy("settings")

    assert "POLICY_RECORDS = on  [default]" in out
    assert "POLICY_RECORDS_KEEP_DAYS = 0  [default]" in out
