"""The round machine: nobody is lost, at most one has the turn, what is settled has none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call import round_events as on
from roll_call.errors import Conflict, NotFound, RollCallError
from roll_call.round import Round, apply

T0 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
IDS = ("a", "b", "c", "d")
OPEN = frozenset(IDS)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def taken(*ids: str) -> Round:
    """Conducted by ``li`` from T0 on."""
    return apply(Round("call", ids or IDS), on.Taken("li"), frozenset(ids or IDS), T0)


def current(*turns: str) -> Round:
    """After so many turns were called, one second each."""
    made = taken()
    for n, entry_id in enumerate(turns):
        made = apply(made, on.Called("li", entry_id), OPEN, after(n))
    return made


def test_the_order_of_calling_is_the_order_of_the_list() -> None:
    made, left = taken(), set(IDS)
    called = []
    for n in range(len(IDS)):
        made = apply(made, on.Called("li"), left, after(n)) if n == 0 else made
        assert made.current is not None
        called.append(made.current)
        left.discard(made.current)
        made = apply(made, on.Decided("li", made.current), left, after(n + 1))
    assert (called, made.current) == (list(IDS), None)
    assert [made.seconds_of(e, after(99)) for e in IDS] == [1.0, 1.0, 1.0, 1.0]


def test_later_puts_an_entry_at_the_end_and_it_has_another_turn() -> None:
    made = apply(current("a"), on.PutLater("li", "a"), OPEN, after(5))
    assert (made.order, made.current, made.turn("a").retries) == (("b", "c", "d", "a"), "b", 1)
    again = apply(made, on.PutLater("li", "a"), OPEN, after(6))
    assert again is made


def test_the_last_one_put_off_has_its_next_turn_at_once() -> None:
    made = apply(current("d"), on.PutLater("li", "d"), {"d"}, after(9))
    assert (made.current, made.current_since, made.turn("d").retries) == ("d", after(9), 1)


def test_what_is_left_open_is_called_no_more_unless_by_name() -> None:
    made = apply(current("a"), on.LeftOpen("li", "a"), OPEN, T0)
    assert (made.current, made.waiting(OPEN)) == ("b", ("b", "c", "d"))
    named = apply(made, on.Called("li", "a"), OPEN, T0)
    assert named.current == "a" and "a" in named.waiting(OPEN)


def test_going_on_passes_the_current_one_over_and_comes_back_to_it() -> None:
    made = apply(current("a", "c"), on.Called("li"), OPEN, after(3))
    assert made.current == "d"
    assert apply(made, on.Called("li"), OPEN, after(4)).current == "a"


def test_calling_the_same_one_again_leaves_its_timer_alone() -> None:
    made = current("b")
    assert apply(made, on.Called("li", "b"), OPEN, after(30)) is made


def test_deciding_another_than_the_current_one_leaves_the_turn() -> None:
    made = apply(current("a"), on.Decided("li", "c"), OPEN - {"c"}, after(1))
    assert (made.current, made.current_since) == ("a", T0)


def test_a_decision_may_stay_where_it_is() -> None:
    made = apply(current("a"), on.Decided("li", "a", advance=False), OPEN - {"a"}, after(1))
    assert made.current is None


ACTS: tuple[on.ConductorEvent, ...] = (
    on.Called("wang", "a"),
    on.Decided("wang", "a"),
    on.PutLater("wang", "a"),
    on.LeftOpen("wang", "a"),
    on.Attempted("wang", "a"),
    on.HandedOver("wang", "wang"),
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_only_the_conductor_acts_and_anybody_may_take_it_over(act: on.ConductorEvent) -> None:
    with pytest.raises(Conflict) as refused:
        apply(current("a"), act, OPEN, T0)
    assert refused.value.code == "not_conductor"
    over = apply(current("a"), on.Taken("wang"), OPEN, after(2))
    assert (over.conductor, over.current, over.current_since) == ("wang", "a", T0)
    apply(over, act, OPEN, after(3))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_a_finished_round_takes_nothing_more(act: on.ConductorEvent) -> None:
    over = apply(current("a"), on.Finished("li"), OPEN, after(2))
    assert (over.current, over.seconds_of("a", after(9))) == (None, 2.0)
    with pytest.raises(Conflict) as refused:
        apply(over, replace(act, officer_id="li"), OPEN, T0)
    assert refused.value.code == "round_finished"
    assert apply(over, on.Finished("wang"), OPEN, after(3)) is over


def test_nobody_else_ends_a_round() -> None:
    with pytest.raises(Conflict):
        apply(current("a"), on.Finished("wang"), OPEN, T0)


def test_handing_over_loses_no_second() -> None:
    made = apply(current("a"), on.HandedOver("li", "wang"), OPEN, after(7))
    assert (made.conductor, made.current, made.current_since) == ("wang", "a", T0)


def test_an_undone_decision_has_its_turn_again() -> None:
    made = apply(current("a"), on.Decided("li", "a"), OPEN - {"a"}, after(2))
    back = apply(made, on.Undone("li", "a"), OPEN, after(4))
    assert (made.current, back.current) == ("b", "a")
    assert apply(made, on.Undone("wang", "a"), OPEN, after(4)) is made


def test_the_timers_stand_still_while_the_roll_call_is_suspended() -> None:
    made = apply(current("a"), on.Paused(), OPEN, after(10))
    assert made.seconds_of("a", after(500)) == 10.0
    on_again = apply(made, on.Resumed(), OPEN, after(600))
    assert on_again.seconds_of("a", after(605)) == 15.0
    decided = apply(made, on.Decided("li", "a", advance=False), OPEN - {"a"}, after(300))
    assert decided.seconds_of("a", after(999)) == 10.0


def test_our_outage_is_nobodys_seconds() -> None:
    made = apply(current("a"), on.HeldUp(after(10)), OPEN, after(130))
    assert made.seconds_of("a", after(135)) == 15.0
    begun_meanwhile = apply(current("a"), on.HeldUp(T0 - timedelta(hours=1)), OPEN, after(60))
    assert begun_meanwhile.seconds_of("a", after(60)) == 0.0
    paused = apply(current("a"), on.Paused(), OPEN, after(10))
    assert apply(paused, on.HeldUp(after(20)), OPEN, after(99)) is paused


def test_what_is_settled_elsewhere_gives_its_turn_up() -> None:
    made = apply(current("a"), on.SettledElsewhere("a"), OPEN - {"a"}, after(3))
    assert (made.current, made.seconds_of("a", after(9))) == (None, 3.0)
    assert apply(current("a"), on.SettledElsewhere("b"), OPEN, T0).current == "a"


def test_unknown_and_settled_entries_are_refused() -> None:
    with pytest.raises(NotFound):
        apply(taken(), on.Called("li", "elsewhere"), OPEN, T0)
    with pytest.raises(Conflict) as refused:
        apply(taken(), on.Called("li", "a"), OPEN - {"a"}, T0)
    assert refused.value.code == "correction_required"


OFFICERS = st.sampled_from(["li", "wang"])
ENTRIES = st.sampled_from(IDS)
EVENTS = st.one_of(
    st.builds(on.Taken, OFFICERS),
    st.builds(on.HandedOver, OFFICERS, OFFICERS),
    st.builds(on.Called, OFFICERS, st.none() | ENTRIES),
    st.builds(on.Decided, OFFICERS, ENTRIES, st.booleans()),
    st.builds(on.PutLater, OFFICERS, ENTRIES, st.booleans()),
    st.builds(on.LeftOpen, OFFICERS, ENTRIES, st.booleans()),
    st.builds(on.Attempted, OFFICERS, ENTRIES),
    st.builds(on.Undone, OFFICERS, ENTRIES),
    st.builds(on.SettledElsewhere, ENTRIES),
    st.builds(on.Paused),
    st.builds(on.Resumed),
    st.builds(on.HeldUp, st.integers(0, 600).map(lambda s: T0 + timedelta(seconds=s))),
    st.builds(on.Finished, st.none() | OFFICERS),
)


@given(st.lists(st.tuples(EVENTS, st.integers(0, 60)), max_size=40))
def test_nothing_is_ever_lost(walk: list[tuple[on.RoundEvent, int]]) -> None:
    made, left, now, version = Round("call", IDS), set(IDS), T0, 0
    for event, seconds in walk:
        now += timedelta(seconds=seconds)
        before = made
        heard = set(left)
        if isinstance(event, on.Decided | on.SettledElsewhere):
            heard.discard(event.entry_id)
        if isinstance(event, on.Undone):
            heard.add(event.entry_id)
        try:
            made = apply(made, event, heard, now)
        except RollCallError:
            continue
        if isinstance(event, on.SettledElsewhere | on.Decided):
            if made.current == event.entry_id:
                assert made is before and isinstance(event, on.Decided)
            left = heard
        elif isinstance(event, on.Undone):
            left = heard
        assert sorted(made.order) == sorted(IDS)
        assert made.current is None or made.current in left
        assert (made.current is None) == (made.current_since is None)
        assert made.version - version == int(made is not before)
        assert all(turn.seconds >= 0 for turn in made.turns.values())
        assert apply(made, on.Finished(), left, now).current is None
        version = made.version
