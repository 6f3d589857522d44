"""An ``RTCPeerConnection`` at packet level."""

from collections.abc import Callable, Sequence
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from media.host_network import HostNetwork
from media.private.ends import ReceivingEnd, SendingEnd
from media.private.gathering import gather_transport_from
from media.private.round_trip import time_checks
from media.private.secure_link import Datagram, SecureLink


class PacketPeerConnection(RTCPeerConnection):
    """An answering ``RTCPeerConnection`` that hands out packets and negotiated parameters.

    ``receiving`` and ``sending`` are called with a transceiver's kind, its SSRCs and the negotiated
    parameters each time a direction is negotiated; ``network`` is what ICE binds to and tells of;
    ``on_round_trip`` gets the seconds of a round trip now and then.
    """

    def __init__(
        self,
        *,
        ice_servers: Sequence[RTCIceServer],
        network: HostNetwork,
        receiving: Callable[[str, int, RTCRtpReceiveParameters], None],
        sending: Callable[[str, int, int, RTCRtpSendParameters], None],
        on_rtp: Datagram,
        on_rtcp: Datagram,
        on_round_trip: Callable[[float], None],
    ) -> None:
        # An empty list matters: None would make aiortc ask a public STUN server.
        super().__init__(
            RTCConfiguration(iceServers=list(ice_servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._network = network
        self._receiving = receiving
        self._sending = sending
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._on_round_trip = on_round_trip
        self.link: SecureLink | None = None

    def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:
        parent: Any = super()
        transport: RTCDtlsTransport = parent._RTCPeerConnection__createDtlsTransport()
        gather_transport_from(transport.transport._connection, self._network)
        self.link = SecureLink(transport, self._on_rtp, self._on_rtcp)
        time_checks(transport, self._on_round_trip)
        return transport

    def _RTCPeerConnection__createTransceiver(
        self, direction: str, kind: str, sender_track: Any = None
    ) -> RTCRtpTransceiver:
        parent: Any = super()
        transceiver: Any = parent._RTCPeerConnection__createTransceiver(
            direction, kind, sender_track
        )
        sender = transceiver.sender
        ssrc, rtx_ssrc = sender._ssrc, sender._rtx_ssrc
        transceiver._RTCRtpTransceiver__receiver = ReceivingEnd(
            transceiver.receiver, lambda parameters: self._receiving(kind, ssrc, parameters)
        )
        transceiver._RTCRtpTransceiver__sender = SendingEnd(
            sender, lambda parameters: self._sending(kind, ssrc, rtx_ssrc, parameters)
        )
        answering: RTCRtpTransceiver = transceiver
        return answering


def answer_both_ways(connection: RTCPeerConnection) -> None:
    """Let every transceiver send as well as receive, as far as the offer wants it."""
    for transceiver in connection.getTransceivers():
        transceiver.direction = "sendrecv"
