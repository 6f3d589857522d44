"""Length-prefixed messages over a stream socket, one end each in two processes."""

import asyncio
import struct
from collections.abc import Callable

_LENGTH = struct.Struct("!I")
MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class Channel(asyncio.Protocol):
    """``on_message`` gets every whole message; ``on_lost`` is called once, at the end.

    A length beyond ``MAX_MESSAGE_BYTES`` ends the connection: the other side is out of its mind.
    """

    def __init__(self, on_message: Callable[[bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_message = on_message
        self._on_lost = on_lost
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._transport = None
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        received = self._received
        received += data
        start = 0
        while len(received) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(received, start)
            if length > MAX_MESSAGE_BYTES:
                self.abort()
                return
            end = start + _LENGTH.size + length
            if len(received) < end:
                break
            message = bytes(received[start + _LENGTH.size : end])
            start = end
            self._on_message(message)
        del received[:start]

    def send(self, message: bytes) -> None:
        """Queue a message; nothing happens once the other end is gone."""
        if self._transport is not None:
            self._transport.write(_LENGTH.pack(len(message)) + message)

    @property
    def unsent_bytes(self) -> int:
        """What the other side has not taken yet."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def close(self) -> None:
        """Close after what is queued has gone out."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()
