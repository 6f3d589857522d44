"""What the server needs to tell people things: one port, and a transport for each channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from roll_call.notifications import Delivery, Message, Recipient


class Notifier(Protocol):
    """Tells people; every delivery is on record before it is tried."""

    async def send(self, message: Message) -> None:
        """Hand a message over; returns once it is on record, not once it is delivered."""


class TransportError(Exception):
    """A channel did not take a delivery.

    ``permanent``: trying again cannot help (a wrong address, a refusal). ``code`` is a stable
    snake_case word without addresses or secrets. ``gone``: the receiver's device has unsubscribed.
    """

    def __init__(self, code: str, *, permanent: bool, gone: bool = False) -> None:
        self.code = code
        self.permanent = permanent
        self.gone = gone
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in the words of its receiver's language, as far as the channel may carry it."""

    title: str
    body: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a delivery goes. ``secrets`` are in clear in memory only and never logged."""

    to: Recipient
    secrets: Mapping[str, str]
    phone: str = ""
    names: bool = False


class Transport(Protocol):
    """One kind of channel."""

    async def deliver(self, delivery: Delivery, wording: Wording, target: Target) -> str:
        """Try once; returns the outcome's code. Raises TransportError."""

    async def close(self) -> None:
        """Let go of connections."""
