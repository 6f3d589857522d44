"""Roll-calls: today's list, starting one by hand, suspending, resuming, cancelling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from roll_call import call_events
from roll_call.call import RollCall
from roll_call.call_list import CallList, Exclusion
from roll_call.call_origin import CallOrigin
from roll_call.entry import EntryState
from roll_call.errors import InvalidInput, NotFound
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records
from roll_call.text_notice import Asks
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import EntryView, NewRollCall, RollCallView
from server.api.views import entry_view, roll_call_view
from server.call_subjects import Belonging, belonging, require_each
from server.directory import entry_units
from server.errors import texts
from server.instants import day_bounds, local_day
from server.notices.desk import Draft
from server.roll_calls import NewCall, open_now
from server.unannounced import told_in_order, unannounced

routes = RouteGroup("roll-calls")

Counts = Mapping[str, Mapping[EntryState, int]]
Found = tuple[tuple[RollCall, ...], Counts, Mapping[str, CallOrigin], frozenset[str]]


@routes.get(
    "/api/roll-calls",
    "The roll-calls of a local day",
    list[RollCallView],
    query={"day": "YYYY-MM-DD in the center's zone; today if absent"},
)
async def list_roll_calls(call: Call) -> list[RollCallView]:
    """An officer sees those that list somebody of theirs, and only these counts."""
    call.require(Verb.VIEW_ROLL_CALLS)
    services, scope = call.services, call.scope
    zone = services.settings.zone
    day = local_day(call.request.query.get("day"), services.clock.now(), zone)
    start, end = day_bounds(day, zone)

    def work(r: Records) -> Found:
        found = r.calls.roll_calls_between(start, end)
        ids = [c.id for c in found]
        seen = r.calls.counts(ids, scope)
        return found, seen, unannounced(r, found), r.calls.calling_units(ids)

    found, counts, secrets, units_called = await services.store.read(work)
    seen = [c for c in found if scope is None or _theirs(c, counts, secrets)]
    shown = told_in_order(seen, secrets)
    directory = services.directory
    return [
        roll_call_view(
            c, counts.get(c.id, {}), directory, secrets.get(c.id), calls_units=c.id in units_called
        )
        for c in shown
    ]


@routes.get("/api/roll-calls/{id}", "One roll-call", RollCallView)
async def read_roll_call(call: Call) -> RollCallView:
    """404 where it lists nobody of the officer's."""
    call.require(Verb.VIEW_ROLL_CALLS)
    return await seen_roll_call(call, call.path("id"))


@routes.get("/api/roll-calls/{id}/entries", "The entries that the officer sees", list[EntryView])
async def list_entries(call: Call) -> list[EntryView]:
    """By subject name; the look is logged. None of a spot check that has not opened yet."""
    call.require(Verb.VIEW_ENTRY)
    roll_call_id, scope = call.path("id"), call.scope
    await seen_roll_call(call, roll_call_id)

    def work(r: Records) -> tuple[EntryListing, ...]:
        secret = unannounced(r, [r.calls.roll_call(roll_call_id)])
        return () if secret else r.calls.listings(roll_call_id, scope)

    listings, replies = await call.services.store.read(
        lambda r: (work(r), r.notices.instant_replies(roll_call_id))
    )
    await call.services.views.saw(call.officer, "roll_call.listed", f"roll_call/{roll_call_id}")
    directory = call.services.directory
    return [entry_view(x, directory, replies.get(x.entry.id)) for x in listings]


@routes.post(
    "/api/roll-calls",
    "Start an unscheduled roll-call now",
    body=NewRollCall,
    returns=RollCallView,
    status=201,
)
async def start_roll_call(call: Call, body: NewRollCall) -> RollCallView:
    """For chosen persons and units; every one of them must be the officer's."""
    services = call.services
    listed = await _from_list(call, body.call_list_id)
    subjects = [*listed.subjects, *await _chosen(call, body)]
    if not subjects:
        raise InvalidInput("nobody_chosen")
    now = services.clock.now()
    local = now.astimezone(services.settings.zone)
    title = body.title.strip() or texts(call.locale).word(
        "words", "roll_call", {"time": f"{local:%H:%M}"}
    )
    new = NewCall(
        title=title,
        opens_at=now,
        closes_at=now + timedelta(minutes=body.minutes),
        subjects=subjects,
        created_by=call.officer.id,
        call_list_id=body.call_list_id,
        excluded=listed.excluded,
    )
    officer_id = call.officer.id
    made, _ = await services.conductor.run(lambda c: open_now(c, new, officer_id), call.actor)
    await _ask_reply(call, body.ask_reply, made.id, subjects)
    return await seen_roll_call(call, made.id)


