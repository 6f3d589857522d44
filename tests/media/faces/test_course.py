"""The course of an examination on motion alone: light, swaps, several faces, what is kept."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from media.faces.challenge import verify_prompt
from media.faces.examination import Examination, Subject
from media.faces.outcomes import (
    EmbedWanted,
    HoldStill,
    LightShown,
    MovementsDone,
    PromptIssued,
    PromptKind,
    TryFailed,
    TryFailure,
    WatchWanted,
)
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceProblem, Place, Watch
from roll_call.verification import Assurance, Inconclusive, VerificationState
from server.liveness.theatre import examine
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import Head, MovingHead, Performance

MOVEMENTS = frozenset(kind.value for kind in PromptKind)
PERSON = Subject("sface", 3)


def session(head: Head, subject: Subject = PERSON, seed: int = 1, **more: object) -> Performance:
    examination = Examination("s", 1, subject, Policy(), random.Random(seed))
    return examine(head, examination, **more)  # type: ignore[arg-type]


def person(seed: int = 1) -> MovingHead:
    return MovingHead(Motion(seed), chance=random.Random(seed))


@dataclass
class Disturbed:
    """A person whose looks somebody changes from a moment on, ``after`` the movements or not."""

    person: MovingHead
    change: Callable[[FaceObservation], FaceObservation]
    lasts_s: float = 60.0
    after_light: bool = True
    from_s: float | None = None

    def prompt(self, kind: str, at_s: float) -> None:
        self.person.prompt(kind, at_s)
        if self.from_s is None and not self.after_light:
            self.from_s = at_s + 0.1

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        self.person.light(colours, each_s, at_s)
        if self.from_s is None and self.after_light:
            self.from_s = at_s + 0.5

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        seen = self.person.seen(at_s, embed, watch)
        since_s = -1.0 if self.from_s is None else at_s - self.from_s
        return self.change(seen) if 0 <= since_s < self.lasts_s else seen


def another(seen: FaceObservation) -> FaceObservation:
    similarity = None if seen.similarity is None else 0.05
    continuity = None if seen.continuity is None else 0.05
    return replace(seen, similarity=similarity, continuity=continuity)


def several(seen: FaceObservation) -> FaceObservation:
    return replace(seen, faces=2, problem=FaceProblem.SEVERAL_FACES, similarity=None)


def nobody(seen: FaceObservation) -> FaceObservation:
    empty = replace(seen, faces=0, problem=FaceProblem.NO_FACE, pose=None, quality=None)
    return replace(empty, similarity=None, continuity=None, place=None, light=None)


def masked(seen: FaceObservation) -> FaceObservation:
    return replace(seen, problem=FaceProblem.MASK, similarity=None, continuity=None)


def test_the_light_comes_after_the_movements_and_before_the_questions() -> None:
    show = session(person())
    last_prompt_s = max(at_s for at_s, said in show.said if isinstance(said, PromptIssued))
    assert last_prompt_s < show.first(LightShown) < show.first(MovementsDone) <= show.end_s
    assert show.evidence["screen_light"]["outcome"] == "responds"
    assert show.verification.assurance is Assurance.HIGH


@pytest.mark.parametrize(
    "subject",
    [replace(PERSON, exempt=frozenset({"screen_light"})), replace(PERSON, screen_light=False)],
    ids=["spared", "switched_off"],
)
def test_without_the_light_the_assurance_is_ordinary(subject: Subject) -> None:
    show = session(person(), subject)
    assert not any(isinstance(said, LightShown) for _, said in show.said)
    assert show.evidence["screen_light"] is None
    assert show.verification.assurance is Assurance.ORDINARY


def test_light_that_is_not_on_the_face_never_fails_a_person() -> None:
    show = session(Unlit(Motion(1), chance=random.Random(1)))
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.ORDINARY


class Unlit(MovingHead):
    """Somebody in bright daylight, or a recording: the screen's light is not seen on them."""

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        del colours, each_s, at_s


def turned(seen: FaceObservation) -> FaceObservation:
    assert seen.pose is not None
    return replace(seen, pose=replace(seen.pose, yaw=seen.pose.yaw - 20))


def nearer(seen: FaceObservation) -> FaceObservation:
    assert seen.quality is not None
    distance = seen.quality.eye_distance_share * 1.3
    return replace(seen, quality=replace(seen.quality, eye_distance_share=distance))


NEVER_NEARER = replace(PERSON, exempt=frozenset({"come_nearer"}))


