"""Hand-over log (交接班记录): what is done, what is pending, and who handed it to whom.

A unit's log is open to all of its officers during the shift. Whoever leaves hands it to a named
colleague, who confirms; from then on it is never changed, and what was pending stands in the next.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from roll_call.errors import Conflict, InvalidInput, NotAllowed


class HandOverState(StrEnum):
    """记录中, 待接班, 已交接."""

    OPEN = "open"
    GIVEN = "given"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class HandOverItem:
    """One item; ``since`` and ``by`` say when and by whom it was first written.

    ``carried``: it was left pending by an earlier shift. Raises InvalidInput(text_required).
    """

    id: str
    text: str
    since: datetime
    by: str
    done: bool = False
    carried: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidInput("text_required")


@dataclass(frozen=True, slots=True)
class HandOver:
    """A unit's log of one shift. Raises InvalidInput(two_officers_required)."""

    id: str
    unit_id: str
    begun_at: datetime
    items: tuple[HandOverItem, ...] = ()
    note: str = ""
    state: HandOverState = HandOverState.OPEN
    giver_id: str | None = None
    taker_id: str | None = None
    given_at: datetime | None = None
    taken_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.state is HandOverState.OPEN:
            return
        if None in (self.giver_id, self.taker_id) or self.giver_id == self.taker_id:
            raise InvalidInput("two_officers_required")

    @property
    def pending(self) -> tuple[HandOverItem, ...]:
        """What is still to be done."""
        return tuple(item for item in self.items if not item.done)


def begin(new_id: str, unit_id: str, at: datetime, last: HandOver | None) -> HandOver:
    """The next log of a unit, with what the last one left pending."""
    pending = () if last is None else last.pending
    return HandOver(new_id, unit_id, at, tuple(replace(one, carried=True) for one in pending))


def write(log: HandOver, items: tuple[HandOverItem, ...], note: str) -> HandOver:
    """The log with these items.

    What came from an earlier shift is ticked off, never taken out: it cannot be forgotten by
    deleting it. Raises Conflict(hand_over_given), InvalidInput(pending_item_dropped).
    """
    if log.state is not HandOverState.OPEN:
        raise Conflict("hand_over_given")
    kept = {item.id for item in items}
    if any(item.carried and item.id not in kept for item in log.items):
        raise InvalidInput("pending_item_dropped")
    return replace(log, items=items, note=note)


def give(log: HandOver, by: str, to: str, at: datetime) -> HandOver:
    """Hand it over. Raises Conflict(hand_over_given), InvalidInput(two_officers_required)."""
    if log.state is not HandOverState.OPEN:
        raise Conflict("hand_over_given")
    return replace(log, state=HandOverState.GIVEN, giver_id=by, taker_id=to, given_at=at)


def take(log: HandOver, by: str, at: datetime) -> HandOver:
    """Confirm that it was received.

    Raises Conflict(hand_over_not_given), NotAllowed(not_the_taker).
    """
    if log.state is not HandOverState.GIVEN:
        raise Conflict("hand_over_not_given")
    if by != log.taker_id:
        raise NotAllowed("not_the_taker")
    return replace(log, state=HandOverState.TAKEN, taken_at=at)


def take_back(log: HandOver) -> HandOver:
    """Open it again, because the colleague did not come. Raises Conflict(hand_over_not_given)."""
    if log.state is not HandOverState.GIVEN:
        raise Conflict("hand_over_not_given")
    return replace(log, state=HandOverState.OPEN, giver_id=None, taker_id=None, given_at=None)
