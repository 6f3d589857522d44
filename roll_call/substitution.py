"""Substitution (替班) and exchange (换班): asked for, then approved by the leader on duty.

Never by the person who asked. An approved one is applied on top of the written roster, which stays
as it was, so that taking it back needs no repair.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from roll_call.errors import Conflict, InvalidInput, NotAllowed
from roll_call.planned_shift import PlannedShift


class SubstitutionState(StrEnum):
    """申请, 批准, 驳回, 撤回."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def standing(self) -> bool:
        """Whether it still holds its shift."""
        return self in {self.ASKED, self.APPROVED}


@dataclass(frozen=True, slots=True)
class Substitution:
    """``substitute_id`` stands the shift of ``officer_id``; with ``in_return_id`` they exchange.

    ``in_return_id`` is a shift of the substitute that the officer takes over for it. Raises
    InvalidInput(same_officer), InvalidInput(another_must_decide) for one that nobody else decided.
    """

    id: str
    unit_id: str
    shift_id: str
    officer_id: str
    substitute_id: str
    asked_by: str
    asked_at: datetime
    reason: str
    in_return_id: str | None = None
    state: SubstitutionState = SubstitutionState.ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.officer_id == self.substitute_id:
            raise InvalidInput("same_officer")
        decided = self.state in {SubstitutionState.APPROVED, SubstitutionState.REFUSED}
        if decided and self.decided_by in {None, self.asked_by}:
            raise InvalidInput("another_must_decide")

    @property
    def shift_ids(self) -> frozenset[str]:
        """The shifts that it changes."""
        return frozenset({self.shift_id, *([self.in_return_id] if self.in_return_id else [])})


def ask(
    wish: Substitution,
    shift: PlannedShift,
    in_return: PlannedShift | None,
    held: Collection[str],
    now: datetime,
) -> Substitution:
    """The wish, if it can be asked for.

    Raises InvalidInput(reason_required), InvalidInput(not_their_shift) where the shift handed over
    or taken in return is not their own, Conflict(shift_over), Conflict(shift_held) where another
    wish is open or approved.
    """
    if not wish.reason.strip():
        raise InvalidInput("reason_required")
    if shift.officer_id != wish.officer_id:
        raise InvalidInput("not_their_shift")
    if in_return is not None and in_return.officer_id != wish.substitute_id:
        raise InvalidInput("not_their_shift")
    for one in (shift, in_return):
        if one is not None and (one.removed or one.ends_at <= now):
            raise Conflict("shift_over")
    if wish.shift_ids & set(held):
        raise Conflict("shift_held")
    return wish


def decide(
    asked: Substitution,
    approve: bool,
    by: str,
    at: datetime,
    note: str,
    in_charge: bool,
) -> Substitution:
    """The leader's word. ``in_charge``: ``by`` is the leader on duty or an administrator.

    Raises NotAllowed(own_request), NotAllowed(not_in_charge), Conflict(substitution_settled),
    InvalidInput(reason_required) for a refusal without a word.
    """
    if asked.state is not SubstitutionState.ASKED:
        raise Conflict("substitution_settled")
    if by == asked.asked_by:
        raise NotAllowed("own_request")
    if not in_charge:
        raise NotAllowed("not_in_charge")
    if not approve and not note.strip():
        raise InvalidInput("reason_required")
    state = SubstitutionState.APPROVED if approve else SubstitutionState.REFUSED
    return replace(asked, state=state, decided_by=by, decided_at=at, note=note)


def withdraw(standing: Substitution, by: str, at: datetime, in_charge: bool) -> Substitution:
    """Take it back: who asked while it is open, whoever is in charge at any time.

    Raises Conflict(substitution_settled), NotAllowed(not_in_charge).
    """
    if not standing.state.standing:
        raise Conflict("substitution_settled")
    mine = by == standing.asked_by and standing.state is SubstitutionState.ASKED
    if not (mine or in_charge):
        raise NotAllowed("not_in_charge")
    return replace(standing, state=SubstitutionState.WITHDRAWN, decided_by=by, decided_at=at)


def substitutes(granted: Iterable[Substitution]) -> Mapping[str, str]:
    """Who stands which shift in somebody's place, by shift id; only approved ones count."""
    found: dict[str, str] = {}
    for one in granted:
        if one.state is SubstitutionState.APPROVED:
            found[one.shift_id] = one.substitute_id
            if one.in_return_id is not None:
                found[one.in_return_id] = one.officer_id
    return found
