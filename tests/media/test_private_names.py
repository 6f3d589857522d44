"""Every private name of the libraries that we use still means what we think.

One test a name. Where a new version of aiortc, aioice, pylibsrtp or asyncio breaks one, it fails
here first, and says which. The last tests keep the list complete.
"""

import ast
import asyncio
import inspect
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aioice import Candidate, TransportPolicy
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol, relayed_candidate, server_reflexive_candidate
from aioice.turn import UDP_SOCKET_BUFFER_SIZE, TurnTransport
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters
from pylibsrtp import Policy, Session

from media.private.gathering import gather_from
from tests.media.clients import NO_SERVERS

PRIVATE = Path(__file__).resolve().parents[2] / "media" / "private"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Pair:
    """Two connected peers of plain aiortc; ``offering`` has everything set, media flow."""

    offering: Any
    answering: Any

    @property
    def transceiver(self) -> Any:
        """The audio of the offering side."""
        return self.offering.getTransceivers()[0]

    @property
    def dtls(self) -> Any:
        """Its transport."""
        return self.transceiver.sender.transport

    @property
    def ice(self) -> Any:
        """Its ICE connection of aioice."""
        return self.dtls.transport._connection


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair() -> AsyncIterator[Pair]:
    """Connected over loopback."""
    one, other = RTCPeerConnection(NO_SERVERS), RTCPeerConnection(NO_SERVERS)
    one.addTransceiver(AudioStreamTrack(), "sendrecv")
    other.addTransceiver(AudioStreamTrack(), "sendrecv")
    gather_from(one, lambda: ["127.0.0.1"])
    await one.setLocalDescription(await one.createOffer())
    await other.setRemoteDescription(one.localDescription)
    gather_from(other, lambda: ["127.0.0.1"])
    answer = await other.createAnswer()
    await other.setLocalDescription(answer)
    await one.setRemoteDescription(RTCSessionDescription(other.localDescription.sdp, "answer"))
    async with asyncio.timeout(15):
        while "connected" not in {one.connectionState} & {other.connectionState}:
            await asyncio.sleep(0.02)
    yield Pair(one, other)
    await one.close()
    await other.close()


async def test_create_dtls_transport() -> None:
    """One a transport, made by a method that a subclass can wrap; with max-bundle only one."""
    made = []

    class Watching(RTCPeerConnection):
        def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:
            own: Any = super()
            transport: RTCDtlsTransport = own._RTCPeerConnection__createDtlsTransport()
            made.append(transport)
            return transport

    peer = Watching(NO_SERVERS)
    sender = peer.addTrack(AudioStreamTrack())
    assert [sender.transport] == made
    await peer.close()


async def test_create_transceiver() -> None:
    """Takes direction, kind and track; what it returns is what is used later."""
    made = []

    class Watching(RTCPeerConnection):
        def _RTCPeerConnection__createTransceiver(
            self, direction: str, kind: str, sender_track: Any = None
        ) -> Any:
            own: Any = super()
            transceiver = own._RTCPeerConnection__createTransceiver(direction, kind, sender_track)
            made.append((direction, kind, transceiver))
            return transceiver

    peer = Watching(NO_SERVERS)
    added = peer.addTransceiver("video", "recvonly")
    assert made == [("recvonly", "video", added)]
    await peer.close()


async def test_ice_transports(pair: Pair) -> None:
    transports = pair.offering._RTCPeerConnection__iceTransports
    assert pair.dtls.transport in transports


async def test_transceiver_receiver() -> None:
    peer = RTCPeerConnection(NO_SERVERS)
    transceiver: Any = peer.addTransceiver("video")
    receiver, sender = transceiver.receiver, transceiver.sender
    assert transceiver._RTCRtpTransceiver__receiver is receiver
    transceiver._RTCRtpTransceiver__receiver = "ours"
    assert transceiver.receiver == "ours"
    transceiver._RTCRtpTransceiver__receiver = receiver
    assert transceiver.sender is sender
    await peer.close()


async def test_transceiver_sender() -> None:
    peer = RTCPeerConnection(NO_SERVERS)
    transceiver: Any = peer.addTransceiver("video")
    sender = transceiver.sender
    assert transceiver._RTCRtpTransceiver__sender is sender
    transceiver._RTCRtpTransceiver__sender = "ours"
    assert transceiver.sender == "ours"
    transceiver._RTCRtpTransceiver__sender = sender
    await peer.close()


