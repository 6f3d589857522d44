"""Packets from one media process to another, in batches, over a Unix socket.

One link joins two processes, both ways. A sequenced-packet socket keeps batches whole and never
takes half of one: where the other side is too slow a batch is refused and dropped, and nobody
waits. Times need no translation: the processes share one machine and its monotonic clock.

A message begins with one byte that says what it is: a word (JSON), or packets, each a head
(``!HBHIBH``: track, payload type with the marker in its highest bit, sequence number, timestamp,
codec, length) and a payload.
"""

import asyncio
import errno
import json
import logging
import socket
import struct
import time
from typing import Any, Protocol

from media.rtp import RtpPacket

_HEAD = struct.Struct("!HBHIBH")
_WORD, _PACKETS = b"w", b"p"
_BATCH_BYTES = 48 * 1024
_SEND_BUFFER_BYTES = 1024 * 1024
_RECEIVE_BYTES = 256 * 1024
_MESSAGES_A_TURN = 16
_MOST_WAITING_WORDS = 10_000
# A batch leaves this long after its first packet: a camera's packets come in bursts of one picture,
# and a system call a burst is cheaper than one a packet. Nobody sees 3 ms.
_GATHER_S = 0.003

Word = dict[str, Any]

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who hears what comes over a link."""

    def word(self, link: "Link", word: Word) -> None:
        """A word; KeyError, TypeError and ValueError end the link."""

    def packet(self, link: "Link", track: int, codec: int, packet: RtpPacket, now: float) -> None:
        """A packet of a track of the other side."""

    def refused(self, link: "Link") -> None:
        """A batch had to be dropped: the other side is too slow."""

    def lost(self, link: "Link") -> None:
        """The other process is gone; called once."""


def link_ends() -> tuple[socket.socket, socket.socket]:
    """Two ends for two processes."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    return ends


class Link:
    """This process's end of the link to ``process``.

    Words are never dropped: on a full socket they wait, and packets are refused until they are out,
    because none may overtake a word.
    """

    def __init__(self, process: int, end: socket.socket, listener: Listener) -> None:
        end.setblocking(False)
        self.process = process
        self._end = end
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._batch = bytearray(_PACKETS)
        self._waiting: list[bytes] = []
        self._leaves: asyncio.TimerHandle | None = None
        self._loop.add_reader(end.fileno(), self._read)

    def say(self, word: Word) -> None:
        """Send a word, after the packets that were given before."""
        self._flush()
        message = _WORD + json.dumps(word, separators=(",", ":")).encode()
        if self._waiting:
            self._waiting.append(message)
            if len(self._waiting) > _MOST_WAITING_WORDS:
                self._lose()
        elif not self._send(message) and self._open:
            self._waiting.append(message)
            self._loop.add_writer(self._end.fileno(), self._say_waiting)

    def give(self, track: int, codec: int, packet: RtpPacket) -> None:
        """Send a packet with the next batch."""
        payload = packet.payload
        if len(self._batch) + len(payload) > _BATCH_BYTES:
            self._flush()
        self._batch += _HEAD.pack(
            track,
            packet.marker << 7 | packet.payload_type,
            packet.sequence_number,
            packet.timestamp,
            codec,
            len(payload),
        )
        self._batch += payload
        if self._leaves is None:
            self._leaves = self._loop.call_later(_GATHER_S, self._flush)

    def close(self) -> None:
        """Close this end; the listener hears nothing more."""
        if not self._open:
            return
        self._open = False
        if self._leaves is not None:
            self._leaves.cancel()
        self._loop.remove_reader(self._end.fileno())
        self._loop.remove_writer(self._end.fileno())
        self._end.close()

    def _lose(self) -> None:
        if self._open:
            self.close()
            self._listener.lost(self)

    def _flush(self) -> None:
        if self._leaves is not None:
            self._leaves.cancel()
            self._leaves = None
        if len(self._batch) == len(_PACKETS):
            return
        batch, self._batch = self._batch, bytearray(_PACKETS)
        if self._open and (self._waiting or not self._send(batch)):
            self._listener.refused(self)

    def _send(self, message: bytes | bytearray) -> bool:
        if not self._open:
            return False
        try:
            self._end.send(message)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            if error.errno != errno.ENOBUFS:  # the kernel may have room again in a moment
                self._loop.call_soon(self._lose)
            return False
        return True

    def _say_waiting(self) -> None:
        while self._waiting and self._send(self._waiting[0]):
            del self._waiting[0]
        if not self._waiting and self._open:
            self._loop.remove_writer(self._end.fileno())

    def _read(self) -> None:
        for _ in range(_MESSAGES_A_TURN):
            if not self._open:
                return
            try:
                message = self._end.recv(_RECEIVE_BYTES)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                message = b""
            if not message:
                self._lose()
                return
            try:
                self._take(message)
            except (KeyError, TypeError, ValueError, RecursionError, struct.error):
                _log.warning("link to media process %d: malformed message", self.process)
                self._lose()

    def _take(self, message: bytes) -> None:
        if message[:1] == _WORD:
            word = json.loads(message[1:])
            if not isinstance(word, dict):
                raise ValueError("not a word")
            self._listener.word(self, word)
            return
        now, place, end = time.monotonic(), 1, len(message)
        while place < end:
            track, kind, sequence, timestamp, codec, length = _HEAD.unpack_from(message, place)
            place += _HEAD.size
            payload = message[place : place + length]
            place += length
            if place > end:
                raise ValueError("packet is cut off")
            packet = RtpPacket(kind & 0x7F, kind >> 7, sequence, timestamp, 0, b"", payload)
            self._listener.packet(self, track, codec, packet, now)