@pytest.mark.parametrize(
    ("change", "lit", "lasts_s", "kept_moving", "assurance"),
    [
        (turned, False, 1.0, True, Assurance.INJECTION_NOT_EXCLUDED),
        (nearer, False, 1.5, True, Assurance.INJECTION_NOT_EXCLUDED),
        (turned, True, 1.0, True, Assurance.ORDINARY),
        (turned, False, 0.1, False, Assurance.ORDINARY),
    ],
    ids=["turned", "nearer", "but_lit", "a_glance"],
)
def test_who_goes_on_moving_when_there_is_only_to_look_on_is_called_unless_lit(
    change: Callable[[FaceObservation], FaceObservation],
    lit: bool,
    lasts_s: float,
    kept_moving: bool,
    assurance: Assurance,
) -> None:
    somebody = person() if lit else Unlit(Motion(1), chance=random.Random(1))
    show = session(Disturbed(somebody, change, lasts_s, after_light=True), NEVER_NEARER)
    assert show.verification.state is VerificationState.MATCH
    assert ("kept_moving" in show.evidence["assurance_reasons"]) is kept_moving
    assert show.verification.assurance is assurance


@dataclass
class Glancing:
    """One look aside whenever the light begins; after the first of them away for two seconds."""

    person: MovingHead
    lights_s: list[float] = field(default_factory=list)

    def prompt(self, kind: str, at_s: float) -> None:
        self.person.prompt(kind, at_s)

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        self.person.light(colours, each_s, at_s)
        self.lights_s.append(at_s)

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        seen = self.person.seen(at_s, embed, watch)
        since_s = at_s - self.lights_s[-1] if self.lights_s else -1.0
        first = len(self.lights_s) == 1
        if 0.0 <= since_s - (0.5 if first else 0.0) < 0.24:
            return turned(seen)
        return nobody(seen) if first and 0.74 <= since_s < 2.6 else seen


def test_a_glance_before_and_one_after_an_absence_are_not_one_long_movement() -> None:
    scene = Glancing(Unlit(Motion(1), chance=random.Random(1)))
    show = session(scene)
    assert len(scene.lights_s) == 2
    assert "kept_moving" not in show.evidence["assurance_reasons"]


@pytest.mark.parametrize("after_light", [True, False], ids=["in_the_light", "in_the_movements"])
@pytest.mark.parametrize("lasts_s", [1.5, 3.0, 60.0])
@pytest.mark.parametrize("seed", range(5))
def test_another_face_in_mid_session_never_clears(
    seed: int, lasts_s: float, after_light: bool
) -> None:
    show = session(Disturbed(person(seed), another, lasts_s, after_light), seed=seed)
    verdict = show.verification
    assert verdict.assurance is None or not verdict.assurance.clears
    assert verdict.state is not VerificationState.MISMATCH
    assert "face_changed" in [change["why"] for change in show.evidence["changes"]]


def test_a_change_of_face_in_the_movements_costs_the_try() -> None:
    show = session(Disturbed(person(), another, 2.0, after_light=False))
    failed = next(said for _, said in show.said if isinstance(said, TryFailed))
    assert failed.why is TryFailure.FACE_LOST


@pytest.mark.parametrize(("change", "why"), [(several, "several_faces"), (nobody, "face_lost")])
def test_who_was_away_or_had_company_shows_liveness_again(
    change: Callable[[FaceObservation], FaceObservation], why: str
) -> None:
    show = session(Disturbed(person(), change, 2.5))
    assert [change["why"] for change in show.evidence["changes"]] == [why]
    movements = [at_s for at_s, said in show.said if isinstance(said, HoldStill)]
    assert max(movements) > show.first(LightShown)
    assert show.verification.state is VerificationState.MATCH
    assert sum(isinstance(said, LightShown) for _, said in show.said) == 2


def test_company_that_stays_is_no_verdict_and_says_why() -> None:
    show = session(Disturbed(person(), several, 60.0))
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.hindrance is FaceProblem.SEVERAL_FACES


def test_bad_frames_at_the_end_are_no_mismatch_and_the_hindrance_is_named() -> None:
    show = session(Disturbed(person(), masked, 60.0))
    assert show.verification.inconclusive is Inconclusive.NOT_ENOUGH_FRAMES
    assert show.verification.hindrance is FaceProblem.MASK
    assert show.evidence["hindrance"] == "mask"


def test_there_is_no_match_while_the_face_jumps_about() -> None:
    def jumping(seen: FaceObservation) -> FaceObservation:
        side = 0.2 if round(seen.media_s * 15) % 2 else 0.8
        return replace(seen, place=Place(side, 0.5, 0.45))

    show = session(Disturbed(person(), jumping, 60.0))
    assert show.verification.inconclusive is Inconclusive.NOT_ENOUGH_FRAMES
    assert session(Disturbed(person(), jumping, 1.0)).verification.state is VerificationState.MATCH


