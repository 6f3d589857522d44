"""A past for the demonstration; refused where the server is a real center's."""

import random
from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from roll_call.errors import Conflict
from roll_call.people import UnitKind
from roll_call.ports.store import Transaction
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import Schema
from server.cascade import Rules
from server.demonstration.history import PastCall, Teller, past_calls

SEED = 20_261_130
_A_MOMENT = timedelta(seconds=1)
CALLED = frozenset({UnitKind.JUDICIAL_OFFICE, UnitKind.PRISON, UnitKind.REHABILITATION_CENTER})

routes = RouteGroup("demonstration")


class PastWanted(Schema):
    """POST /api/demonstration/history: how many days back."""

    days: Annotated[int, Field(ge=1, le=400)] = 30


class PastTold(Schema):
    """How many roll-calls were made up."""

    roll_calls: int


@routes.post(
    "/api/demonstration/history",
    "Make up a past of unit roll-calls",
    body=PastWanted,
    returns=PastTold,
    status=201,
)
async def tell_past(call: Call, body: PastWanted) -> PastTold:
    """409 in a real center. By an administrator; asked again, it adds what is missing."""
    services = call.services
    root = services.directory.root_id()
    call.require(Verb.MANAGE_UNITS, of_units([] if root is None else [root]))
    if not services.settings.server.demonstration:
        raise Conflict("not_a_demonstration")
    now, zone = services.clock.now(), services.settings.zone
    chance = random.Random(SEED)
    planned = past_calls(now.astimezone(zone).date(), body.days, zone, chance)
    units = [unit.id for unit in services.directory.units if unit.kind in CALLED]
    rules = Rules(services.policy, now, services.receipts.sign, lambda _: False, lambda _: ())
    teller = Teller(rules, call.officer.id, chance)
    for each in planned:
        await services.store.write(partial(_told, teller=teller, past=each, units=units))
    return PastTold(roll_calls=len(planned))


def _told(tx: Transaction, teller: Teller, past: PastCall, units: list[str]) -> None:
    """Once for each moment: asked again, nothing is told twice."""
    held = tx.calls.roll_calls_between(past.opens_at, past.opens_at + _A_MOMENT)
    if not any(call.title == past.title for call in held):
        teller.hold(tx, past, units)
