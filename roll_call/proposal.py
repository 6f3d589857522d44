"""Proposal: what the evidence about an entry suggests, for an officer to confirm with one key.

The machine may clear a person; it never condemns one. There is no evidence that leads to ABSENT
here: who does not answer is proposed for another turn, and then to be left open for review. An
absence (未应答, 离岗) is an officer's own word with a reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from roll_call.decisions import EXCUSED_REASONS
from roll_call.entry_state import EntryState
from roll_call.errors import InvalidInput
from roll_call.reasons import Reason
from roll_call.round_steps import Step


class Connection(StrEnum):
    """How a subject's terminal or phone is connected with us, for this entry."""

    OFFLINE = "offline"
    """No page is signed in."""
    SIGNED_IN = "signed_in"
    """A page is signed in, and nothing rings."""
    RINGING = "ringing"
    """It rings, or is about to send its picture."""
    LIVE = "live"
    """Its picture arrives."""
    LOST = "lost"
    """Its picture arrived before and does not now."""


class Face(StrEnum):
    """What was seen in the picture. Recognising somebody is a hint for the officer, no more."""

    UNKNOWN = "unknown"
    """Nobody looked, or there is nobody to compare with."""
    NONE = "none"
    """Nobody is before the camera."""
    SEVERAL = "several"
    """Several people, and none of them was recognised."""
    UNRECOGNISED = "unrecognised"
    """One person, who resembles no enrolled officer of the unit."""
    RECOGNISED = "recognised"
    """An enrolled officer of the unit, in several pictures."""


class Outcome(StrEnum):
    """What may be proposed. ABSENT is not among them."""

    PRESENT = "present"
    EXCUSED = "excused"
    LATER = "later"
    OPEN = "open"


class Because(StrEnum):
    """Why something is proposed; worded by the client's dictionaries."""

    LIVE = "live"
    """The picture arrives."""
    EXPECTED_RECOGNISED = "expected_recognised"
    """The officer on the roster was recognised."""
    OTHER_RECOGNISED = "other_recognised"
    """Another officer of the unit was recognised, not the one on the roster."""
    RECOGNISED_NO_ROSTER = "recognised_no_roster"
    """An officer of the unit was recognised; the roster names nobody."""
    FACE_UNKNOWN = "face_unknown"
    """Nobody is enrolled, or nobody has looked yet: decide by eye."""
    FACE_UNRECOGNISED = "face_unrecognised"
    """The face resembles no enrolled officer of the unit: decide by eye."""
    SEVERAL_FACES = "several_faces"
    """Several people are in the picture: decide by eye."""
    NOBODY_SEEN = "nobody_seen"
    """The picture arrives, and nobody is in it."""
    IN_CALL = "in_call"
    """A person is in a live call: decide by eye."""
    EXCEPTION_TOLD = "exception_told"
    """The office itself reported an exception."""
    SELF_TEST_FAULT = "self_test_fault"
    """The terminal's self-test found a fault."""
    REACHED_BY_PHONE = "reached_by_phone"
    """The officer reached them by telephone."""
    REACHED_BY_LEADER = "reached_by_leader"
    """The leader reached them."""
    OFFLINE = "offline"
    """No terminal or phone is signed in."""
    RINGING = "ringing"
    """It rings still."""
    UNANSWERED = "unanswered"
    """It rang, and nobody answered."""
    CONNECTION_LOST = "connection_lost"
    """They answered, and the connection broke."""
    SECOND_TURN = "second_turn"
    """It had its turn before."""
    NOT_TELEPHONED = "not_telephoned"
    """Nobody has tried the telephone yet."""
    LEADER_NOT_TOLD = "leader_not_told"
    """The leader has not been told yet."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an entry at this moment.

    ``ring_over``: it has rung for the policy's ``call_ring_s``. ``recognised_expected``: whether
    the recognised officer is on the roster; None where the roster names nobody. ``faults``: what
    the terminal's last self-test found; ``exception``: what the office itself reported (LEAVE,
    DEVICE_FAULT, OTHER). ``tried`` and ``reached``: the conductor's steps, and those
    of them that reached somebody. Raises InvalidInput(reason_not_allowed).
    """

    state: EntryState
    connection: Connection
    is_person: bool = False
    ring_over: bool = False
    face: Face = Face.UNKNOWN
    recognised_expected: bool | None = None
    faults: tuple[str, ...] = ()
    exception: Reason | None = None
    retries: int = 0
    tried: Collection[Step] = ()
    reached: Collection[Step] = ()

    def __post_init__(self) -> None:
        if self.exception is not None and self.exception not in EXCUSED_REASONS:
            raise InvalidInput(
                "reason_not_allowed", decision="excused", reason=self.exception.value
            )


