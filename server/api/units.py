"""Units: the tree of the center and its offices."""

from roll_call.errors import InvalidInput
from roll_call.people import Unit, UnitKind
from roll_call.ports.records import Change
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import NewUnit, UnitView
from server.api.views import unit_view
from server.auth.tokens import new_id

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
    if body.kind not in list(UnitKind):
        raise InvalidInput("unknown_kind")
    unit = Unit(new_id(), body.name, UnitKind(body.kind), parent, body.phone)
    change = Change("added", call.actor, services.clock.now())
    await services.store.write(lambda t: t.people.add_unit(unit, change))
    await services.directory.load()
    return unit_view(unit)
