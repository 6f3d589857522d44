"""The WebSocket protocol's messages about the room: see ``roll_call.room`` and PROTOCOL.md."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from server.message_base import Id, Message, Moment

SpeakingWhy = Literal["talk", "broadcast", "urgent_broadcast"]

# --- client -> server ---------------------------------------------------------------------------


class Spotlight(Message):
    """Console: one publisher in full quality, in slot ``mid`` (null: where it is shown already).

    ``session_id`` null ends it and empties the slot that the last ``spotlight`` named.
    """

    type: Literal["spotlight"] = "spotlight"
    session_id: Id | None
    mid: Annotated[str | None, Field(max_length=16)] = None


class Listen(Message):
    """Console: hear one publisher without being heard or seen; it is shown that it is heard."""

    type: Literal["listen"] = "listen"
    session_id: Id | None


class Talk(Message):
    """Console: two-way with one publisher; null ends it. The console publishes first."""

    type: Literal["talk"] = "talk"
    session_id: Id | None


class Broadcast(Message):
    """Console: picture and voice to all that are live, also to those who come meanwhile.

    ``unit_id`` narrows it to a unit and what lies below; an ``urgent`` one also goes over talks.
    """

    type: Literal["broadcast"] = "broadcast"
    on: bool
    to: Literal["everyone", "units", "persons"] = "everyone"
    unit_id: Id | None = None
    urgent: bool = False


class Mute(Message):
    """Console: nobody hears this publisher until it is taken back; the recording goes on."""

    type: Literal["mute"] = "mute"
    session_id: Id
    on: bool


class Camera(Message):
    """The client's own camera: off stops the picture to everybody, and its tile says so."""

    type: Literal["camera"] = "camera"
    on: bool


class Microphone(Message):
    """The client's own microphone; off mutes it for everybody."""

    type: Literal["microphone"] = "microphone"
    on: bool


# --- server -> client ---------------------------------------------------------------------------


class Encoding(Message):
    """Publisher: what its most demanding viewer needs; limits the encoding, not the capture.

    W3C ``RTCRtpEncodingParameters``: ``active``, ``maxBitrate``, ``maxFramerate``, and
    ``scaleResolutionDownBy`` = max(1, long side of the capture / long side of ``max_width`` x
    ``max_height``), by which a phone held upright is scaled like one held across.
    """

    type: Literal["encoding"] = "encoding"
    active: bool
    max_width: int
    max_height: int
    max_framerate: int
    max_bitrate_bps: int


class RoomSpeaker(BaseModel):
    """Who of the center is seen and heard by a publisher now.

    ``picture`` false: only heard, because the officer's camera is off or the line carries no more.
    """

    name: str
    office: str
    why: SpeakingWhy
    picture: bool


class RoomChanged(Message):
    """Phone, terminal: what the center does with it now.

    ``speaker``: comes in by the receiving half of its connection. ``heard``, ``seen``: an officer
    hears it, looks at it. ``muted``: by the center.
    """

    type: Literal["room"] = "room"
    speaker: RoomSpeaker | None
    heard: bool
    seen: bool
    muted: bool
    camera_on: bool
    microphone_on: bool


class OwnFloor(BaseModel):
    """What this console does. ``heard_by``: the names of those who are sent its sound now."""

    spotlight: str | None
    hearing: str | None
    talking: str | None
    broadcasting: bool
    publishing: bool
    camera_on: bool
    microphone_on: bool
    heard_by: list[str]


class FloorParticipant(BaseModel):
    """A publisher of ``live_changed``, as the room sees it.

    ``talking_with`` and ``listeners`` are officers' names; ``watchers`` counts consoles.
    """

    session_id: str
    camera_on: bool
    microphone_on: bool
    muted: bool
    talking_with: str | None
    listeners: list[str]
    watchers: int


class FloorBroadcast(BaseModel):
    """A broadcast that goes on now. ``reached``: publishers that are sent it at this moment.

    ``meant`` and ``heard`` count over its whole time: who was live and meant, who was sent it.
    """

    officer: str
    office: str
    to: Literal["everyone", "units", "persons"]
    unit_id: str | None
    urgent: bool
    since: Moment
    mine: bool
    reached: int
    meant: int = 0
    heard: int = 0


class BroadcastReceipts(Message):
    """Console: its broadcast is over; who was sent it, and who was live and was not, by name."""

    type: Literal["broadcast_receipts"] = "broadcast_receipts"
    seconds: float
    heard: list[str]
    missed: list[str]


class Floor(Message):
    """Console: who speaks with whom, who hears whom; of those whom this officer may see."""

    type: Literal["floor"] = "floor"
    you: OwnFloor
    participants: list[FloorParticipant]
    broadcasts: list[FloorBroadcast]


class Reconnect(Message):
    """Console: this connection is gone; make a new RTCPeerConnection and offer at once.

    Slots are named anew (``route``, ``spotlight``) after its answer; talk and broadcast go on. A
    phone or terminal gets ``session`` instead.
    """

    type: Literal["reconnect"] = "reconnect"
    purpose: Literal["publish", "view"]
