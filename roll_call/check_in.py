"""CheckInSession (视频签到会话): one connection attempt of one entry, and its machine.

See docs/state-machines.md. Three additions: ``server_restarted`` stays in NEW, NEGOTIATING and
RECONNECTING with a fresh deadline, because the time that we were down is not the person's; ``talk``
stays in LIVE with a later limit, because an officer is speaking; ``answering`` stays in LIVE and
RECONNECTING with a later one, because nobody types against the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from roll_call import check_in_events as on
from roll_call.effects import (
    CloseMedia,
    Effects,
    IssueReceipt,
    StartRecording,
    StartVerification,
    StopRecording,
    TellEntryLive,
    TellEntryLost,
)
from roll_call.notices import NextStep
from roll_call.policy import Policy
from roll_call.transitions import Table


class SessionState(StrEnum):
    """States of a session; ENDED and FAILED are final."""

    NEW = "new"
    NEGOTIATING = "negotiating"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether the session is over."""
        return self in {self.ENDED, self.FAILED}


@dataclass(frozen=True, slots=True)
class CheckInSession:
    """``attempt`` is the entry's attempt that this session serves; it tells a stale verdict.

    ``live_at`` is the first moment of flowing media, also after a reconnection; ``deadline_at``
    (indexed) is the moment of the next timer, see ``timer_event``.
    """

    id: str
    entry_id: str
    attempt: int
    state: SessionState = SessionState.NEW
    ticket_at: datetime | None = None
    live_at: datetime | None = None
    ended_at: datetime | None = None
    deadline_at: datetime | None = None


def _rows() -> Mapping[SessionState, Mapping[str, SessionState]]:
    s = SessionState
    over = {"hang_up": s.ENDED, "superseded": s.ENDED, "limit": s.ENDED}
    return {
        s.NEW: {"join": s.NEGOTIATING, "deadline": s.FAILED, "server_restarted": s.NEW, **over},
        s.NEGOTIATING: {
            "media_up": s.LIVE,
            "deadline": s.FAILED,
            "server_restarted": s.NEGOTIATING,
            **over,
        },
        s.LIVE: {
            "media_lost": s.RECONNECTING,
            "server_restarted": s.RECONNECTING,
            "talk": s.LIVE,
            "answering": s.LIVE,
            **over,
        },
        s.RECONNECTING: {
            "media_up": s.LIVE,
            "deadline": s.FAILED,
            "server_restarted": s.RECONNECTING,
            "answering": s.RECONNECTING,
            **over,
        },
    }


SESSION_TABLE: Table[SessionState] = Table("session", _rows())
"""Every defined pair; final states have none."""


def new_session(
    session_id: str, entry_id: str, attempt: int, policy: Policy, now: datetime
) -> CheckInSession:
    """The session of a ticket; ``attempt`` is the entry's after ``TicketTaken``."""
    fresh = CheckInSession(session_id, entry_id, attempt, ticket_at=now)
    return replace(fresh, deadline_at=_deadline(fresh, policy, now))


def apply(
    session: CheckInSession, event: on.SessionEvent, policy: Policy, now: datetime
) -> tuple[CheckInSession, Effects]:
    """The session after an event, and what has to be done.

    Raises IllegalTransition for an undefined pair.
    """
    target = SESSION_TABLE.target(session.state, event.name)
    if isinstance(event, on.Talk):
        return _lasting(session, now, policy.talk_deadline_s), ()
    if isinstance(event, on.Answering):
        return _lasting(session, session.live_at or now, policy.answers_deadline_s), ()
    moved = replace(session, state=target)
    if target is SessionState.LIVE and session.live_at is None:
        moved = replace(moved, live_at=now)
    if target.final:
        moved = replace(moved, ended_at=now)
    moved = replace(moved, deadline_at=_deadline(moved, policy, now))
    return moved, _effects(session, moved)


def timer_event(session: CheckInSession) -> on.SessionTimer | None:
    """The event to apply when ``deadline_at`` has passed; None where no timer runs."""
    if session.state.final:
        return None
    return on.LimitReached() if session.state is SessionState.LIVE else on.DeadlinePassed()


def _deadline(session: CheckInSession, policy: Policy, now: datetime) -> datetime | None:
    match session.state:
        case SessionState.NEW:
            return now + timedelta(seconds=policy.join_deadline_s)
        case SessionState.NEGOTIATING:
            return now + timedelta(seconds=policy.negotiation_deadline_s)
        case SessionState.RECONNECTING:
            return now + timedelta(seconds=policy.reconnect_deadline_s)
        case SessionState.LIVE:
            return (session.live_at or now) + timedelta(seconds=policy.session_deadline_s)
        case _:
            return None


def _lasting(session: CheckInSession, since: datetime, seconds: float) -> CheckInSession:
    """The same with a later limit, or with its own where that is later still."""
    limit = since + timedelta(seconds=seconds)
    return replace(session, deadline_at=max(limit, session.deadline_at or limit))


def _effects(before: CheckInSession, after: CheckInSession) -> Effects:
    if after.state is SessionState.LIVE:
        capture = (StartRecording(after.id), StartVerification(after.id))
        if before.live_at is not None:
            return capture
        return (*capture, TellEntryLive(after.entry_id, after.id, after.attempt))
    if after.state.final and after.live_at is not None:
        lost = TellEntryLost(after.entry_id, after.id, after.attempt)
        return (StopRecording(after.id), CloseMedia(after.id), lost)
    if after.state is SessionState.FAILED:
        receipt = IssueReceipt(after.entry_id, after.id, NextStep.RETRY)
        return (CloseMedia(after.id), receipt)
    return (CloseMedia(after.id),) if after.state.final else ()
