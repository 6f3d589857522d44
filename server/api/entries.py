"""Entries: the detail with its timeline, decisions, corrections, calls, the review queue."""

from datetime import timedelta
from typing import Any

from aiohttp import web

from roll_call import entry_events
from roll_call.correction import may_undo
from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.ports.records import EntryListing
from roll_call.reasons import Reason
from server import decisions
from server.access import Verb, allowed, of_units
from server.api.enrolment import portrait_response
from server.api.entry_detail import Dossier, answers_of, read_dossier, timeline_of
from server.api.routing import Call, RouteGroup
from server.api.schemas import (
    CallView,
    CorrectionRequest,
    Decision,
    EntryDetail,
    EntryView,
    ReceiptView,
)
from server.api.views import connection_view, entry_view, recording_views, verdict_view
from server.cascade import Cascade
from server.directory import entry_units
from server.instants import wire
from server.links import issue_link
from server.rounds.commands import undone

routes = RouteGroup("entries")


@routes.get("/api/review", "The cases that wait for a decision", list[EntryView])
async def review_queue(call: Call) -> list[EntryView]:
    """The longest waiting first."""
    call.require(Verb.REVIEW)
    scope = call.scope
    listings = await call.services.store.read(lambda r: r.calls.review_cases(scope))
    await call.services.views.saw(call.officer, "review.listed", f"unit/{call.officer.unit_id}")
    return [entry_view(listing, call.services.directory) for listing in listings]


@routes.get("/api/entries/{id}", "An entry with everything on record", EntryDetail)
async def read_entry(call: Call) -> EntryDetail:
    """The look is logged and shows in the timeline."""
    listing = await find_entry(call, Verb.VIEW_ENTRY)
    entry = listing.entry
    about = entry.subject if entry.subject.kind is SubjectKind.PERSON else None
    await call.services.views.saw(call.officer, "entry.viewed", f"entry/{entry.id}", about)
    return await _detail(call, entry.id)


@routes.post("/api/entries/{id}/decision", "Decide by eye", body=Decision, returns=EntryDetail)
async def decide_entry(call: Call, body: Decision) -> EntryDetail:
    """By a named officer with a reason; the only way to an absence."""
    entry_id = (await find_entry(call, Verb.DECIDE)).entry.id
    officer_id, reason = call.officer.id, _reason(body.reason)
    await call.services.conductor.run(
        lambda c: decisions.decide(c, entry_id, officer_id, body.outcome, reason, body.note),
        call.actor,
    )
    return await _detail(call, entry_id)


@routes.post(
    "/api/entries/{id}/correction",
    "Correct a final state",
    body=CorrectionRequest,
    returns=EntryDetail,
)
async def correct_entry(call: Call, body: CorrectionRequest) -> EntryDetail:
    """A new record; the original stays."""
    entry_id = (await find_entry(call, Verb.CORRECT)).entry.id
    officer_id, reason = call.officer.id, _reason(body.reason)
    await call.services.conductor.run(
        lambda c: decisions.correct(c, entry_id, officer_id, body.outcome, reason, body.note),
        call.actor,
    )
    return await _detail(call, entry_id)


@routes.post("/api/entries/{id}/undo", "Take one's own fresh decision back", returns=EntryDetail)
async def undo_entry(call: Call) -> EntryDetail:
    """Until ``undo_until``, by the officer who decided."""
    entry_id = (await find_entry(call, Verb.DECIDE)).entry.id
    officer_id = call.officer.id

    def work(cascade: Cascade) -> None:
        undone(cascade, decisions.undo(cascade, entry_id, officer_id), officer_id)

    await call.services.conductor.run(work, call.actor)
    return await _detail(call, entry_id)


@routes.post("/api/entries/{id}/call", "Call the subject now", returns=CallView)
async def call_entry(call: Call) -> CallView:
    """The subject's phone or terminal rings; for a person a one-time link is made as well."""
    entry = (await find_entry(call, Verb.CALL)).entry
    event = entry_events.Call(call.officer.id)
    await call.services.conductor.entry_event(entry.id, event, call.actor)
    link = None
    if entry.subject.kind is SubjectKind.PERSON:
        link = await issue_link(
            call.services, call.request, entry.subject.id, call.officer.id, entry.id
        )
    listing = await call.services.store.read(lambda r: r.calls.listing(entry.id))
    return CallView(entry=entry_view(listing, call.services.directory), link=link)


@routes.get(
    "/api/entries/{id}/portrait",
    "The enrolment picture of the entry's person",
    None,
    content_type="image/jpeg",
)
async def entry_portrait(call: Call) -> web.Response:
    """Beside the recording, for the decision by eye."""
    listing = await find_entry(call, Verb.VIEW_PORTRAIT)
    return await portrait_response(call, listing.entry.subject)


@routes.get("/api/entries/{id}/receipts", "The receipts of an entry", list[ReceiptView])
async def entry_receipts(call: Call) -> list[ReceiptView]:
    """As they were handed out."""
    entry_id = (await find_entry(call, Verb.VIEW_RECEIPT)).entry.id
    receipts = await call.services.store.read(lambda r: r.sessions.receipts_of(entry_id))
    return [
        ReceiptView(
            number=r.number,
            issued_at=wire(r.issued_at),
            session_id=r.session_id,
            body=r.body,
            signature=r.signature,
            key_id=r.key_id,
        )
        for r in receipts
    ]


async def find_entry(call: Call, verb: Verb) -> EntryListing:
    """The entry of the path if the officer may do this to it."""
    entry_id = call.path("id")
    listing = await call.services.store.read(lambda r: r.calls.listing(entry_id))
    call.require(verb, of_units(entry_units(listing)))
    return listing


def _reason(text: str) -> Reason:
    try:
        return Reason(text)
    except ValueError as error:
        raise InvalidInput("reason_not_allowed") from error


async def _detail(call: Call, entry_id: str) -> EntryDetail:
    services = call.services
    dossier = await services.store.read(lambda r: read_dossier(r, entry_id))
    listing, entry = dossier.listing, dossier.listing.entry
    may = _permissions(call, listing)
    undo_until = None
    if may_undo(entry, call.officer.id, services.policy, services.clock.now()):
        assert entry.settled_at is not None
        undo_until = entry.settled_at + timedelta(seconds=services.policy.undo_window_s)
    return EntryDetail(
        entry=entry_view(listing, services.directory),
        timeline=timeline_of(dossier),
        recordings=recording_views(dossier.recordings),
        verdicts=[verdict_view(v, call.locale) for v in dossier.verifications],
        connections=[connection_view(c) for c in dossier.connections],
        answers=answers_of(dossier, call.locale),
        location=_location(dossier),
        has_portrait=dossier.has_portrait,
        can_decide=may[Verb.DECIDE] and not entry.state.final,
        can_correct=may[Verb.CORRECT] and entry.state.final,
        undo_until=wire(undo_until),
    )


def _permissions(call: Call, listing: EntryListing) -> dict[Verb, bool]:
    target = of_units(entry_units(listing))
    tree = call.services.directory.tree
    return {v: allowed(call.officer, v, target, tree) for v in (Verb.DECIDE, Verb.CORRECT)}


def _location(dossier: Dossier) -> dict[str, Any] | None:
    for reply in reversed(dossier.replies):
        if reply.location is not None:
            return dict(reply.location)
        if reply.location_declined is not None:
            return {"declined": reply.location_declined}
    return None
