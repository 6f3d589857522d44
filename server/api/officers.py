"""Officers: staff with a sign-in."""

from dataclasses import replace

from roll_call.errors import InvalidInput
from roll_call.organisation import check_someone_in_charge, must_sign_in_again
from roll_call.people import Officer, Role, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Transaction
from server.access import Verb, of_units
from server.api.organisation_schemas import NewPassword, OfficerChange
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
    _check(call, body.unit_id, body.role)
    officer = Officer(
        id=new_id(),
        unit_id=body.unit_id,
        name=body.name,
        username=body.username,
        role=Role(body.role),
        post=body.post,
        phone=body.phone,
        must_change_password=body.must_change_password,
    )
    hashed = await services.staff.passwords.hash(body.password)
    change = Change("added", call.actor, services.clock.now())
    await services.store.write(lambda t: t.people.add_officer(officer, hashed, change))
    await services.directory.load()
    return officer_view(officer, services.directory)


@routes.put("/api/officers/{id}", "Change an officer", body=OfficerChange, returns=OfficerView)
async def change_officer(call: Call, body: OfficerChange) -> OfficerView:
    """The officer's old and new unit must be one's own.

    Raises username_taken, unknown_unit, unknown_role, last_administrator.
    """
    services = call.services
    old = await _officer(call)
    _check(call, body.unit_id, body.role)
    new = replace(old, **{**body.model_dump(), "role": Role(body.role)})
    change = Change("changed", call.actor, services.clock.now())

    def save(t: Transaction) -> bool:
        t.people.save_officer(new, change)
        check_someone_in_charge(t.people.officers(), services.directory.root_id())
        if not must_sign_in_again(old, new):
            return False
        t.access.end_staff_sessions_of(new.id, change)
        return True

    if await services.store.write(save):
        services.staff.ended.ring()
    await services.directory.load()
    enrolled = await services.store.read(lambda r: r.faces.summaries(SubjectKind.OFFICER))
    return officer_view(new, services.directory, new.id in enrolled)


@routes.put("/api/officers/{id}/password", "Give an officer a new password", body=NewPassword)
async def reset_password(call: Call, body: NewPassword) -> None:
    """The officer's sign-ins end at once, and the next one begins with a password of their own."""
    services = call.services
    officer = await _officer(call)
    hashed = await services.staff.passwords.hash(body.password)
    change = Change("password_reset", call.actor, services.clock.now())

    def save(t: Transaction) -> None:
        t.people.set_password_hash(officer.id, hashed, change, must_change=True)
        t.access.end_staff_sessions_of(officer.id, change)

    await services.store.write(save)
    services.staff.ended.ring()


async def _officer(call: Call) -> Officer:
    """The officer of the path. Raises NotFound, NotAllowed."""
    officer = await call.services.store.read(lambda r: r.people.officer(call.path("id")))
    call.require(Verb.MANAGE_OFFICERS, of_units([officer.unit_id]))
    return officer


def _check(call: Call, unit_id: str, role: str) -> None:
    """The unit is there and one's own, the role is one of ours."""
    if unit_id not in call.services.directory.tree:
        raise InvalidInput("unknown_unit")
    if role not in list(Role):
        raise InvalidInput("unknown_role")
    call.require(Verb.MANAGE_OFFICERS, of_units([unit_id]))
