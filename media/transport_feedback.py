"""Transport-wide congestion control: when each packet arrived, so that the sender can judge.

draft-holmer-rmcat-transport-wide-cc-extensions-01. The sender numbers all its packets in one header
extension, we say when each came, and its own rate control (in browsers: Google congestion control)
does the reckoning, which is both cheaper for us and better than an estimate of ours.

Sans-IO: arrival times are monotonic seconds.
"""

import struct

from aiortc.rtp import RTCP_RTPFB, pack_rtcp_packet

from media.rtp import signed16

_FORMAT = 15
_TICKS_A_SECOND = 4000  # deltas count 250 microseconds
_TICKS_A_REFERENCE = 256  # the reference time counts 64 ms
# A packet that comes late is told of together with its neighbours of this long.
_REMEMBER_S = 0.5
# More than this between two packets is a sender that started anew.
_WIDEST_GAP = 2000
_MOST_IN_ONE = 400
# Nobody asks for messages as long as nothing of use arrives; a flood must not be remembered.
_MOST_REMEMBERED = 4000
_LARGEST_DELTA = 0x7FFF

_NOT_RECEIVED, _SMALL, _LARGE = 0, 1, 2
_LONGEST_RUN = 0x1FFF
_ONE_BIT_SYMBOLS, _TWO_BIT_SYMBOLS = 14, 7


class TransportFeedback:
    """Collects arrivals and writes them into feedback messages."""

    def __init__(self) -> None:
        self._arrivals: dict[int, int] = {}
        self._highest: int | None = None
        self._start: int | None = None
        self._lowest_new: int | None = None
        self._count = 0

    def note(self, sequence_number: int, now: float) -> None:
        """A packet with this 16-bit transport-wide number has arrived."""
        highest = self._highest
        if highest is None:
            number = sequence_number
            self._start = number
        else:
            number = highest + signed16(sequence_number - highest)
            if abs(number - highest) > _WIDEST_GAP or len(self._arrivals) > _MOST_REMEMBERED:
                self._arrivals.clear()
                self._start = self._lowest_new = self._highest = highest = number
        if highest is None or number > highest:
            self._highest = number
        if number not in self._arrivals:
            self._arrivals[number] = int(now * _TICKS_A_SECOND)
            if self._lowest_new is None or number < self._lowest_new:
                self._lowest_new = number

    def messages(self, ssrc: int, media_ssrc: int) -> list[bytes]:
        """The RTCP messages that tell of everything new; empty when there is nothing."""
        if self._lowest_new is None or self._highest is None or self._start is None:
            return []
        first = min(self._start, self._lowest_new)
        end = self._highest + 1
        written = []
        while first < end:
            first, message = self._message(ssrc, media_ssrc, first, end)
            if message is not None:
                written.append(message)
        self._start = end
        self._lowest_new = None
        self._forget()
        return written

    def _message(
        self, ssrc: int, media_ssrc: int, first: int, end: int
    ) -> tuple[int, bytes | None]:
        """One message from ``first`` on; returns where the next one begins."""
        arrivals = self._arrivals
        end = min(end, first + _MOST_IN_ONE)
        received = [number for number in range(first, end) if number in arrivals]
        if not received:
            return end, None
        reference = arrivals[received[0]] // _TICKS_A_REFERENCE
        before = reference * _TICKS_A_REFERENCE
        symbols: list[int] = []
        deltas = bytearray()
        number = first
        while number < end:
            arrival = arrivals.get(number)
            if arrival is None:
                symbols.append(_NOT_RECEIVED)
            else:
                delta = arrival - before
                if not -_LARGEST_DELTA <= delta <= _LARGEST_DELTA:
                    break  # too far apart for one message
                before = arrival
                small = 0 <= delta <= 0xFF
                symbols.append(_SMALL if small else _LARGE)
                deltas += delta.to_bytes(1) if small else delta.to_bytes(2, signed=True)
            number += 1
        self._count = (self._count + 1) & 0xFF
        body = struct.pack(
            "!LLHHL",
            ssrc,
            media_ssrc,
            first & 0xFFFF,
            len(symbols),
            (reference & 0xFFFFFF) << 8 | (self._count - 1) & 0xFF,
        )
        body += b"".join([chunk.to_bytes(2) for chunk in status_chunks(symbols)]) + deltas
        body += bytes(-len(body) % 4)
        return number, pack_rtcp_packet(RTCP_RTPFB, _FORMAT, body)

    def _forget(self) -> None:
        """Drop what is too old; the arrivals lie in the order in which they came."""
        arrivals = self._arrivals
        newest = next(reversed(arrivals.values()), 0)
        oldest = newest - int(_REMEMBER_S * _TICKS_A_SECOND)
        gone = []
        for number, arrival in arrivals.items():
            if arrival >= oldest:
                break
            gone.append(number)
        for number in gone:
            del arrivals[number]


def status_chunks(symbols: list[int]) -> list[int]:
    """The packet status chunks (draft sections 3.1.3 and 3.1.4), 16 bits each."""
    chunks: list[int] = []
    position, end = 0, len(symbols)
    while position < end:
        symbol = symbols[position]
        run = 1
        while position + run < end and run < _LONGEST_RUN and symbols[position + run] == symbol:
            run += 1
        ahead = symbols[position : position + _ONE_BIT_SYMBOLS]
        if run >= _ONE_BIT_SYMBOLS or position + run == end:
            chunks.append(symbol << 13 | run)
            position += run
        elif _LARGE not in ahead:
            chunks.append(0x8000 | _vector(ahead, 1, _ONE_BIT_SYMBOLS))
            position += _ONE_BIT_SYMBOLS
        else:
            chunks.append(0xC000 | _vector(ahead[:_TWO_BIT_SYMBOLS], 2, _TWO_BIT_SYMBOLS))
            position += _TWO_BIT_SYMBOLS
    return chunks


def _vector(symbols: list[int], bits: int, capacity: int) -> int:
    value = 0
    for symbol in symbols:
        value = value << bits | symbol
    return value << bits * (capacity - len(symbols))
