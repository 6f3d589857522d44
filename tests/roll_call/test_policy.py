"""Policy: sane by default, refused where it makes no sense, the night closed."""

from dataclasses import fields
from datetime import UTC, time

import pytest

from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.policy import Policy


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {field.name: bad}
            for field in fields(Policy)
            if field.name.endswith("_s")
            for bad in (0.0, -1.0, float("nan"), float("inf"), 86_401.0)
        ),
        {"liveness_steps": 2},
        {"liveness_steps": 11},
        {"liveness_tries": 0},
        {"night_starts": time(22, 0, tzinfo=UTC)},
        {"night_starts": time(6, 0)},
        {"verdict_deadline_s": 301.0},
    ],
)
def test_a_policy_out_of_bounds_is_refused_and_names_the_field(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        Policy(**changes)  # type: ignore[arg-type]
    assert refused.value.code == "policy_out_of_bounds"
    assert isinstance(refused.value.params["field"], str)


def test_every_duration_says_its_unit() -> None:
    for field in fields(Policy):
        if field.type in (float, "float"):
            assert field.name.endswith("_s"), field.name


@pytest.mark.parametrize(
    ("policy", "local", "night"),
    [
        (Policy(), time(22, 0), True),
        (Policy(), time(21, 59, 59), False),
        (Policy(), time(0, 0), True),
        (Policy(), time(5, 59, 59), True),
        (Policy(), time(6, 0), False),
        (Policy(night_starts=time(1, 0), night_ends=time(5, 0)), time(0, 30), False),
        (Policy(night_starts=time(1, 0), night_ends=time(5, 0)), time(3, 0), True),
        (Policy(night_closed=False), time(3, 0), False),
    ],
)
def test_the_night_is_closed_by_default_and_may_span_midnight(
    policy: Policy, local: time, night: bool
) -> None:
    assert policy.is_night(local) is night


def test_a_duty_terminal_may_stay_until_the_officer_has_come_to_it() -> None:
    policy = Policy()
    assert policy.of(SubjectKind.PERSON) is policy
    unit = policy.of(SubjectKind.UNIT)
    assert unit.session_deadline_s == unit.verdict_deadline_s == policy.unit_session_s
    assert unit.session_deadline_s > policy.session_deadline_s
