"""Phones that offer in the same moment: ``python -m server.benchmarks.joining NUMBER``.

One JSON line with the SDP of each offer on standard output; one JSON object with ``number`` and
``sdp`` a line on standard input is an answer. Ends with its input.
"""

import asyncio
import json
import signal
import sys

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from media.private.gathering import gather_from


async def offers(count: int) -> None:
    """Offer, take answers, stay until nobody is there any more."""
    loop = asyncio.get_running_loop()
    phones = []
    for _ in range(count):
        phone = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for kind in ("audio", "video"):
            phone.addTransceiver(kind, "sendrecv")
        gather_from(phone, lambda: ["127.0.0.1"])
        await phone.setLocalDescription(await phone.createOffer())
        phones.append(phone)
        print(json.dumps(phone.localDescription.sdp), flush=True)
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        answer = json.loads(line)
        description = RTCSessionDescription(answer["sdp"], "answer")
        await phones[answer["number"]].setRemoteDescription(description)


if __name__ == "__main__":
    # Ctrl-C is meant for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(offers(int(sys.argv[1])))
