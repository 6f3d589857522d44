"""What a forwarder needs of a publisher's track, wherever the publisher lives."""

from typing import Protocol

from media.media_clock import MediaClock
from media.negotiated import Codec
from media.rtp import RtpPacket


class PacketConsumer(Protocol):
    """Gets every packet of a track in order of arrival, each sequence number once."""

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Take one packet."""

    def source_restarted(self) -> None:
        """The numbers of the source start anew with the next packet."""


class SourceClock(Protocol):
    """Tells which RTP timestamp belongs to a moment."""

    def timestamp_at(self, sender_s: float | None, now: float) -> int | None:
        """The timestamp at ``sender_s`` of the sender's clock, or at ``now`` of ours."""


class TrackSource(Protocol):
    """A track that packets can be had of."""

    @property
    def clock(self) -> SourceClock:
        """For sender reports."""

    def add_consumer(self, consumer: PacketConsumer, now: float) -> None:
        """Hand every further packet to ``consumer`` and ask for a keyframe."""

    def remove_consumer(self, consumer: PacketConsumer) -> None:
        """Stop handing packets to ``consumer``."""

    def request_keyframe(self, now: float) -> None:
        """Ask for a keyframe as soon as that is reasonable."""


class SentTrack(TrackSource, Protocol):
    """A publisher's own track, of a WebRTC peer or of a camera."""

    @property
    def kind(self) -> str:
        """``video`` or ``audio``."""

    @property
    def codec(self) -> Codec | None:
        """What it sends now; None before the first packet."""

    @property
    def last_packet_s(self) -> float | None:
        """When the last packet came."""

    @property
    def clock(self) -> MediaClock:
        """Its timeline."""


class PublishedTracks(Protocol):
    """A publisher as routes see it, of this process or of another."""

    def track(self, kind: str) -> TrackSource | None:
        """Its ``video`` or ``audio`` track."""

    def clock_offset_s(self) -> float | None:
        """Seconds that this machine's clock is ahead of the sender's, as far as known."""


class Neighbours(Protocol):
    """The other media processes, as an engine sees them."""

    def publisher(self, name: str) -> PublishedTracks | None:
        """A publisher that lives in one of them and is expected here."""

    def opened(self, name: str, tracks: PublishedTracks) -> None:
        """A publisher of this engine has one more track."""

    def closed(self, name: str) -> None:
        """A peer of this engine is gone."""


class Alone:
    """``Neighbours`` of an engine that has none."""

    def publisher(self, name: str) -> PublishedTracks | None:
        """Nobody lives elsewhere."""
        return None

    def opened(self, name: str, tracks: PublishedTracks) -> None:
        """Nobody to tell."""

    def closed(self, name: str) -> None:
        """Nobody to tell."""
