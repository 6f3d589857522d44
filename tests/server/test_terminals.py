"""Duty terminals: they are known by unit, say how they are, and stay signed in for nothing else."""

import aiohttp
import pytest

from server.messages import Offer
from server.terminal_messages import AutoAnswer, Echo, ExceptionReport, SelfTest
from tests.server.town import PASSWORD, Staff, Town, Wire

GOOD = SelfTest(camera="ok", microphone="ok", speaker="unknown", network="ok")


class Device(Staff):
    """The office's browser: signed in as a terminal, not as an officer."""

    async def become(self, username: str) -> None:
        await self.post("/api/terminal/session", {"username": username, "password": PASSWORD})


@pytest.fixture
async def device(town: Town) -> Device:
    """The eastern office's terminal, signed in."""
    device = Device(town)
    await device.become("east")
    return device


async def terminal_of(device: Device) -> Wire:
    """Its socket, past the server's word on it."""
    wire = await device.socket("terminal")
    await wire.expect("terminal")
    return wire


async def test_the_center_sees_it_come_and_go(town: Town, duty: Staff, device: Device) -> None:
    console = await duty.socket()
    await console.expect("live_changed")
    wire = await terminal_of(device)
    view = (await console.expect("terminals_changed")).terminals[0]
    assert (view.unit, view.connected, view.officer) == ("east office", True, "East")
    await wire.ws.close()
    assert not (await console.expect("terminals_changed")).terminals[0].connected
    state = town.services.terminals.of(town.ids["east"])
    assert state is not None and not state.connected
    assert town.services.terminals.of(town.ids["west"]) is None


async def test_a_self_test_is_seen_and_survives_a_restart(town: Town, duty: Staff) -> None:
    device = Device(town)
    await device.become("east")
    console = await duty.socket()
    wire = await terminal_of(device)
    await console.expect("terminals_changed")
    await wire.say(GOOD.model_copy(update={"camera": "fault", "detail": {"camera": "in_use"}}))
    seen = (await console.expect("terminals_changed")).terminals[0].self_test
    assert (seen.camera, seen.detail) == ("fault", {"camera": "in_use"})
    assert (await wire.expect("terminal")).self_test == seen


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (ExceptionReport(reason="other", note=" "), "note_required"),
        (AutoAnswer(on=False, note=""), "note_required"),
    ],
)
async def test_words_are_asked_for(device: Device, report: ExceptionReport, why: str) -> None:
    wire = await terminal_of(device)
    await wire.say(report)
    assert (await wire.expect("error")).code == why


async def test_an_exception_ends_when_taken_back_or_with_its_day(
    town: Town, device: Device
) -> None:
    wire = await terminal_of(device)
    await wire.say(ExceptionReport(reason="room_taken", note="庭审"))
    assert (await wire.expect("terminal")).exception.reason == "room_taken"
    await wire.say(ExceptionReport(reason=None))
    assert (await wire.expect("terminal")).exception is None
    await wire.say(ExceptionReport(reason="leave"))
    await wire.expect("terminal")
    town.clock.forward(days=1)
    state = town.services.terminals.of(town.ids["east"])
    assert state is not None and state.exception is None


async def test_a_pause_keeps_it_from_answering_and_is_seen(
    town: Town, duty: Staff, device: Device
) -> None:
    console = await duty.socket()
    wire = await terminal_of(device)
    await wire.say(AutoAnswer(on=False, note="接待群众"))
    status = await wire.expect("terminal")
    assert (status.answers_itself, status.paused) == (False, "接待群众")
    while (await console.expect("terminals_changed")).terminals[0].paused != "接待群众":
        pass
    await wire.say(AutoAnswer(on=True))
    assert (await wire.expect("terminal")).answers_itself


async def test_it_echoes_at_once_and_is_asked_for_a_self_test(
    town: Town, duty: Staff, device: Device
) -> None:
    wire = await terminal_of(device)
    await wire.say(Echo(id="a"))
    assert (await wire.expect("echoed")).id == "a"
    await duty.post(f"/api/terminals/{town.ids['east']}/self-test")
    await wire.expect("self_test_wanted")


async def test_others_are_no_terminals(town: Town, duty: Staff) -> None:
    console = await duty.socket()
    await console.expect("welcome")
    await console.say(GOOD)
    assert (await console.expect("error")).code == "unexpected_message"


async def test_another_offices_console_hears_nothing(town: Town, device: Device) -> None:
    west = Staff(town)
    await west.sign_in("west")
    console = await west.socket()
    await console.expect("live_changed")
    wire = await terminal_of(device)
    await wire.say(GOOD)
    await wire.expect("terminal")
    await console.say(Offer(purpose="view", sdp="v=0"))
    await console.expect("answer")
    assert "terminals_changed" not in console.kinds


async def test_its_cookie_opens_the_terminal_and_nothing_else(device: Device, town: Town) -> None:
    assert (await device.get("/api/terminal/session"))["unit"] == "east office"
    for path in ("/api/session", "/api/persons", "/api/terminals", "/api/review"):
        assert (await device.ask("GET", path))[0] == 401, path
    wire = await device.socket("console")
    assert (await wire.expect("error")).code == "not_signed_in"
    other = Staff(town)
    await other.sign_in("east")
    assert (await other.ask("GET", "/api/terminal/session"))[0] == 401


async def test_it_stays_signed_in_for_a_month_after_each_use(town: Town, device: Device) -> None:
    for _ in range(3):
        town.clock.forward(days=29)
        assert (await device.ask("GET", "/api/terminal/session"))[0] == 200
    town.clock.forward(days=30)
    assert (await device.ask("GET", "/api/terminal/session"))[0] == 401


async def test_the_center_revokes_it(
    town: Town, duty: Staff, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.connections.sign_in_watch.RECHECK_S", 0.05)
    wire = await terminal_of(device)
    rows = {row["unit"]: row for row in await duty.get("/api/terminals")}
    (sign_in,) = rows["east office"]["sign_ins"]
    assert sign_in["officer"] == "East" and not rows["west office"]["sign_ins"]
    east = Staff(town)
    await east.sign_in("east")
    refused, _ = await east.ask("DELETE", f"/api/terminals/sign-ins/{sign_in['id']}")
    assert refused == 403
    status, _ = await duty.ask("DELETE", f"/api/terminals/sign-ins/{sign_in['id']}")
    assert status == 204
    assert (await wire.expect("error")).code == "not_signed_in"
    assert (await device.ask("GET", "/api/terminal/session"))[0] == 401


async def test_who_may_not_answer_for_duty_signs_no_terminal_in(town: Town) -> None:
    judge = Device(town)
    body = {"username": "judge", "password": PASSWORD}
    assert (await judge.ask("POST", "/api/terminal/session", body))[0] == 403
    body = {"username": "east", "password": "wrong one 123"}
    status, data = await judge.ask("POST", "/api/terminal/session", body)
    assert (status, data["error"]["code"]) == (401, "sign_in_failed")


async def test_a_newer_terminal_of_the_unit_takes_over(town: Town, device: Device) -> None:
    old = await terminal_of(device)
    second = Device(town)
    await second.become("east")
    await terminal_of(second)
    await old.expect("superseded")
    while (await old.ws.receive()).type is aiohttp.WSMsgType.TEXT:
        pass
    state = town.services.terminals.of(town.ids["east"])
    assert state is not None and state.connected
