"""No process of the system opens a connection beyond this machine during a check-in."""

import pytest

from server.simulate.phone import SimulatedPhone
from tests.faults.sockets import KernelWatch, SocketLog, family, is_own, own_addresses
from tests.faults.station import Station, actor

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


async def test_a_check_in_stays_on_this_machine(station: Station, socket_log: SocketLog) -> None:
    person = await station.due("张建国")
    pid, own = station.server.ready.pid, own_addresses()
    async with KernelWatch(pid) as kernel:
        phone = SimulatedPhone(station.url, person.device)
        conversation = await phone.check_in(actor(), person.entry_id)
        processes = {process.pid for process in family(pid)}
    assert conversation.receipt is not None and conversation.receipt.state == "present"
    events = socket_log.events()
    spoken_to = {event.host for event in events if event.host is not None}
    assert {host for host in spoken_to | kernel.remote_hosts if not is_own(host, own)} == set()
    # Both watches were awake: all processes were seen, and the video's packets among the rest.
    assert len(processes) > 1 and kernel.looks > 5
    assert processes <= kernel.pids and processes <= {event.pid for event in events}
    speakers = {event.pid for event in events if event.event == "socket.sendto"}
    assert speakers & processes and pid not in speakers, "media belong to the media processes"
