"""H264 access units become RTP payloads that every receiver can put together again."""

from hypothesis import given
from hypothesis import strategies as st

from media.codecs import H264
from media.sources.h264_packets import annex_b, nal_units, payloads

SPS = bytes.fromhex("6742c00d8c8d40a0fd00f08846a0")
PPS = b"\x68\xce\x3c\x80"


def body(size: int) -> bytes:
    return bytes(1 + n % 255 for n in range(size))


UNITS = st.lists(
    st.builds(
        lambda kind, importance, size: bytes([importance << 5 | kind]) + body(size),
        st.sampled_from([1, 5, 6]),
        st.integers(0, 3),
        st.integers(1, 5000),
    ),
    min_size=1,
    max_size=12,
)


@given(UNITS, st.integers(60, 1400))
def test_what_is_sent_is_what_a_receiver_joins(units: list[bytes], largest: int) -> None:
    sent = payloads([SPS, PPS, *units], largest)
    assert max(map(len, sent)) <= largest
    data, keyframe = H264().join(sent)
    assert data == annex_b([SPS, PPS, *units])
    assert keyframe == any(unit[0] & 31 == 5 for unit in units)


@given(UNITS)
def test_start_codes_of_both_lengths_are_read(units: list[bytes]) -> None:
    mixed = b"".join(
        (b"\x00\x00\x01" if number % 2 else b"\x00\x00\x00\x01") + unit + b"\x00" * (number % 3)
        for number, unit in enumerate(units)
    )
    assert nal_units(mixed) == units


def test_a_keyframe_can_be_told_by_its_first_packet() -> None:
    first, *_ = payloads([SPS, PPS, b"\x65" + body(9000)])
    assert H264().starts_keyframe(first)


def test_delimiters_and_fillers_are_left_out() -> None:
    stream = annex_b([b"\x09\x30", SPS, b"\x0c" + body(50), b"\x41" + body(5), b"\x0a"])
    assert nal_units(stream) == [SPS, b"\x41" + body(5)]
    assert nal_units(b"") == [] and nal_units(b"\x00\x00\x01") == []
