"""Where a fragmented MP4 that was cut off is still whole (ISO/IEC 14496-12 section 4.2)."""

import struct
from collections.abc import Callable

_HEADER = struct.Struct(">L4s")
_LARGE = struct.Struct(">Q")


def whole_fragments_end(read: Callable[[int, int], bytes], size: int) -> int:
    """Return the length of the beginning that consists of whole fragments.

    ``read(length, offset)`` gives bytes of the file. Without one whole box the length is 0.
    """
    position = end = 0
    while position + 8 <= size:
        head = read(16, position)
        length, kind = _HEADER.unpack_from(head)
        if length == 1 and len(head) == 16:
            (length,) = _LARGE.unpack_from(head, 8)
        if length < 8 or position + length > size:
            break
        position += length
        if kind != b"moof":  # a moof without its mdat is half a fragment
            end = position
    return end
