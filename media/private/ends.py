"""The two ends of a transceiver, without codecs."""

from collections.abc import Callable
from typing import Any

from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters


class ReceivingEnd:
    """Stands in for ``RTCRtpReceiver``: no decoder, it only hands its parameters out."""

    def __init__(self, original: Any, started: Callable[[RTCRtpReceiveParameters], None]) -> None:
        self.transport = original.transport
        self.track: Any = None
        self._enabled = True
        self._started = started

    @property
    def _track(self) -> Any:
        return self.track

    @_track.setter
    def _track(self, track: Any) -> None:
        self.track = track

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Called by aiortc when media is bundled."""
        self.transport = transport

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Called by aiortc after every negotiation that lets the peer send."""
        self._started(parameters)

    async def stop(self) -> None:
        """Called by aiortc when the connection closes; there is nothing to stop."""


class SendingEnd:
    """Stands in for ``RTCRtpSender``: no encoder, it only hands its parameters out."""

    def __init__(self, original: Any, started: Callable[[RTCRtpSendParameters], None]) -> None:
        self.transport = original.transport
        self.track = None
        self._ssrc = original._ssrc
        self._rtx_ssrc = original._rtx_ssrc
        self._stream_id = original._stream_id
        self._track_id = original._track_id
        self._enabled = True
        self._started = started

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Called by aiortc when media is bundled."""
        self.transport = transport

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Called by aiortc after every negotiation that lets us send."""
        self._started(parameters)

    async def stop(self) -> None:
        """Called by aiortc when the connection closes; there is nothing to stop."""