def test_who_is_spared_everything_is_not_asked_to_move_after_company() -> None:
    spared = replace(PERSON, exempt=MOVEMENTS)
    show = session(Disturbed(person(), another, 2.0), spared)
    assert not any(isinstance(said, HoldStill) for _, said in show.said)
    assert show.verification.assurance in (None, Assurance.LOW)


def test_a_stranger_throughout_is_a_mismatch_and_not_a_change() -> None:
    stranger = MovingHead(Motion(2), similarity=0.1, chance=random.Random(2))
    show = session(stranger)
    assert show.verification.state is VerificationState.MISMATCH
    assert show.evidence["changes"] == []


def test_a_provisional_template_is_ordinary_at_best() -> None:
    show = session(person(), replace(PERSON, provisional=True))
    assert show.verification.assurance is Assurance.ORDINARY
    assert "provisional_template" in show.evidence["assurance_reasons"]


def test_a_camera_that_calls_itself_virtual_leads_to_a_call() -> None:
    show = session(person(), replace(PERSON, camera="OBS Virtual Camera"))
    assert show.verification.assurance is Assurance.INJECTION_NOT_EXCLUDED
    assert show.verification.state is VerificationState.MATCH


def test_similarities_come_from_the_whole_session_and_none_from_the_camera_check() -> None:
    show = session(person())
    asked = [at_s for at_s, said in show.said if isinstance(said, EmbedWanted)]
    assert min(asked) >= show.first(HoldStill)
    moments = [frame["media_s"] for frame in show.evidence["frames"] if frame["counts"]]
    assert moments[0] < show.first(LightShown) < moments[-1]
    assert max(moments) - min(moments) > 4.0


def test_frames_are_looked_at_no_more_closely_than_needed() -> None:
    show = session(person())
    wanted = [said.watch for _, said in show.said if isinstance(said, WatchWanted)]
    assert all(watch != after for watch, after in pairwise(wanted))
    assert [watch.light for watch in wanted].count(True) == 1
    assert all(watch.coverings is False for watch in wanted[1:])


def test_every_prompt_on_record_belongs_to_the_sessions_nonce() -> None:
    evidence = session(person()).evidence
    nonce = bytes.fromhex(evidence["nonce"])
    for asked in evidence["prompts"]:
        kind, digits = PromptKind(asked["kind"]), asked["digits"]
        assert verify_prompt(nonce, asked["number"], kind, digits, asked["id"])
    assert evidence["nonce"] != session(person(), seed=2).evidence["nonce"]


def test_the_evidence_says_all_that_a_reviewer_asks_for() -> None:
    known = replace(PERSON, model_version="0ba9fbfa01b5", template_version=4)
    show = session(person(), known)
    evidence = show.evidence
    assert evidence["model_version"] == "0ba9fbfa01b5"
    assert evidence["template_version"] == 4
    assert evidence["calibration"]["data"]
    assert evidence["reasons"][0] == "verdict.match"
    assert evidence["reasons"][-1] == "limit.injection_not_excluded"
    assert "trace" not in evidence
    assert len(show.trace) > 30


@dataclass
class Restless:
    """A person who turns away at the first prompt, whatever it asks for, then does as asked."""

    person: MovingHead
    first: bool = True

    def prompt(self, kind: str, at_s: float) -> None:
        unasked = "turn_left" if kind == "turn_right" else "turn_right"
        self.person.prompt(unasked if self.first else kind, at_s)
        self.first = False

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        self.person.light(colours, each_s, at_s)

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        return self.person.seen(at_s, embed, watch)


def test_a_movement_nobody_asked_for_makes_the_next_try_longer_and_stays_on_record() -> None:
    show = session(Restless(person()))
    failed_at = show.first(TryFailed)
    totals = [
        (at_s > failed_at, one.total) for at_s, one in show.said if isinstance(one, HoldStill)
    ]
    assert set(totals) == {(False, 3), (True, 4)}
    assert show.verification.state is VerificationState.MATCH
    assert "unasked_movement" in show.evidence["assurance_reasons"]


def test_a_try_that_was_only_late_is_repeated_at_its_length() -> None:
    show = session(Disturbed(person(), nobody, lasts_s=3.0, after_light=False))
    assert show.first(TryFailed) > 0
    assert {one.total for _, one in show.said if isinstance(one, HoldStill)} == {3}
    assert "unasked_movement" not in show.evidence["assurance_reasons"]
