"""What crosses between processes arrives as it was, and nothing else is taken for it."""

import json
import struct
from dataclasses import dataclass
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ice import CandidatePolicy, IceServer
from media.processes.messages import COMMANDS, EVENTS, Ask, Configure, Refused
from media.processes.wire import Wire
from media.settings import EngineSettings
from roll_call.ports.media import (
    AnswerOffer,
    FrameTapped,
    MediaCommand,
    MediaEvent,
    PeerClosed,
    PeerQuality,
    TrackQuality,
)


@pytest.mark.parametrize("kind", get_args(MediaCommand))
@given(data=st.data())
def test_every_command_arrives_as_it_was(kind: type, data: st.DataObject) -> None:
    command = data.draw(st.from_type(kind))
    assert COMMANDS.decode(COMMANDS.encode(command)) == command


@pytest.mark.parametrize("kind", get_args(MediaEvent))
@given(data=st.data())
def test_every_event_arrives_as_it_was(kind: type, data: st.DataObject) -> None:
    with_numbers = st.from_type(kind).filter(lambda event: "nan" not in repr(event))
    event = data.draw(with_numbers)
    assert EVENTS.decode(EVENTS.encode(event)) == event


def test_settings_arrive_whole_with_their_secrets() -> None:
    settings = EngineSettings(
        ice_servers=(IceServer(("turn:127.0.0.1:3478",), "secret", 60),),
        port_range=(40_000, 40_099),
        candidates=CandidatePolicy(loopback=True),
    )
    assert COMMANDS.decode(COMMANDS.encode(Configure(3, settings))) == Configure(3, settings)


def test_bytes_travel_beside_the_header() -> None:
    frame = FrameTapped("p", "VP8", 1.5, True, bytes(range(256)) * 400)
    encoded = EVENTS.encode(frame)
    assert len(encoded) < len(frame.data) + 200
    assert EVENTS.decode(encoded) == frame


def test_a_command_is_no_event() -> None:
    with pytest.raises(TypeError):
        EVENTS.encode(AnswerOffer("p", "v=0"))
    with pytest.raises(ValueError, match="malformed"):
        EVENTS.decode(COMMANDS.encode(Ask(1, AnswerOffer("p", "v=0"))))


def message(kind: str, value: Any, raw: bytes = b"") -> bytes:
    text = json.dumps({"kind": kind, "value": value}).encode()
    return struct.pack("!I", len(text)) + text + raw


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff\xff\xff{}",
        struct.pack("!I", 4) + b"nope",
        struct.pack("!I", 2) + b"[]",
        struct.pack("!I", 4) + b"\xff\xfe\xfd\xfc",
        message("PeerClosed", None),
        message("PeerClosed", {"peer": "p"}),
        message("PeerClosed", {"peer": "p", "reason": "x", "more": 1}),
        message("PeerClosed", {"peer": 7, "reason": "x"}),
        message("PeerClosed", {"peer": ["p"], "reason": "x"}),
        message("MediaFlowing", {"peer": "p", "codec": "VP8", "width": 1.5, "height": True}),
        message("os.system", {"command": "true"}),
        message(
            "FrameTapped",
            {"peer": "p", "codec": "VP8", "media_s": 0, "keyframe": True, "data": [0, 9]},
            b"short",
        ),
        message(
            "FrameTapped",
            {"peer": "p", "codec": "VP8", "media_s": 0, "keyframe": True, "data": [-5, 9]},
            b"something",
        ),
        struct.pack("!I", 200_000) + b"[" * 200_000,
    ],
)
def test_anything_else_is_refused_as_malformed(data: bytes) -> None:
    with pytest.raises(ValueError):
        EVENTS.decode(data)


@given(st.binary(max_size=300))
def test_noise_is_refused_as_malformed(noise: bytes) -> None:
    with pytest.raises(ValueError):
        EVENTS.decode(noise)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_event_is_an_event_or_refused(position: int, value: int) -> None:
    video = TrackQuality(1000, 10, 0.1, 0, 2.0)
    data = bytearray(EVENTS.encode(PeerQuality("p", 2.0, None, video, None)))
    data[position % len(data)] = value
    try:
        event = EVENTS.decode(bytes(data))
    except ValueError:
        return
    assert type(event) in (*get_args(MediaEvent), Refused)


def test_a_whole_number_may_stand_for_a_fraction() -> None:
    @dataclass(frozen=True)
    class Length:
        metres: float

    found = Wire([Length]).decode(message("Length", {"metres": 2}))
    assert found == Length(2.0) and isinstance(found.metres, float)


def test_reasons_are_plain_text() -> None:
    closed = PeerClosed("会话-1", "disconnected")
    assert EVENTS.decode(EVENTS.encode(closed)) == closed
