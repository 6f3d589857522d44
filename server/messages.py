"""The WebSocket protocol: every message is one JSON object with a ``type``; see PROTOCOL.md.

Flow of a check-in (phone or simulator; a terminal leaves out consent, prompts and questions)::

    server  challenge            nonce to be signed
    client  hello                role, locale, device id + signature, or a resume token
    server  welcome              who you are, the open entries, a new resume token
    client  take_ticket          asking for a ticket is arriving (domain event ticket_taken)
    server  ticket               number, moment of arrival, position in the queue
    client  consent              face verification accepted; declined -> receipt, an officer calls
    server  session              attempt, liveness steps, iceServers: now make an offer
    client  offer                complete SDP, no trickle
    server  answer
    server  advice*              camera check, again and again until ``problem`` is null
    server  hold_still / prompt / step_passed / try_failed   (liveness)
    server  screen_light         colours to fill the screen with
    server  questions
    client  answers, then location or location_declined
    server  receipt              signed; ``can_retry`` -> client may send take_ticket again

A client that lost its socket says hello with ``resume``; the server answers welcome with
``resumed=true`` and then ``session``: the client makes a new RTCPeerConnection and a new offer, and
the same session goes on.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from roll_call.ports.faces import FaceProblem
from server import notice_messages as notices
from server import room_messages as room
from server import terminal_messages as terminal
from server.message_base import Id as Id
from server.message_base import Message as Message
from server.message_base import Moment as Moment
from server.network_messages import Network as Network
from server.network_messages import Quality as Quality
from server.network_messages import RtcIceServer as RtcIceServer
from server.network_messages import SessionQuality as SessionQuality
from server.roster_messages import RosterChanged as RosterChanged
from server.round_messages import RoundChanged as RoundChanged

PROTOCOL_VERSION = 1
MAX_SDP_CHARACTERS = 131_072

PromptKind = Literal[
    "turn_left", "turn_right", "nod", "close_eyes", "open_mouth", "come_nearer", "read_digits"
]
EnrolmentPose = Literal["straight", "left", "right", "other_light"]
MAX_PICTURE_CHARACTERS = 400_000


# --- client -> server ---------------------------------------------------------------------------


class Hello(Message):
    """First message of a client. Staff roles are proven by the session cookie of the upgrade."""

    type: Literal["hello"] = "hello"
    version: int = PROTOCOL_VERSION
    role: Literal["phone", "console", "terminal", "simulator"]
    locale: Literal["zh-CN", "en"] = "zh-CN"
    device_id: Id | None = None
    signature: Annotated[
        str | None, Field(max_length=128, description="base64url ECDSA P-256 over the nonce")
    ] = None
    resume: Annotated[str | None, Field(max_length=256)] = None


class TakeTicket(Message):
    """The subject is here. Idempotent; also starts the next attempt after a receipt."""

    type: Literal["take_ticket"] = "take_ticket"
    entry_id: Id


class Consent(Message):
    """Whether face verification is accepted; declining leads to an officer, never to an absence."""

    type: Literal["consent"] = "consent"
    face_verification: bool


class CameraProblem(Message):
    """The page could not open the camera; before a verdict that is a technical failure.

    After it the answers go on without a picture.
    """

    type: Literal["camera_problem"] = "camera_problem"
    problem: Literal["denied", "not_found", "in_use", "unsupported", "insecure", "other"]
    detail: Annotated[str, Field(max_length=200)] = ""


class Offer(Message):
    """A complete SDP offer: publish (phone, terminal) or view (console).

    ``camera`` is the label that the browser gives its camera (a hint only: some name themselves
    virtual).
    """

    type: Literal["offer"] = "offer"
    purpose: Literal["publish", "view"] = "publish"
    sdp: Annotated[str, Field(max_length=MAX_SDP_CHARACTERS)]
    camera: Annotated[str, Field(max_length=200)] = ""


class Answers(Message):
    """Replies to the questions, by question id."""

    type: Literal["answers"] = "answers"
    items: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=500)]],
        Field(max_length=10),
    ]


class Location(Message):
    """Where the phone is, once per check-in; advisory only, the accuracy radius is kept."""

    type: Literal["location"] = "location"
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    accuracy_m: Annotated[float, Field(ge=0, le=10_000_000)]
    datum: Literal["WGS-84", "GCJ-02"] = "WGS-84"


class LocationDeclined(Message):
    """No location: the person's choice, or the phone's."""

    type: Literal["location_declined"] = "location_declined"
    why: Literal["declined", "denied", "unavailable", "timeout"] = "declined"


class EnrolmentPicture(Message):
    """Self-enrolment: one picture (base64 JPEG), answered by ``picture_seen``."""

    type: Literal["enrolment_picture"] = "enrolment_picture"
    data: Annotated[str, Field(max_length=MAX_PICTURE_CHARACTERS)]


class EnrolmentSubmit(Message):
    """Self-enrolment: hand in the pictures that were found usable, or throw them away."""

    type: Literal["enrolment_submit"] = "enrolment_submit"
    agreed: bool = True


class HangUp(Message):
    """The client ends its session; a console ends one of its connections (null: both)."""

    type: Literal["hang_up"] = "hang_up"
    purpose: Literal["publish", "view"] | None = None


class Route(Message):
    """Console: show ``session_id`` in the transceiver ``mid``; null empties the slot.

    ``side`` ``officer`` shows the officer who talks with that session instead of its subject. For a
    section of sound this is the same as ``listen``.
    """

    type: Literal["route"] = "route"
    mid: Annotated[str, Field(max_length=16)]
    session_id: Id | None
    side: Literal["subject", "officer"] = "subject"


ClientMessage = Annotated[
    Hello
    | TakeTicket
    | Consent
    | CameraProblem
    | Offer
    | Answers
    | Location
    | LocationDeclined
    | EnrolmentPicture
    | EnrolmentSubmit
    | HangUp
    | Route
    | room.Spotlight
    | room.Listen
    | room.Talk
    | room.Broadcast
    | room.Mute
    | room.Camera
    | room.Microphone
    | terminal.SelfTest
    | terminal.ExceptionReport
    | terminal.AutoAnswer
    | terminal.Echo
    | notices.NoticeSeen
    | notices.InstantReply
    | notices.PushSubscribe,
    Field(discriminator="type"),
]


# --- server -> client ---------------------------------------------------------------------------


class Challenge(Message):
    """First message of the server: sign ``nonce`` (UTF-8 bytes) with the device key."""

    type: Literal["challenge"] = "challenge"
    nonce: str
    version: int = PROTOCOL_VERSION


class OpenEntry(BaseModel):
    """An entry that the client may take a ticket for."""

    entry_id: str
    title: str
    state: str
    opens_at: Moment
    closes_at: Moment


class Welcome(Message):
    """Identity is the server's word, never the client's."""

    type: Literal["welcome"] = "welcome"
    role: Literal["phone", "console", "terminal", "simulator"]
    name: str
    center: str
    office: str = ""
    office_phone: str = ""
    server_time: Moment
    resume_token: str
    resumed: bool = False
    demonstration: bool = False
    face_enrolled: bool = False
    entries: list[OpenEntry] = Field(default=[])
    time_zone: str = "Asia/Shanghai"
    next_opens_at: Moment | None = None
    recording_days: int | None = None
    ice_servers: list[RtcIceServer] = Field(default=[])
    ice_transport_policy: Literal["all", "relay"] = "all"


class Ticket(Message):
    """``taken_at`` counts as the moment of arrival, however long the queue."""

    type: Literal["ticket"] = "ticket"
    entry_id: str
    number: int
    position: int
    taken_at: Moment


class SessionReady(Message):
    """A session is open for this client: make an offer.

    It may come again (a new socket, a media process that died): make a new RTCPeerConnection at
    once and offer again; the same session goes on.
    """

    type: Literal["session"] = "session"
    session_id: str
    entry_id: str
    attempt: int
    steps: int
    ice_servers: list[RtcIceServer] = Field(default=[])
    ice_transport_policy: Literal["all", "relay"] = "all"


class Answer(Message):
    """The SDP answer to the last offer."""

    type: Literal["answer"] = "answer"
    purpose: Literal["publish", "view"] = "publish"
    sdp: str


class Advice(Message):
    """Camera check: what to change; ``problem`` null means the picture is good."""

    type: Literal["advice"] = "advice"
    problem: FaceProblem | None


class HoldStill(Message):
    """Look straight into the camera; step ``index`` (0-based) of ``total`` comes soon."""

    type: Literal["hold_still"] = "hold_still"
    index: int
    total: int


class Prompt(Message):
    """Do this now. Left and right are the person's own; ``digits`` are read aloud."""

    type: Literal["prompt"] = "prompt"
    id: str
    kind: PromptKind
    index: int
    total: int
    digits: str | None = None


