"""The entry's machine over every state and every event: as agreed, or refused."""

import pytest

from roll_call import entry_events as on
from roll_call.effects import EvidenceKind, KeepEvidence
from roll_call.entry import ENTRY_TABLE, EntryState, apply, event_name
from roll_call.errors import IllegalTransition
from tests.roll_call import tables
from tests.roll_call.cast import ENTRY_EVENTS, NINE, POLICY, entry_in

DEFINED = tables.pairs(EntryState, tables.ENTRY, tables.ENTRY_ADDITIONS)


def test_the_table_is_the_design_and_our_named_additions() -> None:
    assert ENTRY_TABLE.pairs == DEFINED


def test_every_event_of_the_table_has_a_type_and_its_guard_chooses_that_name() -> None:
    assert set(ENTRY_EVENTS) == ENTRY_TABLE.events
    assert {name: event_name(event) for name, event in ENTRY_EVENTS.items()} == {
        name: name for name in ENTRY_EVENTS
    }


@pytest.mark.parametrize("state", EntryState)
@pytest.mark.parametrize("name", ENTRY_EVENTS)
def test_every_pair_leads_where_the_design_says_or_is_refused(state: EntryState, name: str) -> None:
    entry, event = entry_in(state), ENTRY_EVENTS[name]
    stale = isinstance(event, on.SessionReport) and state is not EntryState.IN_SESSION
    if (state, name) in DEFINED:
        after, _ = apply(entry, event, POLICY, NINE)
        assert after.state is DEFINED[state, name]
    elif stale or (state.final and isinstance(event, on.Evidence)):
        after, effects = apply(entry, event, POLICY, NINE)
        assert after == entry
        kept = [effect for effect in effects if isinstance(effect, KeepEvidence)]
        kind = EvidenceKind.LATE if state.final else EvidenceKind.STALE
        lost = isinstance(event, on.SessionLost)
        assert [(k.event_name, k.kind) for k in kept] == ([] if lost else [(name, kind)])
    else:
        with pytest.raises(IllegalTransition) as refused:
            apply(entry, event, POLICY, NINE)
        assert refused.value.params == {"machine": "entry", "state": state.value, "event": name}


@pytest.mark.parametrize("state", EntryState)
@pytest.mark.parametrize("name", ENTRY_EVENTS)
def test_review_and_finals_carry_a_reason_and_waiting_states_none(
    state: EntryState, name: str
) -> None:
    if (state, name) not in DEFINED:
        return
    after, _ = apply(entry_in(state), ENTRY_EVENTS[name], POLICY, NINE)
    assert (after.reason is not None) == (after.state is EntryState.REVIEW or after.state.final)
    assert (after.settled_at is not None) == after.state.final
