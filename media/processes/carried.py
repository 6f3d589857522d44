"""A track on its way to another media process: the sending end."""

import logging

from media import feedback
from media.codecs import Depacketizer, depacketizer
from media.negotiated import Codec
from media.processes.link import Link
from media.rtp import RtpPacket
from media.track_source import PublishedTracks, TrackSource

_CLOCK_EVERY_S = 1.0
_MOST_CODECS = 256

_log = logging.getLogger(__name__)


class CarriedTrack:
    """Announces one track over a link, and sends its packets as long as the other side wants them.

    Once a batch was refused, video is left out up to the next keyframe, so that nobody is shown
    what lacks a part.
    """

    def __init__(
        self, link: Link, number: int, peer: str, kind: str, publisher: PublishedTracks
    ) -> None:
        source = publisher.track(kind)
        assert source is not None
        self._link = link
        self._number = number
        self._kind = kind
        self._publisher = publisher
        self._source: TrackSource = source
        self._wanted = False
        self._codecs: dict[Codec, int] = {}
        self._codec: Codec | None = None
        self._slot = 0
        self._depacketizer: Depacketizer | None = None
        self._lagging = False
        self._clock_told_s = 0.0
        link.say({"op": "track", "track": number, "peer": peer, "kind": kind})

    def want(self, on: bool, now: float) -> None:
        """The other side has viewers for it, or none any more."""
        if on and not self._wanted:
            self._wanted, self._lagging = True, False
            self._source.add_consumer(self, now)
        elif self._wanted and not on:
            self._wanted = False
            self._source.remove_consumer(self)

    def end(self, now: float) -> None:
        """The publisher is gone, or not wanted over there any more."""
        self.want(False, now)
        self._link.say({"op": "gone", "track": self._number})

    def abandon(self, now: float) -> None:
        """The other process is gone."""
        self.want(False, now)

    def request_keyframe(self, now: float) -> None:
        """Relay a viewer's wish."""
        self._source.request_keyframe(now)

    def refused(self, now: float) -> None:
        """Packets of the link were dropped, perhaps ours."""
        if self._wanted and self._kind == "video" and not self._lagging:
            self._lagging = True
            self._source.request_keyframe(now)

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Take one packet of the source."""
        if codec is not self._codec:
            self._choose(codec)
        if self._lagging:
            if self._depacketizer and not self._depacketizer.starts_keyframe(packet.payload):
                return
            self._lagging = False
            self.source_restarted()
        self._link.give(self._number, self._slot, packet)

    def source_restarted(self) -> None:
        """The numbers of the source start anew."""
        self._link.say({"op": "restart", "track": self._number})

    def tick(self, now: float) -> None:
        """Tell once a second which timestamp belongs to the moment."""
        if not self._wanted or now - self._clock_told_s < _CLOCK_EVERY_S:
            return
        ahead = self._publisher.clock_offset_s()
        sender_s = None if ahead is None else feedback.ntp_now() - ahead
        timestamp = self._source.clock.timestamp_at(sender_s, now)
        if timestamp is not None:
            self._clock_told_s = now
            word = {"op": "clock", "track": self._number, "timestamp": timestamp, "at_s": now}
            self._link.say(word)

    def _choose(self, codec: Codec) -> None:
        """Announce a codec before its first packet."""
        self._codec = codec
        self._depacketizer = depacketizer(codec.name) if self._kind == "video" else None
        if codec not in self._codecs:
            self._slot = self._codecs[codec] = len(self._codecs) % _MOST_CODECS
            self._link.say(
                {
                    "op": "codec",
                    "track": self._number,
                    "slot": self._slot,
                    "name": codec.name,
                    "payload_type": codec.payload_type,
                    "clock_rate": codec.clock_rate,
                    "profile": codec.profile,
                }
            )
        self._slot = self._codecs[codec]
