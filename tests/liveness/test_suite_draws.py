"""What the attack suite draws for a replay whose steps are asked for again."""

from media.faces.outcomes import PromptKind
from media.faces.steps import draw_steps
from server.liveness.suite import SameSteps


def test_the_recordings_movements_come_again_in_their_order() -> None:
    filmed = ["nod", "turn_left", "open_mouth"]
    drawn = draw_steps(SameSteps(1, filmed), list(PromptKind), 3)
    assert [kind.value for kind in drawn] == filmed


def test_a_sequence_that_may_not_be_asked_for_ends_in_another_one() -> None:
    # Every four in a row of this circle read twice; once a try is the most.
    circle = ["read_digits", "nod", "read_digits"]
    steps = draw_steps(SameSteps(1, circle), list(PromptKind), 4)
    assert steps.count(PromptKind.READ_DIGITS) <= 1