async def test_sender_ssrcs(pair: Pair) -> None:
    sender = pair.transceiver.sender
    assert isinstance(sender._ssrc, int) and isinstance(sender._rtx_ssrc, int)
    assert sender._ssrc != sender._rtx_ssrc
    assert f"a=ssrc:{sender._ssrc} " in pair.offering.localDescription.sdp


async def test_sender_stream_and_track_ids(pair: Pair) -> None:
    sender = pair.transceiver.sender
    assert f"a=msid:{sender._stream_id} {sender._track_id}" in pair.offering.localDescription.sdp


async def test_ends_are_enabled(pair: Pair) -> None:
    assert pair.transceiver.sender._enabled is True
    assert pair.transceiver.receiver._enabled is True


async def test_receiver_track(pair: Pair) -> None:
    receiver = pair.transceiver.receiver
    assert receiver._track is receiver.track


async def test_the_methods_that_aiortc_calls_on_its_ends() -> None:
    from aiortc import RTCRtpReceiver, RTCRtpSender

    for kind, method, parameters in (
        (RTCRtpReceiver, "receive", RTCRtpReceiveParameters),
        (RTCRtpSender, "send", RTCRtpSendParameters),
    ):
        annotation = list(inspect.signature(getattr(kind, method)).parameters.values())[-1]
        assert parameters.__name__ in str(annotation.annotation)
        assert inspect.iscoroutinefunction(kind.stop)
        assert callable(kind.setTransport)


async def test_ice_connection(pair: Pair) -> None:
    assert isinstance(pair.ice, Connection)


async def test_nominated(pair: Pair) -> None:
    nominated = pair.ice._nominated[1]
    assert nominated.protocol in pair.ice._protocols
    assert nominated.remote_addr[0] == "127.0.0.1"
    assert callable(nominated.protocol.transport.sendto)


async def test_protocols(pair: Pair) -> None:
    (protocol,) = pair.ice._protocols
    assert isinstance(protocol, StunProtocol)
    own: Any = protocol
    own.own_name = 1  # an instance takes names of ours, datagram_received among them
    del own.own_name


async def test_queue(pair: Pair) -> None:
    assert isinstance(pair.ice._queue, asyncio.Queue)
    assert pair.ice._protocols[0].receiver is pair.ice


async def test_remote_candidates(pair: Pair) -> None:
    known = pair.ice._remote_candidates
    assert pair.ice._nominated[1].remote_candidate in known
    assert [candidate for candidate in known if not isinstance(candidate, Candidate)] == []


async def test_network_host(pair: Pair) -> None:
    assert {candidate._network_host for candidate in pair.ice._remote_candidates} == {"127.0.0.1"}


async def test_transport_policy() -> None:
    assert Connection(False)._transport_policy is TransportPolicy.ALL
    relayed = Connection(False, transport_policy=TransportPolicy.RELAY)
    assert relayed._transport_policy is TransportPolicy.RELAY


