"""Who is expected, who is excused, how many are there, who stands under whom."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.counts import count
from roll_call.entry import EntryState
from roll_call.entry_events import LeaveCovers
from roll_call.errors import InvalidInput
from roll_call.leave import Leave, LeaveState, leave_covers
from roll_call.people import Unit, UnitKind, UnitTree
from roll_call.roster import DutyShift, clashes, expected, leader_on_duty
from tests.roll_call.cast import NINE, OFFICER_LI, later

DAY_S = 86_400.0


def shift(officer: str, **changes: object) -> DutyShift:
    base = DutyShift(officer, "office-1", officer, NINE, later(DAY_S))
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_a_officer_answers_first_and_a_substitute_goes_before_whom_they_replace() -> None:
    shifts = [
        shift("leader", leader=True),
        shift("b", rank=1),
        shift("a"),
        shift("substitute", starts_at=later(60)),
        shift("elsewhere", unit_id="office-2"),
    ]
    names = [s.officer_id for s in expected(shifts, "office-1", later(120))]
    assert names == ["substitute", "a", "b", "leader"]
    assert expected(shifts, "office-1", later(DAY_S)) == ()


def test_the_leader_in_charge_is_the_one_entered_last() -> None:
    shifts = [shift("a"), shift("old", leader=True), shift("new", leader=True, starts_at=later(1))]
    leader = leader_on_duty(shifts, later(5))
    assert leader is not None
    assert leader.officer_id == "new"
    assert leader_on_duty(shifts[:1], later(5)) is None


SPANS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 4)), max_size=8)


@given(SPANS)
def test_who_is_put_down_twice_at_the_same_time_is_found(spans: list[tuple[str, int, int]]) -> None:
    shifts = [
        shift(who, id=str(n), unit_id=f"office-{n}", starts_at=later(at), ends_at=later(at + long))
        for n, (who, at, long) in enumerate(spans)
    ]
    twice = {
        one.id
        for one in shifts
        for other in shifts
        if one is not other
        and one.officer_id == other.officer_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    }
    assert clashes(shifts) == twice


def test_a_shift_and_a_leave_have_a_length() -> None:
    with pytest.raises(InvalidInput):
        shift("a", ends_at=NINE)
    with pytest.raises(InvalidInput):
        Leave("l1", "wang", NINE, NINE)


LEAVE = Leave("l1", "wang", NINE, later(DAY_S), LeaveState.APPROVED, OFFICER_LI)


@pytest.mark.parametrize(
    ("leave", "seconds", "covers"),
    [
        (LEAVE, 0.0, True),
        (LEAVE, DAY_S - 1, True),
        (LEAVE, DAY_S, False),
        (LEAVE, -1.0, False),
        (replace(LEAVE, state=LeaveState.DEPARTED), 1.0, True),
        (replace(LEAVE, state=LeaveState.APPLIED), 1.0, False),
        (replace(LEAVE, state=LeaveState.REJECTED), 1.0, False),
        (replace(LEAVE, state=LeaveState.RETURNED, returned_at=later(60)), 59.0, True),
        (replace(LEAVE, state=LeaveState.RETURNED, returned_at=later(60)), 60.0, False),
    ],
)
def test_only_a_granted_leave_covers_and_only_its_time(
    leave: Leave, seconds: float, covers: bool
) -> None:
    event = leave_covers([leave], "wang", later(seconds))
    assert event == (LeaveCovers("l1", OFFICER_LI) if covers else None)
    assert leave_covers([leave], "zhao", later(seconds)) is None


def test_a_leave_granted_by_nobody_cannot_be() -> None:
    with pytest.raises(InvalidInput) as refused:
        Leave("l1", "wang", NINE, later(1), LeaveState.APPROVED)
    assert refused.value.code == "approver_required"


def test_counts_tell_expected_from_present_and_open_from_settled() -> None:
    states = [
        EntryState.PRESENT,
        EntryState.PRESENT,
        EntryState.ABSENT,
        EntryState.EXCUSED,
        EntryState.VOID,
        EntryState.REVIEW,
        EntryState.ARRIVED,
    ]
    counts = count(states)
    assert (counts.total, counts.expected, counts.present, counts.open) == (7, 5, 2, 2)
    assert not counts.settled
    assert set(counts.by_state) == set(EntryState)
    assert count([]).settled


def unit(unit_id: str, parent_id: str | None) -> Unit:
    return Unit(unit_id, unit_id, UnitKind.JUDICIAL_OFFICE, parent_id)


def test_the_tree_knows_who_stands_under_whom() -> None:
    tree = UnitTree([unit("city", None), unit("county", "city"), unit("office", "county")])
    assert [u.id for u in tree.ancestors("office")] == ["county", "city"]
    assert tree.within("office", "city")
    assert tree.within("office", "office")
    assert not tree.within("city", "office")


def test_a_unit_below_itself_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        UnitTree([unit("a", "b"), unit("b", "a")])
    assert refused.value.code == "unit_cycle"
