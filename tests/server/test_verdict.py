"""The verdict on its way: what an examination is told, what it says, and who learns what of it."""

import random
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from media.faces.outcomes import SCREEN_LIGHT, PromptKind, TryFailure
from roll_call import explanation
from roll_call.assurance import AssuranceReason, ScreenLightOutcome
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceProblem, ModelInfo, Watch
from roll_call.verification_state import Assurance, Inconclusive, VerificationState
from server import messages as m
from server.check_in.examining import Case, Concluded, LookCloser, LookOtherwise, Outcome, Say
from server.config import load_settings
from server.errors import LOCALES, texts
from server.examination import FaceExaminer, make_examiner
from server.messages import Consent, Offer, TakeTicket
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import MovingHead
from tests.server.fakes import FakeVerifier
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town

STEP_S = 1 / 30
SECRETS = ("similarity", "threshold", "assurance", "score", "continuity", "likeness", "quality")
TRACE = tuple((0.1 * number, 1.0, 2.0, 0.0, 0.0, 60.0) for number in range(40))


def examiner(data: Path, exempt: frozenset[str] = frozenset(), **liveness: Any) -> FaceExaminer:
    verifier = FakeVerifier()
    verifier.info = ModelInfo("sface", "v1", "Apache-2.0")
    made = make_examiner(verifier, load_settings(data, liveness=liveness))(Case("s", 1, 3, exempt))
    assert isinstance(made, FaceExaminer)
    return made


def played(examination: FaceExaminer, seed: int = 3) -> Iterator[Outcome]:
    """All that is said in a cooperative person's session."""
    head, watch, embed = MovingHead(Motion(seed), chance=random.Random(seed)), Watch(), False
    for now_s in (number * STEP_S for number in range(1800)):
        said = list(examination.tick(now_s))
        if int(now_s / STEP_S) % 3 == 0:
            said += examination.observe(head.seen(now_s, embed, watch), now_s)
            embed = False
        for outcome in said:
            match outcome:
                case LookCloser():
                    embed = True
                case LookOtherwise():
                    watch = outcome.watch
                case Say(message=m.Prompt() as prompt):
                    head.prompt(prompt.kind, now_s + 0.1)
                case Say(message=m.ScreenLight() as light):
                    head.light(tuple(light.colours), light.each_ms / 1000, now_s + 0.1)
                case _:
                    pass
            yield outcome
            if isinstance(outcome, Concluded):
                return


def test_no_message_to_a_phone_tells_how_well_a_face_or_a_movement_did(tmp_path: Path) -> None:
    said = list(played(examiner(tmp_path)))
    verdict = said[-1]
    assert isinstance(verdict, Concluded)
    assert verdict.verification.state is VerificationState.MATCH
    told = [outcome.message for outcome in said if isinstance(outcome, Say)]
    assert {"prompt", "screen_light", "step_passed"} <= {message.type for message in told}  # type: ignore[attr-defined]
    for message in told:
        text = message.model_dump_json()
        assert not any(secret in text for secret in SECRETS)
        assert not re.search(r"\d\.\d", text), "a measured figure"


def test_the_colours_and_the_digits_reach_the_phone(tmp_path: Path) -> None:
    only: dict[str, Any] = {"kinds": ["read_digits", "nod"]}
    told = [said.message for said in played(examiner(tmp_path, **only)) if isinstance(said, Say)]
    light = next(message for message in told if isinstance(message, m.ScreenLight))
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in light.colours)
    assert light.each_ms * len(light.colours) <= 3500
    prompts = [message for message in told if isinstance(message, m.Prompt)]
    assert {prompt.kind for prompt in prompts} <= {"read_digits", "nod"}
    for prompt in prompts:
        digits = prompt.digits or ""
        assert bool(re.fullmatch(r"\d{3}", digits)) is (prompt.kind == "read_digits")


@pytest.mark.parametrize(
    ("exempt", "liveness"),
    [(frozenset({SCREEN_LIGHT}), {}), (frozenset(), {"screen_light": False})],
)
def test_the_light_can_be_spared_and_switched_off(
    tmp_path: Path, exempt: frozenset[str], liveness: dict[str, Any]
) -> None:
    said = list(played(examiner(tmp_path, exempt, **liveness)))
    assert not any(isinstance(one, Say) and isinstance(one.message, m.ScreenLight) for one in said)
    assert isinstance(said[-1], Concluded)
    assert said[-1].verification.assurance is Assurance.ORDINARY


def test_without_liveness_there_is_a_match_that_clears_nobody(tmp_path: Path) -> None:
    said = list(played(examiner(tmp_path, enabled=False)))
    assert not any(isinstance(one, Say) and isinstance(one.message, m.Prompt) for one in said)
    assert isinstance(said[-1], Concluded)
    assert said[-1].verification.assurance is Assurance.LOW


