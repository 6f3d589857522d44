"""What the persons of a roll-call replied (实时点名): when, where they are, how they are."""

from collections.abc import Mapping

from roll_call.errors import NotFound
from roll_call.ports.records import CheckInReply, EntryListing
from roll_call.ports.store import Records
from roll_call.text_notice import InstantReply
from server.access import Verb
from server.api.reply_schemas import PersonReplyView, ReplyPlace
from server.api.routing import Call, RouteGroup
from server.instants import wire

routes = RouteGroup("replies")

Read = tuple[tuple[EntryListing, ...], tuple[CheckInReply, ...], Mapping[str, InstantReply]]


@routes.get("/api/roll-calls/{id}/replies", "What persons replied", list[PersonReplyView])
async def list_replies(call: Call) -> list[PersonReplyView]:
    """The newest of each entry that the officer sees; the look is logged. 404 where there is
    none."""
    call.require(Verb.VIEW_ENTRY)
    roll_call_id, scope = call.path("id"), call.scope

    def work(r: Records) -> Read:
        return (
            r.calls.listings(roll_call_id, scope),
            r.sessions.replies_in(roll_call_id),
            r.notices.instant_replies(roll_call_id),
        )

    listings, check_ins, instant = await call.services.store.read(work)
    if not listings:
        raise NotFound("unknown_roll_call")
    await call.services.views.saw(call.officer, "replies.listed", f"roll_call/{roll_call_id}")
    seen = {listing.entry.id for listing in listings}
    views = [*map(_check_in, check_ins), *map(_instant, instant.values())]
    newest = {view.entry_id: view for view in sorted(views, key=lambda view: view.at)}
    return [view for view in newest.values() if view.entry_id in seen]


def _instant(reply: InstantReply) -> PersonReplyView:
    latitude, longitude, accuracy_m = reply.latitude, reply.longitude, reply.accuracy_m
    place = None
    if latitude is not None and longitude is not None and accuracy_m is not None:
        place = ReplyPlace(latitude=latitude, longitude=longitude, accuracy_m=accuracy_m)
    return PersonReplyView(
        entry_id=reply.entry_id,
        at=wire(reply.at),
        by="instant",
        health=reply.health.value,
        report=reply.note,
        location=place,
    )


def _check_in(reply: CheckInReply) -> PersonReplyView:
    place = reply.location
    return PersonReplyView(
        entry_id=reply.entry_id,
        at=wire(reply.at),
        by="check_in",
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