async def test_component_candidates_are_asked_of_the_instance() -> None:
    connection: Any = Connection(False)
    asked = []

    async def ours(component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:
        asked.append(component)
        return []

    connection.get_component_candidates = ours
    await connection.gather_candidates()
    assert asked == [1]
    assert connection.local_candidates == []
    await connection.close()


async def test_component_candidates_without_addresses_are_none() -> None:
    connection = Connection(False)
    assert await connection.get_component_candidates(1, [], timeout=1) == []
    parameters = inspect.signature(connection.get_component_candidates).parameters
    assert list(parameters) == ["component", "addresses", "timeout"]
    assert (connection.stun_server, connection.turn_server) == (None, None)
    await connection.close()


async def test_candidate_functions_and_the_reflexive_one() -> None:
    assert candidate_priority(1, "host") > candidate_priority(1, "srflx")
    assert candidate_foundation("host", "udp", "::1") != candidate_foundation("host", "udp", "::2")
    assert list(inspect.signature(server_reflexive_candidate).parameters) == [
        "protocol",
        "stun_server",
    ]
    assert "turn_server" in inspect.signature(relayed_candidate).parameters
    assert UDP_SOCKET_BUFFER_SIZE >= 65_536


async def test_a_relayed_transport_is_no_socket() -> None:
    assert not hasattr(TurnTransport, "_sock")
    assert callable(TurnTransport.sendto)


async def test_tx_srtp(pair: Pair) -> None:
    assert isinstance(pair.dtls._tx_srtp, Session)


async def test_rx_srtp(pair: Pair) -> None:
    assert isinstance(pair.dtls._rx_srtp, Session)


async def test_handle_rtp_data(pair: Pair) -> None:
    handler = pair.dtls._handle_rtp_data
    assert list(inspect.signature(handler).parameters) == ["data", "arrival_time_ms"]
    assert inspect.iscoroutinefunction(handler)


async def test_handle_rtcp_data(pair: Pair) -> None:
    handler = pair.dtls._handle_rtcp_data
    assert list(inspect.signature(handler).parameters) == ["data"]
    assert inspect.iscoroutinefunction(handler)


async def test_request_tells_a_consent_check_by_its_one_attempt() -> None:
    parameters = inspect.signature(StunProtocol.request).parameters
    assert parameters["retransmissions"].default is None
    assert "retransmissions=0" in inspect.getsource(Connection.query_consent)


async def test_srtp_handle_and_binding() -> None:
    from pylibsrtp._binding import ffi, lib

    policy = Policy(key=bytes(30), ssrc_type=Policy.SSRC_ANY_OUTBOUND)
    sending: Any = Session(policy)
    packet = bytes.fromhex("80600001000000010000000a") + b"media"
    data, length = ffi.new("char[]", 2048), ffi.new("int *", len(packet))
    ffi.buffer(data)[0 : len(packet)] = packet
    assert lib.srtp_protect(sending._srtp[0], data, length) == 0
    secured = bytes(ffi.buffer(data)[0 : length[0]])
    receiving = Session(Policy(key=bytes(30), ssrc_type=Policy.SSRC_ANY_INBOUND))
    assert receiving.unprotect(secured) == packet
    for name in ("srtp_protect_rtcp", "srtp_unprotect", "srtp_unprotect_rtcp"):
        assert callable(getattr(lib, name))


async def test_loop_remove_reader_and_transport_sock(pair: Pair) -> None:
    loop: Any = asyncio.get_running_loop()
    assert callable(loop._remove_reader)
    transport = pair.ice._protocols[0].transport
    assert transport._sock.fileno() == transport.get_extra_info("socket").fileno()


async def test_an_explicit_empty_list_of_servers_asks_nobody() -> None:
    for configuration, server in ((RTCConfiguration(iceServers=[]), None), (None, "google")):
        peer: Any = RTCPeerConnection(configuration)
        peer.addTransceiver("audio")
        (transport,) = peer._RTCPeerConnection__iceTransports
        asked = transport._connection.stun_server
        assert (asked is None) if server is None else server in asked[0]
        await peer.close()


TESTED = {
    "_RTCPeerConnection__createDtlsTransport",
    "_RTCPeerConnection__createTransceiver",
    "_RTCPeerConnection__iceTransports",
    "_RTCRtpTransceiver__receiver",
    "_RTCRtpTransceiver__sender",
    "_ssrc",
    "_rtx_ssrc",
    "_stream_id",
    "_track_id",
    "_connection",
    "_nominated",
    "_protocols",
    "_queue",
    "_transport_policy",
    "_remote_candidates",
    "_network_host",
    "_tx_srtp",
    "_rx_srtp",
    "_handle_rtp_data",
    "_handle_rtcp_data",
    "_srtp",
    "_binding",
    "_remove_reader",
    "_sock",
}


def private_names() -> set[str]:
    """Names with an underscore that ``media/private`` reads from, or sets on, what is not ours."""
    found: set[str] = set()
    for path in PRIVATE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= _foreign(node)
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def _foreign(node: ast.AST) -> set[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="self")):
            return set()
        case ast.Attribute(attr=name):
            return {name}
        case ast.Call(func=ast.Name(id="getattr" | "hasattr" | "setattr"), args=[_, argument, *_]):
            return {str(argument.value)} if isinstance(argument, ast.Constant) else set()
        case ast.ImportFrom(module=str(module)) if not module.startswith("media."):
            return {part for part in module.split(".")}
        case _:
            return set()


async def test_every_private_name_has_its_test() -> None:
    assert private_names() == TESTED


async def test_nothing_private_is_imported_elsewhere() -> None:
    guilty = [
        f"{path.name}: {node.module}"
        for path in PRIVATE.parent.rglob("*.py")
        if path.parent != PRIVATE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith(("aiortc._", "aioice._", "pylibsrtp._"))
    ]
    assert guilty == []
