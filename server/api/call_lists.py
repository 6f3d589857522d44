"""Call lists (点名名单): who is called, in which order, and who is left out for now."""

from collections.abc import Sequence

from roll_call.call_list import CallList, excluded_on
from roll_call.errors import Conflict
from roll_call.people import SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Transaction
from roll_call.schedule import RollCallPlan
from server.access import Verb, of_units
from server.api.call_list_schemas import CallListView, NewCallList
from server.api.exclusions import exclusion_view, exclusions
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.call_subjects import Belonging, belonging, require_each, visible

routes = RouteGroup("call-lists")

Known = tuple[tuple[CallList, ...], Belonging, tuple[RollCallPlan, ...]]


@routes.get("/api/call-lists", "The lists that name somebody of the officer's", list[CallListView])
async def list_call_lists(call: Call) -> list[CallListView]:
    """By name."""
    call.require(Verb.VIEW_PLANS)

    def work(r: Records) -> Known:
        lists = r.call_lists.call_lists()
        everybody = {subject for each in lists for subject in each.subjects}
        return lists, belonging(r, everybody), r.plans.plans()

    lists, belongs, plans = await call.services.store.read(work)
    views = [_view(call, each, belongs, plans) for each in lists]
    return [view for view in views if call.scope is None or view.subject_ids]


@routes.get("/api/call-lists/{id}", "One list", CallListView)
async def read_call_list(call: Call) -> CallListView:
    """Raises not_found."""
    call.require(Verb.VIEW_PLANS)
    return await _shown(call, call.path("id"))


@routes.post("/api/call-lists", "Add a list", body=NewCallList, returns=CallListView, status=201)
async def add_call_list(call: Call, body: NewCallList) -> CallListView:
    """Every one on it must be the officer's. Raises call_list_name_taken, unknown_subject."""
    new = _call_list(call, new_id(), body)
    change = Change("added", call.actor, call.services.clock.now())
    belongs = await call.services.store.read(lambda r: belonging(r, new.subjects))
    require_each(call, Verb.MANAGE_PLANS, belongs)
    await call.services.store.write(lambda t: t.call_lists.add_call_list(new, change))
    return await _shown(call, new.id)


@routes.put("/api/call-lists/{id}", "Change a list", body=NewCallList, returns=CallListView)
async def change_call_list(call: Call, body: NewCallList) -> CallListView:
    """Roll-calls that are open already stay as they are; who is left out is not called by those
    that open later. Raises not_found, call_list_name_taken, unknown_subject, call_list_kind_used.
    """
    old = await _required(call)
    new = _call_list(call, old.id, body, old)
    belongs = await call.services.store.read(lambda r: belonging(r, new.subjects))
    require_each(call, Verb.MANAGE_PLANS, belongs)
    change = Change("changed", call.actor, call.services.clock.now())

    def save(t: Transaction) -> None:
        if new.subject_kind is not old.subject_kind and _users(t.plans.plans(), old.id):
            raise Conflict("call_list_kind_used")
        t.call_lists.save_call_list(new, change)

    await call.services.store.write(save)
    return await _shown(call, new.id)


@routes.delete("/api/call-lists/{id}", "Remove a list")
async def remove_call_list(call: Call) -> None:
    """Raises not_found, call_list_used while a plan calls from it."""
    old = await _required(call)
    change = Change("removed", call.actor, call.services.clock.now())

    def work(t: Transaction) -> None:
        if users := _users(t.plans.plans(), old.id):
            raise Conflict("call_list_used", plans=len(users))
        t.call_lists.remove_call_list(old.id, change)

    await call.services.store.write(work)


async def _required(call: Call) -> CallList:
    """The list of the path, all of whose subjects must be the officer's."""

    def work(r: Records) -> tuple[CallList, Belonging]:
        found = r.call_lists.call_list(call.path("id"))
        return found, belonging(r, found.subjects)

    found, belongs = await call.services.store.read(work)
    call.require(Verb.MANAGE_PLANS)
    for units in belongs.values():
        if units:
            call.require(Verb.MANAGE_PLANS, of_units(units))
    return found


async def _shown(call: Call, call_list_id: str) -> CallListView:
    def work(r: Records) -> Known:
        found = r.call_lists.call_list(call_list_id)
        return (found,), belonging(r, found.subjects), r.plans.plans()

    (found,), belongs, plans = await call.services.store.read(work)
    return _view(call, found, belongs, plans)


def _call_list(
    call: Call, call_list_id: str, body: NewCallList, old: CallList | None = None
) -> CallList:
    return CallList(
        id=call_list_id,
        name=body.name.strip(),
        subject_kind=SubjectKind(body.subject_kind),
        subject_ids=tuple(body.subject_ids),
        exclusions=exclusions(call, body.exclusions, old.exclusions if old else ()),
    )


def _view(
    call: Call, found: CallList, belongs: Belonging, plans: Sequence[RollCallPlan]
) -> CallListView:
    today = call.services.clock.now().astimezone(call.services.settings.zone).date()
    own = visible({s: belongs[s] for s in found.subjects}, call.scope)
    left_out = excluded_on(found.exclusions, today)
    return CallListView.model_validate(
        {
            "id": found.id,
            "name": found.name,
            "subject_kind": found.subject_kind.value,
            "subject_ids": [s.id for s in found.subjects if s in own],
            "exclusions": [exclusion_view(call, x) for x in found.exclusions if x.subject in own],
            "total": len(found.subject_ids),
            "today": sum(s in own and s not in left_out for s in found.subjects),
            "plans": _users(plans, found.id),
            "editable": len(own) == sum(bool(belongs[s]) for s in found.subjects),
        }
    )


def _users(plans: Sequence[RollCallPlan], call_list_id: str) -> list[str]:
    return [plan.title for plan in plans if plan.call_list_id == call_list_id]
