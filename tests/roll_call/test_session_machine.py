"""The session's machine: the whole table, first and later media, deadlines, restarts."""

from dataclasses import replace

import pytest

from roll_call import check_in_events as on
from roll_call.check_in import (
    SESSION_TABLE,
    CheckInSession,
    SessionState,
    apply,
    new_session,
    timer_event,
)
from roll_call.effects import (
    CloseMedia,
    IssueReceipt,
    StartRecording,
    StartVerification,
    StopRecording,
    TellEntryLive,
    TellEntryLost,
)
from roll_call.errors import IllegalTransition
from roll_call.notices import NextStep
from tests.roll_call import tables
from tests.roll_call.cast import NINE, POLICY, later

DEFINED = tables.pairs(SessionState, tables.SESSION, tables.SESSION_ADDITIONS)

EVENTS: dict[str, on.SessionEvent] = {
    "join": on.Join(),
    "media_up": on.MediaUp(),
    "media_lost": on.MediaLost(),
    "server_restarted": on.ServerRestarted(),
    "talk": on.Talk(),
    "answering": on.Answering(),
    "hang_up": on.HangUp(),
    "superseded": on.Superseded("s2"),
    "limit": on.LimitReached(),
    "deadline": on.DeadlinePassed(),
}


def session_in(state: SessionState, was_live: bool = False) -> CheckInSession:
    live_at = NINE if was_live else None
    return CheckInSession("s1", "e1", 1, state, ticket_at=NINE, live_at=live_at)


def test_the_table_is_the_design_and_our_named_addition() -> None:
    assert SESSION_TABLE.pairs == DEFINED
    assert set(EVENTS) == SESSION_TABLE.events


@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("name", EVENTS)
def test_every_pair_leads_where_the_design_says_or_is_refused(
    state: SessionState, name: str
) -> None:
    session, event = session_in(state), EVENTS[name]
    if (state, name) in DEFINED:
        after, _ = apply(session, event, POLICY, later(5))
        assert after.state is DEFINED[state, name]
        assert after.ended_at == (later(5) if after.state.final else None)
    else:
        with pytest.raises(IllegalTransition):
            apply(session, event, POLICY, later(5))


def test_the_first_media_start_everything_and_tell_the_entry() -> None:
    after, effects = apply(session_in(SessionState.NEGOTIATING), on.MediaUp(), POLICY, later(3))
    assert after.live_at == later(3)
    assert effects == (
        StartRecording("s1"),
        StartVerification("s1"),
        TellEntryLive("e1", "s1", 1),
    )


def test_a_talk_lets_a_session_last_and_starts_nothing_twice() -> None:
    live, _ = apply(session_in(SessionState.NEGOTIATING), on.MediaUp(), POLICY, later(3))
    talking, effects = apply(live, on.Talk(), POLICY, later(290))
    assert effects == ()
    assert talking == replace(live, deadline_at=later(290 + POLICY.talk_deadline_s))
    long_stay = replace(live, deadline_at=later(20_000))
    assert apply(long_stay, on.Talk(), POLICY, later(4))[0] == long_stay


def test_answers_may_take_their_time_with_a_picture_or_without() -> None:
    live, _ = apply(session_in(SessionState.NEGOTIATING), on.MediaUp(), POLICY, later(3))
    answering, effects = apply(live, on.Answering(), POLICY, later(290))
    assert effects == ()
    assert answering == replace(live, deadline_at=later(3 + POLICY.answers_deadline_s))
    lost, _ = apply(answering, on.MediaLost(), POLICY, later(300))
    still, effects = apply(lost, on.Answering(), POLICY, later(301))
    assert (still.deadline_at, effects) == (answering.deadline_at, ())
    last, _ = apply(answering, on.MediaLost(), POLICY, later(880))
    assert apply(last, on.Answering(), POLICY, later(881))[0] == last


def test_media_that_come_back_carry_on_without_a_second_arrival() -> None:
    back = session_in(SessionState.RECONNECTING, was_live=True)
    after, effects = apply(back, on.MediaUp(), POLICY, later(30))
    assert (after.live_at, effects) == (NINE, (StartRecording("s1"), StartVerification("s1")))


def test_a_lost_packet_or_stall_is_not_a_lost_session() -> None:
    after, effects = apply(session_in(SessionState.LIVE, True), on.MediaLost(), POLICY, NINE)
    assert (after.state, effects) == (SessionState.RECONNECTING, ())


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (SessionState.LIVE, "hang_up"),
        (SessionState.LIVE, "superseded"),
        (SessionState.LIVE, "limit"),
        (SessionState.RECONNECTING, "deadline"),
    ],
)
def test_a_session_that_was_live_reports_its_end(state: SessionState, name: str) -> None:
    _, effects = apply(session_in(state, was_live=True), EVENTS[name], POLICY, NINE)
    assert effects == (StopRecording("s1"), CloseMedia("s1"), TellEntryLost("e1", "s1", 1))


@pytest.mark.parametrize("state", [SessionState.NEW, SessionState.NEGOTIATING])
def test_an_attempt_that_never_came_up_is_receipted_and_leaves_the_entry_alone(
    state: SessionState,
) -> None:
    _, effects = apply(session_in(state), on.DeadlinePassed(), POLICY, NINE)
    assert effects == (CloseMedia("s1"), IssueReceipt("e1", "s1", NextStep.RETRY))


def test_every_waiting_state_has_its_own_deadline() -> None:
    new = new_session("s1", "e1", 1, POLICY, NINE)
    joined, _ = apply(new, on.Join(), POLICY, later(10))
    live, _ = apply(joined, on.MediaUp(), POLICY, later(12))
    lost, _ = apply(live, on.MediaLost(), POLICY, later(20))
    back, _ = apply(lost, on.MediaUp(), POLICY, later(40))
    over, _ = apply(back, on.HangUp(), POLICY, later(50))
    assert [s.deadline_at for s in (new, joined, live, lost, back, over)] == [
        later(POLICY.join_deadline_s),
        later(10 + POLICY.negotiation_deadline_s),
        later(12 + POLICY.session_deadline_s),
        later(20 + POLICY.reconnect_deadline_s),
        later(12 + POLICY.session_deadline_s),
        None,
    ]
    assert [timer_event(s) for s in (new, live, lost, over)] == [
        on.DeadlinePassed(),
        on.LimitReached(),
        on.DeadlinePassed(),
        None,
    ]


def test_a_restart_of_the_server_gives_everybody_their_time_again() -> None:
    restart = later(1000)
    fresh = [
        apply(session_in(state), on.ServerRestarted(), POLICY, restart)[0].deadline_at
        for state in (SessionState.NEW, SessionState.NEGOTIATING, SessionState.RECONNECTING)
    ]
    waits = (POLICY.join_deadline_s, POLICY.negotiation_deadline_s, POLICY.reconnect_deadline_s)
    assert fresh == [later(1000 + wait) for wait in waits]
