"""The WebSocket protocol's messages about the network: servers to use, quality of what arrives."""

from typing import Literal

from pydantic import BaseModel

from server.message_base import Message

Grade = Literal["good", "fair", "poor"]


class RtcIceServer(BaseModel):
    """W3C ``RTCIceServer``; user name and credential of a TURN server are valid for a while."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Network(Message):
    """Fresh credentials, for connections made from now on; nothing is negotiated anew for them."""

    type: Literal["network"] = "network"
    ice_servers: list[RtcIceServer]
    ice_transport_policy: Literal["all", "relay"] = "all"


class SessionQuality(BaseModel):
    """How well one publisher's media arrive, of the last seconds; ``loss`` is before repair."""

    session_id: str
    grade: Grade
    round_trip_ms: float | None = None
    loss: float = 0.0
    jitter_ms: float = 0.0
    bitrate_bps: int = 0
    frames_per_s: float = 0.0
    width: int = 0
    height: int = 0
    freezes: int = 0
    freeze_s: float = 0.0


class Quality(Message):
    """Console: figures of the live sessions that are new since the last one, every 2 s at most."""

    type: Literal["quality"] = "quality"
    sessions: list[SessionQuality]
