"""The machine may clear a person; it never condemns one."""

from typing import get_args

import pytest

from roll_call import entry_events as on
from roll_call.entry import ENTRY_TABLE, EntryState, apply, timer_event
from roll_call.errors import IllegalTransition
from tests.roll_call.cast import ENTRY_EVENTS, NINE, POLICY, entry_in


def test_only_an_officers_decision_leads_to_absent() -> None:
    leading = {event for (_, event), to in ENTRY_TABLE.pairs.items() if to is EntryState.ABSENT}
    assert leading == {"officer_absent"}


@pytest.mark.parametrize("timer", get_args(on.EntryTimer))
@pytest.mark.parametrize("outage", [False, True])
@pytest.mark.parametrize("state", EntryState)
def test_no_timer_settles_anything(
    timer: type[on.EntryTimer], outage: bool, state: EntryState
) -> None:
    event = on.Due() if timer is on.Due else timer(outage)  # type: ignore[call-arg]
    try:
        after, _ = apply(entry_in(state), event, POLICY, NINE)
    except IllegalTransition:
        return
    assert not after.state.final


def test_whoever_took_a_ticket_in_time_is_not_closed_out() -> None:
    arrived, _ = apply(entry_in(EntryState.CALLING), on.TicketTaken(), POLICY, NINE)
    after, effects = apply(arrived, on.WindowClosed(), POLICY, NINE)
    assert (after, effects) == (arrived, ())


def test_every_state_that_is_not_final_can_be_settled_by_an_officer_at_once() -> None:
    for state in EntryState:
        if not state.final:
            for name in ("officer_present", "officer_absent", "officer_excused", "void"):
                after, _ = apply(entry_in(state), ENTRY_EVENTS[name], POLICY, NINE)
                assert after.state.final


def test_every_running_deadline_has_an_event_that_the_state_knows() -> None:
    for state in EntryState:
        event = timer_event(entry_in(state))
        if event is not None:
            assert ENTRY_TABLE.defines(state, event.name)
