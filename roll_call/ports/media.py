"""The media engine's port: serialisable commands in, serialisable events out.

Everything that crosses this port is a frozen dataclass of strings, numbers and bytes, so that the
engine can move into a process of its own without a change on either side.

Names: a *peer* is one RTCPeerConnection (W3C WebRTC). A *publisher* sends camera and microphone; a
*viewer* receives what is routed to its transceivers, each named by its SDP ``mid`` (RFC 8843).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """Create the peer if it is new and answer its SDP offer (RFC 8829); clients always offer."""

    peer: str
    sdp: str


@dataclass(frozen=True, slots=True)
class ClosePeer:
    """Close a peer; routes and taps of it end, recordings of it are completed."""

    peer: str


@dataclass(frozen=True, slots=True)
class SetRoute:
    """Forward ``source``'s track to the viewer's transceiver ``mid``; ``None`` leaves it silent."""

    viewer: str
    mid: str
    source: str | None


@dataclass(frozen=True, slots=True)
class RequestKeyframe:
    """Send a picture loss indication (RFC 4585) to a publisher."""

    peer: str


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Remux a publisher's encoded frames: ``path_stem`` + ``.webm`` (VP8) or ``.mp4`` (H264)."""

    peer: str
    recording: str
    path_stem: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Complete a recording; ``RecordingFinished`` or ``RecordingFailed`` follows."""

    recording: str


@dataclass(frozen=True, slots=True)
class StartTap:
    """Hand every assembled video frame of a publisher out as ``FrameTapped``."""

    peer: str


@dataclass(frozen=True, slots=True)
class StopTap:
    """End a tap."""

    peer: str


MediaCommand = (
    AnswerOffer
    | ClosePeer
    | SetRoute
    | RequestKeyframe
    | StartRecording
    | StopRecording
    | StartTap
    | StopTap
)


@dataclass(frozen=True, slots=True)
class PeerConnected:
    """ICE and DTLS are up."""

    peer: str


@dataclass(frozen=True, slots=True)
class MediaFlowing:
    """The first whole keyframe of a publisher has arrived."""

    peer: str
    codec: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MediaStalled:
    """No packet of a publisher for ``silence_s`` seconds; ``MediaFlowing`` when it returns."""

    peer: str
    silence_s: float


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """The peer is gone: ``reason`` is closed, abandoned (offer never completed) or disconnected."""

    peer: str
    reason: str


@dataclass(frozen=True, slots=True)
class FrameTapped:
    """One encoded video frame. ``media_s`` runs from the publisher's first frame, in seconds."""

    peer: str
    codec: str
    media_s: float
    keyframe: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """A playable file is on disk, flushed; ``path`` has its extension."""

    recording: str
    path: str
    duration_s: float
    video_frames: int
    audio_packets: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RecordingDegraded:
    """The recording goes on, with a gap: ``code`` is disk_slow (frames were left out)."""

    recording: str
    code: str


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """``code``: disk_full, disk_slow, io_error or no_media; what was written stays playable."""

    recording: str
    path: str | None
    code: str


MediaEvent = (
    PeerConnected
    | MediaFlowing
    | MediaStalled
    | PeerClosed
    | FrameTapped
    | RecordingDegraded
    | RecordingFinished
    | RecordingFailed
)


class MediaEngine(Protocol):
    """Receives, forwards and records encoded media without transcoding."""

    async def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        """Start; every event is handed to ``on_event`` on the caller's event loop."""

    async def answer(self, command: AnswerOffer) -> str:
        """Return the SDP answer. Raises ``roll_call.errors.MediaError`` (stable ``code``)."""

    def send(self, command: MediaCommand) -> None:
        """Queue any other command; outcomes come back as events."""

    async def close(self) -> None:
        """Complete all recordings, close all peers."""
