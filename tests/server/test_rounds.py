"""The round of a duty roll-call over HTTP: turns, decisions, conductors, what consoles are told."""

import asyncio
import time
from pathlib import Path

from server.messages import HangUp
from tests.server.conftest import settle_in
from tests.server.rounds import answered, entry_of, open_call, step, until
from tests.server.steps import begin, connect
from tests.server.town import Staff, Town, make_town


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
    await step(duty, key, "finish")


async def test_every_step_may_be_sent_twice(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    body = {"entry_id": first, "outcome": "present", "reason": "by_eye"}
    once = await step(duty, key, "confirm", **body)
    twice = await step(duty, key, "confirm", **body)
    assert once["version"] == twice["version"]
    other = {**body, "outcome": "excused", "reason": "leave"}
    status, data = await duty.ask("POST", f"/api/roll-calls/{key}/round/confirm", other)
    assert (status, data["error"]["code"]) == (409, "correction_required")
    once = await step(duty, key, "call", entry_id=second)
    assert (await step(duty, key, "call", entry_id=second))["version"] == once["version"]
    assert len(entry_of(once, second)["tried"]) == 1


async def test_an_absence_is_only_the_officers_word_with_a_reason(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    path = f"/api/roll-calls/{key}/round/confirm"
    for reason in (None, "device_fault", "technical_failure", "nonsense"):
        body = {"entry_id": first, "outcome": "absent", "reason": reason}
        status, _ = await duty.ask("POST", path, body)
        assert status == 400, reason
    view = await step(duty, key, "confirm", entry_id=first, outcome="absent", reason="off_post")
    assert (entry_of(view, first)["state"], view["counts"]["absent"]) == ("absent", 1)
    for _ in range(3):
        view = await step(duty, key, "confirm", entry_id=second, outcome="later")
    town.clock.forward(seconds=600)
    view = await step(duty, key, "finish")
    assert entry_of(view, second)["state"] == "review"


async def test_two_officers_see_the_same_and_only_one_conducts(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    chief = Staff(town)
    await chief.sign_in("admin")
    ours, theirs = await duty.socket(), await chief.socket()
    await step(duty, key, "call", entry_id=first)
    for console in (ours, theirs):
        while (await console.expect("round_changed")).current != first:
            pass
    body = {"entry_id": first, "outcome": "present"}
    status, data = await chief.ask("POST", f"/api/roll-calls/{key}/round/confirm", body)
    assert (status, data["error"]["code"]) == (409, "not_conductor")
    await step(chief, key, "take")
    while (told := await ours.expect("round_changed")).conductor.name != "Zhao":
        pass
    assert (told.current, told.entries) == (first, [])
    status, data = await duty.ask("POST", f"/api/roll-calls/{key}/round/confirm", body)
    assert (status, data["error"]["code"]) == (409, "not_conductor")
    sent_s = time.monotonic()
    view = await step(chief, key, "confirm", entry_id=first, outcome="present")
    while not any(e.state == "present" for e in (await ours.expect("round_changed")).entries):
        pass
    assert time.monotonic() - sent_s < 2.0
    assert (view["current"], entry_of(view, first)["reason"]) == (second, "by_eye")
    view = await step(chief, key, "hand-over", officer_id=town.ids["officer_duty"])
    assert view["conductor"]["name"] == "Duty"
    judge = {"officer_id": town.ids["officer_judge"]}
    status, data = await duty.ask("POST", f"/api/roll-calls/{key}/round/hand-over", judge)
    assert (status, data["error"]["code"]) == (400, "cannot_conduct")


async def test_undo_gives_the_entry_its_turn_again(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    await step(duty, key, "call", entry_id=first)
    view = await step(duty, key, "confirm", entry_id=first, outcome="excused", reason="leave")
    assert view["current"] == second
    await duty.post(f"/api/entries/{first}/undo")
    view = await duty.get(f"/api/roll-calls/{key}/round")
    assert (view["current"], entry_of(view, first)["state"]) == (first, "review")


async def test_an_office_that_answers_is_proposed_and_stays_on_the_wall(
    town: Town, duty: Staff
) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "take")
    terminal = await answered(town, first)
    view = await until(duty, key, lambda v: entry_of(v, first)["live_since"])
    seen = entry_of(view, first)
    assert seen["connection"] == "live"
    assert seen["proposal"]["outcome"] == "present"
    assert seen["proposal"]["because"][0] == "live"
    assert seen["rang_at"] and seen["answered_at"] and seen["answer_s"] == 0
    view = await step(duty, key, "confirm", entry_id=first, outcome="present")
    await asyncio.sleep(0.3)
    view = await duty.get(f"/api/roll-calls/{key}/round")
    assert entry_of(view, first)["connection"] == "live"
    assert "receipt" not in terminal.kinds
    await step(duty, key, "finish")
    assert (await terminal.expect("receipt")).state == "present"


async def test_an_office_that_hangs_up_is_lost_and_never_absent(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "take")
    terminal = await answered(town, first)
    await until(duty, key, lambda v: entry_of(v, first)["connection"] == "live")
    await terminal.say(HangUp())
    view = await until(duty, key, lambda v: entry_of(v, first)["connection"] == "lost")
    assert entry_of(view, first)["proposal"] == {
        "outcome": "later",
        "reason": None,
        "because": ["connection_lost"],
    }


async def test_what_was_tried_is_shown_and_on_record(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "prompt", entry_id=first)
    dialled = {"entry_id": first, "step": "phone", "number": "0351-110"}
    view = await step(duty, key, "escalate", **dialled, outcome="no_answer")
    assert "not_telephoned" not in str(view)
    view = await step(duty, key, "escalate", **dialled, outcome="reached", note="is on the way")
    tried = entry_of(view, first)["tried"]
    assert [(t["step"], t["outcome"]) for t in tried] == [
        ("prompt", None),
        ("phone", "no_answer"),
        ("phone", "reached"),
    ]
    assert (tried[2]["number"], tried[2]["officer"]) == ("0351-110", "Duty")
    assert entry_of(view, first)["proposal"]["reason"] == "by_phone"
    timeline = (await duty.get(f"/api/entries/{first}"))["timeline"]
    assert [row["kind"] for row in timeline].count("round_step.tried") == 3


async def test_the_timer_stands_still_while_it_is_suspended(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "call", entry_id=first)
    town.clock.forward(seconds=5)
    await duty.post(f"/api/roll-calls/{key}/suspend")
    view = await until(duty, key, lambda v: v["paused_at"] is not None)
    assert view["state"] == "suspended"
    town.clock.forward(seconds=300)
    await duty.post(f"/api/roll-calls/{key}/resume")
    await until(duty, key, lambda v: v["paused_at"] is None)
    town.clock.forward(seconds=5)
    view = await step(duty, key, "confirm", entry_id=first, outcome="present", reason="on_site")
    assert entry_of(view, first)["seconds"] == 10.0


async def test_a_restart_goes_on_where_it_stood(tmp_path: Path) -> None:
    town = make_town(tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        key, (first, second) = await open_call(town, duty)
        await step(duty, key, "confirm", entry_id=first, outcome="later")
        before = await step(duty, key, "call", entry_id=second)
    async with town.running():
        again = Staff(town)
        await again.sign_in("duty")
        view = await again.get(f"/api/roll-calls/{key}/round")
        for name in ("version", "conductor", "current", "current_since", "order"):
            assert view[name] == before[name], name
        assert entry_of(view, first)["tried"] == entry_of(before, first)["tried"]
        view = await step(again, key, "confirm", entry_id=second, outcome="present")
        assert view["current"] == first


async def test_an_office_conducts_no_roll_call_of_others(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    east = Staff(town)
    await east.sign_in("east")
    seen = await east.get(f"/api/roll-calls/{key}/round")
    assert (seen["order"], seen["counts"]["total"]) == ([first], 1)
    for name, body in (
        ("take", {}),
        ("call", {"entry_id": first}),
        ("confirm", {"entry_id": first, "outcome": "present"}),
        ("prompt", {"entry_id": first}),
        ("escalate", {"entry_id": first, "step": "phone"}),
        ("snapshot", {"entry_id": first}),
        ("finish", {}),
    ):
        status, _ = await east.ask("POST", f"/api/roll-calls/{key}/round/{name}", body)
        assert status == 403, name


async def test_persons_are_called_one_by_one_as_well(town: Town, duty: Staff) -> None:
    people = [town.ids["ann"], town.ids["bob"]]
    made = await duty.post("/api/roll-calls", {"person_ids": people})
    view = await step(duty, made["id"], "call", entry_id=None)
    assert entry_of(view, view["current"])["name"] == "ann"
    body = {"entry_id": view["current"], "outcome": "present", "reason": "by_phone"}
    view = await step(duty, made["id"], "confirm", **body)
    assert entry_of(view, view["current"])["name"] == "bob"


async def test_a_person_is_taken_into_a_live_call_and_decided_by_eye(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    key = (await duty.get(f"/api/entries/{entry_id}"))["entry"]["roll_call_id"]
    view = await step(duty, key, "call", entry_id=entry_id)
    assert entry_of(view, entry_id)["connection"] == "ringing"
    await connect(town, phone, entry_id)
    view = await until(duty, key, lambda v: entry_of(v, entry_id)["connection"] == "live")
    assert entry_of(view, entry_id)["proposal"]["because"] == ["live", "in_call"]
    await step(duty, key, "confirm", entry_id=entry_id, outcome="present", reason="by_eye")
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_the_list_says_which_roll_calls_call_units(town: Town, duty: Staff) -> None:
    of_units, _ = await open_call(town, duty)
    of_persons = await duty.post("/api/roll-calls", {"person_ids": [town.ids["ann"]]})
    listed = {call["id"]: call["calls_units"] for call in await duty.get("/api/roll-calls")}
    assert listed == {of_units: True, of_persons["id"]: False}
    assert of_persons["calls_units"] is False
    assert (await duty.get(f"/api/roll-calls/{of_units}"))["calls_units"] is True
