"""How one prompt is being answered: the movement's beginning, its peak, and whether it is done."""

from dataclasses import dataclass, field

from media.faces.movements import Movement, Offset


@dataclass(slots=True)
class Openings:
    """Counts how often a value went up and came down again by ``swing`` at least."""

    swing: float
    count: int = 0
    _low: float | None = None
    _high: float | None = None

    def see(self, value: float) -> None:
        """The next value."""
        if self._high is None:
            self._low = value if self._low is None else min(self._low, value)
            if value - self._low >= self.swing:
                self._high = value
        else:
            self._high = max(self._high, value)
            if self._high - value >= self.swing:
                self.count += 1
                self._low, self._high = value, None


@dataclass(slots=True)
class Answer:
    """The course of one movement; ``gap_s`` is the longest time between views that still counts as
    having been watched."""

    movement: Movement
    gap_s: float
    onset_at_s: float | None = None
    peak: float = 0.0
    done: bool = False
    _held_s: float = 0.0
    _openings: Openings = field(init=False)
    _before: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        self._openings = Openings(self.movement.needed)

    def see(self, seen: Offset) -> None:
        """One view, taken after the prompt."""
        gone = self.movement.gone(seen)
        if self.onset_at_s is None and gone >= self.movement.onset:
            self.onset_at_s = self._crossed_at(seen.at_s, gone)
        elif self.movement.passing and gone < self.movement.rest:
            self.onset_at_s, self.peak, self._held_s = None, 0.0, 0.0
        self.peak = max(self.peak, gone)
        self._count(seen.at_s, gone)
        self._before = seen.at_s, gone

    def _count(self, at_s: float, gone: float) -> None:
        movement = self.movement
        if movement.openings:
            self._openings.see(gone)
            began = self.onset_at_s is not None
            self.done = self.done or (began and self._openings.count >= movement.openings)
            return
        if gone < movement.needed:
            return
        if self._before is not None and self._before[1] >= movement.needed:
            # What happened in a gap nobody saw: it neither counts nor ends the holding.
            watched_s = at_s - self._before[0]
            self._held_s += watched_s if watched_s <= self.gap_s else 0.0
        self.done = self.done or self._held_s >= movement.held_s

    def _crossed_at(self, at_s: float, gone: float) -> float:
        """When the threshold was crossed, between this view and the one before."""
        if self._before is None:
            return at_s
        before_s, low = self._before
        part = (self.movement.onset - low) / max(1e-6, gone - low)
        return before_s + min(1.0, max(0.0, part)) * (at_s - before_s)


@dataclass(slots=True)
class Ending:
    """Whether a movement that was done is over: back at rest, or, where one may stay, staying."""

    movement: Movement
    straight_deg: float
    leaning_deg: float
    steady: float = 0.06
    steady_s: float = 0.6
    _since: tuple[float, float] | None = None

    def see(self, seen: Offset) -> bool:
        """One view; whether it is over."""
        gone = self.movement.gone(seen)
        if not self.movement.may_stay:
            return gone < self.movement.rest and seen.straight(self.straight_deg)
        if self._since is None or abs(gone - self._since[1]) > self.steady:
            self._since = seen.at_s, gone
        stays = seen.at_s - self._since[0] >= self.steady_s
        return (stays or gone < self.movement.rest) and seen.straight(self.leaning_deg)
