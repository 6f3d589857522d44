"""Clear movements that nobody asked for; turns of the head are judged with each movement itself.

A blink, a word and a hand that sinks a little are none of them: only what lasts is clear. Eyes and
mouth are read from a straight face alone, since in a turned or bowed one they seem to move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from media.faces.movements import Channel, Offset

READABLE_DEG = 10.0


@dataclass(frozen=True, slots=True)
class Clear:
    """From how far and how long something is no accident."""

    from_value: float
    for_s: float


CLEAR: Mapping[Channel, Clear] = MappingProxyType(
    {
        Channel.EYES: Clear(0.28, 0.7),
        Channel.MOUTH: Clear(0.35, 0.4),
        Channel.NEARER: Clear(0.2, 0.4),
    }
)


@dataclass(slots=True)
class Unasked:
    """Watches the channels that are not asked for."""

    _since_s: dict[Channel, float] = field(default_factory=dict)

    def see(self, seen: Offset, asked: frozenset[Channel]) -> bool:
        """Whether something else than what is asked has been going on for long enough."""
        return any([self._lasts(channel, seen) for channel in CLEAR if channel not in asked])

    def forget(self) -> None:
        """Begin anew."""
        self._since_s.clear()

    def _lasts(self, channel: Channel, seen: Offset) -> bool:
        clear = CLEAR[channel]
        if seen.values[channel] < clear.from_value or not seen.straight(READABLE_DEG):
            self._since_s.pop(channel, None)
            return False
        return seen.at_s - self._since_s.setdefault(channel, seen.at_s) >= clear.for_s
