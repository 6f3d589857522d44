"""Publishers of another media process, as the viewers of this one see them: the receiving end."""

from media.negotiated import Codec
from media.processes.link import Link, Word
from media.rtp import RtpPacket
from media.track_source import PacketConsumer

_KEYFRAME_EVERY_S = 0.1


class PipedClock:
    """Runs on from the last moment of which the other process told the timestamp."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._known: tuple[int, float] | None = None

    def set(self, timestamp: int, at_s: float) -> None:
        """``timestamp`` belongs to ``at_s`` of this machine's monotonic clock."""
        self._known = (timestamp, at_s)

    def timestamp_at(self, sender_s: float | None, now: float) -> int | None:
        """The timestamp at ``now``; the sender's clock has been reckoned in over there."""
        if self._known is None:
            return None
        timestamp, at_s = self._known
        return timestamp + int((now - at_s) * self._rate) & 0xFFFFFFFF


class PipedTrack:
    """A ``TrackSource`` that is fed over a link; asks for packets only while somebody views it."""

    def __init__(self, link: Link, number: int, kind: str) -> None:
        self.kind = kind
        self.clock = PipedClock(90_000 if kind == "video" else 48_000)
        self._link = link
        self._number = number
        self._codecs: dict[int, Codec] = {}
        self._consumers: list[PacketConsumer] = []
        self._keyframe_asked_s = -1.0

    def add_consumer(self, consumer: PacketConsumer, now: float) -> None:
        """Hand every further packet to ``consumer`` and ask for a keyframe."""
        if consumer in self._consumers:
            return
        self._consumers.append(consumer)
        if len(self._consumers) == 1:
            self._say("want")  # asks for a keyframe as well
        else:
            self.request_keyframe(now)

    def remove_consumer(self, consumer: PacketConsumer) -> None:
        """Stop handing packets to ``consumer``."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)
            if not self._consumers:
                self._say("leave")

    def request_keyframe(self, now: float) -> None:
        """Ask over there, where the camera is asked no more often than is good for it."""
        if self.kind == "video" and now - self._keyframe_asked_s >= _KEYFRAME_EVERY_S:
            self._keyframe_asked_s = now
            self._say("keyframe")

    def deliver(self, slot: int, packet: RtpPacket, now: float) -> None:
        """Take one packet from the link. Raises KeyError for a codec that was not announced."""
        codec = self._codecs[slot]
        for consumer in self._consumers:
            consumer.forward(packet, codec, now)

    def told(self, word: Word) -> None:
        """A word about this track. Raises KeyError, TypeError or ValueError."""
        match word["op"]:
            case "codec":
                self._codecs[int(word["slot"])] = Codec(
                    name=str(word["name"]),
                    payload_type=int(word["payload_type"]) & 0x7F,
                    clock_rate=int(word["clock_rate"]),
                    profile=str(word["profile"]),
                    repairs=None,
                )
            case "clock":
                self.clock.set(int(word["timestamp"]) & 0xFFFFFFFF, float(word["at_s"]))
            case "restart":
                for consumer in self._consumers:
                    consumer.source_restarted()

    def _say(self, op: str) -> None:
        self._link.say({"op": op, "track": self._number})


class PipedPublisher:
    """``PublishedTracks`` of a peer that lives in another process."""

    def __init__(self) -> None:
        self._tracks: dict[str, PipedTrack] = {}

    def add(self, track: PipedTrack) -> None:
        """One more track."""
        self._tracks[track.kind] = track

    def remove(self, track: PipedTrack) -> bool:
        """One track less; returns whether none is left."""
        if self._tracks.get(track.kind) is track:
            del self._tracks[track.kind]
        return not self._tracks

    def track(self, kind: str) -> PipedTrack | None:
        """Its ``video`` or ``audio`` track."""
        return self._tracks.get(kind)

    def clock_offset_s(self) -> float | None:
        """Not needed: ``PipedClock`` has it reckoned in."""
        return None