@dataclass(frozen=True, slots=True)
class Proposal:
    """``reason`` is set for PRESENT and EXCUSED; ``because`` is never empty."""

    outcome: Outcome
    reason: Reason | None
    because: tuple[Because, ...]


_BY_FACE = {
    Face.UNKNOWN: Because.FACE_UNKNOWN,
    Face.SEVERAL: Because.SEVERAL_FACES,
    Face.UNRECOGNISED: Because.FACE_UNRECOGNISED,
}


def propose(seen: Evidence) -> Proposal | None:
    """What to confirm; None for an entry that is settled already."""
    if seen.state.final:
        return None
    if seen.exception is not None:
        because = (Because.EXCEPTION_TOLD, *_faults(seen))
        return Proposal(Outcome.EXCUSED, seen.exception, because)
    by_phone = _reached(seen)
    if seen.connection is Connection.LIVE:
        return _live(seen, by_phone)
    if by_phone:
        return Proposal(Outcome.PRESENT, Reason.BY_PHONE, by_phone)
    if seen.faults:
        return Proposal(Outcome.EXCUSED, Reason.DEVICE_FAULT, (Because.SELF_TEST_FAULT,))
    return _again(seen, _missing(seen))


def _live(seen: Evidence, by_phone: tuple[Because, ...]) -> Proposal:
    if seen.is_person:
        return Proposal(Outcome.PRESENT, Reason.BY_EYE, (Because.LIVE, Because.IN_CALL))
    if seen.face is Face.NONE:
        if by_phone:
            return Proposal(Outcome.PRESENT, Reason.BY_PHONE, by_phone)
        return _again(seen, Because.NOBODY_SEEN)
    because = (Because.LIVE, _by_face(seen), *_faults(seen))
    return Proposal(Outcome.PRESENT, Reason.BY_EYE, because)


def _by_face(seen: Evidence) -> Because:
    if seen.face is not Face.RECOGNISED:
        return _BY_FACE[seen.face]
    if seen.recognised_expected is None:
        return Because.RECOGNISED_NO_ROSTER
    return Because.EXPECTED_RECOGNISED if seen.recognised_expected else Because.OTHER_RECOGNISED


def _missing(seen: Evidence) -> Because:
    match seen.connection:
        case Connection.LOST:
            return Because.CONNECTION_LOST
        case Connection.OFFLINE:
            return Because.OFFLINE
        case _:
            return Because.UNANSWERED if seen.ring_over else Because.RINGING


def _again(seen: Evidence, why: Because) -> Proposal:
    """Another turn at the end of the round; at that turn, open, after the telephone."""
    if not seen.retries:
        return Proposal(Outcome.LATER, None, (why,))
    missing = []
    if Step.PHONE not in seen.tried:
        missing.append(Because.NOT_TELEPHONED)
    elif Step.LEADER not in seen.tried:
        missing.append(Because.LEADER_NOT_TOLD)
    return Proposal(Outcome.OPEN, None, (why, Because.SECOND_TURN, *missing))


def _reached(seen: Evidence) -> tuple[Because, ...]:
    by = {Step.PHONE: Because.REACHED_BY_PHONE, Step.LEADER: Because.REACHED_BY_LEADER}
    return tuple(why for step, why in by.items() if step in seen.reached)


def _faults(seen: Evidence) -> tuple[Because, ...]:
    return (Because.SELF_TEST_FAULT,) if seen.faults else ()
