"""Stills that were kept with an entry: who looks at one is on record."""

from aiohttp import web

from roll_call.errors import NotFound
from roll_call.people import SubjectKind
from server.access import Verb
from server.api.enrolment import picture_response
from server.api.entries import find_entry
from server.api.round_schemas import SnapshotView
from server.api.routing import Call, RouteGroup
from server.instants import wire

routes = RouteGroup("snapshots")


@routes.get("/api/entries/{id}/snapshots", "The stills kept with an entry", list[SnapshotView])
async def list_snapshots(call: Call) -> list[SnapshotView]:
    """Oldest first."""
    entry_id = (await find_entry(call, Verb.VIEW_RECORDING)).entry.id
    found = await call.services.store.read(lambda r: r.rounds.snapshots_of(entry_id))
    return [
        SnapshotView(
            id=one.id,
            entry_id=one.entry_id,
            session_id=one.session_id,
            taken_at=wire(one.taken_at),
            taken_by=_name(call, one.taken_by),
            why="asked" if one.why == "asked" else "confirmed",
        )
        for one in found
    ]


@routes.get("/api/entries/{id}/snapshots/{snapshot}", "One still", None, content_type="image/jpeg")
async def read_snapshot(call: Call) -> web.Response:
    """The look is logged."""
    listing = await find_entry(call, Verb.VIEW_RECORDING)
    snapshot_id = call.path("snapshot")
    kept = await call.services.store.read(lambda r: r.rounds.snapshot(snapshot_id))
    if kept.entry_id != listing.entry.id:
        raise NotFound()
    subject = listing.entry.subject
    about = subject if subject.kind is SubjectKind.PERSON else None
    await call.services.views.saw(call.officer, "snapshot.viewed", f"snapshot/{snapshot_id}", about)
    data = await call.services.store.read(lambda r: r.rounds.still(snapshot_id))
    return picture_response(data, kept.content_type)


def _name(call: Call, actor: str) -> str:
    return call.services.directory.officer_name(actor.removeprefix("officer/")) or ""
