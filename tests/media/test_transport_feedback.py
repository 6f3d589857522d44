"""What we tell a sender about arrivals reads as what happened, by the draft's own format."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from media.transport_feedback import TransportFeedback, status_chunks

Arrivals = dict[int, float | None]


def read_symbols(chunks: list[int], count: int) -> list[int]:
    symbols: list[int] = []
    for chunk in chunks:
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif not chunk & 0x4000:
            symbols += [chunk >> 13 - bit & 1 for bit in range(14)]
        else:
            symbols += [chunk >> 12 - 2 * pair & 3 for pair in range(7)]
    return symbols[:count]


def read(message: bytes) -> Arrivals:
    """Packet number to arrival in seconds (None: not received), as draft section 3.1 says."""
    first, kind, words = struct.unpack_from("!BBH", message)
    assert (first & 0x1F, kind) == (15, 205)
    assert len(message) == 4 + 4 * words
    base, count, reference = struct.unpack_from("!HHL", message, 12)
    ticks, position = (reference >> 8) * 256, 20
    chunks: list[int] = []
    while len(read_symbols(chunks, count)) < count:
        chunks.append(int.from_bytes(message[position : position + 2]))
        position += 2
    found: Arrivals = {}
    for offset, symbol in enumerate(read_symbols(chunks, count)):
        number = (base + offset) & 0xFFFF
        if symbol == 0:
            found[number] = None
            continue
        if symbol == 1:
            ticks += message[position]
            position += 1
        else:
            ticks += int.from_bytes(message[position : position + 2], signed=True)
            position += 2
        found[number] = ticks / 4000
    assert len(message) - position < 4, "nothing but padding is left"
    return found


@given(
    start=st.integers(0, 0xFFFF),
    packets=st.lists(
        st.tuples(st.booleans(), st.floats(0, 0.3), st.floats(0, 0.05)), min_size=1, max_size=300
    ),
    batch=st.integers(1, 60),
)
def test_every_arrival_is_told_once_it_is_known(
    start: int, packets: list[tuple[bool, float, float]], batch: int
) -> None:
    feedback = TransportFeedback()
    told: Arrivals = {}
    arrived: dict[int, float] = {}
    now = 1000.0
    for index, (lost, pause_s, _) in enumerate(packets):
        now += pause_s
        number = (start + index) & 0xFFFF
        if not lost:
            feedback.note(number, now)
            arrived[number] = now
        if index % batch == 0:
            for message in feedback.messages(1, 2):
                told.update(read(message))
    for message in feedback.messages(1, 2):
        told.update(read(message))
    for number, at in arrived.items():
        assert told[number] is not None
        assert abs((told[number] or 0) - at) <= 1 / 4000 + 1e-9
    assert all(number in arrived for number, at in told.items() if at is not None)
    if arrived:
        last = max(index for index, packet in enumerate(packets) if not packet[0])
        first = min(index for index, packet in enumerate(packets) if not packet[0])
        missed = {(start + i) & 0xFFFF for i in range(first, last)} - arrived.keys()
        assert all(told[number] is None for number in missed)


def test_a_late_packet_is_told_of_after_all() -> None:
    feedback = TransportFeedback()
    for number in (0, 1, 3):
        feedback.note(number, 50.0 + number / 100)
    (first,) = feedback.messages(1, 2)
    assert read(first)[2] is None
    feedback.note(2, 50.2)
    (second,) = feedback.messages(1, 2)
    assert abs((read(second)[2] or 0) - 50.2) < 0.001
    assert feedback.messages(1, 2) == [], "nothing new, nothing sent"


def test_a_sender_that_starts_anew_and_a_flood_are_bounded() -> None:
    feedback = TransportFeedback()
    for index in range(50_000):
        feedback.note(index & 0xFFFF, index / 1000)
    assert sum(map(len, feedback.messages(1, 2))) < 30_000
    feedback.note(30_000, 60.0)
    (message,) = feedback.messages(1, 2)
    assert list(read(message)) == [30_000]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=200))
def test_the_chunks_say_what_the_symbols_say(symbols: list[int]) -> None:
    assert read_symbols(status_chunks(symbols), len(symbols)) == symbols
