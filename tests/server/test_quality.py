"""How well somebody is connected: seen live, kept on record, and heard before anybody is blamed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from roll_call.ports.media import MediaFlowing, MediaStalled, PeerQuality, TrackQuality
from roll_call.quality import NetworkFault
from roll_call.verification import Inconclusive
from server.messages import HangUp, TakeTicket
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town, make_town

GOOD = TrackQuality(480_000, 200, 0.0, 0, 4.0, 15.0, 640, 480)
BAD = TrackQuality(60_000, 40, 0.3, 9, 90.0, 2.0, 320, 240, 3, 1.2)


def report(town: Town, peer: str, track: TrackQuality, times: int = 1) -> None:
    """So many reports of two seconds each."""
    for _ in range(times):
        town.engine.emit(PeerQuality(peer, 2.0, 900.0 if track is BAD else 45.0, track, None))


async def record(duty: Staff, entry_id: str) -> list[dict[str, Any]]:
    """What the entry's record says, once the session is over."""
    async with asyncio.timeout(5):
        while True:
            found = (await duty.get(f"/api/entries/{entry_id}"))["connections"]
            if found:
                return list(found)
            await asyncio.sleep(0.02)


async def test_the_record_says_how_well_the_session_was_connected(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    report(town, peer, GOOD, 8)
    town.engine.emit(MediaStalled(peer, 2.0))
    town.clock.forward(seconds=3)
    town.engine.emit(MediaFlowing(peer, "VP8", 640, 480))
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    (found,) = await record(duty, entry_id)
    assert (found["grade"], found["good_s"], found["poor_s"]) == ("fair", 16.0, 0.0)
    assert (found["interruptions"], found["faults"]) == (1, [])
    assert 5.0 <= found["interrupted_s"] < 6.5
    assert (found["round_trip_median_ms"], found["bitrate_bps"]) == (45.0, 480_000)
    history = await duty.get(f"/api/entries/{entry_id}")
    assert [i for i in history["timeline"] if i["kind"] == "connection.measured"]


async def test_no_verdict_over_a_bad_connection_is_a_technical_failure(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.expect("hold_still")
    report(town, peer, BAD, 5)
    town.clock.forward(seconds=151)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason, receipt.next) == ("review", "technical_failure", "retry")
    (found,) = await record(duty, entry_id)
    assert found["faults"] == ["poor_connection", "frozen"]


async def test_an_inconclusive_verdict_over_a_bad_connection_costs_no_attempt(
    town: Town, duty: Staff
) -> None:
    town.script.inconclusive = Inconclusive.TRIES_SPENT
    attempts = town.settings.policy.attempts
    phone, entry_id = await begin(town, duty)
    for number in range(2 * attempts):
        peer = await connect(town, phone, entry_id)
        report(town, peer, BAD, 5)
        await look(town, peer, 3)
        receipt = await phone.wire.expect("receipt")
        assert receipt.reason == "technical_failure"
        # Twice the attempts and no more: a bad network is no way to try forever.
        assert receipt.can_retry is (number < 2 * attempts - 1)


async def test_a_good_connection_blames_nobody_and_spares_nobody(town: Town, duty: Staff) -> None:
    town.script.inconclusive = Inconclusive.TRIES_SPENT
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    report(town, peer, GOOD, 20)
    await look(town, peer, 3)
    assert (await phone.wire.expect("receipt")).reason == "inconclusive"


async def test_what_is_measured_of_strangers_is_left_aside(town: Town, duty: Staff) -> None:
    report(town, "console-1-1", BAD, 5)
    report(town, "nobody", BAD, 5)
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    report(town, f"{peer}9", BAD, 5)
    assert town.services.quality.faults(peer.rpartition("-")[0]) == ()
    await phone.wire.say(HangUp())
    await phone.wire.expect("receipt")


async def test_consoles_see_it_of_those_they_may_see(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)  # of the east office
    peer = await connect(town, phone, entry_id)
    watching = await duty.socket()
    elsewhere = Staff(town)
    await elsewhere.sign_in("west")
    stranger = await elsewhere.socket()
    while not (await watching.expect("live_changed")).sessions:
        pass
    await stranger.expect("live_changed")
    report(town, peer, BAD)
    seen = (await watching.expect("quality")).sessions
    assert [(s.session_id, s.grade) for s in seen] == [(peer.rpartition("-")[0], "poor")]
    assert (seen[0].loss, seen[0].width, seen[0].freezes) == (0.3, 320, 3)
    with pytest.raises(TimeoutError):
        await stranger.expect("quality", timeout_s=0.5)


async def test_a_stopping_server_keeps_what_it_saw(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    report(town, peer, GOOD, 3)
    await town.services.desk.stop()
    (found,) = await record(duty, entry_id)
    assert found["measured_s"] == 6.0


async def metrics(town: Town, **headers: str) -> tuple[int, str]:
    """GET /metrics."""
    url = f"{town.url}/metrics"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as reply:
        return reply.status, await reply.text()


async def test_prometheus_reads_figures_without_anybody_in_them(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    report(town, peer, BAD)
    await asyncio.sleep(0)
    status, text = await metrics(town)
    assert status == 200
    assert 'rollcall_sessions{quality="poor"} 1.0' in text
    assert 'rollcall_packet_loss_ratio_count{media="video"} 1.0' in text
    assert "rollcall_round_trip_seconds_sum 0.9" in text
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await phone.wire.expect("receipt")
    text = (await metrics(town))[1]
    assert 'rollcall_check_ins_total{reason="verified",state="present"} 1.0' in text
    private = (peer, entry_id, town.ids["ann"], "ann", "Ann", "127.0.0.1")
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_figures_are_for_this_machine_only_and_not_for_who_comes_by_a_proxy(
    town: Town, header: str
) -> None:
    status, text = await metrics(town, **{header: "for=203.0.113.7"})
    assert status == 403
    assert "rollcall_" not in text


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Town]:
    """A server whose figures have a token."""
    town = make_town(tmp_path / "guarded", server={"metrics_token": "let me see the figures"})
    async with town.running():
        yield town


async def test_with_a_token_even_this_machine_needs_it(guarded: Town) -> None:
    assert (await metrics(guarded))[0] == 403
    assert (await metrics(guarded, Authorization="Bearer wrong"))[0] == 403
    assert (await metrics(guarded, Authorization="Bearer let me see the figures"))[0] == 200


async def test_a_ticket_is_not_a_result(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    assert "rollcall_check_ins_total{" not in (await metrics(town))[1]


async def test_an_interruption_that_lasts_is_to_blame_without_further_news(town: Town) -> None:
    ledger = town.services.quality
    ledger.opened("s")
    ledger.hear(MediaStalled("s-1", 2.0))
    assert ledger.faults("s") == ()
    town.clock.forward(seconds=9)
    assert ledger.faults("s") == (NetworkFault.INTERRUPTED,)
    ledger.hear(MediaFlowing("s-1", "VP8", 640, 480))
    assert ledger.faults("s") == (NetworkFault.INTERRUPTED,)
