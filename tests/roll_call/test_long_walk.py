"""The composition on a long walk that repeats exactly, and that is proved to go everywhere."""

import random
from collections.abc import Callable
from itertools import chain

import pytest

from roll_call.call import ROLL_CALL_TABLE, RollCallState
from roll_call.check_in import SESSION_TABLE
from roll_call.entry import ENTRY_TABLE
from roll_call.reasons import Reason
from roll_call.verification import VERIFICATION_TABLE
from roll_call.verification_events import DeadlinePassed, LivenessExempt, NoReference
from tests.roll_call import test_composition as composition
from tests.roll_call.cast import FINAL
from tests.roll_call.test_composition import SUBJECTS, Composition

EVERYWHERE = set(
    chain(
        (("roll_call", state, event) for state, event in ROLL_CALL_TABLE.pairs),
        (("entry", state, event) for state, event in ENTRY_TABLE.pairs),
        (("session", state, event) for state, event in SESSION_TABLE.pairs),
        (("verification", state, event) for state, event in VERIFICATION_TABLE.pairs),
    )
)
ELSEWHERE = {
    # before a roll-call opens nothing is composed yet
    ("roll_call", RollCallState.DRAFT, "cancel"),
    ("roll_call", RollCallState.SCHEDULED, "missed"),
    ("roll_call", RollCallState.SCHEDULED, "cancel"),
    # here a ticket comes before every session; these are for terminals that answer by themselves
    ("entry", "pending", "session_live"),
    ("entry", "calling", "session_live"),
    # the timer of a session that is not live is its deadline
    *(("session", state, "limit") for state in ("new", "negotiating", "reconnecting")),
    # the server says it only of a try that its guard counts
    *(("verification", state, "tries_spent") for state in ("awaiting", "comparing")),
}

GIVING_UP = (LivenessExempt, NoReference, DeadlinePassed)
LIKELIHOOD = [1 if isinstance(e, GIVING_UP) else 6 for e in composition.EXAMINATION_EVENTS]


def step(machine: Composition, dice: random.Random) -> None:
    """One random wish, weighted so that a roll-call lives through a few dozen of them."""
    entry_id = f"e{dice.randrange(SUBJECTS)}"
    really = dice.random() < 0.15
    examination = dice.choices(composition.EXAMINATION_EVENTS, LIKELIHOOD, k=12)
    wishes: list[tuple[int, Callable[[], None]]] = [
        (2, lambda: machine.steer(dice.choice(composition.WISHES), dice.random() < 0.5)),
        (1, lambda: machine.call(entry_id)),
        (4, lambda: machine.decide(entry_id, dice.choice(composition.DECISION_EVENTS), really)),
        (1, lambda: machine.correct(entry_id, dice.choice(FINAL), dice.randrange(10))),
        (1, lambda: machine.undo(entry_id, dice.choice([None, Reason.MISMATCH]))),
        (2, lambda: machine.take_ticket(entry_id)),
        (4, lambda: machine.take_ticket_and_come_up(entry_id)),
        (5, lambda: machine.phone(entry_id, dice.choice(composition.CLIENT_EVENTS))),
        (4, lambda: machine.be_examined(entry_id, examination)),
        (4, lambda: machine.examine(dice.randrange(99), examination[0])),
        (2, lambda: machine.decline_face(entry_id, really)),
        (2, lambda: machine.leave_is_approved(entry_id, really)),
        (1, lambda: machine.technical_failure(entry_id, dice.randrange(99))),
        (1, lambda: machine.server_restarts()),
        (2, lambda: machine.time_passes(dice.choice([1.0, 9.0, 30.0, 200.0]))),
        (1, lambda: machine.next_timer(really=True)),
    ]
    if dice.random() < 0.01 and machine.world.call.state.window_open:
        wishes = [(1, lambda: machine.cancel(really=True))]
    weights = [weight for weight, _ in wishes]
    (wish,) = dice.choices([wish for _, wish in wishes], weights)
    wish()


def check(machine: Composition) -> None:
    """Every invariant of the composition."""
    machine.reasons_stand_where_they_belong()
    machine.review_is_what_lies_in_the_queue()
    machine.nothing_waits_without_a_timer_or_a_person()
    machine.in_session_means_a_session()
    machine.nobody_waits_for_a_call_after_the_window()
    machine.one_person_has_one_open_session()
    machine.a_match_of_the_machine_is_a_match()
    machine.nothing_is_stuck()


def walk(seed: int, mornings: int, steps: int) -> set[tuple[str, str, str]]:
    """Everything that was seen on so many mornings."""
    dice = random.Random(seed)
    seen: set[tuple[str, str, str]] = set()
    for _ in range(mornings):
        machine = Composition()
        everybody = [f"e{n}" for n in range(SUBJECTS)]
        own_moment = {entry_id for entry_id in everybody if dice.random() < 0.4}
        machine.a_morning(on_leave=set(), own_moment=own_moment)
        for _ in range(steps):
            step(machine, dice)
            check(machine)
        seen |= machine.world.seen
    return seen


def test_the_walk_goes_through_every_pair_of_every_table() -> None:
    seen = walk(seed=20261123, mornings=400, steps=60)
    assert EVERYWHERE - seen == ELSEWHERE


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_more_walks(seed: int) -> None:
    walk(seed, mornings=200, steps=120)
