"""The room over the wire: talk, broadcast, listening, mute, scope, reconnection, the record."""

import asyncio
from collections.abc import Callable
from typing import Any

from roll_call.ports.media import PeerClosed, SetRoute, StartRecording, StopRecording
from server import room_messages as r
from server.messages import HangUp, Offer, Route
from tests.server.conftest import add_person, bound_phone, enrol, start_roll_call
from tests.server.steps import answer, connect, look
from tests.server.test_duty import answer_call, call_office
from tests.server.town import Phone, Staff, Town, Wire

VIEW = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:a0
a=recvonly
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:a1
a=recvonly
m=video 9 UDP/TLS/RTP/SAVPF 96
a=mid:v0
a=recvonly
m=video 9 UDP/TLS/RTP/SAVPF 96
a=mid:v1
a=recvonly
"""
PHONE = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:pa
a=sendrecv
m=video 9 UDP/TLS/RTP/SAVPF 96
a=mid:pv
a=sendrecv
"""
SENDING = "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:0\na=sendonly\n"


async def eventually(told: Callable[[], bool], what: str) -> None:
    """Wait for something that follows soon."""
    for _ in range(250):
        if told():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(what)


def routes(town: Town) -> dict[tuple[str, str], str]:
    """What the engine forwards now."""
    now: dict[tuple[str, str], str] = {}
    for command in town.engine.commands:
        if isinstance(command, SetRoute):
            now.pop((command.viewer, command.mid), None)
            if command.source is not None:
                now[command.viewer, command.mid] = command.source
    return now


async def published(town: Town, staff: Staff, name: str) -> tuple[Phone, str, str]:
    """A person's phone with media up; also its peer and its session."""
    await enrol(staff, town.ids[name])
    phone = await bound_phone(town, staff, town.ids[name])
    _, entry_id = await start_roll_call(staff, town.ids[name])
    await phone.enter()
    peer = await connect(town, phone, entry_id, PHONE)
    session = peer.rpartition("-")[0]
    await eventually(lambda: is_live(town, session), "in the room")
    return phone, peer, session


def is_live(town: Town, session: str) -> bool:
    """Whether the room knows that its media flow."""
    guest = town.services.rooms.guest(session)
    return guest is not None and guest.live


async def console(staff: Staff, *, publishing: bool = True) -> Wire:
    """A console with both its connections."""
    wire = await staff.socket()
    await wire.say(Offer(purpose="view", sdp=VIEW))
    await wire.expect("answer")
    if publishing:
        await wire.say(Offer(purpose="publish", sdp=SENDING))
        await wire.expect("answer")
    return wire


async def until(wire: Wire, kind: str, fits: Callable[[Any], bool]) -> Any:
    """Read on until a message of this kind says so."""
    while True:
        message = await wire.expect(kind)
        if fits(message):
            return message


async def kinds_on_record(town: Town) -> list[str]:
    """The room's rows of the log."""
    rows = await town.services.store.read(lambda s: s.log.after(0, 1000))
    about = ("talk.", "broadcast.", "listening.", "microphone.")
    return [row.kind for row in rows if row.kind.startswith(about)]


async def officer(town: Town, name: str) -> Staff:
    staff = Staff(town)
    await staff.sign_in(name)
    return staff


async def test_a_talk_is_two_way_recorded_and_on_record(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Spotlight(session_id=session, mid="v1"))
    await page.say(r.Talk(session_id=session))
    told = await until(phone.wire, "room", lambda m: m.speaker and m.heard and m.seen)
    assert (told.speaker.name, told.speaker.why, told.speaker.picture) == ("Duty", "talk", True)
    await page.say(r.Camera(on=False))
    await until(phone.wire, "room", lambda m: m.speaker and not m.speaker.picture)
    await page.say(r.Camera(on=True))
    await until(phone.wire, "room", lambda m: m.speaker and m.speaker.picture)
    floor = await until(page, "floor", lambda m: m.you.talking == session)
    assert floor.you.heard_by == ["ann"] and floor.participants[0].talking_with == "Duty"
    viewing = next(p for p in town.engine.peers if "-view-" in p)
    own = next(p for p in town.engine.peers if "-publish-" in p)
    assert routes(town) == {
        (viewing, "v1"): peer,
        (viewing, "a0"): peer,
        (peer, "pv"): own,
        (peer, "pa"): own,
    }

    def sides() -> set[str]:
        return {c.peer for c in town.engine.commands if isinstance(c, StartRecording)}

    await eventually(lambda: own in sides(), "the officer's side is recorded")
    stopped = sum(isinstance(c, StopRecording) for c in town.engine.commands)
    await page.say(r.Talk(session_id=None))
    await until(phone.wire, "room", lambda m: m.speaker is None)
    assert routes(town) == {(viewing, "v1"): peer}
    await eventually(
        lambda: sum(isinstance(c, StopRecording) for c in town.engine.commands) > stopped,
        "and completed",
    )
    assert await kinds_on_record(town) == ["talk.started", "talk.ended"]


