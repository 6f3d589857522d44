"""The round of a duty roll-call over HTTP: turns, decisions, conductors, what consoles are told."""

from typing import Any

from tests.server.town import Staff, Town


async def open_call(town: Town, duty: Staff, *offices: str) -> tuple[str, list[str]]:
    """A roll-call of some offices; its id and the entries in calling order."""
    units = [town.ids[office] for office in offices or ("east", "west")]
    made = await duty.post("/api/roll-calls", {"unit_ids": units})
    view = await duty.get(f"/api/roll-calls/{made['id']}/round")
    assert [e["subject_id"] for e in view["entries"]] == units
    return made["id"], view["order"]


async def step(staff: Staff, roll_call_id: str, name: str, **body: Any) -> Any:
    """One step of the round."""
    return await staff.post(f"/api/roll-calls/{roll_call_id}/round/{name}", body)


def entry_of(view: Any, entry_id: str) -> Any:
    """One entry of a view."""
    return next(e for e in view["entries"] if e["entry_id"] == entry_id)


async def test_a_round_from_the_first_call_to_the_end(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    view = await step(duty, key, "take")
    assert view["conductor"]["id"] == town.ids["officer_duty"]
    view = await step(duty, key, "call", entry_id=None)
    assert view["current"] == first
    assert entry_of(view, first)["proposal"]["outcome"] == "later"
    town.clock.forward(seconds=4)
    view = await step(duty, key, "confirm", entry_id=first, outcome="present", reason="by_eye")
    assert view["current"] == second
    assert entry_of(view, first)["state"] == "present"
    assert entry_of(view, first)["seconds"] == 4.0
    view = await step(duty, key, "confirm", entry_id=second, outcome="later")
    assert (view["current"], entry_of(view, second)["retry"]) == (second, 1)
    assert entry_of(view, second)["proposal"]["outcome"] == "open"
    tried = [t["step"] for t in entry_of(view, second)["tried"]]
    assert tried == ["call", "later", "call"]
    view = await step(duty, key, "finish")
    assert entry_of(view, second)["state"] == "review"
    assert (view["finished_at"] is not None, view["current"]) == (True, None)
    counts = view["counts"]
    assert (counts["total"], counts["present"], counts["review"]) == (2, 1, 1)
