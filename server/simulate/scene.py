"""What can stand before a camera."""

from collections.abc import Sequence
from typing import Protocol

from media.faces.picture import Picture


class Scene(Protocol):
    """What stands before a camera. ``at_s`` runs from the camera's start, in seconds."""

    def frame(self, at_s: float) -> Picture:
        """A BGR picture of 640x480."""

    def prompt(self, kind: str, at_s: float) -> None:
        """The phone shows a prompt; a scene may follow it."""

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """The phone's screen shows these ``#rrggbb`` colours in turn; a scene may be lit by it."""


class Deaf:
    """A scene that follows no prompt and gives its own light."""

    def prompt(self, kind: str, at_s: float) -> None:
        """It does not listen."""

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """It is not lit."""
