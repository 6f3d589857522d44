"""Officers: staff with a sign-in."""

from roll_call.errors import InvalidInput
from roll_call.people import Officer, Role, SubjectKind
from roll_call.ports.records import Change
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import NewOfficer, OfficerView
from server.api.views import officer_view
from server.auth.tokens import new_id

routes = RouteGroup("officers")


@routes.get("/api/officers", "The officers that the officer sees", list[OfficerView])
async def list_officers(call: Call) -> list[OfficerView]:
    """Of the officer's own unit and below."""
    call.require(Verb.VIEW_OFFICERS)
    scope = call.scope
    officers, enrolled = await call.services.store.read(
        lambda r: (r.people.officers(scope), r.faces.summaries(SubjectKind.OFFICER))
    )
    return [officer_view(o, call.services.directory, o.id in enrolled) for o in officers]


@routes.post("/api/officers", "Add an officer", body=NewOfficer, returns=OfficerView, status=201)
async def add_officer(call: Call, body: NewOfficer) -> OfficerView:
    """Raises username_taken, unknown_unit, unknown_role."""
    services = call.services
    if body.unit_id not in services.directory.tree:
        raise InvalidInput("unknown_unit")
    if body.role not in list(Role):
        raise InvalidInput("unknown_role")
    call.require(Verb.MANAGE_OFFICERS, of_units([body.unit_id]))
    officer = Officer(
        id=new_id(),
        unit_id=body.unit_id,
        name=body.name,
        username=body.username,
        role=Role(body.role),
        post=body.post,
        phone=body.phone,
    )
    hashed = await services.staff.passwords.hash(body.password)
    change = Change("added", call.actor, services.clock.now())
    await services.store.write(lambda t: t.people.add_officer(officer, hashed, change))
    await services.directory.load()
    return officer_view(officer, services.directory)
