"""How good a connection is, and whether it is to blame: pure rules over what the engine measured.

Grades of a moment. Round trip: ITU-T G.114 calls 150 ms one way good and more than 400 ms
unacceptable, doubled here. Loss before repair: below 2% a sender under Google congestion control
speeds up, above 10% it slows down (draft-ietf-rmcat-gcc-02, section 6). Jitter: 50 ms is the bound
of ITU-T Y.1541 classes 0 and 1. Frame rate and freezes: ITU-T G.1070 models video calls down to
5 frames a second; we ask tiles for 10 and verification for 15, so that 8 is short of either.

Blame. A verification that ended without a result over a connection that was interrupted, frozen or
poor for a large part of it is a technical failure, never the person's. The rule is only asked where
the machine could not clear somebody, so it can spare but never condemn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from roll_call.ports.media import PeerQuality, TrackQuality

GOOD_ROUND_TRIP_MS, FAIR_ROUND_TRIP_MS = 300.0, 800.0
GOOD_LOSS, FAIR_LOSS = 0.02, 0.10
GOOD_JITTER_MS = 50.0
GOOD_FRAMES_PER_S, FAIR_FRAMES_PER_S = 8.0, 4.0
GOOD_FROZEN, FAIR_FROZEN = 0.02, 0.15

FAULT_INTERRUPTED_S = 10.0
FAULT_INTERRUPTIONS = 3
FAULT_POOR_SHARE = 0.30
FAULT_FROZEN_SHARE = 0.15
JUDGED_FROM_S = 6.0
"""A shorter look at a connection says nothing about its share of poor time."""

MOST_SAMPLES = 1800


class Grade(StrEnum):
    """Good 良好, fair 一般, poor 较差."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class NetworkFault(StrEnum):
    """What about the connection is to blame."""

    INTERRUPTED = "interrupted"
    POOR_CONNECTION = "poor_connection"
    FROZEN = "frozen"


def grade(quality: PeerQuality) -> Grade:
    """The worst of what was measured; what was not measured says nothing, silence says it all."""
    if _silent(quality):
        return Grade.POOR
    found = [Grade.GOOD]
    if quality.round_trip_ms is not None:
        found.append(_at_most(quality.round_trip_ms, GOOD_ROUND_TRIP_MS, FAIR_ROUND_TRIP_MS))
    for track in (quality.video, quality.audio):
        if track is not None and track.packets:
            found.append(_at_most(track.loss, GOOD_LOSS, FAIR_LOSS))
            found.append(_at_most(track.jitter_ms, GOOD_JITTER_MS, float("inf")))
    video = quality.video
    if video is not None and video.packets:
        found.append(_at_most(-video.frames_per_s, -GOOD_FRAMES_PER_S, -FAIR_FRAMES_PER_S))
        frozen = video.freeze_s / quality.over_s if quality.over_s else 0.0
        found.append(_at_most(frozen, GOOD_FROZEN, FAIR_FROZEN))
    return max(found, key=list(Grade).index)


def _silent(quality: PeerQuality) -> bool:
    """Whether nothing came of somebody who has sent before."""
    tracks = [track for track in (quality.video, quality.audio) if track is not None]
    return bool(tracks) and not any(track.packets for track in tracks)


def _at_most(value: float, good: float, fair: float) -> Grade:
    if value <= good:
        return Grade.GOOD
    return Grade.FAIR if value <= fair else Grade.POOR


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """A session's connection from its first to its last report; what the record keeps.

    ``interruptions`` are stalls and lost peers, ``interrupted_s`` their length; ``loss`` (0..1) is
    before repair, of all packets; rates are means over the time measured; the size is the largest.
    """

    grade: Grade
    measured_s: float
    good_s: float
    fair_s: float
    poor_s: float
    interruptions: int
    interrupted_s: float
    round_trip_median_ms: float | None
    round_trip_p95_ms: float | None
    loss: float
    unrecovered: int
    bitrate_bps: int
    frames_per_s: float
    width: int
    height: int
    freezes: int
    freeze_s: float


