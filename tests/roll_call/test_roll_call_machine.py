"""The roll-call's machine: the whole table, opening late, the standing clock of a suspension."""

import pytest

from roll_call import call_events as on
from roll_call.call import ROLL_CALL_TABLE, RollCall, RollCallState, apply, event_name, timer_event
from roll_call.effects import CheckSettled, CloseEntries, SendReport, StartEntries, VoidEntries
from roll_call.effects import ReportKind as Kind
from roll_call.errors import IllegalTransition, InvalidInput
from tests.roll_call import tables
from tests.roll_call.cast import NINE, OFFICER_LI, POLICY, later

DEFINED = tables.pairs(RollCallState, tables.ROLL_CALL)

EVENTS: dict[str, on.RollCallEvent] = {
    "schedule": on.Schedule(),
    "open": on.Open(OFFICER_LI),
    "missed": on.OpeningDue(),
    "suspend": on.Suspend(OFFICER_LI),
    "resume": on.Resume(OFFICER_LI),
    "suspend_limit": on.SuspendLimit(),
    "window_closed": on.WindowClosed(),
    "all_settled": on.AllSettled(),
    "report_cut_off": on.ReportCutOff(),
    "cancel": on.Cancel(OFFICER_LI),
}
TOO_LATE = later(POLICY.late_open_grace_s + 1)


def roll_call(state: RollCallState, duration_s: float = 3600.0) -> RollCall:
    suspended_at = NINE if state is RollCallState.SUSPENDED else None
    closes_at = later(duration_s)
    return RollCall("rc1", "晨间点名", NINE, closes_at, state, suspended_at=suspended_at)


def test_the_table_is_the_design() -> None:
    assert ROLL_CALL_TABLE.pairs == DEFINED
    assert set(EVENTS) == ROLL_CALL_TABLE.events


@pytest.mark.parametrize("state", RollCallState)
@pytest.mark.parametrize("name", EVENTS)
def test_every_pair_leads_where_the_design_says_or_is_refused(
    state: RollCallState, name: str
) -> None:
    call, event = roll_call(state), EVENTS[name]
    assert event_name(call, event, POLICY, TOO_LATE) == name
    if (state, name) in DEFINED:
        after, _ = apply(call, event, POLICY, TOO_LATE)
        assert after.state is DEFINED[state, name]
    else:
        with pytest.raises(IllegalTransition):
            apply(call, event, POLICY, TOO_LATE)


@pytest.mark.parametrize(
    ("delay_s", "duration_s", "state"),
    [
        (0.0, 3600.0, RollCallState.OPEN),
        (POLICY.late_open_grace_s, 3600.0, RollCallState.OPEN),
        (POLICY.late_open_grace_s + 1, 3600.0, RollCallState.MISSED),
        (60.0, 60.0, RollCallState.MISSED),
    ],
)
def test_opening_late_is_allowed_within_the_grace_and_inside_the_window(
    delay_s: float, duration_s: float, state: RollCallState
) -> None:
    scheduled = roll_call(RollCallState.SCHEDULED, duration_s)
    after, effects = apply(scheduled, on.OpeningDue(), POLICY, later(delay_s))
    assert after.state is state
    assert (StartEntries("rc1") in effects) == (state is RollCallState.OPEN)


def test_the_deadline_is_the_next_timers_moment() -> None:
    draft = roll_call(RollCallState.DRAFT)
    scheduled, _ = apply(draft, on.Schedule(), POLICY, NINE)
    opened, _ = apply(scheduled, on.OpeningDue(), POLICY, NINE)
    suspended, _ = apply(opened, on.Suspend(OFFICER_LI), POLICY, later(100))
    closing, _ = apply(opened, on.WindowClosed(), POLICY, later(3600))
    reported, _ = apply(closing, on.ReportCutOff(), POLICY, later(5000))
    deadlines = [c.deadline_at for c in (draft, scheduled, opened, suspended, closing, reported)]
    assert deadlines == [
        None,
        NINE,
        later(3600),
        later(100 + POLICY.suspend_limit_s),
        later(3600 + POLICY.report_cut_off_s),
        None,
    ]
    timers = [timer_event(c) for c in (draft, scheduled, opened, suspended, closing)]
    assert timers == [
        None,
        on.OpeningDue(),
        on.WindowClosed(),
        on.SuspendLimit(),
        on.ReportCutOff(),
    ]


def test_a_suspension_lengthens_the_window_by_its_own_length() -> None:
    opened = roll_call(RollCallState.OPEN)
    suspended, _ = apply(opened, on.Suspend(OFFICER_LI), POLICY, later(100))
    resumed, _ = apply(suspended, on.Resume(OFFICER_LI), POLICY, later(400))
    assert resumed.suspended_at is None
    assert resumed.closes_at == resumed.deadline_at == later(3600 + 300)


def test_the_end_of_the_window_closes_entries_and_a_suspension_counts_as_our_outage() -> None:
    _, ordinary = apply(roll_call(RollCallState.OPEN), on.WindowClosed(), POLICY, NINE)
    _, held_up = apply(roll_call(RollCallState.SUSPENDED), on.SuspendLimit(), POLICY, NINE)
    assert ordinary == (CloseEntries("rc1", outage=False), CheckSettled("rc1"))
    assert held_up == (CloseEntries("rc1", outage=True), CheckSettled("rc1"))


def test_the_table_goes_out_at_the_cut_off_and_again_when_all_is_settled() -> None:
    closing = roll_call(RollCallState.CLOSING)
    assert apply(closing, on.ReportCutOff(), POLICY, NINE)[1] == (SendReport("rc1", Kind.CUT_OFF),)
    assert apply(closing, on.AllSettled(), POLICY, NINE)[1] == (SendReport("rc1", Kind.FINAL),)


def test_cancelling_voids_in_the_name_of_the_officer() -> None:
    _, effects = apply(roll_call(RollCallState.OPEN), on.Cancel(OFFICER_LI), POLICY, NINE)
    assert VoidEntries("rc1", OFFICER_LI) in effects


def test_a_window_has_a_length() -> None:
    with pytest.raises(InvalidInput) as refused:
        roll_call(RollCallState.DRAFT, duration_s=0.0)
    assert refused.value.code == "empty_window"
