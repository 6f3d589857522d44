"""Hand-over log: two officers confirm, nothing pending is lost, nothing taken is changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import Conflict, InvalidInput, NotAllowed, RollCallError
from roll_call.hand_over import (
    HandOver,
    HandOverItem,
    HandOverState,
    begin,
    give,
    take,
    take_back,
    write,
)

EIGHT = datetime(2026, 11, 21, 0, tzinfo=UTC)
LATER = EIGHT + timedelta(hours=12)
OLD = HandOverItem("old", "西街设备待修", EIGHT - timedelta(days=1), "qian", carried=True)
NEW = HandOverItem("new", "回访东街", EIGHT + timedelta(hours=1), "qian")
LOG = HandOver("h", "center", EIGHT, (OLD, NEW))


def test_two_officers_confirm_and_then_it_is_final() -> None:
    given_log = give(LOG, "qian", "sun", LATER)
    taken = take(given_log, "sun", LATER)
    assert (taken.state, taken.giver_id, taken.taker_id) == (HandOverState.TAKEN, "qian", "sun")
    steps = (
        lambda: write(taken, (OLD,), ""),
        lambda: give(taken, "sun", "qian", LATER),
        lambda: take(taken, "sun", LATER),
        lambda: take_back(taken),
    )
    for step in steps:
        with pytest.raises(Conflict):
            step()


def test_nobody_hands_over_to_themselves_and_only_the_named_one_takes() -> None:
    with pytest.raises(InvalidInput, match="two_officers_required"):
        give(LOG, "qian", "qian", LATER)
    with pytest.raises(NotAllowed, match="not_the_taker"):
        take(give(LOG, "qian", "sun", LATER), "li", LATER)
    with pytest.raises(Conflict, match="hand_over_not_given"):
        take(LOG, "sun", LATER)


def test_an_earlier_shifts_item_is_ticked_off_never_deleted() -> None:
    with pytest.raises(InvalidInput, match="pending_item_dropped"):
        write(LOG, (NEW,), "")
    assert write(LOG, (OLD,), "").items == (OLD,)
    assert write(LOG, (replace(OLD, done=True), NEW), "x").pending == (NEW,)


def test_what_waits_for_the_colleague_is_not_changed_behind_their_back() -> None:
    waiting = give(LOG, "qian", "sun", LATER)
    with pytest.raises(Conflict, match="hand_over_given"):
        write(waiting, (OLD,), "")
    assert take_back(waiting) == LOG


def test_an_item_says_something() -> None:
    with pytest.raises(RollCallError, match="text_required"):
        replace(NEW, text="  ")


@given(st.lists(st.lists(st.booleans(), max_size=5), min_size=1, max_size=6))
def test_an_item_is_carried_on_until_it_is_done(shifts: list[list[bool]]) -> None:
    last, open_ids, moment = None, [], EIGHT
    for n, ticks in enumerate(shifts):
        log = begin(f"h{n}", "center", moment, last)
        assert [item.id for item in log.items] == open_ids
        added = tuple(
            HandOverItem(f"{n}.{k}", "事项", moment + timedelta(minutes=1), "qian", done)
            for k, done in enumerate(ticks)
        )
        log = write(log, (*log.items, *added), "")
        moment += timedelta(hours=12)
        last = take(give(log, "qian", "sun", moment), "sun", moment)
        open_ids = [item.id for item in last.items if not item.done]
