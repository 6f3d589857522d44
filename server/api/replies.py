"""What the persons of a roll-call replied (实时点名): when, where they are, how they are."""

from roll_call.errors import NotFound
from roll_call.ports.records import CheckInReply, EntryListing
from roll_call.ports.store import Records
from server.access import Verb
from server.api.reply_schemas import ReplyPlace, ReplyView
from server.api.routing import Call, RouteGroup
from server.instants import wire

routes = RouteGroup("replies")

Read = tuple[tuple[EntryListing, ...], tuple[CheckInReply, ...]]


@routes.get("/api/roll-calls/{id}/replies", "What persons replied", list[ReplyView])
async def list_replies(call: Call) -> list[ReplyView]:
    """Of the entries that the officer sees; the look is logged. 404 where there are none."""
    call.require(Verb.VIEW_ENTRY)
    roll_call_id, scope = call.path("id"), call.scope

    def work(r: Records) -> Read:
        return r.calls.listings(roll_call_id, scope), r.sessions.replies_in(roll_call_id)

    listings, replies = await call.services.store.read(work)
    if not listings:
        raise NotFound("unknown_roll_call")
    await call.services.views.saw(call.officer, "replies.listed", f"roll_call/{roll_call_id}")
    seen = {listing.entry.id for listing in listings}
    return [_view(reply) for reply in replies if reply.entry_id in seen]


def _view(reply: CheckInReply) -> ReplyView:
    place = reply.location
    return ReplyView(
        entry_id=reply.entry_id,
        at=wire(reply.at),
        where=reply.answers.get("where"),
        health=reply.answers.get("health"),
        report=reply.answers.get("report", ""),
        location=None
        if place is None
        else ReplyPlace(
            latitude=place["latitude"],
            longitude=place["longitude"],
            accuracy_m=place["accuracy_m"],
        ),
    )
