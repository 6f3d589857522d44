"""The round of a roll-call: who conducts, whose turn it is, what is decided, what was tried."""

from collections.abc import Callable
from typing import Any

from roll_call import round_events
from roll_call.errors import InvalidInput, NotFound
from roll_call.reasons import Reason
from roll_call.round_steps import Reached, Step
from server.access import Verb, allowed, of_units
from server.api.round_schemas import (
    Confirmation,
    Escalation,
    HandOver,
    NoFields,
    OneEntry,
    TurnOf,
)
from server.api.routing import Call, RouteGroup
from server.cascade import Cascade
from server.directory import entry_units
from server.round_messages import RoundView
from server.rounds import commands
from server.rounds.viewing import part_of

routes = RouteGroup("rounds")


@routes.get("/api/roll-calls/{id}/round", "The round of a roll-call with its evidence", RoundView)
async def read_round(call: Call) -> RoundView:
    """Consoles are told by ``round_changed`` what changes from now on; the look is logged."""
    call.require(Verb.VIEW_ENTRY)
    roll_call_id = call.path("id")
    view = await _shown(call)
    await call.services.views.saw(call.officer, "roll_call.listed", f"roll_call/{roll_call_id}")
    return view


@routes.post("/api/roll-calls/{id}/round/take", "Conduct it", body=NoFields, returns=RoundView)
async def take_round(call: Call, body: NoFields) -> RoundView:
    """Also takes it over from another officer; on record, and the other sees it at once."""
    event = round_events.Taken(call.officer.id)
    return await _run(call, lambda c, key: commands.step(c, key, event))


@routes.post(
    "/api/roll-calls/{id}/round/hand-over",
    "Hand it to another officer",
    body=HandOver,
    returns=RoundView,
)
async def hand_over_round(call: Call, body: HandOver) -> RoundView:
    """To somebody who may conduct it; whose turn it is and its timer stay."""
    to = await call.services.store.read(lambda r: r.people.officer(body.officer_id))
    tree = call.services.directory.tree
    if not all(allowed(to, Verb.CONDUCT, of_units(u), tree) for u in await _units(call)):
        raise InvalidInput("cannot_conduct")
    event = round_events.HandedOver(call.officer.id, to.id)
    return await _run(call, lambda c, key: commands.step(c, key, event))


@routes.post("/api/roll-calls/{id}/round/call", "Whose turn it is", body=TurnOf, returns=RoundView)
async def call_next(call: Call, body: TurnOf) -> RoundView:
    """Its timer starts; null: the next one's that waits."""
    who = call.officer.id
    return await _run(call, lambda c, key: commands.call(c, key, who, body.entry_id))


@routes.post(
    "/api/roll-calls/{id}/round/confirm",
    "Decide an entry and move on",
    body=Confirmation,
    returns=RoundView,
)
async def confirm_entry(call: Call, body: Confirmation) -> RoundView:
    """An absence is the officer's own word with a reason; nothing proposes one."""
    call.require(Verb.DECIDE)
    wish = commands.Wish(
        entry_id=body.entry_id,
        outcome=body.outcome,
        reason=_reason(body.reason),
        note=body.note,
        advance=body.advance,
    )
    await _required(call)
    rounds = call.services.rounds
    await rounds.confirm(call.path("id"), call.officer.id, wish, call.actor)
    return await _shown(call)


@routes.post("/api/roll-calls/{id}/round/prompt", "Ring again", body=OneEntry, returns=RoundView)
async def prompt_entry(call: Call, body: OneEntry) -> RoundView:
    """The subject's terminal or phone rings once more."""
    who = call.officer.id
    return await _run(call, lambda c, key: commands.prompt(c, key, who, body.entry_id))


@routes.post(
    "/api/roll-calls/{id}/round/escalate",
    "Put a telephone call or a word with the leader on record",
    body=Escalation,
    returns=RoundView,
)
async def escalate_entry(call: Call, body: Escalation) -> RoundView:
    """What was dialled, and how it ended."""
    tried = commands.Attempt(
        entry_id=body.entry_id,
        step=Step(body.step),
        number=body.number,
        outcome=Reached(body.outcome) if body.outcome else None,
        note=body.note,
    )
    who = call.officer.id
    return await _run(call, lambda c, key: commands.escalate(c, key, who, tried))


@routes.post(
    "/api/roll-calls/{id}/round/snapshot",
    "Keep a still of the entry's picture",
    body=OneEntry,
    returns=RoundView,
)
async def take_snapshot(call: Call, body: OneEntry) -> RoundView:
    """Sealed under the subject's key; a look at it is logged."""
    await _required(call)
    key = call.path("id")
    await call.services.store.read(lambda r: commands.entry_in(r, key, body.entry_id))
    await call.services.rounds.stills.take(body.entry_id, call.actor, "asked")
    return await _shown(call)


@routes.post("/api/roll-calls/{id}/round/finish", "End the round", body=NoFields, returns=RoundView)
async def finish_round(call: Call, body: NoFields) -> RoundView:
    """The window closes; whoever is not decided goes to review, nobody to absent."""
    await _required(call)
    await call.services.rounds.finish(call.path("id"), call.officer.id, call.actor)
    return await _shown(call)


async def _run(call: Call, work: Callable[[Cascade, str], Any]) -> RoundView:
    await _required(call)
    key = call.path("id")
    await call.services.rounds.run(key, lambda c: work(c, key), call.actor)
    return await _shown(call)


async def _required(call: Call) -> None:
    """Whoever conducts may do so for every entry of the roll-call."""
    call.require(Verb.CONDUCT)
    for units in await _units(call):
        call.require(Verb.CONDUCT, of_units(units))


async def _units(call: Call) -> list[frozenset[str]]:
    """Whose each entry is; raises NotFound(unknown_roll_call) where there is none."""
    roll_call_id = call.path("id")
    listings = await call.services.store.read(lambda r: r.calls.listings(roll_call_id))
    if not listings:
        raise NotFound("unknown_roll_call")
    return [entry_units(listing) for listing in listings]


async def _shown(call: Call) -> RoundView:
    view, units = await call.services.rounds.shown(call.path("id"))
    tree = call.services.directory.tree
    shown = part_of(
        view,
        lambda e: allowed(call.officer, Verb.VIEW_ENTRY, of_units(units[e]), tree),
    )
    if not shown.entries:
        raise NotFound("unknown_roll_call")
    return shown


def _reason(text: str | None) -> Reason | None:
    if text is None:
        return None
    try:
        return Reason(text)
    except ValueError as error:
        raise InvalidInput("reason_not_allowed") from error