async def test_a_broadcast_reaches_all_and_those_who_come_later(town: Town, duty: Staff) -> None:
    ann, ann_peer, _ = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Broadcast(on=True))
    await until(ann.wire, "room", lambda m: m.speaker is not None)
    bob, bob_peer, _ = await published(town, duty, "bob")
    told = await until(bob.wire, "room", lambda m: m.speaker is not None)
    assert told.speaker.why == "broadcast"
    assert {v for v, mid in routes(town) if mid == "pa"} == {ann_peer, bob_peer}
    floor = await until(page, "floor", lambda m: m.broadcasts and m.broadcasts[0].reached == 2)
    assert floor.you.heard_by == ["ann", "bob"] and floor.broadcasts[0].mine
    await page.ws.close()
    await until(bob.wire, "room", lambda m: m.speaker is None)
    assert routes(town) == {}
    # The count of who heard it follows, and may be there already.
    assert (await kinds_on_record(town))[:2] == ["broadcast.started", "broadcast.ended"]


async def test_listening_is_shown_and_on_record(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty, publishing=False)
    await page.say(r.Listen(session_id=session))
    told = await until(phone.wire, "room", lambda m: m.heard)
    assert told.speaker is None and not told.seen
    floor = await until(page, "floor", lambda m: m.participants and m.participants[0].listeners)
    assert floor.participants[0].listeners == ["Duty"]
    assert list(routes(town).values()) == [peer]
    await page.say(r.Listen(session_id=None))
    await until(phone.wire, "room", lambda m: not m.heard)
    assert await kinds_on_record(town) == ["listening.started", "listening.ended"]


async def test_sound_by_route_is_listening_too(town: Town, duty: Staff) -> None:
    phone, _, session = await published(town, duty, "ann")
    page = await console(duty, publishing=False)
    await page.say(Route(mid="a0", session_id=session))
    assert (await until(phone.wire, "room", lambda m: m.heard)).heard
    assert await kinds_on_record(town) == ["listening.started"]


async def test_mute_by_either_side_takes_the_sound_away(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Talk(session_id=session))
    await until(phone.wire, "room", lambda m: m.heard)
    await page.say(r.Mute(session_id=session, on=True))
    told = await until(phone.wire, "room", lambda m: m.muted)
    assert not told.heard and peer not in routes(town).values()
    await page.say(r.Mute(session_id=session, on=False))
    await until(phone.wire, "room", lambda m: m.heard)
    await phone.wire.say(r.Microphone(on=False))
    await until(page, "floor", lambda m: not m.participants[0].microphone_on)
    assert peer not in routes(town).values()
    await page.say(r.Microphone(on=False))
    await eventually(lambda: (peer, "pa") not in routes(town), "the officer is muted too")
    assert (peer, "pv") in routes(town)
    rows = await kinds_on_record(town)
    assert rows == ["talk.started", "microphone.muted", "microphone.unmuted"]


async def test_a_camera_that_is_off_is_shown_to_nobody(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty, publishing=False)
    await page.say(Route(mid="v0", session_id=session))
    await until(phone.wire, "room", lambda m: m.seen)
    await phone.wire.say(r.Camera(on=False))
    assert not (await until(phone.wire, "encoding", lambda m: not m.active)).active
    assert peer not in routes(town).values()
    await phone.wire.say(r.Camera(on=True))
    await eventually(lambda: peer in routes(town).values(), "and comes back")


async def test_an_office_sits_beside_the_center_with_its_own(town: Town, duty: Staff) -> None:
    _, ann_peer, ann = await published(town, duty, "ann")
    _, _, bob = await published(town, duty, "bob")
    center = await console(duty)
    await center.say(r.Talk(session_id=ann))
    await until(center, "floor", lambda m: m.you.talking == ann)
    east = await console(await officer(town, "east"), publishing=False)
    live = next(m for m in reversed(east.seen) if m.type == "live_changed")
    assert [s.session_id for s in live.sessions] == [ann]
    await east.say(r.Listen(session_id=ann))
    await east.say(Route(mid="v0", session_id=ann, side="officer"))
    floor = await until(center, "floor", lambda m: len(m.you.heard_by) == 2)
    assert floor.you.heard_by == ["East", "ann"]
    view = [p for p in town.engine.peers if "-view-" in p][-1]
    own = next(p for p in town.engine.peers if "-publish-" in p)
    await eventually(lambda: (view, "v0") in routes(town), "the officer's picture")
    assert {m: s for (v, m), s in routes(town).items() if v == view} == {
        "a0": ann_peer,
        "a1": own,
        "v0": own,
    }
    for message in (
        r.Listen(session_id=bob),
        r.Talk(session_id=bob),
        r.Mute(session_id=bob, on=True),
        r.Spotlight(session_id=bob, mid="v1"),
        r.Broadcast(on=True),
    ):
        await east.say(message)
        assert (await east.expect("error")).code == "not_allowed"
    await east.say(r.Talk(session_id=ann))
    assert (await east.expect("error")).code == "not_publishing"
    own_camera = Offer(purpose="publish", sdp=SENDING)
    await east.say(own_camera)
    await east.expect("answer")
    await east.say(r.Talk(session_id=ann))
    assert (await east.expect("error")).code == "talk_taken"