class ScreenLight(Message):
    """Fill the screen with these colours (``#rrggbb``) in turn, each for ``each_ms``.

    Nothing is to be answered: the server looks for the light on the face. ``questions`` follow.
    """

    type: Literal["screen_light"] = "screen_light"
    id: str
    colours: list[str]
    each_ms: int


class StepPassed(Message):
    """The movement was seen."""

    type: Literal["step_passed"] = "step_passed"
    index: int
    total: int


class TryFailed(Message):
    """The try is over; the next begins with hold_still unless ``tries_left`` is 0."""

    type: Literal["try_failed"] = "try_failed"
    why: Literal["too_early", "too_late", "wrong_movement", "face_lost"]
    tries_left: int


class Question(BaseModel):
    """One question; ``text`` and options are in the client's language."""

    id: str
    kind: Literal["choice", "text"]
    text: str
    options: dict[str, str] = {}
    required: bool = True


class Questions(Message):
    """Asked while the machine is still comparing."""

    type: Literal["questions"] = "questions"
    items: list[Question]
    location_wanted: bool = True


class PictureSeen(Message):
    """Self-enrolment: one picture's fate, and which is wanted next (null: enough).

    ``message`` says in the client's language what to change where the picture was not used.
    """

    type: Literal["picture_seen"] = "picture_seen"
    used: bool
    problem: FaceProblem | None = None
    message: str = ""
    taken: int
    needed: int
    next: EnrolmentPose | None


