"""Channels of notifications and the log of deliveries: the administrator's business."""

from collections.abc import Iterable

from roll_call.errors import NotFound
from roll_call.notices import Notice
from roll_call.notifications import Channel, ChannelKind, Delivery, DeliveryState, RecipientKind
from roll_call.ports.store import Records
from server.access import Verb
from server.api.channel_schemas import ChannelChange, ChannelView, DeliveryView, NewChannel
from server.api.routing import Call, RouteGroup
from server.instants import wire
from server.notify.channels import ChannelWish

routes = RouteGroup("channels")
LISTED = 300


@routes.get("/api/channels", "Channels of notifications", list[ChannelView])
async def list_channels(call: Call) -> list[ChannelView]:
    """By name."""
    _require(call)
    return [_view(channel) for channel in await call.services.notify.channels.all()]


@routes.post("/api/channels", "Add a channel", body=NewChannel, returns=ChannelView, status=201)
async def add_channel(call: Call, body: NewChannel) -> ChannelView:
    """Raises channel_url_invalid, channel_scheme_refused, channel_target_private,
    channel_secret_short."""
    _require(call)
    wish = _wish(body, ChannelKind(body.kind))
    return _view(await call.services.notify.channels.add(wish, call.actor))


@routes.put("/api/channels/{id}", "Change a channel", body=ChannelChange, returns=ChannelView)
async def change_channel(call: Call, body: ChannelChange) -> ChannelView:
    """What is left out stays as it is."""
    _require(call)
    book, channel_id = call.services.notify.channels, call.path("id")
    old = await call.services.store.read(lambda r: r.notifications.channel(channel_id))
    return _view(await book.change(channel_id, _wish(body, old.kind), call.actor))


@routes.delete("/api/channels/{id}", "Remove a channel")
async def remove_channel(call: Call) -> None:
    """What waits for it is recorded as failed."""
    _require(call)
    await call.services.notify.channels.remove(call.path("id"), call.actor)


@routes.post("/api/channels/{id}/try", "Send a trial message now", returns=DeliveryView)
async def try_channel(call: Call) -> DeliveryView:
    """Takes as long as the receiver takes; the outcome is on record."""
    _require(call)
    services, channel_id = call.services, call.path("id")
    center = services.directory.center
    tried = await services.notify.channels.attempt(channel_id, center, call.actor)
    return (await services.store.read(lambda r: _deliveries(r, [tried])))[0]


@routes.get(
    "/api/deliveries",
    "What was sent, to whom, and what became of it",
    list[DeliveryView],
    query={"state": "pending, delivered, failed or not_reachable; all if absent"},
)
async def list_deliveries(call: Call) -> list[DeliveryView]:
    """The newest first; the look is logged."""
    _require(call)
    asked = call.request.query.get("state")
    state = DeliveryState(asked) if asked in set(DeliveryState) else None
    services = call.services
    listed = await services.store.read(
        lambda r: _deliveries(r, r.notifications.deliveries(LISTED, state))
    )
    await services.views.saw(call.officer, "deliveries.listed", "center/deliveries")
    return listed


def _require(call: Call) -> None:
    call.require(Verb.MANAGE_CHANNELS)


def _wish(body: NewChannel | ChannelChange, kind: ChannelKind) -> ChannelWish:
    return ChannelWish(
        kind=kind,
        name=body.name.strip(),
        active=body.active,
        names=body.names,
        to_officers=_notices(body.to_officers),
        to_persons=_notices(body.to_persons),
        url=body.url,
        secret=body.secret,
    )


def _notices(codes: Iterable[str] | None) -> frozenset[Notice] | None:
    return None if codes is None else frozenset(Notice(code) for code in codes)


def _view(channel: Channel) -> ChannelView:
    return ChannelView(
        id=channel.id,
        kind=channel.kind.value,
        name=channel.name,
        active=channel.active,
        names=channel.names,
        shown=channel.shown,
        to_officers=sorted(channel.to_officers),
        to_persons=sorted(channel.to_persons),
        added_at=wire(channel.added_at),
    )


def _deliveries(r: Records, found: Iterable[Delivery]) -> list[DeliveryView]:
    names = {channel.id: channel.name for channel in r.notifications.channels()}
    units = {unit.id: unit.name for unit in r.people.units()}
    return [
        DeliveryView(
            id=delivery.id,
            at=wire(delivery.created_at),
            notice=delivery.message.notice.value,
            to_kind=delivery.message.to.kind.value,
            to_name=_name(r, delivery, units),
            channel=names.get(delivery.channel, delivery.channel),
            state=delivery.state.value,
            outcome=delivery.outcome,
            attempts=delivery.attempts,
            due_at=wire(delivery.due_at),
            settled_at=wire(delivery.settled_at),
        )
        for delivery in found
    ]


def _name(r: Records, delivery: Delivery, units: dict[str, str]) -> str:
    to = delivery.message.to
    if to.kind is RecipientKind.UNIT:
        return units.get(to.id, "")
    if to.kind is RecipientKind.OFFICERS:
        return ""
    try:
        return r.people.person(to.id).name
    except NotFound:
        return ""