async def test_a_phone_that_comes_back_is_still_in_the_talk(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Talk(session_id=session))
    await until(phone.wire, "room", lambda m: m.speaker is not None)
    town.engine.drop(peer)
    await eventually(lambda: peer not in routes(town).values(), "gone")
    await phone.wire.say(Offer(sdp=PHONE))
    await phone.wire.expect("answer")
    new = town.engine.flow()
    own = next(p for p in town.engine.peers if "-publish-" in p)
    await eventually(lambda: routes(town).get((new, "pa")) == own, "spoken to")
    await eventually(lambda: new in routes(town).values(), "heard")
    assert await kinds_on_record(town) == ["talk.started"]


async def test_a_console_whose_connection_dies_is_asked_for_a_new_one(
    town: Town, duty: Staff
) -> None:
    phone, _, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(Route(mid="v0", session_id=session))
    await page.say(r.Talk(session_id=session))
    await until(phone.wire, "room", lambda m: m.speaker is not None)
    own = next(p for p in town.engine.peers if "-publish-" in p)
    town.engine.emit(PeerClosed(own, "engine_restarted"))
    assert (await page.expect("reconnect")).purpose == "publish"
    await until(phone.wire, "room", lambda m: m.speaker is None)
    await page.say(Offer(purpose="publish", sdp=SENDING))
    await until(phone.wire, "room", lambda m: m.speaker is not None)
    view = next(p for p in town.engine.peers if "-view-" in p)
    town.engine.emit(PeerClosed(view, "disconnected"))
    assert (await page.expect("reconnect")).purpose == "view"
    await page.say(Offer(purpose="view", sdp=VIEW))
    fresh = "-view-4"
    await eventually(
        lambda: any(v.endswith(fresh) and m == "v0" for v, m in routes(town)), "shown again"
    )
    await page.say(HangUp(purpose="publish"))
    await until(phone.wire, "room", lambda m: m.speaker is None)
    assert await kinds_on_record(town) == ["talk.started", "talk.ended"]


async def test_a_check_in_waits_with_its_end_for_the_talk(town: Town, duty: Staff) -> None:
    phone, _, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Talk(session_id=session))
    await until(page, "floor", lambda m: m.you.talking == session)
    entry_id = next(v.entry_id for v in town.services.desk.visits())
    town.clock.forward(seconds=200)
    await duty.post(
        f"/api/entries/{entry_id}/decision",
        {"outcome": "present", "reason": "by_eye"},
    )
    await asyncio.sleep(0.3)
    assert town.services.desk.session_count == 1
    await page.say(r.Talk(session_id=None))
    await phone.wire.expect("receipt")


async def test_a_verdict_during_a_talk_does_not_cut_it_off(town: Town, duty: Staff) -> None:
    phone, peer, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(r.Talk(session_id=session))
    await until(page, "floor", lambda m: m.you.talking == session)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await asyncio.sleep(0.4)
    assert town.services.desk.session_count == 1
    await page.say(r.Talk(session_id=None))
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_each_is_asked_for_what_its_viewers_need(town: Town, duty: Staff) -> None:
    town.engine.fail_recordings = "disk_full"
    wire = await answer_call(town, await call_office(town, duty), PHONE)
    session = town.engine.flow().rpartition("-")[0]
    await until(wire, "encoding", lambda m: not m.active)
    page = await console(duty, publishing=False)
    await page.say(Route(mid="v0", session_id=session))
    small = await until(wire, "encoding", lambda m: m.active)
    assert (small.max_width, small.max_height, small.max_framerate) == (320, 240, 10)
    await page.say(r.Spotlight(session_id=session, mid="v1"))
    large = await until(wire, "encoding", lambda m: m.max_width > 320)
    assert (large.max_width, large.max_height, large.max_framerate) == (640, 480, 15)
    await page.say(r.Spotlight(session_id=None))
    await until(wire, "encoding", lambda m: m.max_width == 320)


async def test_a_phone_says_nothing_to_the_room_but_its_switches(town: Town, duty: Staff) -> None:
    phone, _, session = await published(town, duty, "ann")
    for message in (
        r.Talk(session_id=session),
        r.Listen(session_id=session),
        r.Broadcast(on=True),
        r.Mute(session_id=session, on=True),
        r.Spotlight(session_id=session),
    ):
        await phone.wire.say(message)
        assert (await phone.wire.expect("error")).code == "unexpected_message"


async def test_one_more_person_changes_nothing_for_the_others(town: Town, duty: Staff) -> None:
    _, _, session = await published(town, duty, "ann")
    page = await console(duty)
    await page.say(Route(mid="v0", session_id=session))
    await page.say(r.Talk(session_id=session))
    await until(page, "floor", lambda m: m.you.talking == session)
    before = [c for c in town.engine.commands if isinstance(c, SetRoute)]
    town.ids["cid"] = await add_person(duty, town, "cid", ["east"])
    await published(town, duty, "cid")
    await until(page, "live_changed", lambda m: len(m.sessions) == 2)
    assert [c for c in town.engine.commands if isinstance(c, SetRoute)] == before
