"""The picture size in an H264 sequence parameter set (ITU-T H.264 section 7.3.2.1.1)."""

_HIGH_PROFILES = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244}


class _Bits:
    """Reads bits and Exp-Golomb codes; raises ValueError past the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def bits(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("H264 parameter set is truncated")
        return self._value >> self._left & ((1 << count) - 1)

    def unsigned(self) -> int:
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("H264 parameter set is damaged")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def picture_size(sps: bytes) -> tuple[int, int]:
    """Return width and height after cropping. Raises ValueError on a damaged parameter set."""
    reader = _Bits(sps[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
    profile = reader.bits(8)
    reader.bits(16)
    reader.unsigned()
    chroma = _skip_high_profile(reader) if profile in _HIGH_PROFILES else 1
    reader.unsigned()
    _skip_order_count(reader)
    reader.unsigned()
    reader.bits(1)
    columns = reader.unsigned() + 1
    rows = reader.unsigned() + 1
    frames_only = reader.bits(1)
    if not frames_only:
        reader.bits(1)
    reader.bits(1)
    crop = [reader.unsigned() for _ in range(4)] if reader.bits(1) else [0, 0, 0, 0]
    unit_x = 2 if chroma in (1, 2) else 1
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    width = 16 * columns - unit_x * (crop[0] + crop[1])
    height = 16 * rows * (2 - frames_only) - unit_y * (crop[2] + crop[3])
    if not 0 < width <= 16384 or not 0 < height <= 16384:
        raise ValueError("H264 picture size is out of bounds")
    return width, height


def _skip_high_profile(reader: _Bits) -> int:
    chroma = reader.unsigned()
    if chroma == 3:
        reader.bits(1)
    reader.unsigned()
    reader.unsigned()
    reader.bits(1)
    if reader.bits(1):
        for index in range(12 if chroma == 3 else 8):
            if reader.bits(1):
                _skip_scaling_list(reader, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(reader: _Bits, length: int) -> None:
    last = following = 8
    for _ in range(length):
        if following:
            following = (last + reader.signed()) % 256
        last = following or last


def _skip_order_count(reader: _Bits) -> None:
    kind = reader.unsigned()
    if kind == 0:
        reader.unsigned()
    elif kind == 1:
        reader.bits(1)
        reader.signed()
        reader.signed()
        for _ in range(min(reader.unsigned(), 255)):
            reader.signed()