class EnrolmentState(Message):
    """Where the person's own enrolment stands; sent after ``welcome`` and whenever it changes.

    ``none``: nothing is asked for; ``wanted``: take pictures, the first in pose ``next``;
    ``submitted``: an officer looks at them; ``confirmed``; ``rejected``: ``message`` says why.
    """

    type: Literal["enrolment_state"] = "enrolment_state"
    state: Literal["none", "wanted", "submitted", "confirmed", "rejected"]
    next: EnrolmentPose | None = None
    needed: int = 3
    message: str = ""


class ReceiptMessage(Message):
    """A signed receipt (回执); ``body`` is the canonical JSON text that ``signature`` covers.

    ``reasons``: why it ended so, in plain sentences of the client's language; never a score.
    """

    type: Literal["receipt"] = "receipt"
    number: str
    entry_id: str
    state: str
    reason: str | None
    arrived_at: Moment | None
    finished_at: Moment
    next: Literal["nothing", "officer_will_call", "retry"]
    can_retry: bool
    message: str
    reasons: list[str] = Field(default=[])
    body: str
    signature: str
    key_id: str


class Superseded(Message):
    """The same person connected again elsewhere; this socket is closed."""

    type: Literal["superseded"] = "superseded"


class Failure(Message):
    """An error with a stable code and a text that says what to do next."""

    type: Literal["error"] = "error"
    code: str
    message: str
    params: dict[str, str | int | float] = Field(default={})
    fatal: bool = False


class RollCallChanged(Message):
    """Console: fetch this roll-call's counts anew, or take them from here."""

    type: Literal["roll_call_changed"] = "roll_call_changed"
    roll_call_id: str
    state: str
    counts: dict[str, int]


class EntryChanged(Message):
    """Console: an entry's new state."""

    type: Literal["entry_changed"] = "entry_changed"
    roll_call_id: str
    entry_id: str
    state: str
    reason: str | None
    session_id: str | None
    at: Moment


class LiveSession(BaseModel):
    """A publisher that the wall can show; a camera has no entry and no roll-call."""

    session_id: str
    entry_id: str
    roll_call_id: str
    subject_name: str
    office: str
    since: Moment
    stage: str = ""
    kind: Literal["person", "unit", "camera"] = "person"


class LiveChanged(Message):
    """Console: all sessions with media up that this officer may see."""

    type: Literal["live_changed"] = "live_changed"
    sessions: list[LiveSession]


ServerMessage = Annotated[
    Challenge
    | Welcome
    | Ticket
    | SessionReady
    | Answer
    | Advice
    | HoldStill
    | Prompt
    | StepPassed
    | TryFailed
    | ScreenLight
    | Questions
    | PictureSeen
    | EnrolmentState
    | ReceiptMessage
    | Superseded
    | Failure
    | RollCallChanged
    | EntryChanged
    | LiveChanged
    | RoundChanged
    | RosterChanged
    | Network
    | Quality
    | room.Encoding
    | room.RoomChanged
    | room.Floor
    | room.Reconnect
    | terminal.TerminalStatus
    | terminal.SelfTestWanted
    | terminal.Echoed
    | terminal.TerminalsChanged
    | terminal.FiguresChanged
    | room.BroadcastReceipts
    | notices.NoticeMessage
    | notices.NoticeProgress
    | notices.BellMessage
    | notices.ReplyReceived
    | notices.PushOffer,
    Field(discriminator="type"),
]

client_messages: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
server_messages: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
