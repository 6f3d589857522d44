"""The media engine's port: serialisable commands in, serialisable events out.

Everything that crosses this port is a frozen dataclass of strings, numbers and bytes, so that the
engine can move into a process of its own without a change on either side.

Names: a *peer* is one RTCPeerConnection (W3C WebRTC). A *publisher* sends camera and microphone; a
*viewer* receives what is routed to its transceivers, each named by its SDP ``mid`` (RFC 8843).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """Create the peer if it is new and answer its SDP offer (RFC 8829); clients always offer.

    ``beside`` names what belongs together (a session): all peers of one name live in one process of
    the engine, so that a recording can go on from one to the next.
    """

    peer: str
    sdp: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class OpenCamera:
    """Let an RTSP camera (RFC 7826) stand in as a publisher named ``peer``; H264, not transcoded.

    ``url`` may carry a user name and password: a secret, never logged. ``PeerConnected`` and
    ``MediaFlowing`` follow, or ``PeerClosed`` with ``unreachable``, ``refused`` or
    ``codec_unsupported``; a camera that goes away is asked again until ``ClosePeer``.
    """

    peer: str
    url: str = field(repr=False)
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ClosePeer:
    """Close a peer; routes and taps of it end. Its recordings wait for ``ContinueRecording``."""

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
class ContinueRecording:
    """Feed a recording whose publisher is gone from ``peer``; the time between is a gap in it.

    ``peer`` must have been answered ``beside`` the former one. Another codec
    than before completes it with ``RecordingFailed`` ``codec_changed``: start a new one.
    """

    recording: str
    peer: str


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
    | OpenCamera
    | ClosePeer
    | SetRoute
    | RequestKeyframe
    | StartRecording
    | ContinueRecording
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
    """The peer is gone.

    ``reason``: closed, abandoned (offer never completed), disconnected, engine_restarted (its media
    process died), or for a camera unreachable, refused, codec_unsupported.
    """

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
class Gap:
    """From when to when a recording has no picture, in seconds of its own timeline.

    ``why``: disconnected (no publisher), stalled (nothing came from it), lost (packets that could
    not be recovered), disk_slow, or unknown (found in a file that had to be repaired).
    """

    start_s: float
    end_s: float
    why: str


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """The first frame is in the file. ``began_unix_s``: its moment by this machine's clock.

    Two recordings are shown on one timeline by the difference of their ``began_unix_s``.
    """

    recording: str
    began_unix_s: float


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """A playable, seekable file is on disk, flushed; ``path`` has its extension."""

    recording: str
    path: str
    duration_s: float
    video_frames: int
    audio_packets: int
    size_bytes: int
    gaps: tuple[Gap, ...] = ()
    began_unix_s: float | None = None


@dataclass(frozen=True, slots=True)
class RecordingDegraded:
    """The recording goes on, with a gap: ``code`` is disk_slow (frames were left out)."""

    recording: str
    code: str


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """What was written stays playable.

    ``code``: disk_full, disk_slow, io_error, no_media, codec_changed or engine_restarted. The
    figures are those of the part that was written, as far as they are known.
    """

    recording: str
    path: str | None
    code: str
    duration_s: float | None = None
    video_frames: int | None = None
    audio_packets: int | None = None
    gaps: tuple[Gap, ...] = ()
    began_unix_s: float | None = None


@dataclass(frozen=True, slots=True)
class RepairedFile:
    """What is in a recording that was cut off and has been made whole."""

    duration_s: float
    video_frames: int
    audio_packets: int
    size_bytes: int
    gaps: tuple[Gap, ...] = ()


RepairRecording = Callable[[str], Awaitable[RepairedFile | None]]
"""Makes a file that was cut off seekable, in place; None where it must stay as it is."""


@dataclass(frozen=True, slots=True)
class TrackQuality:
    """What arrived of one track since the last report; ``loss`` is before repair, 0..1.

    ``frames_per_s``, ``width``, ``height`` and the freezes are of video only. A freeze (W3C
    webrtc-stats ``freezeCount``) is a pause between two frames of more than
    max(3 x average, average + 150 ms); ``freeze_s`` is their whole length.
    """

    bitrate_bps: int
    packets: int
    loss: float
    unrecovered: int
    jitter_ms: float
    frames_per_s: float = 0.0
    width: int = 0
    height: int = 0
    freezes: int = 0
    freeze_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PeerQuality:
    """How well a peer is connected; every ``EngineSettings.quality_every_s`` seconds.

    ``video`` and ``audio`` are what it sends (None: nothing arrived); ``sent_bitrate_bps`` and
    ``sent_loss`` (0..1, from its receiver reports) are what it is sent.
    """

    peer: str
    over_s: float
    round_trip_ms: float | None
    video: TrackQuality | None
    audio: TrackQuality | None
    sent_bitrate_bps: int = 0
    sent_loss: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineLoad:
    """Of one media process, every few seconds; ``cpu`` in cores, ``lag_p99_ms`` of its loop."""

    process: int
    pid: int
    peers: int
    cpu: float
    lag_p99_ms: float
    resident_mb: float


MediaEvent = (
    PeerConnected
    | MediaFlowing
    | MediaStalled
    | PeerClosed
    | FrameTapped
    | RecordingStarted
    | RecordingDegraded
    | RecordingFinished
    | RecordingFailed
    | PeerQuality
    | EngineLoad
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