@routes.post("/api/roll-calls/{id}/suspend", "Interrupt it", returns=RollCallView)
async def suspend_roll_call(call: Call) -> RollCallView:
    """The window's clock stands still."""
    return await _control(call, call_events.Suspend(call.officer.id))


@routes.post("/api/roll-calls/{id}/resume", "Go on", returns=RollCallView)
async def resume_roll_call(call: Call) -> RollCallView:
    """The window is longer by the interruption."""
    return await _control(call, call_events.Resume(call.officer.id))


@routes.post("/api/roll-calls/{id}/cancel", "Call it off", returns=RollCallView)
async def cancel_roll_call(call: Call) -> RollCallView:
    """Final entries stay, the rest is void."""
    return await _control(call, call_events.Cancel(call.officer.id))


@routes.post("/api/roll-calls/{id}/close", "Close the window now", returns=RollCallView)
async def close_roll_call(call: Call) -> RollCallView:
    """Who was not reached goes to review, nobody to absent."""
    return await _control(call, call_events.WindowClosed(call.officer.id))


async def _ask_reply(call: Call, text: str, roll_call_id: str, subjects: list[Subject]) -> None:
    """实时点名: all persons are asked for health and place at once."""
    persons = [subject for subject in subjects if subject.kind is SubjectKind.PERSON]
    if text.strip() and persons:
        draft = Draft(text, "roll_call", Asks.REPLY, urgent=True, roll_call_id=roll_call_id)
        await call.services.notices.desk.send(call.officer, draft, persons)


async def _chosen(call: Call, body: NewRollCall) -> list[Subject]:
    """Units and persons that were named one by one; every one must be the officer's."""
    chosen = tuple(dict.fromkeys(body.person_ids))
    persons = await call.services.store.read(lambda r: [r.people.person(p) for p in chosen])
    for person in persons:
        call.require(Verb.START_ROLL_CALL, of_units(person.office_ids))
    for unit_id in body.unit_ids:
        if unit_id not in call.services.directory.tree:
            raise InvalidInput("unknown_unit")
        call.require(Verb.START_ROLL_CALL, of_units([unit_id]))
    units = [Subject(SubjectKind.UNIT, unit_id) for unit_id in dict.fromkeys(body.unit_ids)]
    chosen_subjects = [*units, *(Subject(SubjectKind.PERSON, person.id) for person in persons)]
    return chosen_subjects


@dataclass(frozen=True, slots=True)
class _FromList:
    """Those of a list that are called today, in its order, and who is left out."""

    subjects: Sequence[Subject] = ()
    excluded: tuple[Exclusion, ...] = ()


async def _from_list(call: Call, call_list_id: str | None) -> _FromList:
    """Every one of them must be the officer's."""
    if call_list_id is None:
        return _FromList()
    today = call.services.clock.now().astimezone(call.services.settings.zone).date()

    def work(r: Records) -> tuple[CallList, Belonging]:
        found = r.call_lists.call_list(call_list_id)
        return found, belonging(r, found.called_on(today))

    found, belongs = await call.services.store.read(work)
    there = {subject: units for subject, units in belongs.items() if units}
    require_each(call, Verb.START_ROLL_CALL, there)
    return _FromList(tuple(there), tuple(x for x in found.exclusions if x.holds_on(today)))


async def _control(call: Call, event: call_events.RollCallEvent) -> RollCallView:
    roll_call_id = call.path("id")
    listings = await call.services.store.read(lambda r: r.calls.listings(roll_call_id))
    call.require(Verb.CONTROL_ROLL_CALL)
    for listing in listings:
        call.require(Verb.CONTROL_ROLL_CALL, of_units(entry_units(listing)))
    await call.services.conductor.roll_call_event(roll_call_id, event, call.actor)
    return await seen_roll_call(call, roll_call_id)


async def seen_roll_call(call: Call, roll_call_id: str) -> RollCallView:
    """One as the officer sees it; raises NotFound where it lists nobody of theirs."""
    scope = call.scope

    def work(r: Records) -> Found:
        found = r.calls.roll_call(roll_call_id)
        seen = r.calls.counts([roll_call_id], scope)
        units_called = r.calls.calling_units([roll_call_id])
        return (found,), seen, unannounced(r, [found]), units_called

    (found,), counts, secrets, units_called = await call.services.store.read(work)
    if scope is not None and not _theirs(found, counts, secrets):
        raise NotFound("unknown_roll_call")
    mine = counts.get(roll_call_id, {})
    return roll_call_view(
        found,
        mine,
        call.services.directory,
        secrets.get(roll_call_id),
        calls_units=found.id in units_called,
    )


def _theirs(found: RollCall, counts: Counts, secrets: Mapping[str, CallOrigin]) -> bool:
    """Whether it lists somebody of the reader's, and may be known already."""
    return found.id not in secrets and any(counts.get(found.id, {}).values())
