"""CallOrigin (点名来历): how a roll-call came to its subjects, its moment and its order.

Written once, with the roll-call; never edited. It keeps what chance drew (抽查), so that a spot
check can be shown to have been one.
"""

from dataclasses import dataclass
from datetime import datetime

from roll_call.call_list import Exclusion


@dataclass(frozen=True, slots=True)
class CallOrigin:
    """``listed``: how many could have been called. ``drawn``: the ids that chance chose, in calling
    order; empty where all were called. ``band_from`` and ``band_until`` bound the moment that
    chance chose (UTC). ``late_open_s``: how late the roll-call may still open by itself; None is
    the center's own measure, 0 not at all. ``made_up_for``: the missed roll-call that it makes up
    (补点).
    """

    roll_call_id: str
    listed: int
    plan_id: str | None = None
    call_list_id: str | None = None
    excluded: tuple[Exclusion, ...] = ()
    drawn: tuple[str, ...] = ()
    random_order: bool = False
    band_from: datetime | None = None
    band_until: datetime | None = None
    late_open_s: float | None = None
    made_up_for: str | None = None

    @property
    def unannounced(self) -> bool:
        """Whether moment or subjects are chance's secret until the roll-call opens."""
        return self.band_from is not None or bool(self.drawn)
