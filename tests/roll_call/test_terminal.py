"""Duty terminals: what they say holds for its day, and the hours in which they answer."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from roll_call.errors import InvalidInput
from roll_call.terminal import (
    AutoAnswerHours,
    AutoAnswerPause,
    DeviceCheck,
    ExceptionReason,
    SelfTest,
    Terminal,
    TerminalException,
    in_force,
)

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 20, 1, tzinfo=UTC)
OK, FAULT, UNKNOWN = DeviceCheck.OK, DeviceCheck.FAULT, DeviceCheck.UNKNOWN


def test_only_faults_are_faults() -> None:
    assert SelfTest(NINE, OK, FAULT, UNKNOWN, FAULT).faults == ("microphone", "network")


def test_what_an_office_said_ends_with_its_local_day() -> None:
    test = SelfTest(NINE, OK, OK, OK, OK)
    said = TerminalException(ExceptionReason.LEAVE, "", NINE)
    terminal = Terminal("east", test, said, AutoAnswerPause("接待群众", NINE))
    assert in_force(terminal, NINE + timedelta(hours=14, minutes=59), ZONE) == terminal
    tomorrow = in_force(terminal, NINE + timedelta(hours=15), ZONE)
    assert tomorrow == Terminal("east", test)


@pytest.mark.parametrize(
    ("begins", "ends", "local", "answered"),
    [
        (time(0), time(0), time(3), True),
        (time(8), time(18), time(8), True),
        (time(8), time(18), time(18), False),
        (time(8), time(18), time(7, 59), False),
        (time(20), time(6), time(23), True),
        (time(20), time(6), time(5, 59), True),
        (time(20), time(6), time(12), False),
    ],
)
def test_hours_in_which_calls_are_answered(
    begins: time, ends: time, local: time, answered: bool
) -> None:
    at = datetime.combine(NINE.date(), local, ZONE)
    assert AutoAnswerHours(begins, ends).cover(at, ZONE) is answered


def test_words_are_asked_for_and_bounded() -> None:
    with pytest.raises(InvalidInput, match="note_required"):
        TerminalException(ExceptionReason.OTHER, " ", NINE)
    with pytest.raises(InvalidInput, match="note_required"):
        AutoAnswerPause("", NINE)
    with pytest.raises(InvalidInput, match="note_too_long"):
        TerminalException(ExceptionReason.LEAVE, "x" * 201, NINE)
    with pytest.raises(InvalidInput, match="detail_too_long"):
        SelfTest(NINE, OK, OK, OK, OK, {"camera": "x" * 201})
