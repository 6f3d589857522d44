"""What a check-in knows of the phone or terminal at the other end."""

from typing import Protocol

from server.messages import Message


class Client(Protocol):
    """One connected phone, terminal or simulator; it may go away at any moment."""

    locale: str

    def send(self, message: Message) -> None:
        """Queue a message; never waits, never raises."""

    def close_superseded(self) -> None:
        """Tell it that the same subject connected elsewhere, and close it."""
