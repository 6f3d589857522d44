"""Who could conduct a roll-call in place of the officer who does (交接)."""

from roll_call.errors import NotFound
from roll_call.people import Officer
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records
from server.access import Target, Verb, allowed, of_units
from server.api.round_schemas import ConductorView
from server.api.routing import Call, RouteGroup
from server.directory import entry_units

routes = RouteGroup("conductors")

Read = tuple[tuple[EntryListing, ...], tuple[Officer, ...]]


@routes.get(
    "/api/roll-calls/{id}/round/officers",
    "To whom the round can be handed over",
    list[ConductorView],
)
async def list_conductors(call: Call) -> list[ConductorView]:
    """Those at a console now come first; the officer who asks is left out."""
    call.require(Verb.CONDUCT)
    roll_call_id = call.path("id")

    def work(r: Records) -> Read:
        return r.calls.listings(roll_call_id, call.scope), r.people.officers()

    listings, officers = await call.services.store.read(work)
    if not listings:
        raise NotFound("unknown_roll_call")
    targets = [of_units(entry_units(listing)) for listing in listings]
    here = call.services.sockets.at_consoles()
    views = [
        ConductorView(id=one.id, name=one.name, post=one.post, role=one.role, here=one.id in here)
        for one in officers
        if one.id != call.officer.id and _may(call, one, targets)
    ]
    return sorted(views, key=lambda view: (not view.here, view.name))


def _may(call: Call, officer: Officer, targets: list[Target]) -> bool:
    tree = call.services.directory.tree
    return officer.active and all(allowed(officer, Verb.CONDUCT, t, tree) for t in targets)
