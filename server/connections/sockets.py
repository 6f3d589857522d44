"""Who is connected: one socket a device, so that a second one supersedes the first."""

from collections.abc import Callable, Iterator
from typing import Protocol

from roll_call.people import Subject
from server.message_base import Message


class Connection(Protocol):
    """One role's handler of a WebSocket; ``actor`` is the log's name for who it is,
    ``bearer`` the register's name for the connection."""

    subject: Subject | None
    actor: str
    bearer: str

    def close_superseded(self) -> None:
        """The same device is connected elsewhere."""

    async def refresh(self) -> None:
        """Something is due for this client: tell it anew what is open."""

    async def enrolment_changed(self) -> None:
        """The subject's own enrolment changed: tell where it stands."""

    def want_self_test(self) -> None:
        """An officer at the center asks for a self-test of the device."""

    def tell(self, message: Message) -> None:
        """Send a message of somebody else's."""

    def shut(self) -> None:
        """The server stops; the client comes back by itself."""


class Sockets:
    """The register of connections by bearer (``device/<id>``, ``console-<id>`` ...)."""

    def __init__(self, on_change: Callable[[Subject], None] = lambda _: None) -> None:
        self._on_change = on_change
        self._by_bearer: dict[str, Connection] = {}
        self._by_subject: dict[Subject, list[Connection]] = {}

    @property
    def count(self) -> int:
        """Connections that said hello."""
        return len(self._by_bearer)

    def add(self, connection: Connection) -> None:
        """Register; an older connection of the same bearer is superseded."""
        old = self._by_bearer.get(connection.bearer)
        self._by_bearer[connection.bearer] = connection
        if connection.subject is not None:
            self._by_subject.setdefault(connection.subject, []).append(connection)
            self._on_change(connection.subject)
        if old is not None and old is not connection:
            old.close_superseded()

    def remove(self, connection: Connection) -> None:
        """Idempotent."""
        if self._by_bearer.get(connection.bearer) is connection:
            del self._by_bearer[connection.bearer]
        mine = self._by_subject.get(connection.subject, []) if connection.subject else []
        if connection in mine:
            mine.remove(connection)
            assert connection.subject is not None
            self._on_change(connection.subject)
        if connection.subject is not None and not mine:
            self._by_subject.pop(connection.subject, None)

    def of(self, subject: Subject) -> Iterator[Connection]:
        """The connections of a subject."""
        yield from list(self._by_subject.get(subject, ()))

    def at_consoles(self) -> frozenset[str]:
        """Ids of the officers who have a console open."""
        names = [c.actor for bearer, c in self._by_bearer.items() if bearer.startswith("console-")]
        return frozenset(name.removeprefix("officer/") for name in names)

    def close_all(self) -> None:
        """The server stops."""
        for connection in list(self._by_bearer.values()):
            connection.shut()
