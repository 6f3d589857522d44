"""A console's sections show whom they are told to, live, without renegotiation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from media.engine import PacketMediaEngine
from roll_call.ports.media import ClosePeer, MediaFlowing, PeerConnected, SetRoute
from tests.media.clients import Camera, Console, Events, brightness


@asynccontextmanager
async def cast(*members: Camera | Console) -> AsyncIterator[None]:
    """Everybody joins, and leaves in the end."""
    for member in members:
        await member.join()
    try:
        yield
    finally:
        await asyncio.gather(*(member.leave() for member in members))


async def shows(console: Console, index: int, expected: int) -> int:
    """Wait until a section shows a brightness; return how many other pictures came before."""
    for others in range(150):
        if abs(await brightness(console.video_track(index)) - expected) < 12:
            return others
    raise AssertionError(f"never showed {expected}")


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_section_switches_between_cameras(
    engine: PacketMediaEngine, events: Events, codec: str
) -> None:
    dark, bright = (
        Camera(engine, "dark", codec, brightness=60),
        Camera(engine, "bright", codec, brightness=200),
    )
    console = Console(engine, "console", videos=2)
    async with cast(dark, bright, console):
        engine.send(SetRoute("console", console.video_mid(0), "dark"))
        engine.send(SetRoute("console", console.audio_mid(), "dark"))
        await shows(console, 0, 60)
        await asyncio.wait_for(console.audio_track().recv(), 5)
        engine.send(SetRoute("console", console.video_mid(0), "bright"))
        engine.send(SetRoute("console", console.video_mid(1), "dark"))
        await shows(console, 0, 200)
        await shows(console, 1, 60)
        engine.send(SetRoute("console", console.video_mid(0), "dark"))
        await shows(console, 0, 60)


async def test_cameras_of_different_codecs_take_turns_in_one_section(
    engine: PacketMediaEngine, events: Events
) -> None:
    vp8 = Camera(engine, "vp8", "VP8", brightness=60)
    h264 = Camera(engine, "h264", "H264", brightness=200)
    console = Console(engine, "console", videos=1)
    async with cast(vp8, h264, console):
        for name, expected in [("vp8", 60), ("h264", 200), ("vp8", 60)]:
            engine.send(SetRoute("console", console.video_mid(), name))
            await shows(console, 0, expected)


async def test_a_route_may_be_wished_for_before_anybody_is_there(
    engine: PacketMediaEngine, events: Events
) -> None:
    console = Console(engine, "console", videos=1)
    engine.send(SetRoute("console", "0", "camera"))
    async with cast(console):
        await events.wait(PeerConnected)
        camera = Camera(engine, "camera", brightness=150)
        async with cast(camera):
            await shows(console, 0, 150)
            engine.send(ClosePeer("camera"))
            await asyncio.sleep(0.5)
        again = Camera(engine, "camera", brightness=90)
        async with cast(again):
            engine.send(SetRoute("console", "0", "camera"))
            await shows(console, 0, 90)


async def test_eight_tiles_at_once(engine: PacketMediaEngine, events: Events) -> None:
    cameras = [Camera(engine, f"cam{i}", brightness=50 + 50 * i) for i in range(3)]
    console = Console(engine, "console", videos=8)
    async with cast(*cameras, console):
        for index in range(8):
            engine.send(SetRoute("console", console.video_mid(index), f"cam{index % 3}"))
        for index in range(8):
            await shows(console, index, 50 + 50 * (index % 3))
        assert len(events.of(MediaFlowing)) == 3


async def test_two_publishers_see_and_hear_each_other(
    engine: PacketMediaEngine, events: Events
) -> None:
    person = Camera(engine, "person", direction="sendrecv", brightness=60)
    officer = Camera(engine, "officer", direction="sendrecv", brightness=200)
    async with cast(person, officer):
        for viewer, source in [(person, "officer"), (officer, "person")]:
            for section in viewer.pc.getTransceivers():
                engine.send(SetRoute(viewer.name, str(section.mid), source))
        for viewer, expected in [(person, 200), (officer, 60)]:
            audio, video = [section.receiver.track for section in viewer.pc.getTransceivers()]
            async with asyncio.timeout(10):
                while abs(await brightness(video) - expected) > 12:
                    pass
                await audio.recv()


async def test_muting_a_route_stops_its_packets(engine: PacketMediaEngine, events: Events) -> None:
    camera = Camera(engine, "camera", brightness=150)
    console = Console(engine, "console", videos=1)
    async with cast(camera, console):
        engine.send(SetRoute("console", console.video_mid(), "camera"))
        await shows(console, 0, 150)
        engine.send(SetRoute("console", console.video_mid(), None))
        async with asyncio.timeout(10):
            with pytest.raises(TimeoutError):
                while True:
                    await asyncio.wait_for(console.video_track().recv(), 1)
        engine.send(SetRoute("console", console.video_mid(), "camera"))
        await shows(console, 0, 150)