async def test_an_examination_knows_the_template_and_the_camera(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    await phone.wire.say(Offer(sdp="v=0 offer", camera="OBS Virtual Camera"))
    await phone.wire.expect("answer")
    peer = town.engine.flow()
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    case = town.script.made[0].case
    assert (case.camera, case.template_version) == ("OBS Virtual Camera", 1)
    assert (peer, Watch(coverings=False)) in town.verifier.watched


async def test_the_course_of_the_face_is_kept_sealed_and_meets_the_next_session(
    town: Town, duty: Staff
) -> None:
    town.script.trace = TRACE
    town.script.verdict = VerificationState.MISMATCH
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await phone.wire.expect("receipt")
    person = Subject(SubjectKind.PERSON, town.ids["ann"])
    assert await town.services.store.read(lambda r: r.faces.traces(person, 5)) == (TRACE,)
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert "trace" not in detail["verdicts"][0]["evidence"]
    town.script.trace = ()
    await look(town, await connect(town, phone, entry_id), 1)
    assert town.script.made[-1].case.earlier_traces == (TRACE,)


async def test_officer_and_person_learn_why_each_in_their_own_words(
    town: Town, duty: Staff
) -> None:
    town.script.inconclusive = Inconclusive.NOT_ENOUGH_FRAMES
    town.script.evidence = {"hindrance": "too_dark", "similarity": {"median": None}}
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 3)
    receipt = await phone.wire.expect("receipt")
    words = texts("zh-CN")
    dark = words.word("face_problems", "too_dark")
    assert receipt.reasons == [
        words.word("verdict_reasons", "person.not_enough_frames"),
        words.word("verdict_reasons", "person.hindered", {"problem": dark}),
    ]
    verdict = (await duty.get(f"/api/entries/{entry_id}"))["verdicts"][0]
    assert verdict["reasons"][0] == words.word("verdict_reasons", "verdict.not_enough_frames")
    assert verdict["reasons_for_person"] == receipt.reasons


async def test_an_assurance_that_does_not_clear_leads_to_a_call_and_never_to_a_failure(
    town: Town, duty: Staff
) -> None:
    town.script.assurance = Assurance.INJECTION_NOT_EXCLUDED
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 4)
    await phone.wire.expect("questions")
    await answer(phone)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "low_assurance")
    assert receipt.reasons == [texts("zh-CN").word("verdict_reasons", "person.call_to_be_sure")]


async def test_what_the_machine_said_is_no_reason_for_what_an_officer_decided(
    town: Town, duty: Staff
) -> None:
    town.script.verdict = VerificationState.MISMATCH
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 4)
    await phone.wire.expect("questions")
    await answer(phone)
    unsure = texts("zh-CN").word("verdict_reasons", "person.not_sure_who")
    assert (await phone.wire.expect("receipt")).reasons == [unsure]
    decision = {"outcome": "absent", "reason": "other", "note": "somebody else sat there"}
    await duty.post(f"/api/entries/{entry_id}/decision", decision)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reasons) == ("absent", [])


def possible_codes() -> set[str]:
    """Every code that an explanation can have."""
    why = [None, *Inconclusive]
    prompts = [
        {"kind": "nod", "passed": not failure, "void": False, "why": failure, "latency_s": latency}
        for failure, latency in product([None, *(one.value for one in TryFailure)], [None, 0.5])
    ]
    void = {"kind": "nod", "passed": False, "void": True, "why": None}
    unfinished = {"kind": "nod", "passed": False, "void": False, "why": None}
    evidence: dict[str, Any] = {
        "model": "sface",
        "model_version": "v1",
        "threshold": 0.5,
        "template_frames": 3,
        "prompts": [*prompts, void, unfinished],
        "liveness": {"exempt": ["nod"]},
        "changes": [
            {"media_s": 1.0, "why": one} for one in ("face_changed", "several_faces", "face_lost")
        ],
        "assurance_reasons": [reason.value for reason in AssuranceReason],
        "hindrance": "too_dark",
    }
    found = set()
    finals = [state for state in VerificationState if state.final]
    for state, level, reason in product(finals, [None, *Assurance], why):
        outcome = explanation.Outcome(state, level, reason)
        for light, median, version in product(ScreenLightOutcome, [None, 0.5], [None, 1]):
            more = {
                "screen_light": {"outcome": light.value, "lag_s": median},
                "similarity": {"median": median, "frames": 5},
                "template_version": version,
            }
            told = explanation.for_officer(outcome, {**evidence, **more})
            found |= set(explanation.codes(told))
        found |= set(explanation.codes(explanation.for_person(outcome, evidence)))
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_is_worded_and_no_word_is_for_nothing(locale: str) -> None:
    words = texts(locale).sections
    assert set(words["verdict_reasons"]) == possible_codes()
    assert set(words["prompt_kinds"]) == {*(kind.value for kind in PromptKind), SCREEN_LIGHT}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_to_the_person_has_a_figure(locale: str) -> None:
    words = texts(locale)
    for code, text in words.sections["verdict_reasons"].items():
        if code.startswith("person."):
            assert not re.search(r"\d", text)
            assert set(re.findall(r"{(\w+)}", text)) <= {"problem"}
    for problem in FaceProblem:
        assert not re.search(r"\d", words.word("face_problems", problem.value))
