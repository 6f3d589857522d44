"""The hand-over log (交接班记录) of a unit."""

from collections.abc import Callable
from dataclasses import replace

from roll_call import hand_over as rules
from roll_call.errors import NotFound
from roll_call.hand_over import HandOver, HandOverItem, HandOverState
from roll_call.ports.store import Records, Transaction
from server.access import Verb, allowed, of_units
from server.api.hand_over_schemas import (
    Handing,
    HandOverBook,
    HandOverItemView,
    HandOverView,
    ItemInput,
    NewHandOver,
)
from server.api.roster import changed, check_officer, saved, unit_of
from server.api.roster_views import candidates
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.instants import wire

routes = RouteGroup("hand-overs")

SHOWN = 30


@routes.get(
    "/api/hand-overs",
    "A unit's hand-over log",
    HandOverBook,
    query={"unit_id": "The officer's own unit where it is left out"},
)
async def hand_over_book(call: Call) -> HandOverBook:
    """The last thirty. Raises unknown_unit."""
    wanted = call.request.query.get("unit_id") or call.officer.unit_id
    unit_id = unit_of(call, wanted, Verb.VIEW_ROSTER)
    directory = call.services.directory

    def read(r: Records) -> HandOverBook:
        logs = r.hand_overs.hand_overs(unit_id, SHOWN)
        writable = of_units([unit_id])
        return HandOverBook(
            unit_id=unit_id,
            unit=directory.name(unit_id),
            logs=[_view(call, log) for log in logs],
            officers=candidates(directory, r.people.officers(), unit_id),
            writable=allowed(call.officer, Verb.HAND_OVER, writable, directory.tree),
        )

    return await call.services.store.read(read)


@routes.post("/api/hand-overs", "Begin a log", body=NewHandOver, returns=HandOverView, status=201)
async def begin_hand_over(call: Call, body: NewHandOver) -> HandOverView:
    """What was pending is carried over. Raises hand_over_open, unknown_unit."""
    unit_of(call, body.unit_id, Verb.HAND_OVER)

    def save(t: Transaction) -> HandOverView:
        return _view(call, _begin(call, t, body.unit_id))

    return await saved(call, save, body.unit_id)


@routes.post(
    "/api/hand-overs/{id}/items", "Add an item", body=ItemInput, returns=HandOverView, status=201
)
async def add_hand_over_item(call: Call, body: ItemInput) -> HandOverView:
    """Raises hand_over_given."""
    now, by = call.services.clock.now(), call.officer.id
    item = HandOverItem(new_id(), body.text, now, by, body.done)
    return await _step(
        call, "item_added", lambda log: rules.write(log, (*log.items, item), log.note)
    )


@routes.put(
    "/api/hand-overs/{id}/items/{item}", "Change an item", body=ItemInput, returns=HandOverView
)
async def change_hand_over_item(call: Call, body: ItemInput) -> HandOverView:
    """Also ticks it off. Raises hand_over_given."""

    def change(log: HandOver) -> HandOver:
        _item(call, log)
        wanted = call.path("item")
        items = tuple(
            replace(one, text=body.text, done=body.done) if one.id == wanted else one
            for one in log.items
        )
        return rules.write(log, items, log.note)

    return await _step(call, "item_changed", change)


@routes.delete("/api/hand-overs/{id}/items/{item}", "Take an item out", returns=HandOverView)
async def remove_hand_over_item(call: Call) -> HandOverView:
    """Not one of an earlier shift. Raises pending_item_dropped, hand_over_given."""

    def change(log: HandOver) -> HandOver:
        gone = _item(call, log)
        return rules.write(log, tuple(one for one in log.items if one != gone), log.note)

    return await _step(call, "item_removed", change)


@routes.post("/api/hand-overs/{id}/give", "Hand the shift over", body=Handing, returns=HandOverView)
async def give_hand_over(call: Call, body: Handing) -> HandOverView:
    """To a named colleague. Raises two_officers_required, unknown_officer, hand_over_given."""
    await call.services.store.read(lambda r: check_officer(r, body.taker_id))
    now, by = call.services.clock.now(), call.officer.id

    def change(log: HandOver) -> HandOver:
        return rules.give(replace(log, note=body.note.strip()), by, body.taker_id, now)

    return await _step(call, "given", change)


@routes.post("/api/hand-overs/{id}/take", "Confirm to have taken over", returns=HandOverView)
async def take_hand_over(call: Call) -> HandOverView:
    """Begins the next log. Raises not_the_taker, hand_over_not_given."""
    now, by = call.services.clock.now(), call.officer.id
    return await _step(call, "taken", lambda log: rules.take(log, by, now), taker=True)


@routes.post("/api/hand-overs/{id}/take-back", "Open a log again", returns=HandOverView)
async def take_hand_over_back(call: Call) -> HandOverView:
    """Because the colleague did not come. Raises hand_over_not_given."""
    return await _step(call, "taken_back", rules.take_back)


async def _step(
    call: Call, event: str, change: Callable[[HandOver], HandOver], taker: bool = False
) -> HandOverView:
    """One change of a log; the named taker may confirm wherever they belong to."""
    log_id = call.path("id")
    log = await call.services.store.read(lambda r: r.hand_overs.hand_over(log_id))
    if not (taker and log.taker_id == call.officer.id):
        call.require(Verb.HAND_OVER, of_units([log.unit_id]))

    def save(t: Transaction) -> HandOverView:
        old = t.hand_overs.hand_over(log_id)
        new = change(old)
        t.hand_overs.save_hand_over(new, old, changed(call, event))
        if new.state is HandOverState.TAKEN:
            _begin(call, t, new.unit_id)
        return _view(call, new)

    return await saved(call, save, log.unit_id)


def _begin(call: Call, t: Transaction, unit_id: str) -> HandOver:
    last = next(iter(t.hand_overs.hand_overs(unit_id, 1)), None)
    log = rules.begin(new_id(), unit_id, call.services.clock.now(), last)
    t.hand_overs.add_hand_over(log, changed(call, "begun"))
    return log


def _item(call: Call, log: HandOver) -> HandOverItem:
    found = next((one for one in log.items if one.id == call.path("item")), None)
    if found is None:
        raise NotFound()
    return found


def _view(call: Call, log: HandOver) -> HandOverView:
    directory = call.services.directory
    return HandOverView(
        id=log.id,
        unit_id=log.unit_id,
        unit=directory.name(log.unit_id),
        begun_at=wire(log.begun_at),
        items=[
            HandOverItemView(
                id=one.id,
                text=one.text,
                done=one.done,
                since=wire(one.since),
                by=directory.officer_name(one.by) or "",
                carried=one.carried,
            )
            for one in log.items
        ],
        note=log.note,
        state=log.state.value,
        giver=directory.officer_name(log.giver_id),
        taker_id=log.taker_id,
        taker=directory.officer_name(log.taker_id),
        given_at=wire(log.given_at),
        taken_at=wire(log.taken_at),
    )