@dataclass(slots=True)
class ConnectionTally:
    """Adds up a session's reports; moments are monotonic seconds that the caller reads."""

    seconds: dict[Grade, float] = field(default_factory=lambda: dict.fromkeys(Grade, 0.0))
    round_trips_ms: list[float] = field(default_factory=list)
    packets: int = 0
    lost: float = 0.0
    unrecovered: int = 0
    bits: float = 0.0
    frames: float = 0.0
    width: int = 0
    height: int = 0
    freezes: int = 0
    freeze_s: float = 0.0
    interruptions: int = 0
    interrupted_s: float = 0.0
    _down_since_s: float | None = None

    def report(self, quality: PeerQuality) -> Grade:
        """Count a report in; returns its grade. Silence is counted as an interruption, not here."""
        found = grade(quality)
        if not _silent(quality):
            self.seconds[found] += quality.over_s
        if quality.round_trip_ms is not None:
            self.round_trips_ms.append(quality.round_trip_ms)
            if len(self.round_trips_ms) > MOST_SAMPLES:
                del self.round_trips_ms[::2]
        for track in (quality.video, quality.audio):
            if track is not None:
                self._track(track, quality.over_s)
        if quality.video is not None:
            self._picture(quality.video, quality.over_s)
        return found

    def interrupted(self, now_s: float, already_s: float = 0.0) -> None:
        """Media stopped ``already_s`` ago; told twice, it is still one interruption."""
        if self._down_since_s is None:
            self.interruptions += 1
            self._down_since_s = now_s - already_s

    def flowing(self, now_s: float) -> None:
        """Media are back."""
        if self._down_since_s is not None:
            self.interrupted_s += max(0.0, now_s - self._down_since_s)
            self._down_since_s = None

    def faults(self, now_s: float) -> tuple[NetworkFault, ...]:
        """Why the network is to blame where the session came to no result; empty: it is not.

        Reads single numbers only, so that another thread may ask.
        """
        found = []
        if (
            self._interrupted_until(now_s) >= FAULT_INTERRUPTED_S
            or self.interruptions >= FAULT_INTERRUPTIONS
        ):
            found.append(NetworkFault.INTERRUPTED)
        measured_s = sum(self.seconds[each] for each in Grade)
        if measured_s >= JUDGED_FROM_S:
            if self.seconds[Grade.POOR] / measured_s >= FAULT_POOR_SHARE:
                found.append(NetworkFault.POOR_CONNECTION)
            if self.freeze_s / measured_s >= FAULT_FROZEN_SHARE:
                found.append(NetworkFault.FROZEN)
        return tuple(found)

    def summary(self, now_s: float) -> ConnectionSummary:
        """What is known until now; an interruption under way is counted up to now."""
        measured = sum(self.seconds.values())
        down = self._interrupted_until(now_s)
        ordered = sorted(self.round_trips_ms)
        return ConnectionSummary(
            grade=self._whole(measured, down),
            measured_s=round(measured, 1),
            good_s=round(self.seconds[Grade.GOOD], 1),
            fair_s=round(self.seconds[Grade.FAIR], 1),
            poor_s=round(self.seconds[Grade.POOR], 1),
            interruptions=self.interruptions,
            interrupted_s=round(down, 1),
            round_trip_median_ms=_quantile(ordered, 0.5),
            round_trip_p95_ms=_quantile(ordered, 0.95),
            loss=round(self.lost / self.packets, 4) if self.packets else 0.0,
            unrecovered=self.unrecovered,
            bitrate_bps=round(self.bits / measured) if measured else 0,
            frames_per_s=round(self.frames / measured, 1) if measured else 0.0,
            width=self.width,
            height=self.height,
            freezes=self.freezes,
            freeze_s=round(self.freeze_s, 1),
        )

    def _interrupted_until(self, now_s: float) -> float:
        since_s = self._down_since_s
        return self.interrupted_s + (0.0 if since_s is None else max(0.0, now_s - since_s))

    def _track(self, track: TrackQuality, over_s: float) -> None:
        expected = round(track.packets / (1 - track.loss)) if track.loss < 1 else track.packets
        self.packets += expected
        self.lost += expected * track.loss
        self.unrecovered += track.unrecovered
        self.bits += track.bitrate_bps * over_s

    def _picture(self, video: TrackQuality, over_s: float) -> None:
        self.frames += video.frames_per_s * over_s
        self.freezes += video.freezes
        self.freeze_s += video.freeze_s
        if video.width * video.height > self.width * self.height:
            self.width, self.height = video.width, video.height

    def _whole(self, measured_s: float, down_s: float) -> Grade:
        whole = measured_s + down_s
        if not whole:
            return Grade.GOOD
        if (self.seconds[Grade.POOR] + down_s) / whole > 0.25:
            return Grade.POOR
        return Grade.GOOD if self.seconds[Grade.GOOD] / whole >= 0.8 else Grade.FAIR


def _quantile(ordered: Iterable[float], share: float) -> float | None:
    values = list(ordered)
    if not values:
        return None
    return round(values[min(len(values) - 1, int(share * len(values)))], 1)
