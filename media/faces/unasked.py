"""Clear movements that nobody asked for.

While something is asked for, turns of the head are judged with the movement itself; while the
person has only to look on, they are watched here too. A blink, a word and a hand that sinks a
little are none of them: only what lasts is clear. Eyes and mouth are read from a straight face
alone, since in a turned or bowed one they seem to move.
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

LOOKING_ON: Mapping[Channel, Clear] = MappingProxyType(
    {
        Channel.LEFT: Clear(13.0, 0.2),
        Channel.DOWN: Clear(9.0, 0.2),
        **CLEAR,
    }
)
"""While nothing is asked for."""

_TURNS = frozenset({Channel.LEFT, Channel.DOWN})


@dataclass(slots=True)
class Unasked:
    """Watches the channels of ``clear`` that are not asked for."""

    clear: Mapping[Channel, Clear]
    _since_s: dict[Channel, float] = field(default_factory=dict)

    def see(self, seen: Offset, asked: frozenset[Channel]) -> bool:
        """Whether something else than what is asked has been going on for long enough."""
        return any([self._lasts(channel, seen) for channel in self.clear if channel not in asked])

    def forget(self) -> None:
        """Begin anew."""
        self._since_s.clear()

    def _lasts(self, channel: Channel, seen: Offset) -> bool:
        clear, gone = self.clear[channel], seen.values[channel]
        if channel is Channel.LEFT:
            gone = abs(gone)
        readable = channel in _TURNS or seen.straight(READABLE_DEG)
        if gone < clear.from_value or not readable:
            self._since_s.pop(channel, None)
            return False
        return seen.at_s - self._since_s.setdefault(channel, seen.at_s) >= clear.for_s
