"""Reading many UDP sockets at little cost: one epoll for all, one buffer for each.

asyncio reads one datagram per socket and turn of the loop, into a new buffer of 256 KiB each time;
that alone costs more than decrypting the packet. Here all sockets of connected peers lie in one
epoll of their own. While packets keep coming it is looked at every ``PAUSE_S``, so that one turn
of the loop takes whatever came meanwhile; when nothing comes the loop waits for it as for any file.

Where this is not possible (no epoll, another event loop, a relayed candidate's transport, which is
no socket) the transport goes on reading as before.
"""

import asyncio
import select
import socket
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PAUSE_S = 0.005
"""How long packets may lie in the kernel before they are read: as long as browsers pace a burst."""
_MOST_AT_ONCE = 64
"""Datagrams of one socket before the next one gets its turn."""
_EVENTS_AT_ONCE = 256

Readable = Callable[[], None]


class Datagrams:
    """The sockets of one event loop that are read here; see :func:`datagrams`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._epoll: select.epoll | None = None
        self._readers: dict[int, Readable] = {}

    def add(self, descriptor: int, readable: Readable) -> None:
        """Call ``readable`` whenever a datagram waits in the socket."""
        if self._epoll is None:
            self._epoll = select.epoll()
            self._wait(self._epoll)
        with suppress(FileExistsError):  # else the number is that of a socket closed meanwhile
            self._epoll.register(descriptor, select.EPOLLIN)
        self._readers[descriptor] = readable

    def remove(self, descriptor: int, readable: Readable) -> None:
        """Forget a socket; to be called before it is closed."""
        if self._epoll is None or self._readers.get(descriptor) is not readable:
            return
        del self._readers[descriptor]
        with suppress(OSError):  # closed already, which took it out
            self._epoll.unregister(descriptor)
        if not self._readers:
            loop = self._loop()
            if loop is not None and not loop.is_closed():
                loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None

    def _wait(self, epoll: select.epoll) -> None:
        loop = self._loop()
        if loop is not None:
            loop.add_reader(epoll.fileno(), self._woken, epoll)

    def _woken(self, epoll: select.epoll) -> None:
        loop = self._loop()
        if loop is not None and epoll is self._epoll:
            loop.remove_reader(epoll.fileno())
            self._read(epoll, loop)

    def _read(self, epoll: select.epoll, loop: asyncio.AbstractEventLoop) -> None:
        if epoll is not self._epoll:
            return
        ready = epoll.poll(0, _EVENTS_AT_ONCE)
        readers = self._readers
        for descriptor, _ in ready:
            readable = readers.get(descriptor)
            if readable is None:
                continue
            try:
                readable()
            except Exception as error:  # as asyncio does it; all others are read on
                loop.call_exception_handler(
                    {"message": "a datagram could not be handled", "exception": error}
                )
        if epoll is not self._epoll:
            return
        if ready:
            loop.call_later(PAUSE_S, self._read, epoll, loop)
        else:
            self._wait(epoll)


_of_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Datagrams] = (
    weakref.WeakKeyDictionary()
)


def datagrams(loop: asyncio.AbstractEventLoop) -> Datagrams:
    """The one reader of an event loop."""
    known = _of_loop.get(loop)
    if known is None:
        known = _of_loop[loop] = Datagrams(loop)
    return known


class TakenSocket:
    """The socket under an asyncio datagram transport, read into ``buffer`` from now on.

    ``take`` is called with the length and the sender of every datagram that lies in the buffer.
    """

    def __init__(
        self,
        plain: socket.socket,
        loop: asyncio.AbstractEventLoop,
        buffer: Any,
        take: Callable[[int, Any], None],
    ) -> None:
        self.plain = plain
        self._descriptor = plain.fileno()
        self._receive = plain.recvfrom_into
        self._buffer = buffer
        self._take = take
        self._datagrams = datagrams(loop)
        self._readable = self._read
        own: Any = loop
        own._remove_reader(self._descriptor)
        self._datagrams.add(self._descriptor, self._readable)

    def release(self) -> None:
        """Read no more; the transport may be closed now."""
        self._datagrams.remove(self._descriptor, self._readable)

    def _read(self) -> None:
        receive, buffer, take = self._receive, self._buffer, self._take
        try:
            for _ in range(_MOST_AT_ONCE):
                take(*receive(buffer))
        except BlockingIOError:
            return
        except OSError:  # the network's word about something sent before, or a closed socket
            if self.plain.fileno() < 0:
                self.release()


def plain_socket(transport: Any, loop: asyncio.AbstractEventLoop) -> socket.socket | None:
    """The UDP socket of asyncio's own selector transport; None where there is none to take."""
    plain = getattr(transport, "_sock", None)
    able = hasattr(select, "epoll") and hasattr(loop, "_remove_reader")
    return plain if able and isinstance(plain, socket.socket) else None
