"""How a roll-call came about (来历), and making up (补点) for one that was missed."""

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.errors import Conflict, InvalidInput
from roll_call.people import Subject
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records
from roll_call.schedule import RollCallPlan
from server.access import Verb
from server.api.exclusions import exclusion_view
from server.api.plan_calendar import fate_values
from server.api.plan_calendar_schemas import OriginView
from server.api.roll_calls import seen_roll_call
from server.api.routing import Call, RouteGroup
from server.api.schemas import RollCallView
from server.call_subjects import belonging, require_each
from server.called import listed_on, register_of
from server.cascade import Cascade
from server.happened import Happened, happened
from server.instants import wire
from server.roll_calls import NewCall, open_now
from server.unannounced import unannounced

routes = RouteGroup("roll-calls")


@routes.get("/api/roll-calls/{id}/origin", "How a roll-call came about", OriginView)
async def read_origin(call: Call) -> OriginView:
    """Raises not_found. What chance drew is told once the roll-call has opened."""
    call.require(Verb.VIEW_ROLL_CALLS)
    roll_call_id = call.path("id")
    await seen_roll_call(call, roll_call_id)
    return await call.services.store.read(lambda r: _origin_view(call, r, roll_call_id))


@routes.post(
    "/api/roll-calls/{id}/make-up",
    "Make up a missed roll-call now",
    returns=RollCallView,
    status=201,
)
async def make_up(call: Call) -> RollCallView:
    """Opens a roll-call of the same subjects for the same length, linked to the missed one; who is
    left out meanwhile is not called. Raises not_found, not_missed, already_made_up, nobody_chosen.
    """
    missed_id = call.path("id")
    await seen_roll_call(call, missed_id)
    officer_id = call.officer.id

    def listed(r: Records) -> list[Subject]:
        return _to_make_up(call, r, missed_id)

    subjects = await call.services.store.read(listed)
    belongs = await call.services.store.read(lambda r: belonging(r, subjects))
    require_each(call, Verb.START_ROLL_CALL, {s: units for s, units in belongs.items() if units})

    def work(cascade: Cascade) -> RollCall:
        missed = cascade.tx.calls.roll_call(missed_id)
        if cascade.tx.call_lists.made_up_by([missed_id]):
            raise Conflict("already_made_up")
        new = NewCall(
            title=missed.title,
            opens_at=cascade.now,
            closes_at=cascade.now + (missed.closes_at - missed.opens_at),
            subjects=[s for s in _to_make_up(call, cascade.tx, missed_id) if belongs.get(s)],
            plan_id=missed.plan_id,
            created_by=officer_id,
            made_up_for=missed_id,
        )
        made = open_now(cascade, new, officer_id)
        cascade.note("roll_call.made_up", f"roll_call/{missed_id}", {"by": made.id})
        return made

    made, _ = await call.services.conductor.run(work, call.actor)
    return await seen_roll_call(call, made.id)


def _to_make_up(call: Call, records: Records, missed_id: str) -> list[Subject]:
    """The missed roll-call's subjects in calling order, without those left out today."""
    missed = records.calls.roll_call(missed_id)
    if missed.state is not RollCallState.MISSED:
        raise InvalidInput("not_missed")
    left_out: frozenset[Subject] = frozenset()
    if missed.plan_id is not None:
        plan = records.plans.plan(missed.plan_id)
        register = register_of(records, [plan], call.services.directory.tree)
        today = call.services.clock.now().astimezone(call.services.settings.zone).date()
        left_out = frozenset(listed_on(register, plan, today).left_out)
    subjects = [entry.subject for entry in records.calls.entries(missed_id)]
    kept = [subject for subject in subjects if subject not in left_out]
    if not kept:
        raise InvalidInput("nobody_chosen")
    return kept


def _origin_view(call: Call, records: Records, roll_call_id: str) -> OriginView:
    roll_call = records.calls.roll_call(roll_call_id)
    origin = records.call_lists.origins([roll_call_id]).get(roll_call_id)
    fate: Happened = happened(records, [roll_call])[roll_call_id]
    secret = bool(unannounced(records, [roll_call]))
    listings = records.calls.listings(roll_call_id, call.scope)
    drawn = origin.drawn if origin and not secret else ()
    excluded = origin.excluded if origin and call.scope is None else ()
    return OriginView.model_validate(
        {
            "plan": _title(records, roll_call.plan_id),
            "call_list": _list_name(records, origin),
            "listed": origin.listed if origin else 0,
            "drawn": _names(drawn, listings),
            "random_order": bool(origin and origin.random_order),
            "band_from": wire(origin.band_from) if origin else None,
            "band_until": wire(origin.band_until) if origin else None,
            "excluded": [exclusion_view(call, x) for x in excluded],
            **fate_values(fate),
        }
    )


def _names(drawn: tuple[str, ...], listings: tuple[EntryListing, ...]) -> list[str]:
    names = {listing.entry.subject.id: listing.subject_name for listing in listings}
    return [names[subject_id] for subject_id in drawn if subject_id in names]


def _title(records: Records, plan_id: str | None) -> str | None:
    plan: RollCallPlan | None = None if plan_id is None else records.plans.plan(plan_id)
    return plan.title if plan else None


def _list_name(records: Records, origin: CallOrigin | None) -> str | None:
    """None also where the list was removed since."""
    names = {each.id: each.name for each in records.call_lists.call_lists()}
    return names.get(origin.call_list_id or "") if origin else None
