"""How well media arrives, counted cheaply per packet and reported every few seconds.

Sans-IO: times come in as monotonic seconds.
"""

from collections.abc import Iterable
from typing import Protocol

from media.round_trip import RoundTrip
from roll_call.ports.media import PeerQuality, TrackQuality

# W3C webrtc-stats, freezeCount: a pause between two frames of more than
# max(3 x average, average + 150 ms), the average being that of the last 30 frames.
_FREEZE_FACTOR = 3.0
_FREEZE_MARGIN_S = 0.15
_AVERAGE_OVER_FRAMES = 30
# Who watches has a jitter buffer: a frame that is repaired within this time is no pause to them.
_BUFFERED_S = 0.2


class ReceivedFigures(Protocol):
    """Running totals of one received stream."""

    @property
    def expected(self) -> int:
        """Packets that were sent, as the sequence numbers tell."""

    @property
    def received(self) -> int:
        """Packets that came without being repaired."""

    @property
    def unrecovered(self) -> int:
        """Packets that never came."""

    @property
    def jitter_s(self) -> float:
        """Interarrival jitter (RFC 3550)."""


class MeasuredTrack(Protocol):
    """What a peer sends."""

    @property
    def kind(self) -> str:
        """audio or video."""

    def quality(self, now: float) -> TrackQuality | None:
        """What arrived since the last call; None if nothing ever did."""


class MeasuredSlot(Protocol):
    """What a peer is sent; running totals, and its last word on loss."""

    @property
    def sent_bytes(self) -> int:
        """Payload bytes sent so far."""

    @property
    def reported_loss(self) -> float:
        """Share of packets that the viewer missed lately, 0..1."""

    @property
    def sent_packets(self) -> int:
        """Packets sent so far."""


class FrameMeter:
    """Frame rate and freezes of a video track."""

    def __init__(self) -> None:
        self.frames = 0
        self.freezes = 0
        self.freeze_s = 0.0
        self._last: float | None = None
        self._average = 0.0

    def frame(self, now: float, expected: float) -> None:
        """A whole frame is there; ``expected`` is when it would be without any trouble."""
        self.frames += 1
        shown = max(now, expected + _BUFFERED_S)
        if self._last is not None:
            pause = shown - self._last
            average = self._average
            if average and pause > max(_FREEZE_FACTOR * average, average + _FREEZE_MARGIN_S):
                self.freezes += 1
                self.freeze_s += pause
            weight = 1 / min(_AVERAGE_OVER_FRAMES, self.frames - 1)
            self._average += weight * (pause - self._average)
        self._last = shown


class TrackMeter:
    """Turns the running totals of one track into a report of what was new."""

    def __init__(self, now: float) -> None:
        self.bytes = 0
        self.frames = FrameMeter()
        self._at = now
        self._before = (0, 0, 0, 0)
        self._seen = (0, 0, 0, 0.0)

    def restart(self, packets: int) -> None:
        """The stream's own totals start anew, those of the track go on."""
        self._before = (0, 0, 0, packets)

    def report(
        self, figures: ReceivedFigures, size: tuple[int, int], packets: int, now: float
    ) -> TrackQuality:
        """Return what is new since the last report; ``packets`` counts repaired ones too."""
        over_s = max(now - self._at, 1e-3)
        expected, received, unrecovered, packets_before = self._before
        bytes_before, frames_before, freezes_before, freeze_before = self._seen
        sent = figures.expected - expected
        lost = sent - (figures.received - received)
        quality = TrackQuality(
            bitrate_bps=round((self.bytes - bytes_before) * 8 / over_s),
            packets=packets - packets_before,
            loss=min(1.0, lost / sent) if sent > 0 and lost > 0 else 0.0,
            unrecovered=max(0, figures.unrecovered - unrecovered),
            jitter_ms=round(figures.jitter_s * 1000, 2),
            frames_per_s=round((self.frames.frames - frames_before) / over_s, 2),
            width=size[0],
            height=size[1],
            freezes=self.frames.freezes - freezes_before,
            freeze_s=round(self.frames.freeze_s - freeze_before, 3),
        )
        self._at = now
        self._before = (figures.expected, figures.received, figures.unrecovered, packets)
        self._seen = (
            self.bytes,
            self.frames.frames,
            self.frames.freezes,
            self.frames.freeze_s,
        )
        return quality


class PeerMeter:
    """Everything about one peer, every few seconds."""

    def __init__(self, peer: str, round_trip: RoundTrip, every_s: float, now: float) -> None:
        self._peer = peer
        self._round_trip = round_trip
        self._every_s = every_s
        self._at = now
        self._sent: dict[int, tuple[int, int]] = {}

    def due(self, now: float) -> bool:
        """Whether it is time for a report."""
        return now - self._at >= self._every_s

    def report(
        self, tracks: Iterable[MeasuredTrack], slots: Iterable[MeasuredSlot], now: float
    ) -> PeerQuality:
        """Return what is new since the last report."""
        over_s, self._at = now - self._at, now
        found: dict[str, TrackQuality | None] = {}
        for track in tracks:
            if found.get(track.kind) is None:
                found[track.kind] = track.quality(now)
        sent_bytes, loss = self._slots(slots)
        smoothed_s = self._round_trip.smoothed_s
        return PeerQuality(
            peer=self._peer,
            over_s=round(over_s, 3),
            round_trip_ms=None if smoothed_s is None else round(smoothed_s * 1000, 1),
            video=found.get("video"),
            audio=found.get("audio"),
            sent_bitrate_bps=round(sent_bytes * 8 / max(over_s, 1e-3)),
            sent_loss=loss,
        )

    def _slots(self, slots: Iterable[MeasuredSlot]) -> tuple[int, float]:
        """Bytes sent since the last report, and the loss over all of them."""
        total_bytes = total_packets = 0
        lost = 0.0
        for slot in slots:
            bytes_before, packets_before = self._sent.get(id(slot), (0, 0))
            self._sent[id(slot)] = slot.sent_bytes, slot.sent_packets
            packets = slot.sent_packets - packets_before
            total_bytes += slot.sent_bytes - bytes_before
            total_packets += packets
            lost += packets * slot.reported_loss
        return total_bytes, lost / total_packets if total_packets else 0.0
