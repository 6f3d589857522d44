"""The two video codecs as they travel in RTP: VP8 (RFC 7741) and H264 (RFC 6184)."""

import struct
from typing import Protocol

from aiortc.codecs.h264 import h264_depayload

from media.h264_sps import picture_size

_START_CODE = b"\x00\x00\x00\x01"
_IDR, _SPS, _PPS, _DELIMITER, _STAP_A, _FU_A = 5, 7, 8, 9, 24, 28


class Depacketizer(Protocol):
    """Joins the payloads of one frame; ``join`` and ``size`` raise ValueError on damaged ones."""

    codec: str

    def starts_frame(self, payload: bytes) -> bool:
        """Whether this payload is for certain the first one of a frame."""

    def starts_keyframe(self, payload: bytes) -> bool:
        """Whether this payload is for certain the first one of a keyframe."""

    def join(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        """Return the frame as a decoder wants it, and whether it is a keyframe."""

    def size(self, keyframe: bytes) -> tuple[int, int]:
        """Return width and height of a keyframe."""


class Vp8:
    """VP8: a payload descriptor of 1 to 6 bytes before each part of a frame."""

    codec = "VP8"

    def starts_frame(self, payload: bytes) -> bool:
        """S bit set and partition 0 (RFC 7741 section 4.2)."""
        return bool(payload) and payload[0] & 0x1F == 0x10

    def starts_keyframe(self, payload: bytes) -> bool:
        """Inverse key frame flag of the payload header is 0 (RFC 7741 section 4.3)."""
        if not self.starts_frame(payload):
            return False
        try:
            offset = _vp8_offset(payload)
        except ValueError:
            return False
        return offset < len(payload) and not payload[offset] & 1

    def join(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        """Strip the descriptors."""
        if not self.starts_frame(payloads[0]):
            raise ValueError("VP8 frame lacks its beginning")
        data = b"".join([payload[_vp8_offset(payload) :] for payload in payloads])
        if len(data) < 3:
            raise ValueError("VP8 frame is empty")
        keyframe = not data[0] & 1
        if keyframe and (len(data) < 10 or data[3:6] != b"\x9d\x01\x2a"):
            raise ValueError("VP8 keyframe lacks its start code")
        return data, keyframe

    def size(self, keyframe: bytes) -> tuple[int, int]:
        """Frame header of RFC 6386 section 9.1."""
        if len(keyframe) < 10:
            raise ValueError("VP8 keyframe is too short")
        width, height = struct.unpack_from("<HH", keyframe, 6)
        return width & 0x3FFF, height & 0x3FFF


class H264:
    """H264 in packetization mode 1; remembers parameter sets so that each keyframe has them."""

    codec = "H264"

    def __init__(self) -> None:
        self._sps = b""
        self._pps = b""

    def starts_frame(self, payload: bytes) -> bool:
        """Only an access unit delimiter or a parameter set is always first."""
        return _first_nal_type(payload) in (_SPS, _DELIMITER)

    def starts_keyframe(self, payload: bytes) -> bool:
        """A parameter set, or the first fragment of an IDR picture."""
        if self.starts_frame(payload):
            return True
        if len(payload) > 1 and payload[0] & 0x1F == _FU_A:
            return bool(payload[1] & 0x80) and payload[1] & 0x1F == _IDR
        return _first_nal_type(payload) == _IDR

    def join(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        """Return an Annex B access unit; an IDR picture always carries its parameter sets."""
        data = b"".join([h264_depayload(payload) for payload in payloads])
        if not data.startswith(_START_CODE):
            raise ValueError("H264 frame lacks its beginning")
        types = set()
        for start, end in _nal_units(data):
            nal_type = data[start] & 0x1F
            types.add(nal_type)
            if nal_type == _SPS:
                self._sps = data[start:end]
            elif nal_type == _PPS:
                self._pps = data[start:end]
        if _IDR not in types:
            return data, False
        if not self._sps or not self._pps:
            raise ValueError("H264 keyframe without parameter sets")
        if _SPS not in types:
            data = _START_CODE + self._sps + _START_CODE + self._pps + data
        return data, True

    def size(self, keyframe: bytes) -> tuple[int, int]:
        """Size from the sequence parameter set."""
        for start, end in _nal_units(keyframe):
            if keyframe[start] & 0x1F == _SPS:
                return picture_size(keyframe[start:end])
        raise ValueError("H264 keyframe without parameter set")


def depacketizer(codec: str) -> Depacketizer:
    """Return a fresh depacketizer for ``VP8`` or ``H264``. Raises ValueError for others."""
    if codec == "VP8":
        return Vp8()
    if codec == "H264":
        return H264()
    raise ValueError(f"unknown video codec {codec}")


def _vp8_offset(payload: bytes) -> int:
    """Length of the payload descriptor (RFC 7741 section 4.2)."""
    if not payload:
        raise ValueError("VP8 payload is empty")
    if not payload[0] & 0x80:
        return 1
    if len(payload) < 3:
        raise ValueError("VP8 payload descriptor is truncated")
    bits = payload[1]
    offset = 2
    if bits & 0x80:
        offset += 2 if payload[2] & 0x80 else 1
    if bits & 0x40:
        offset += 1
    if bits & 0x30:
        offset += 1
    return offset


def _first_nal_type(payload: bytes) -> int:
    if not payload:
        return 0
    nal_type = payload[0] & 0x1F
    if nal_type == _STAP_A:
        return payload[3] & 0x1F if len(payload) > 3 else 0
    return nal_type


def _nal_units(data: bytes) -> list[tuple[int, int]]:
    """Start and end of each NAL unit of an Annex B access unit with four-byte start codes."""
    units: list[tuple[int, int]] = []
    start = data.find(_START_CODE)
    while start != -1:
        following = data.find(_START_CODE, start + 4)
        end = len(data) if following == -1 else following
        if end > start + 4:
            units.append((start + 4, end))
        start = following
    return units
