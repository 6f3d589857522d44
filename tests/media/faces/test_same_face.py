"""A face that is not the same any more is noticed; a bad frame is not taken for another face."""

from dataclasses import replace

import pytest

from media.faces.same_face import SameFace
from roll_call.ports.faces import FaceObservation, FaceProblem, Place, Pose, Quality

LOOK = FaceObservation(
    session="s",
    media_s=0.0,
    faces=1,
    problem=None,
    pose=Pose(0.0, 0.0, 0.0),
    eyes_closed=0.1,
    mouth_open=0.0,
    quality=Quality(80.0, 0.17, 120.0, 20.0),
    similarity=None,
    place=Place(0.6, 0.5, 0.4),
)
OWN, BETWEEN, OTHER = 0.7, 0.4, 0.1


def watcher() -> SameFace:
    return SameFace(threshold=0.45, clear=0.35, strange=0.40)


def changes(similarities: list[float], continuity: list[float] | None = None) -> list[bool]:
    face = watcher()
    return [
        face.see(
            replace(LOOK, similarity=similarity, continuity=continuity and continuity[number]),
            number * 0.3,
        )
        for number, similarity in enumerate(similarities)
    ]


@pytest.mark.parametrize(
    "similarities",
    [[OWN, OWN, OTHER, OTHER], [OTHER, OTHER, OWN, OWN], [OWN, OWN, OTHER, OWN, OTHER, OTHER]],
)
def test_two_faces_in_one_session_are_a_change_whoever_comes_first(
    similarities: list[float],
) -> None:
    assert changes(similarities) == [False] * (len(similarities) - 1) + [True]


@pytest.mark.parametrize(
    "similarities",
    [
        [OWN, OWN, OTHER, OWN, OTHER, OWN],
        [OWN, BETWEEN, BETWEEN, OWN],
        [OTHER, OTHER, OTHER, OTHER, OTHER],
        [OTHER, OTHER, OWN, OTHER, OTHER],
    ],
)
def test_single_bad_frames_and_a_stranger_throughout_are_no_change(
    similarities: list[float],
) -> None:
    assert not any(changes(similarities))


def test_a_face_unlike_the_sessions_own_first_one_is_a_change_though_like_the_template() -> None:
    assert changes([OWN] * 4, [1.0, 0.8, 0.2, 0.2]) == [False, False, False, True]
    assert not any(changes([OWN] * 4, [1.0, 0.2, 0.8, 0.2]))


def test_a_bad_frame_says_nothing_about_whose_face_it_is() -> None:
    face = watcher()
    for number in range(4):
        assert not face.see(replace(LOOK, similarity=OWN), number * 0.3)
    blurred = replace(LOOK, similarity=OTHER, problem=FaceProblem.BLURRED)
    assert not any(face.see(blurred, 2.0 + number * 0.3) for number in range(5))


@pytest.mark.parametrize(
    ("place", "after_s", "doubtful"),
    [
        (Place(0.61, 0.5, 0.4), 0.1, False),
        (Place(0.70, 0.5, 0.4), 0.1, True),
        (Place(0.70, 0.5, 0.4), 0.45, False),
        (Place(0.60, 0.5, 0.5), 0.1, True),
        (Place(0.60, 0.5, 0.41), 0.1, False),
        (Place(0.60, 0.5, 0.4), 0.7, True),
    ],
)
def test_a_jump_or_a_gap_asks_for_a_look_at_once(
    place: Place, after_s: float, doubtful: bool
) -> None:
    face = watcher()
    face.see(LOOK, 0.0)
    face.see(replace(LOOK, place=place), after_s)
    assert face.doubtful is doubtful


def test_a_doubt_ends_with_two_similarities_and_one_bad_one_asks_for_another() -> None:
    face = watcher()
    face.see(LOOK, 0.0)
    face.see(replace(LOOK, similarity=OWN), 2.0)
    assert face.doubtful
    face.see(replace(LOOK, similarity=OWN), 2.1)
    assert not face.doubtful
    face.see(replace(LOOK, similarity=OTHER), 2.2)
    assert face.doubtful


def test_several_faces_count_once_they_stay_for_more_than_a_moment() -> None:
    face = watcher()
    two = replace(LOOK, faces=2, problem=FaceProblem.SEVERAL_FACES)
    face.see(two, 1.0)
    assert not face.several(1.5)
    face.see(two, 1.5)
    assert face.several(1.9)
    face.see(LOOK, 2.0)
    assert not face.several(4.0)


def test_a_face_is_missing_once_it_was_there() -> None:
    face = watcher()
    assert not face.missing(9.0, 1.5)
    face.see(LOOK, 0.0)
    face.see(replace(LOOK, problem=FaceProblem.NO_FACE, pose=None), 1.0)
    assert not face.missing(1.4, 1.5)
    assert face.missing(1.6, 1.5)
