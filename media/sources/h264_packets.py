"""H264 access units into RTP payloads (RFC 6184, packetization mode 1). Sans-IO."""

import re
from collections.abc import Iterator

START_CODE = b"\x00\x00\x00\x01"
IDR, SPS, PPS = 5, 7, 8
# What a path of 1200 bytes leaves beside the RTP header and a header extension.
MAX_PAYLOAD = 1180
_ANY_START_CODE = re.compile(rb"\x00\x00\x01")
# Slices, supplementary information, parameter sets and their extensions; RTP has its own ways of
# saying what the other types say.
_KEPT = {1, 2, 3, 4, IDR, 6, SPS, PPS, 13, 15, 19, 20}
_STAP_A, _FU_A = 24, 28
_FIRST, _LAST = 0x80, 0x40


def nal_units(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream (ITU-T H.264 annex B), start codes of either length.

    Delimiters, fillers and ends of sequence are left out.
    """
    starts = [match.end() for match in _ANY_START_CODE.finditer(data)]
    ends = [*(start - 3 for start in starts[1:]), len(data)]
    units = [data[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=False)]
    return [unit for unit in units if unit and unit[0] & 0x1F in _KEPT]


def annex_b(units: list[bytes]) -> bytes:
    """The units as one access unit with four-byte start codes."""
    return b"".join([START_CODE + unit for unit in units])


def payloads(units: list[bytes], largest: int = MAX_PAYLOAD) -> list[bytes]:
    """The RTP payloads of one access unit, in order; the marker belongs to the last one.

    Units that fit together become a STAP-A (section 5.7.1), those that fit alone stay as they are
    (section 5.6), larger ones become FU-A fragments (section 5.8).
    """
    result: list[bytes] = []
    together: list[bytes] = []
    for unit in units:
        if together and _aggregated(together) + 2 + len(unit) > largest:
            result.append(_joined(together))
            together = []
        if len(unit) > largest:
            result.extend(_fragments(unit, largest))
        else:
            together.append(unit)
        if together and _aggregated(together) > largest:  # fits, but not with a length before it
            result.append(_joined(together))
            together = []
    if together:
        result.append(_joined(together))
    return result


def _aggregated(units: list[bytes]) -> int:
    return 1 + sum(2 + len(unit) for unit in units)


def _joined(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    forbidden = max(unit[0] & 0x80 for unit in units)
    importance = max(unit[0] & 0x60 for unit in units)
    head = bytes([forbidden | importance | _STAP_A])
    return head + b"".join([len(unit).to_bytes(2) + unit for unit in units])


def _fragments(unit: bytes, largest: int) -> Iterator[bytes]:
    indicator, kind = unit[0] & 0xE0 | _FU_A, unit[0] & 0x1F
    size = largest - 2
    for begin in range(1, len(unit), size):
        flags = (_FIRST if begin == 1 else 0) | (_LAST if begin + size >= len(unit) else 0)
        yield bytes([indicator, kind | flags]) + unit[begin : begin + size]
