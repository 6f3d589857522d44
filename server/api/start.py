"""The first days (开始使用): what is set up, seen from the records and not from a list of ticks."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from roll_call.people import SubjectKind
from roll_call.ports.store import Records
from server.access import Verb
from server.api.routing import Call, RouteGroup
from server.api.schemas import Schema

routes = RouteGroup("start")

_PUT_AWAY = "start.put_away"
_LOOK_AHEAD = timedelta(days=60)


class StartStep(Schema):
    """``code``: center, units, officers, roster, plan, terminal or faces; ``n``: how many there
    are."""

    code: str
    done: bool
    n: int


class StartView(Schema):
    """GET /api/start, in the order in which a center is set up."""

    steps: list[StartStep]
    put_away: Annotated[bool, Field(description="Nobody wants to be reminded of it any more")]


class StartWish(Schema):
    """PUT /api/start."""

    put_away: bool


@routes.get("/api/start", "How far the center is set up", StartView)
async def read_start(call: Call) -> StartView:
    """For those who may manage units."""
    call.require(Verb.MANAGE_UNITS)
    return await _view(call)


@routes.put(
    "/api/start", "Put the first steps away, or fetch them back", body=StartWish, returns=StartView
)
async def put_away(call: Call, body: StartWish) -> StartView:
    """For all administrators of the center."""
    call.require(Verb.MANAGE_UNITS)
    wanted = "yes" if body.put_away else None
    await call.services.store.write(lambda t: t.settings.set(_PUT_AWAY, wanted))
    return await _view(call)


async def _view(call: Call) -> StartView:
    now = call.services.clock.now()

    def look(r: Records) -> StartView:
        steps = [_step(code, count(r, now)) for code, count in _COUNTS.items()]
        return StartView(steps=steps, put_away=r.settings.get(_PUT_AWAY) is not None)

    return await call.services.store.read(look)


def _step(code: str, n: int) -> StartStep:
    return StartStep(code=code, done=n > 0, n=n)


def _shifts(r: Records, now: datetime) -> int:
    ahead = r.roster.shifts_between(now - timedelta(days=1), now + _LOOK_AHEAD)
    return len(ahead) or len(r.roster.rules())


def _terminals(r: Records, now: datetime) -> int:
    return sum(1 for one in r.terminals.terminals() if one.self_test is not None)


def _faces(r: Records, now: datetime) -> int:
    return len(r.faces.summaries(SubjectKind.OFFICER)) + len(r.faces.summaries(SubjectKind.PERSON))


_COUNTS: Mapping[str, Callable[[Records, datetime], int]] = {
    "center": lambda r, now: sum(1 for u in r.people.units() if u.parent_id is None),
    "units": lambda r, now: sum(1 for u in r.people.units() if u.parent_id is not None),
    "officers": lambda r, now: sum(1 for o in r.people.officers() if o.active) - 1,
    "roster": _shifts,
    "plan": lambda r, now: len(r.plans.plans(active_only=True)),
    "terminal": _terminals,
    "faces": _faces,
}
"""What makes a step done: something of it is there."""
