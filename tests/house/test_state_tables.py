"""docs/state-machines.md shows the tables as they are in the code."""

import re
from enum import StrEnum
from typing import Any

import pytest

from roll_call.call import ROLL_CALL_TABLE
from roll_call.check_in import SESSION_TABLE
from roll_call.enrolment import SELF_ENROLMENT_TABLE
from roll_call.entry_state import ENTRY_TABLE
from roll_call.transitions import Table
from roll_call.verification import VERIFICATION_TABLE
from tests.house.tree import ROOT

SECTIONS: dict[str, Table[Any]] = {
    "RollCall ": ROLL_CALL_TABLE,
    "RollCallEntry ": ENTRY_TABLE,
    "CheckInSession ": SESSION_TABLE,
    "VerificationVerdict ": VERIFICATION_TABLE,
    "SelfEnrolment ": SELF_ENROLMENT_TABLE,
}


def documented(section: str) -> dict[tuple[str, str], str]:
    """(state, event) -> target as the document has it."""
    text = (ROOT / "docs" / "state-machines.md").read_text("utf-8")
    body = text.split(f"## {section}", 1)[1].split("\n## ", 1)[0]
    pairs = {}
    for state, cell in re.findall(r"^\| (\w+) \| (.* -> .*) \|$", body, re.MULTILINE):
        for part in cell.split("; "):
            events, _, target = part.partition(" -> ")
            pairs |= {(state, event): target for event in events.split(", ")}
    return pairs


@pytest.mark.parametrize("section", SECTIONS)
def test_the_document_shows_the_table(section: str) -> None:
    def plain(value: StrEnum) -> str:
        return value.value

    table = SECTIONS[section]
    in_code = {(plain(s), event): plain(t) for (s, event), t in table.pairs.items()}
    found = {k: v for k, v in documented(section).items() if k != ("From", "event")}
    assert found == in_code
