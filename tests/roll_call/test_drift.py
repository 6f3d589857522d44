"""Reminders of a new enrolment."""

from datetime import UTC, datetime, timedelta

import pytest

from roll_call.drift import ReminderCode, drifts, reminders

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = (0.70, 0.68, 0.72, 0.70, 0.71)


def shifted(by: float) -> tuple[float, ...]:
    return tuple(score - by for score in FIRST)


@pytest.mark.parametrize(
    ("sunk", "drifting"), [(0.0, False), (0.14, False), (0.16, True), (0.35, True), (-0.1, False)]
)
def test_scores_that_lost_half_of_their_headroom_drift(sunk: float, drifting: bool) -> None:
    assert drifts(FIRST, shifted(sunk), threshold=0.4) is drifting


def test_a_scale_of_its_own_changes_nothing() -> None:
    first, last = ([x * 10 - 3 for x in scores] for scores in (FIRST, shifted(0.16)))
    assert drifts(first, last, threshold=0.4 * 10 - 3)


def test_one_bad_day_is_no_drift() -> None:
    assert not drifts(FIRST, (0.41, *FIRST[1:]), threshold=0.4)


def test_few_sessions_say_nothing() -> None:
    assert not drifts(FIRST[:4], shifted(0.3), 0.4)
    assert not drifts(FIRST, shifted(0.3)[:4], 0.4)


def found(**changes: object) -> tuple[ReminderCode, ...]:
    usual: dict[str, object] = {
        "in_this_model": True,
        "frames": 3,
        "needed": 3,
        "provisional": False,
        "drifting": False,
        "enrolled_at": NOW - timedelta(days=100),
        "now": NOW,
        "oldest": timedelta(days=730),
    }
    return reminders(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_good_enrolment_reminds_of_nothing() -> None:
    assert found() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"in_this_model": False}, ReminderCode.NOT_IN_THIS_MODEL),
        ({"provisional": True, "frames": 1}, ReminderCode.PROVISIONAL),
        ({"frames": 2}, ReminderCode.FEW_FRAMES),
        ({"drifting": True}, ReminderCode.SCORES_DRIFT),
        ({"enrolled_at": NOW - timedelta(days=730)}, ReminderCode.OLD),
    ],
)
def test_each_reason_has_its_reminder(change: dict[str, object], code: ReminderCode) -> None:
    assert found(**change) == (code,)


def test_the_most_urgent_comes_first() -> None:
    everything = found(
        in_this_model=False, provisional=True, drifting=True, enrolled_at=NOW - timedelta(days=900)
    )
    assert [code.value for code in everything] == [
        "not_in_this_model",
        "provisional",
        "scores_drift",
        "old",
    ]
