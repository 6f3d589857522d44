"""RTP packets (RFC 3550 section 5.1) and the arithmetic of their wrapping numbers."""

import struct

_HEADER = struct.Struct("!BBHLL")
_EXTENSION = struct.Struct("!HH")
_ONE_BYTE_PROFILE = 0xBEDE


class RtpPacket:
    """One received packet; ``extension`` is the one-byte header extension block (RFC 8285)."""

    __slots__ = (
        "extension",
        "marker",
        "payload",
        "payload_type",
        "sequence_number",
        "ssrc",
        "timestamp",
    )

    def __init__(
        self,
        payload_type: int,
        marker: int,
        sequence_number: int,
        timestamp: int,
        ssrc: int,
        extension: bytes,
        payload: bytes,
    ) -> None:
        self.payload_type = payload_type
        self.marker = marker
        self.sequence_number = sequence_number
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.extension = extension
        self.payload = payload


def parse_rtp(data: bytes) -> RtpPacket:
    """Parse one packet; padding is removed. Raises ValueError when it is malformed."""
    end = len(data)
    if end < 12:
        raise ValueError("RTP packet is shorter than its header")
    first, second, sequence_number, timestamp, ssrc = _HEADER.unpack_from(data)
    offset = 12 + 4 * (first & 15)
    extension = b""
    if first & 0x10:
        if end < offset + 4:
            raise ValueError("RTP header extension is truncated")
        profile, words = _EXTENSION.unpack_from(data, offset)
        offset += 4 + 4 * words
        if profile == _ONE_BYTE_PROFILE:
            extension = data[offset - 4 * words : offset]
    if first & 0x20:
        padding = data[-1]
        if not padding:
            raise ValueError("RTP padding length is zero")
        end -= padding
    if offset > end:
        raise ValueError("RTP packet is truncated")
    return RtpPacket(
        second & 0x7F, second >> 7, sequence_number, timestamp, ssrc, extension, data[offset:end]
    )


def find_extension(extension: bytes, wanted: int) -> bytes | None:
    """Return the value of element ``wanted`` (1 to 14) of a one-byte extension block."""
    position = 0
    while position < len(extension):
        head = extension[position]
        if head == 0:
            position += 1
            continue
        length = (head & 15) + 1
        if head >> 4 == wanted:
            return extension[position + 1 : position + 1 + length]
        position += 1 + length
    return None


def extension_block(element: int, value: bytes) -> bytes:
    """Return a whole header extension that carries one element of 1 to 16 bytes."""
    body = bytes([element << 4 | len(value) - 1]) + value
    body += bytes(-len(body) % 4)
    return _EXTENSION.pack(_ONE_BYTE_PROFILE, len(body) // 4) + body


def build_rtp(
    payload_type: int, marker: int, sequence_number: int, timestamp: int, ssrc: int, rest: bytes
) -> bytes:
    """Build a packet without extension; ``rest`` is its payload."""
    return _HEADER.pack(0x80, marker << 7 | payload_type, sequence_number, timestamp, ssrc) + rest


def build_rtp_extended(
    payload_type: int, marker: int, sequence_number: int, timestamp: int, ssrc: int, rest: bytes
) -> bytes:
    """Build a packet whose ``rest`` begins with a header extension block."""
    return _HEADER.pack(0x90, marker << 7 | payload_type, sequence_number, timestamp, ssrc) + rest


def signed16(difference: int) -> int:
    """Read a difference of two sequence numbers as -32768 to 32767."""
    return ((difference + 0x8000) & 0xFFFF) - 0x8000


def signed32(difference: int) -> int:
    """Read a difference of two RTP timestamps as -2**31 to 2**31 - 1."""
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000
