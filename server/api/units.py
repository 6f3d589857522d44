"""Units: the tree of the center and its offices."""

from roll_call.errors import InvalidInput, NotFound
from roll_call.organisation import changed_unit
from roll_call.people import Unit, UnitKind, UnitTree
from roll_call.ports.records import Change
from roll_call.ports.store import Transaction
from server.access import Verb, of_units
from server.api.organisation_schemas import UnitChange, UnitCountView
from server.api.routing import Call, RouteGroup
from server.api.schemas import NewUnit, UnitView
from server.api.views import unit_view
from server.auth.tokens import new_id
from server.directory import CENTER_SETTING

routes = RouteGroup("units")


@routes.get("/api/units", "The units that the officer sees", list[UnitView])
async def list_units(call: Call) -> list[UnitView]:
    """The officer's own unit and everything below it."""
    call.require(Verb.VIEW_UNITS)
    scope = call.scope
    units = call.services.directory.units
    return [unit_view(u) for u in units if scope is None or u.id in scope]


@routes.post("/api/units", "Add a unit", body=NewUnit, returns=UnitView, status=201)
async def add_unit(call: Call, body: NewUnit) -> UnitView:
    """Without a parent it stands below the center."""
    services = call.services
    parent = body.parent_id or services.directory.root_id()
    if parent is None or parent not in services.directory.tree:
        raise InvalidInput("unknown_unit")
    call.require(Verb.MANAGE_UNITS, of_units([parent]))
    unit = Unit(new_id(), body.name, _kind(body.kind), parent, body.phone)
    change = Change("added", call.actor, services.clock.now())
    await services.store.write(lambda t: t.people.add_unit(unit, change))
    await services.directory.load()
    return unit_view(unit)


@routes.get("/api/units/counts", "Officers and persons below each unit", list[UnitCountView])
async def count_heads(call: Call) -> list[UnitCountView]:
    """Of the units that the officer sees."""
    call.require(Verb.VIEW_UNITS)
    scope = call.scope
    counts = await call.services.store.read(lambda r: r.people.head_counts())
    return [
        UnitCountView(unit_id=unit_id, officers=heads.officers, persons=heads.persons)
        for unit_id, heads in counts.items()
        if scope is None or unit_id in scope
    ]


@routes.put("/api/units/{id}", "Change or move a unit", body=UnitChange, returns=UnitView)
async def change_unit(call: Call, body: UnitChange) -> UnitView:
    """The officer must be in charge of the unit, and of where it stood and will stand.

    Raises unknown_unit, unknown_kind, unit_cycle, root_stays.
    """
    services, unit_id, kind = call.services, call.path("id"), _kind(body.kind)
    old = _unit(call, unit_id)
    call.require(Verb.MANAGE_UNITS, of_units([unit_id]))
    if body.parent_id != old.parent_id:
        ends = [parent for parent in (old.parent_id, body.parent_id) if parent is not None]
        call.require(Verb.MANAGE_UNITS, of_units(ends, every=True))
    change = Change("changed", call.actor, services.clock.now())

    def save(t: Transaction) -> Unit:
        tree = UnitTree(t.people.units())
        if unit_id not in tree:
            raise NotFound()
        unit = changed_unit(
            tree,
            tree[unit_id],
            name=body.name,
            kind=kind,
            parent_id=body.parent_id,
            phone=body.phone,
        )
        t.people.save_unit(unit, change)
        if unit.parent_id is None:
            t.settings.set(CENTER_SETTING, unit.name)
        return unit

    unit = await services.store.write(save)
    await services.directory.load()
    return unit_view(unit)


@routes.delete("/api/units/{id}", "Remove a unit on which nothing hangs")
async def remove_unit(call: Call) -> None:
    """Raises root_stays, unit_not_empty, unit_has_history, unit_in_use."""
    services, unit_id = call.services, call.path("id")
    unit = _unit(call, unit_id)
    call.require(Verb.MANAGE_UNITS, of_units([unit_id]))
    if unit.parent_id is None:
        raise InvalidInput("root_stays")
    change = Change("removed", call.actor, services.clock.now())
    await services.store.write(lambda t: t.people.remove_unit(unit_id, change))
    await services.directory.load()


def _unit(call: Call, unit_id: str) -> Unit:
    """Raises NotFound for one that is not there, and for one that the officer may not see."""
    scope, tree = call.scope, call.services.directory.tree
    if unit_id not in tree or (scope is not None and unit_id not in scope):
        raise NotFound()
    return tree[unit_id]


def _kind(code: str) -> UnitKind:
    if code not in list(UnitKind):
        raise InvalidInput("unknown_kind")
    return UnitKind(code)
