"""What a peer is told about what it sends, and what the engine's owner is told about the peer."""

import secrets
from collections.abc import Callable, Mapping

from media import feedback
from media.demultiplexer import Demultiplexer
from media.forwarder import Forwarder
from media.quality import PeerMeter
from media.receiver import TrackReceiver
from media.reports import receiver_report
from roll_call.ports.media import MediaEvent

_REPORT_EVERY_S = 1.0


class PeerFeedback:
    """Sends receiver reports and transport-wide feedback, and emits ``PeerQuality``.

    ``tracks`` and ``slots`` are the peer's own, by mid, and may grow at any time. ``cname`` is the
    canonical name of this end (RFC 7022: random, of one connection only).
    """

    def __init__(
        self,
        meter: PeerMeter,
        demultiplexer: Demultiplexer,
        tracks: Mapping[str, TrackReceiver],
        slots: Mapping[str, Forwarder],
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self.cname = secrets.token_hex(8)
        self._meter = meter
        self._demultiplexer = demultiplexer
        self._tracks = tracks
        self._slots = slots
        self._emit = emit
        self._reported_s = 0.0

    def tick(self, now: float, send_rtcp: Callable[[bytes], bool]) -> None:
        """Do what is due; called ten times a second while the peer is connected."""
        first = next((track for track in self._tracks.values() if track.media_ssrc), None)
        if first is not None:
            for message in self._demultiplexer.arrivals(first.rtcp_ssrc, first.media_ssrc or 0):
                send_rtcp(message)
            if now - self._reported_s >= _REPORT_EVERY_S:
                self._reported_s = now
                self._report(first.rtcp_ssrc, now, send_rtcp)
        if self._meter.due(now):
            self._emit(self._meter.report(self._tracks.values(), self._slots.values(), now))

    def _report(self, ssrc: int, now: float, send_rtcp: Callable[[bytes], bool]) -> None:
        blocks = [block for track in self._tracks.values() if (block := track.report_block(now))]
        ntp = feedback.ntp_from_seconds(feedback.ntp_now())
        send_rtcp(receiver_report(ssrc, self.cname, blocks, ntp))
