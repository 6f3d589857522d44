"""A person's own enrolment: asked for, handed in, settled by an officer; nothing else."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from roll_call.enrolment import (
    SELF_ENROLMENT_TABLE,
    Likeness,
    Refusal,
    SelfEnrolment,
    SelfEnrolmentEvent,
    SelfEnrolmentState,
    comparable,
    refusal,
    settled,
    submitted,
)
from roll_call.errors import IllegalTransition, InvalidInput
from tests.roll_call.tables import SELF_ENROLMENT, pairs

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
ASKED = SelfEnrolment("e", "ann", NOW, "zhao")
SETTLING = [e for e in SelfEnrolmentEvent if e is not SelfEnrolmentEvent.SUBMIT]


def test_the_table_is_the_agreed_one() -> None:
    assert SELF_ENROLMENT_TABLE.pairs == pairs(SelfEnrolmentState, SELF_ENROLMENT)


@pytest.mark.parametrize(
    ("state", "event"), list(itertools.product(SelfEnrolmentState, SelfEnrolmentEvent))
)
def test_every_pair_moves_as_agreed_or_is_refused(
    state: SelfEnrolmentState, event: SelfEnrolmentEvent
) -> None:
    target = pairs(SelfEnrolmentState, SELF_ENROLMENT).get((state, event.value))
    standing = replace(ASKED, state=state)

    def act() -> SelfEnrolment:
        if event is SelfEnrolmentEvent.SUBMIT:
            return submitted(standing, 4, Likeness.LIKE, (), NOW)
        return settled(standing, event, NOW, "zhao")

    if target is None:
        with pytest.raises(IllegalTransition):
            act()
    else:
        assert act().state is target


def test_final_states_know_no_event() -> None:
    for state in SelfEnrolmentState:
        defined = any(SELF_ENROLMENT_TABLE.defines(state, e.value) for e in SelfEnrolmentEvent)
        assert defined is not state.final


@pytest.mark.parametrize("event", SETTLING)
def test_whatever_an_officer_says_no_pictures_wait_any_longer(event: SelfEnrolmentEvent) -> None:
    waiting = submitted(ASKED, 4, Likeness.UNLIKE, ("person/bob",), NOW)
    ended = settled(waiting, event, NOW, "zhao", "too dark")
    assert (waiting.pictures, ended.pictures, ended.reason) == (4, 0, "too dark")


def test_handing_in_again_forgets_why_it_was_rejected() -> None:
    rejected = settled(
        submitted(ASKED, 3, Likeness.LIKE, (), NOW), SelfEnrolmentEvent.REJECT, NOW, "zhao", "dark"
    )
    again = submitted(rejected, 4, Likeness.LIKE, (), NOW)
    assert (again.reason, again.settled_by, again.pictures) == ("", None, 4)


def test_nothing_cannot_be_handed_in() -> None:
    with pytest.raises(InvalidInput, match="no_pictures"):
        submitted(ASKED, 0, Likeness.NO_REFERENCE, (), NOW)


def test_one_expires_by_its_last_step_and_only_while_open() -> None:
    patience = timedelta(days=14)
    late = NOW + timedelta(days=10)
    waiting = submitted(ASKED, 4, Likeness.LIKE, (), late)
    assert not ASKED.expired(NOW + timedelta(days=13), patience)
    assert ASKED.expired(NOW + patience, patience)
    assert not waiting.expired(NOW + timedelta(days=20), patience)
    assert waiting.expired(late + patience, patience)
    confirmed = settled(waiting, SelfEnrolmentEvent.CONFIRM, late, "zhao")
    assert not confirmed.expired(late + 2 * patience, patience)


@pytest.mark.parametrize(
    ("usable", "provisional", "expected"),
    [
        (0, False, Refusal.NO_USABLE_PICTURE),
        (0, True, Refusal.NO_USABLE_PICTURE),
        (2, False, Refusal.TOO_FEW),
        (2, True, None),
        (3, False, None),
        (3, True, None),
    ],
)
def test_fewer_pictures_need_an_officers_word(
    usable: int, provisional: bool, expected: Refusal | None
) -> None:
    assert refusal(usable, 3, provisional) is expected


def test_a_template_of_other_weights_is_not_comparable() -> None:
    assert comparable("abc", "abc") and comparable("", "abc")
    assert not comparable("abc", "abd")
