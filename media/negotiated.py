"""What an offer and its answer agreed upon for one media section."""

from dataclasses import dataclass

from aiortc.rtcrtpparameters import (
    RTCRtpParameters,
    RTCRtpReceiveParameters,
    RTCRtpSendParameters,
)

_MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type; ``repairs`` is the payload type that an RTX format retransmits."""

    name: str
    payload_type: int
    clock_rate: int
    profile: str
    repairs: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """One media section: its name, payload types in order of preference, extension elements."""

    mid: str
    codecs: tuple[Codec, ...]
    mid_element: int | None
    send_time_element: int | None
    ssrcs: tuple[int, ...] = ()
    cname: str = ""


def received_section(parameters: RTCRtpReceiveParameters) -> Section:
    """Read what aiortc negotiated for receiving; ``ssrcs`` are those that the offer announced."""
    return _section(parameters, tuple({encoding.ssrc for encoding in parameters.encodings}), "")


def sent_section(parameters: RTCRtpSendParameters) -> Section:
    """Read what aiortc negotiated for sending."""
    return _section(parameters, (), parameters.rtcp.cname or "")


def _section(parameters: RTCRtpParameters, ssrcs: tuple[int, ...], cname: str) -> Section:
    codecs = []
    for codec in parameters.codecs:
        name = codec.name.upper()
        apt = codec.parameters.get("apt")
        codecs.append(
            Codec(
                name=name,
                payload_type=codec.payloadType or 0,
                clock_rate=codec.clockRate,
                profile=str(codec.parameters.get("profile-level-id", "")).lower(),
                repairs=int(apt) if name == "RTX" and apt is not None else None,
            )
        )
    elements = {extension.uri: extension.id for extension in parameters.headerExtensions}
    return Section(
        mid=parameters.muxId,
        codecs=tuple(codecs),
        mid_element=elements.get(_MID_URI),
        send_time_element=elements.get(_SEND_TIME_URI),
        ssrcs=ssrcs,
        cname=cname,
    )
