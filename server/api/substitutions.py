"""Substitutions (替班) and exchanges (换班): asked for, decided, taken back."""

from dataclasses import dataclass

from roll_call import substitution as rules
from roll_call.notices import Notice
from roll_call.notifications import Message, Recipient, RecipientKind
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Transaction
from roll_call.substitution import Substitution, SubstitutionState
from server.access import Verb, allowed, of_units
from server.api.roster import changed, check_officer, saved
from server.api.roster_schemas import (
    SubstitutionDecision,
    SubstitutionRequest,
    SubstitutionView,
)
from server.api.roster_views import ShiftWording
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.duty.charge import in_charge
from server.instants import wire

routes = RouteGroup("roster")

MOST_SETTLED = 100


@routes.get("/api/substitutions", "Substitutions of the officer's units", list[SubstitutionView])
async def list_substitutions(call: Call) -> list[SubstitutionView]:
    """Those that wait first, then the last hundred that were settled."""
    call.require(Verb.VIEW_ROSTER)
    scope = call.scope
    settled = set(SubstitutionState) - {SubstitutionState.ASKED}

    def read(r: Records) -> list[SubstitutionView]:
        waiting = r.roster.substitutions([SubstitutionState.ASKED], scope)
        rest = r.roster.substitutions(settled, scope)[:MOST_SETTLED]
        return [_view(call, r, one) for one in (*waiting, *rest)]

    return await call.services.store.read(read)


@routes.post(
    "/api/substitutions",
    "Ask for a substitution",
    body=SubstitutionRequest,
    returns=SubstitutionView,
    status=201,
)
async def ask_substitution(call: Call, body: SubstitutionRequest) -> SubstitutionView:
    """For one's own shift, or another's where one edits the roster; officers in charge are told.

    Raises reason_required, same_officer, not_their_shift, shift_over, shift_held, unknown_officer.
    """
    now, identity = call.services.clock.now(), new_id()
    shift = await call.services.store.read(lambda r: r.roster.planned(body.shift_id))
    if shift.officer_id == call.officer.id:
        call.require(Verb.VIEW_ROSTER)
    else:
        call.require(Verb.MANAGE_ROSTER, of_units([shift.unit_id]))

    def save(t: Transaction) -> SubstitutionView:
        check_officer(t, body.substitute_id)
        back = t.roster.planned(body.in_return_id) if body.in_return_id else None
        wish = Substitution(
            identity,
            shift.unit_id,
            shift.id,
            shift.officer_id,
            body.substitute_id,
            call.officer.id,
            now,
            body.reason.strip(),
            body.in_return_id,
        )
        near = t.roster.substitutions_of(list(wish.shift_ids))
        held = {i for one in near if one.state.standing for i in one.shift_ids}
        current = t.roster.planned(shift.id)
        t.roster.add_substitution(rules.ask(wish, current, back, held, now), changed(call, "asked"))
        return _view(call, t, wish)

    asked = await saved(call, save, shift.unit_id)
    to = Recipient(RecipientKind.OFFICERS, shift.unit_id, frozenset({shift.unit_id}))
    params = {"title": asked.unit, "name": asked.officer}
    message = Message(Notice.SUBSTITUTION_ASKED, to, "substitution", identity, now, params)
    await call.services.notify.notifier.send(message)
    return asked


@routes.post(
    "/api/substitutions/{id}/decision",
    "Approve or refuse a substitution",
    body=SubstitutionDecision,
    returns=SubstitutionView,
)
async def decide_substitution(call: Call, body: SubstitutionDecision) -> SubstitutionView:
    """The leader on duty or an administrator, never who asked.

    Raises own_request, not_in_charge, substitution_settled, reason_required.
    """
    return await _step(call, _Decision(body.approve, body.note.strip()))


@routes.post(
    "/api/substitutions/{id}/withdraw",
    "Take a substitution back",
    returns=SubstitutionView,
)
async def withdraw_substitution(call: Call) -> SubstitutionView:
    """Who asked while it is open, who is in charge at any time. Raises not_in_charge."""
    return await _step(call, None)


@dataclass(frozen=True, slots=True)
class _Decision:
    approve: bool
    note: str


async def _step(call: Call, decision: _Decision | None) -> SubstitutionView:
    """Decide, or take back where there is no decision."""
    now, me = call.services.clock.now(), call.officer
    found = await call.services.store.read(lambda r: r.roster.substitution(call.path("id")))
    if me.id != found.asked_by or decision is not None:
        call.require(Verb.DECIDE_SUBSTITUTION, of_units([found.unit_id]))

    def save(t: Transaction) -> SubstitutionView:
        old = t.roster.substitution(found.id)
        leads = in_charge(t, call.services.directory.tree, me, old.unit_id, now)
        if decision is None:
            new = rules.withdraw(old, me.id, now, leads)
        else:
            new = rules.decide(old, decision.approve, me.id, now, decision.note, leads)
        t.roster.save_substitution(new, old, Change(new.state.value, call.actor, now))
        return _view(call, t, new)

    return await saved(call, save, found.unit_id)


def _view(call: Call, records: Records, one: Substitution) -> SubstitutionView:
    services, me = call.services, call.officer
    tree, now = services.directory.tree, services.clock.now()
    wording = ShiftWording.of(records, services.settings.zone, one.shift_ids)
    back = records.roster.planned(one.in_return_id) if one.in_return_id else None
    granted = allowed(me, Verb.DECIDE_SUBSTITUTION, of_units([one.unit_id]), tree)
    leads = granted and in_charge(records, tree, me, one.unit_id, now)
    asked = one.state is SubstitutionState.ASKED
    return SubstitutionView(
        id=one.id,
        unit_id=one.unit_id,
        unit=services.directory.name(one.unit_id),
        shift=wording.shift(records.roster.planned(one.shift_id)),
        in_return=None if back is None else wording.shift(back),
        officer=wording.names.get(one.officer_id, ""),
        substitute=wording.names.get(one.substitute_id, ""),
        asked_by=wording.names.get(one.asked_by, ""),
        asked_at=wire(one.asked_at),
        reason=one.reason,
        state=one.state.value,
        decided_by=None if one.decided_by is None else wording.names.get(one.decided_by, ""),
        decided_at=wire(one.decided_at),
        note=one.note,
        may_decide=asked and leads and one.asked_by != me.id,
        may_withdraw=one.state.standing and (leads or (asked and one.asked_by == me.id)),
    )
