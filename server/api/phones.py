"""A person's phone: redeeming the one-time link."""

from roll_call.errors import RollCallError
from roll_call.people import Subject, SubjectKind
from server.api.routing import Call, RouteGroup
from server.api.schemas import Redeem, Redeemed
from server.links import redeem

routes = RouteGroup("phone")


@routes.post(
    "/api/phone/redeem",
    "Bind this phone by its one-time link",
    body=Redeem,
    returns=Redeemed,
    public=True,
)
async def redeem_link(call: Call, body: Redeem) -> Redeemed:
    """403 with link_unknown, link_used or link_expired; guesses are counted per address."""
    key = f"redeem/{call.request.remote}"
    call.services.redemptions.check(key)
    try:
        device, person = await redeem(call.services, body)
    except RollCallError as error:
        if error.code == "link_unknown":
            call.services.redemptions.failed(key)
        raise
    for connection in call.services.sockets.of(Subject(SubjectKind.PERSON, person.id)):
        if connection.bearer != f"device/{device.id}":
            connection.close_superseded()
    return Redeemed(
        device_id=device.id,
        name=person.name,
        center=call.services.directory.center,
        demonstration=person.demonstration or call.services.settings.server.demonstration,
    )
