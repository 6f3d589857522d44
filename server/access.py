"""The access policy: ONE function decides for HTTP, WebSocket and files alike.

Who (an officer or a bound device), what (a verb), on which object (the units it belongs to, or the
person it is about). An officer's scope is their unit and everything below it: at the root of the
tree that is the whole center, for an office officer only their own office.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from roll_call.errors import NotAllowed
from roll_call.people import Officer, Role, UnitTree


class Verb(StrEnum):
    """What somebody may do; the console shows what ``GET /api/session`` lists."""

    VIEW_UNITS = "view_units"
    MANAGE_UNITS = "manage_units"
    VIEW_OFFICERS = "view_officers"
    MANAGE_OFFICERS = "manage_officers"
    VIEW_PERSONS = "view_persons"
    MANAGE_PERSONS = "manage_persons"
    ENROL = "enrol"
    EXEMPT = "exempt"
    VIEW_PORTRAIT = "view_portrait"
    ISSUE_LINK = "issue_link"
    VIEW_PLANS = "view_plans"
    MANAGE_PLANS = "manage_plans"
    VIEW_ROSTER = "view_roster"
    MANAGE_ROSTER = "manage_roster"
    DECIDE_SUBSTITUTION = "decide_substitution"
    HAND_OVER = "hand_over"
    MANAGE_CALENDAR = "manage_calendar"
    VIEW_ROLL_CALLS = "view_roll_calls"
    START_ROLL_CALL = "start_roll_call"
    CONTROL_ROLL_CALL = "control_roll_call"
    CONDUCT = "conduct"
    VIEW_ENTRY = "view_entry"
    CALL = "call"
    DECIDE = "decide"
    CORRECT = "correct"
    REVIEW = "review"
    VIEW_RECORDING = "view_recording"
    VIEW_LIVE = "view_live"
    TALK = "talk"
    BROADCAST = "broadcast"
    VIEW_RECEIPT = "view_receipt"
    VIEW_AUDIT = "view_audit"
    VIEW_REPORTS = "view_reports"
    EXPORT_REPORTS = "export_reports"
    ANSWER_DUTY = "answer_duty"
    VIEW_TERMINALS = "view_terminals"
    MANAGE_TERMINALS = "manage_terminals"
    VIEW_FIGURES = "view_figures"
    HAND_IN_FIGURES = "hand_in_figures"
    MANAGE_FIGURES = "manage_figures"
    VIEW_NOTICES = "view_notices"
    SEND_NOTICE = "send_notice"
    EMERGENCY_CALL = "emergency_call"
    MANAGE_CHANNELS = "manage_channels"
    CHECK_IN = "check_in"
    ENROL_ONESELF = "enrol_oneself"


_LOOK = frozenset(
    {
        Verb.VIEW_UNITS,
        Verb.VIEW_OFFICERS,
        Verb.VIEW_PERSONS,
        Verb.VIEW_PLANS,
        Verb.VIEW_ROSTER,
        Verb.DECIDE_SUBSTITUTION,
        Verb.VIEW_ROLL_CALLS,
        Verb.VIEW_ENTRY,
        Verb.VIEW_PORTRAIT,
        Verb.VIEW_RECEIPT,
        Verb.VIEW_RECORDING,
        Verb.REVIEW,
        Verb.VIEW_REPORTS,
        Verb.VIEW_TERMINALS,
        Verb.VIEW_FIGURES,
        Verb.VIEW_NOTICES,
    }
)

_CASEWORK = frozenset(
    {
        Verb.MANAGE_PERSONS,
        Verb.ENROL,
        Verb.EXEMPT,
        Verb.MANAGE_ROSTER,
        Verb.HAND_OVER,
        Verb.ISSUE_LINK,
        Verb.START_ROLL_CALL,
        Verb.CONDUCT,
        Verb.CALL,
        Verb.DECIDE,
        Verb.VIEW_LIVE,
        Verb.TALK,
        Verb.SEND_NOTICE,
    }
)

_COMMAND = frozenset(
    {
        Verb.MANAGE_PLANS,
        Verb.CONTROL_ROLL_CALL,
        Verb.CORRECT,
        Verb.BROADCAST,
        Verb.EXPORT_REPORTS,
        Verb.MANAGE_TERMINALS,
        Verb.MANAGE_FIGURES,
        Verb.EMERGENCY_CALL,
    }
)

_DUTY = frozenset({Verb.ANSWER_DUTY, Verb.HAND_IN_FIGURES})

DEVICE_GRANTS = frozenset({Verb.CHECK_IN, Verb.ENROL_ONESELF})
"""What a phone may do, for its own person only."""

GRANTS: dict[Role, frozenset[Verb]] = {
    Role.ADMINISTRATOR: frozenset(Verb) - DEVICE_GRANTS,
    Role.DUTY_OFFICER: _LOOK | _CASEWORK | _COMMAND | _DUTY,
    Role.OFFICE_OFFICER: _LOOK | _CASEWORK | _DUTY,
    Role.REVIEWER: _LOOK | {Verb.DECIDE, Verb.CORRECT, Verb.VIEW_AUDIT, Verb.EXPORT_REPORTS},
}
"""What a role may do inside its scope."""


@dataclass(frozen=True, slots=True)
class DeviceActor:
    """A phone that redeemed a link; it stands for one person."""

    device_id: str
    person_id: str


Actor = Officer | DeviceActor


@dataclass(frozen=True, slots=True)
class Target:
    """What is acted upon: the units it belongs to, or the person it is about.

    An object of several units may be seen from any of them (双列管); ``every`` asks for all.
    """

    unit_ids: frozenset[str] = frozenset()
    person_id: str | None = None
    every: bool = False


def of_units(unit_ids: Iterable[str], *, every: bool = False) -> Target:
    """A target that belongs to units."""
    return Target(unit_ids=frozenset(unit_ids), every=every)


def allowed(actor: Actor, verb: Verb, target: Target | None, tree: UnitTree) -> bool:
    """Whether ``actor`` may do ``verb`` to ``target``; None asks for the verb alone."""
    if isinstance(actor, DeviceActor):
        mine = target is not None and target.person_id == actor.person_id
        return verb in DEVICE_GRANTS and mine
    if not actor.active or verb not in GRANTS[actor.role]:
        return False
    if target is None:
        return True
    inside = [u in tree and tree.within(u, actor.unit_id) for u in target.unit_ids]
    return bool(inside) and (all(inside) if target.every else any(inside))


def require(actor: Actor, verb: Verb, target: Target | None, tree: UnitTree) -> None:
    """Raise NotAllowed unless allowed; whoever catches it logs the refusal."""
    if not allowed(actor, verb, target, tree):
        raise NotAllowed(verb=verb.value)
