"""A recording of an honest session, held before the camera, never counts as the person."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from media.faces.outcomes import PromptKind
from tests.e2e import cast
from tests.e2e.actor import Actor, replay
from tests.e2e.browser import phone
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Person, Town

STARTS_S = (0.0, 0.6, 3.0)
DOUBTS = {"inconclusive", "low_assurance"}
SHOWN_S = 300


def check_in(browser: Browser, town: Town, person: Person, actor: Actor) -> tuple[str, str]:
    """The person's whole way with this actor before the camera; state and reason."""
    with phone(browser) as mobile:
        actor.appear(mobile)
        return PhoneUser(mobile, town.link(person)).check_in(person.entry_id)


def asked(town: Town, person: Person) -> list[str]:
    """The movements that the newest verdict tells of, in order; none if it moved too early."""
    evidence: dict[str, Any] = town.entry(person)["verdicts"][-1]["evidence"]
    return [prompt["kind"] for prompt in evidence["prompts"]]


def test_a_replayed_recording_goes_to_review(browser: Browser, town: Town) -> None:
    face = sorted(cast.faces())[0]
    person = town.person("王秀兰", cast.enrolment_pictures(face))
    assert check_in(browser, town, person, cast.portrait(face))[0] == "present"
    stolen = town.film(town.recording(person))
    again = town.call_again(person)
    state, reason = check_in(browser, town, again, replay(stolen))
    assert (state, reason in DOUBTS) == ("review", True), reason


@pytest.mark.timeout(SHOWN_S)
def test_also_when_the_same_movements_are_asked_again(browser: Browser, town: Town) -> None:
    """With two kinds of movement spared, every session asks for the very same sequence."""
    face = sorted(cast.faces())[0]
    spared = [kind.value for kind in PromptKind if kind is not PromptKind.NOD]
    person = town.person("高明远", cast.enrolment_pictures(face), spared=spared)
    assert check_in(browser, town, person, cast.portrait(face))[0] == "present"
    sequence = asked(town, person)
    assert set(sequence) == {"nod"}
    stolen = town.film(town.recording(person))
    for start_s in STARTS_S:
        again = town.call_again(person)
        state, reason = check_in(browser, town, again, replay(stolen, start_s))
        assert (state, reason in DOUBTS) == ("review", True), (start_s, reason)
        assert set(asked(town, again)) <= {"nod"}
        assert town.entry(again)["entry"]["state"] == "review"
    honest = town.call_again(person)
    state, reason = check_in(browser, town, honest, cast.portrait(face, seed=2))
    # Nods alone resemble one another: a call at worst (docs/accuracy.md), and never a mismatch.
    assert (state, reason) in {("present", "verified"), ("review", "low_assurance")}
