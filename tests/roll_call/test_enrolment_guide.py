"""Which picture a person is asked for next, and which ones count."""

import pytest

from roll_call.enrolment_guide import EnrolmentPose, Guide, Shot

STRAIGHT, LEFT, RIGHT, OTHER_LIGHT = EnrolmentPose


def taken(guide: Guide, *shots: Shot) -> None:
    for shot in shots:
        pose = guide.fit(shot)
        assert pose is not None
        guide.take(shot, pose)


def three() -> Guide:
    guide = Guide(3)
    taken(guide, Shot(0, 120), Shot(15, 120), Shot(-15, 120))
    return guide


def test_the_poses_are_asked_for_in_turn() -> None:
    guide, asked = Guide(3), []
    for shot in (Shot(0, 120), Shot(15, 120), Shot(-15, 120), Shot(0, 150)):
        asked.append(guide.next)
        taken(guide, shot)
    assert asked == [STRAIGHT, LEFT, RIGHT, OTHER_LIGHT]
    assert (guide.next, guide.taken, guide.total, guide.enough) == (None, 4, 4, True)


@pytest.mark.parametrize(
    ("yaw", "pose"),
    [
        (7.9, STRAIGHT),
        (-7.9, STRAIGHT),
        (8.0, LEFT),
        (25.0, LEFT),
        (25.1, None),
        (-8.0, RIGHT),
        (-25.0, RIGHT),
        (-25.1, None),
    ],
)
def test_a_picture_counts_for_the_pose_that_it_shows(yaw: float, pose: EnrolmentPose) -> None:
    assert Guide(3).fit(Shot(yaw, 120)) is pose


def test_a_pose_that_was_taken_does_not_count_again() -> None:
    guide = Guide(3)
    taken(guide, Shot(0, 120))
    assert guide.fit(Shot(2, 121)) is None
    assert guide.fit(Shot(-12, 120)) is RIGHT


def test_another_light_differs_from_every_picture_before() -> None:
    guide = three()
    assert guide.fit(Shot(0, 134)) is None
    assert guide.fit(Shot(0, 135)) is OTHER_LIGHT
    assert guide.fit(Shot(0, 105)) is OTHER_LIGHT


def test_who_has_no_other_light_is_not_asked_for_ever() -> None:
    guide = three()
    guide.missed()
    assert guide.fit(Shot(0, 121)) is OTHER_LIGHT
    guide.missed()
    assert (guide.next, guide.taken, guide.total, guide.enough) == (None, 3, 3, True)


def test_where_every_pose_is_needed_any_picture_is_taken_in_the_end() -> None:
    guide = Guide(4)
    taken(guide, Shot(0, 120), Shot(15, 120), Shot(-15, 120))
    for _ in range(3):
        guide.missed()
    assert (guide.next, guide.fit(Shot(0, 121))) == (OTHER_LIGHT, OTHER_LIGHT)


def test_missing_other_poses_gives_none_of_them_up() -> None:
    guide = Guide(3)
    for _ in range(10):
        guide.missed()
    assert (guide.next, guide.total, guide.enough) == (STRAIGHT, 4, False)


def test_too_few_are_not_enough_to_hand_in() -> None:
    guide = Guide(3)
    taken(guide, Shot(0, 120), Shot(15, 120))
    assert not guide.enough
