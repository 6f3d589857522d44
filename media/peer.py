"""One peer: its connection, what it sends (publisher) and what it can be sent (slots)."""

import time
from collections.abc import Callable
from dataclasses import replace

from aiortc import RTCSessionDescription
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from media.congestion import grant
from media.demultiplexer import Demultiplexer
from media.forwarder import Forwarder
from media.ice import rtc_servers
from media.negotiated import received_section, sent_section
from media.peer_feedback import PeerFeedback
from media.private.connection import PacketPeerConnection, answer_both_ways
from media.publisher import Publisher
from media.quality import PeerMeter
from media.receiver import TrackReceiver
from media.round_trip import RoundTrip
from media.sdp_guard import GuardedOffer
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import MediaEvent


class Peer:
    """Answers offers and owns the tracks in both directions.

    ``on_state`` is called with ``connected``, ``failed`` or ``closed``; ``on_slot`` whenever a
    section became able to send; ``on_track`` whenever a section became able to receive.
    """

    def __init__(
        self,
        name: str,
        settings: EngineSettings,
        emit: Callable[[MediaEvent], None],
        on_state: Callable[["Peer", str], None],
        on_slot: Callable[["Peer", Forwarder], None],
        on_track: Callable[["Peer", TrackReceiver], None],
    ) -> None:
        self.name = name
        self.created_s = time.monotonic()
        self.connected = False
        self.publisher = Publisher(name, settings, emit)
        self.slots: dict[str, Forwarder] = {}
        self._tracks: dict[str, TrackReceiver] = {}
        self._on_state = on_state
        self._on_slot = on_slot
        self._on_track = on_track
        self._transport: tuple[str, str] | None = None
        self._round_trip = RoundTrip()
        self._demultiplexer = Demultiplexer(self.publisher.sender_report, self._round_trip)
        self._feedback = PeerFeedback(
            PeerMeter(name, self._round_trip, settings.quality_every_s, self.created_s),
            self._demultiplexer,
            self._tracks,
            self.slots,
            emit,
        )
        self._transport_wide: set[str] = set()
        self._connection = PacketPeerConnection(
            ice_servers=rtc_servers(settings.ice_servers, time.time()),
            network=settings.network,
            receiving=self._receiving,
            sending=self._sending,
            on_rtp=self._demultiplexer.rtp,
            on_rtcp=self._demultiplexer.rtcp,
            on_round_trip=self._round_trip.add,
        )
        self._connection.on("connectionstatechange", self._state_changed)

    async def answer(self, offer: GuardedOffer) -> str:
        """Answer an offer, the first one or a renegotiation of the same transport.

        Raises ``MediaError``: ``new_peer_needed`` when the offer names another transport (an ICE
        restart), ``sdp_invalid`` when it cannot be applied, ``ports_exhausted``.
        """
        transport = (offer.ufrag, offer.fingerprint)
        if self._transport not in (None, transport):
            raise MediaError("new_peer_needed")
        connection = self._connection
        first = self._transport is None
        elements = {mid: o.element for mid, o in offer.feedback.items() if o.transport_wide}
        self._transport_wide = set(elements)
        self._demultiplexer.tell_arrivals(next(iter(elements.values()), None))
        try:
            await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            if first:
                # Never "end of candidates": the client's own checks may still tell where it is.
                for candidate in offer.candidates:
                    await connection.addIceCandidate(candidate)
            answer_both_ways(connection)
            await connection.setLocalDescription(await connection.createAnswer())
        except MediaError:
            raise
        except Exception as error:  # aiortc raises whatever its parser and its checks raise
            raise MediaError("sdp_invalid") from error
        self._transport = transport
        return grant(connection.localDescription.sdp, offer.feedback)

    def tick(self, now: float) -> None:
        """Do what time asks for; called ten times a second."""
        for track in self._tracks.values():
            track.tick(now)
        for slot in self.slots.values():
            slot.tick(now)
        self.publisher.tick(now)
        if self.connected and self._connection.link is not None:
            self._feedback.tick(now, self._connection.link.send_rtcp)

    async def close(self) -> None:
        """Complete recordings and free every socket."""
        self.publisher.close()
        for slot in self.slots.values():
            slot.bind(None, self.publisher.clock_offset_s, time.monotonic())
        await self._connection.close()

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self.connected = True
        if state in ("connected", "failed", "closed"):
            self._on_state(self, state)

    def _receiving(self, kind: str, ssrc: int, parameters: RTCRtpReceiveParameters) -> None:
        section = received_section(parameters)
        if section.mid in self._transport_wide:  # the sender does the estimating itself
            section = replace(section, send_time_element=None)
        track = self._tracks.get(section.mid)
        if track is None:
            link = self._connection.link
            assert link is not None
            track = TrackReceiver(
                kind, ssrc, link.send_rtcp, self.publisher.frame, self._round_trip
            )
            self._tracks[section.mid] = track
            self.publisher.add_track(track)
        track.configure(section)
        self._demultiplexer.add_receiver(track, section)
        self._on_track(self, track)

    def _sending(
        self, kind: str, ssrc: int, rtx_ssrc: int, parameters: RTCRtpSendParameters
    ) -> None:
        section = sent_section(parameters)
        self._feedback.cname = section.cname or self._feedback.cname
        slot = self.slots.get(section.mid)
        if slot is None:
            link = self._connection.link
            assert link is not None
            slot = Forwarder(
                kind, (ssrc, rtx_ssrc), link.send_rtp, link.send_rtcp, self._round_trip
            )
            self.slots[section.mid] = slot
            self._demultiplexer.add_forwarder(slot)
        slot.configure(section)
        self._on_slot(self, slot)
