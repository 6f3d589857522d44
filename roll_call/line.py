"""How much of the center a participant's line can carry, judged by what is lost on the way to it.

Numbers. A tenth lost is where Google congestion control slows down, a fiftieth where it speeds up
(draft-ietf-rmcat-gcc-02, section 6). Two lossy reports in a row (4 s) are a step down: one is a
moment's trouble. A step up is a trial, for nobody knows what a line carries before it is asked to:
after 20 s without loss, and twice as long after each trial that failed, up to 160 s.
"""

from dataclasses import dataclass
from enum import IntEnum

LOSSY, GOOD = 0.10, 0.02
LOSSY_REPORTS = 2
TRIAL_AFTER_S, MOST_TRIAL_AFTER_S = 20.0, 160.0


class Line(IntEnum):
    """What the line to a participant carries."""

    SOUND_ONLY = 0
    NARROW = 1
    WIDE = 2


@dataclass(slots=True)
class LineJudge:
    """Of one participant, fed with each report of a time in which it was sent something."""

    line: Line = Line.WIDE
    _lossy: int = 0
    _good_s: float = 0.0
    _wait_s: float = TRIAL_AFTER_S
    _on_trial: bool = False

    def report(self, loss: float, over_s: float) -> Line:
        """Count in that ``loss`` (0..1) of what was sent in ``over_s`` seconds did not arrive."""
        self._lossy = self._lossy + 1 if loss > LOSSY else 0
        self._good_s = self._good_s + over_s if loss <= GOOD else 0.0
        if self._lossy >= LOSSY_REPORTS and self.line > Line.SOUND_ONLY:
            self._down()
        elif self._good_s >= self._wait_s:
            self._up()
        return self.line

    def _down(self) -> None:
        if self._on_trial:
            self._wait_s = min(2 * self._wait_s, MOST_TRIAL_AFTER_S)
        self.line = Line(self.line - 1)
        self._lossy, self._good_s, self._on_trial = 0, 0.0, False

    def _up(self) -> None:
        """The trial is passed when the line was good for as long again."""
        self._good_s = 0.0
        if self.line < Line.WIDE:
            self.line, self._on_trial = Line(self.line + 1), True
        else:
            self._wait_s, self._on_trial = TRIAL_AFTER_S, False
