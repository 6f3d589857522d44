"""Substitutions: who may ask, who may decide, and what an approved one changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from roll_call.errors import Conflict, InvalidInput, NotAllowed, RollCallError
from roll_call.planned_shift import PlannedShift, on_duty
from roll_call.substitution import (
    Substitution,
    SubstitutionState,
    ask,
    decide,
    substitutes,
    withdraw,
)

NINE = datetime(2026, 11, 21, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHIFT = PlannedShift("s", "east", "qian", NINE, NINE + 8 * HOUR)
BACK = PlannedShift("t", "east", "sun", NINE + 24 * HOUR, NINE + 32 * HOUR)
WISH = Substitution("w", "east", "s", "qian", "sun", "qian", NINE, "家中有事")
EXCHANGE = replace(WISH, in_return_id="t")


def test_what_can_be_asked_for() -> None:
    assert ask(WISH, SHIFT, None, (), NINE) == WISH
    assert ask(EXCHANGE, SHIFT, BACK, ("other",), NINE) == EXCHANGE


@pytest.mark.parametrize(
    ("wish", "shift", "back", "held", "hours", "code"),
    [
        (replace(WISH, reason=" "), SHIFT, None, (), 0, "reason_required"),
        (WISH, replace(SHIFT, officer_id="li"), None, (), 0, "not_their_shift"),
        (EXCHANGE, SHIFT, replace(BACK, officer_id="li"), (), 0, "not_their_shift"),
        (WISH, SHIFT, None, (), 8, "shift_over"),
        (WISH, replace(SHIFT, removed=True), None, (), 0, "shift_over"),
        (WISH, SHIFT, None, ("s",), 0, "shift_held"),
        (EXCHANGE, SHIFT, BACK, ("t",), 0, "shift_held"),
    ],
)
def test_what_cannot(
    wish: Substitution,
    shift: PlannedShift,
    back: PlannedShift | None,
    held: tuple[str, ...],
    hours: int,
    code: str,
) -> None:
    with pytest.raises(RollCallError, match=code):
        ask(wish, shift, back, held, NINE + hours * HOUR)


def test_nobody_stands_in_for_themselves() -> None:
    with pytest.raises(InvalidInput, match="same_officer"):
        replace(WISH, substitute_id="qian")


@pytest.mark.parametrize("approve", [True, False])
@pytest.mark.parametrize("leads", [True, False])
@pytest.mark.parametrize("by", ["qian", "sun", "wang"])
def test_only_who_is_in_charge_decides_and_never_who_asked(
    by: str, leads: bool, approve: bool
) -> None:
    if by == "qian" or not leads:
        code = "own_request" if by == "qian" else "not_in_charge"
        with pytest.raises(NotAllowed, match=code):
            decide(WISH, approve, by, NINE, "note", leads)
        return
    done = decide(WISH, approve, by, NINE, "note", leads)
    wanted = SubstitutionState.APPROVED if approve else SubstitutionState.REFUSED
    assert (done.state, done.decided_by, done.decided_at) == (wanted, by, NINE)


def test_a_refusal_says_why_and_nothing_is_decided_twice() -> None:
    with pytest.raises(InvalidInput, match="reason_required"):
        decide(WISH, False, "wang", NINE, " ", True)
    done = decide(WISH, True, "wang", NINE, "", True)
    with pytest.raises(Conflict, match="substitution_settled"):
        decide(done, False, "wang", NINE, "no", True)


def test_the_value_itself_refuses_an_approval_of_ones_own() -> None:
    for decided_by in (None, "qian"):
        with pytest.raises(InvalidInput, match="another_must_decide"):
            replace(WISH, state=SubstitutionState.APPROVED, decided_by=decided_by)


def test_who_may_take_it_back() -> None:
    approved = decide(WISH, True, "wang", NINE, "", True)
    assert withdraw(WISH, "qian", NINE, False).state is SubstitutionState.WITHDRAWN
    assert withdraw(approved, "wang", NINE, True).state is SubstitutionState.WITHDRAWN
    for one, by in ((approved, "qian"), (WISH, "sun")):
        with pytest.raises(NotAllowed, match="not_in_charge"):
            withdraw(one, by, NINE, False)
    refused = decide(WISH, False, "wang", NINE, "no", True)
    with pytest.raises(Conflict):
        withdraw(refused, "wang", NINE, True)


def test_only_an_approved_one_changes_who_stands_and_the_written_roster_stays() -> None:
    for state in SubstitutionState:
        one = replace(EXCHANGE, state=state, decided_by="wang")
        found = {s.id: (s.officer_id, s.substitute_for) for s in stand(one)}
        if state is SubstitutionState.APPROVED:
            assert found == {"s": ("sun", "qian"), "t": ("qian", "sun")}
        else:
            assert found == {"s": ("qian", None), "t": ("sun", None)}


def stand(*granted: Substitution) -> tuple:  # type: ignore[type-arg]
    """Both shifts as they stand."""
    return on_duty((SHIFT, BACK), substitutes(granted))


def test_a_shift_that_was_taken_off_is_stood_by_nobody() -> None:
    assert on_duty((replace(SHIFT, removed=True),), {}) == ()
