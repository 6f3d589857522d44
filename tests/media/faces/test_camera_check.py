"""Advice before the movements, and what bad frames may and may not do to the verdict."""

import random
from dataclasses import replace

import pytest

from media.faces.camera_check import Adviser, NeutralView
from media.faces.outcomes import Advice, HoldStill, TryFailed, TryFailure
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose, Watch
from roll_call.verification import Inconclusive, VerificationState
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import SEEN_QUALITY, Head, MovingHead, observation, perform

VIEW_S = 0.13


class Blind:
    """A camera that shows one problem all the time."""

    def __init__(self, problem: FaceProblem, pose: Pose | None = None) -> None:
        self._problem, self._pose = problem, pose

    def prompt(self, kind: str, at_s: float) -> None:
        del kind, at_s

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        del colours, each_s, at_s

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        del embed, watch
        return observation(at_s, self._problem, self._pose)


@pytest.mark.parametrize("problem", list(FaceProblem))
def test_a_bad_picture_is_advised_about_and_decides_nothing(problem: FaceProblem) -> None:
    show = perform(Blind(problem), random.Random(1), limit_s=8.0)
    assert show.advice == [problem]
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.inconclusive is Inconclusive.DEADLINE
    assert show.evidence["problems"][problem.value] > 10


def test_a_moment_of_trouble_is_not_worth_a_word() -> None:
    adviser = Adviser()
    said = [adviser.see(FaceProblem.EYES_CLOSED if i == 4 else None, i * VIEW_S) for i in range(20)]
    assert [advice for advice in said if advice] == [Advice(None)]


def test_changing_trouble_is_told_no_more_than_once_a_second() -> None:
    adviser = Adviser()
    kinds = [FaceProblem.TOO_DARK, FaceProblem.TOO_FAR]
    said = [adviser.see(kinds[(i // 4) % 2], i * VIEW_S) for i in range(100)]
    assert 2 < len([advice for advice in said if advice]) <= 100 * VIEW_S + 1


def test_the_neutral_view_needs_a_steady_head() -> None:
    neutral = NeutralView()
    turning = [
        neutral.see(observation(i * VIEW_S, pose=Pose(i * 3.0, 0, 0)), i * VIEW_S)
        for i in range(20)
    ]
    assert turning == [None] * 20
    steady = [
        neutral.see(observation(i * VIEW_S, pose=Pose(61.0, 4.0, 0)), i * VIEW_S)
        for i in range(20, 30)
    ]
    assert steady[-1] is not None
    assert steady[-1].pose.pitch == 4.0


def test_the_neutral_view_needs_a_steady_distance() -> None:
    neutral = NeutralView()
    for i in range(20):
        seen = observation(i * VIEW_S)
        nearer = replace(SEEN_QUALITY, eye_distance_share=0.125 + 0.01 * i)
        assert neutral.see(replace(seen, quality=nearer), i * VIEW_S) is None


def test_a_word_and_a_blink_do_not_spoil_the_neutral_view() -> None:
    neutral, found = NeutralView(), None
    for i in range(10):
        mouth, eyes = (0.3 if i in {3, 4} else 0.04), (0.5 if i == 6 else 0.1)
        seen = replace(observation(i * VIEW_S), mouth_open=mouth, eyes_closed=eyes)
        found = neutral.see(seen, i * VIEW_S) or found
    assert found is not None
    assert (found.mouth_open, found.eyes_closed) == (0.04, 0.1)


def test_a_mask_put_on_after_the_movements_began_leads_to_a_person() -> None:
    class Masked(MovingHead):
        def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
            seen = super().seen(at_s, False, watch)
            return replace(seen, problem=FaceProblem.MASK) if at_s > 1.6 else seen

    show = perform(Masked(Motion(1)), random.Random(1))
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.inconclusive is Inconclusive.NOT_ENOUGH_FRAMES


def test_two_people_before_the_camera_fail_the_try() -> None:
    class Joined(MovingHead):
        def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
            if at_s > 2.0:
                return observation(at_s, FaceProblem.SEVERAL_FACES)
            return super().seen(at_s, embed, watch)

    show = perform(Joined(Motion(1)), random.Random(1), limit_s=8.0)
    failed = [outcome for _, outcome in show.said if isinstance(outcome, TryFailed)]
    assert failed[0] == TryFailed(TryFailure.FACE_LOST, 1)


@pytest.mark.parametrize("others", [(0.0, 5.0), (2.5, 7.5), (5.0, 60.0), (8.0, 60.0)])
def test_a_face_lent_for_a_part_of_the_session_is_never_a_match(
    others: tuple[float, float],
) -> None:
    for seed in range(30):
        mine = MovingHead(Motion(seed), similarity=0.85)
        other = MovingHead(mine.motion, similarity=0.1, continuity=0.1)

        def before_the_camera(at_s: float, mine: Head = mine, other: Head = other) -> Head:
            return other if others[0] <= at_s < others[1] else mine

        show = perform(mine, random.Random(seed), swap=before_the_camera)
        if show.end_s > others[0] + 1.0:
            assert show.verification.state is not VerificationState.MATCH


def test_similarities_come_from_random_moments_of_the_whole_session() -> None:
    moments: set[float] = set()
    for seed in range(10):
        show = perform(MovingHead(Motion(seed)), random.Random(seed))
        times = [frame["media_s"] for frame in show.evidence["frames"]]
        assert times[-1] - times[0] > 0.5 * show.end_s
        assert times[0] < show.first(HoldStill) + 1.0
        moments |= set(times)
    assert len(moments) > 30


def test_an_uncertain_similarity_stays_undecided() -> None:
    show = perform(MovingHead(Motion(3), similarity=0.40), random.Random(3))
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.inconclusive is Inconclusive.NOT_ENOUGH_FRAMES
    assert show.evidence["threshold"] == 0.45


def test_a_single_picture_needs_more_and_gives_ordinary_assurance_at_most() -> None:
    show = perform(MovingHead(Motion(4), similarity=0.47), random.Random(4), template_frames=1)
    assert show.verification.state is VerificationState.INCONCLUSIVE
    show = perform(MovingHead(Motion(4), similarity=0.9), random.Random(4), template_frames=1)
    assert show.verification.assurance == "ordinary"
    assert "few_reference_pictures" in show.evidence["assurance_reasons"]
