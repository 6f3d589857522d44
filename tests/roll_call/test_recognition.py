"""Who of a unit is in its picture: several looks must agree, and nobody is named by one."""

import pytest

from roll_call.proposal import Face
from roll_call.recognition import Glimpse, Recognition

LI = Glimpse(1, {"li": 0.1, "wang": -0.4})
WANG = Glimpse(1, {"li": -0.3, "wang": 0.2})
BOTH = Glimpse(1, {"li": 0.1, "wang": 0.05})
STRANGER = Glimpse(1, {"li": -0.3, "wang": -0.4})
USELESS = Glimpse(1)
EMPTY = Glimpse(0)
CROWD = Glimpse(3)


@pytest.mark.parametrize(
    ("looks", "face", "who"),
    [
        ((), Face.UNKNOWN, None),
        ((LI,), Face.UNKNOWN, None),
        ((LI, LI), Face.RECOGNISED, "li"),
        ((LI, USELESS, LI), Face.RECOGNISED, "li"),
        ((LI, WANG), Face.UNKNOWN, None),
        ((LI, WANG, WANG), Face.RECOGNISED, "wang"),
        ((BOTH, BOTH), Face.UNKNOWN, None),
        ((STRANGER, STRANGER), Face.UNKNOWN, None),
        ((STRANGER, STRANGER, STRANGER), Face.UNRECOGNISED, None),
        ((EMPTY,), Face.UNKNOWN, None),
        ((EMPTY, EMPTY), Face.NONE, None),
        ((CROWD, CROWD), Face.SEVERAL, None),
        ((USELESS,) * 4, Face.UNKNOWN, None),
    ],
)
def test_what_looks_come_to(looks: tuple[Glimpse, ...], face: Face, who: str | None) -> None:
    seen = Recognition()
    for look in looks:
        seen = seen.after(look)
    assert (seen.face, seen.officer_id) == (face, who)


def test_only_the_last_looks_count() -> None:
    seen = Recognition()
    for look in (LI, LI, STRANGER, STRANGER, STRANGER):
        seen = seen.after(look)
    assert (seen.face, seen.officer_id) == (Face.UNRECOGNISED, None)
