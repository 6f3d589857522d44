"""Daily figures over the API: the center's form, the terminal's draft, the lock, the sums."""

import asyncio
from typing import Any

import pytest

from tests.server.test_terminals import Device, terminal_of
from tests.server.town import Staff, Town

FORM = {
    "deadline": "09:30",
    "unit_kinds": ["judicial_office"],
    "fields": [
        {"key": "people", "label_zh": "在矫人数", "label_en": "Under supervision"},
        {
            "key": "note",
            "label_zh": "备注",
            "label_en": "Notes",
            "kind": "text",
            "required": False,
            "summed": False,
        },
    ],
}
TODAY = "2026-11-20"


@pytest.fixture
async def device(town: Town, duty: Staff) -> Device:
    """The eastern office's terminal, signed in, with a form to hand in by 09:30."""
    await put(duty, "/api/figures/form", FORM)
    device = Device(town)
    await device.become("east")
    return device


async def put(staff: Staff, path: str, body: Any) -> Any:
    status, data = await staff.ask("PUT", path, body)
    assert status == 200, data
    return data


async def table(duty: Staff) -> Any:
    return await duty.get(f"/api/figures?day={TODAY}")


async def test_from_draft_over_handed_in_to_locked(town: Town, duty: Staff, device: Device) -> None:
    own = await device.get("/api/terminal/figures")
    assert (own["figures"]["status"], own["figures"]["editable"]) == ("missing", True)
    console = await duty.socket()
    await console.expect("live_changed")
    path = f"/api/terminal/figures/{TODAY}"
    await put(device, path, {"typed": {"people": "1"}})
    assert (await console.expect("figures_changed")).status == "draft"
    await put(device, path, {"typed": {"people": "12"}, "done": True})
    assert (await console.expect("figures_changed")).status == "submitted"
    town.clock.forward(minutes=30)
    assert (await console.expect("figures_changed")).status == "locked"
    status, data = await device.ask("PUT", path, {"typed": {"people": "13"}})
    assert (status, data["error"]["code"]) == (409, "figures_locked")
    found = await table(duty)
    assert (found["sums"], found["over"]) == ({"people": 12.0}, True)
    assert found["missing"] == [town.ids["west"]]
    day = town.services.figures.today()
    statuses = await town.services.store.read(lambda r: r.figures.status(day))
    assert {unit: str(one) for unit, one in statuses.items()} == {
        town.ids["east"]: "locked",
        town.ids["west"]: "missing",
    }


async def test_what_cannot_be_handed_in_is_kept_as_typed(device: Device) -> None:
    body = {"typed": {"people": "a dozen", "note": "x"}, "done": True}
    status, data = await device.ask("PUT", f"/api/terminal/figures/{TODAY}", body)
    assert (status, data["error"]["code"]) == (400, "figure_not_a_number")
    assert data["error"]["params"]["field"] == "people"
    own = (await device.get("/api/terminal/figures"))["figures"]
    assert (own["status"], own["typed"]) == ("draft", body["typed"])


async def test_a_draft_is_not_handed_in_by_the_deadline(
    town: Town, duty: Staff, device: Device
) -> None:
    await put(device, f"/api/terminal/figures/{TODAY}", {"typed": {"people": "12"}})
    town.clock.forward(minutes=30)
    own = (await device.get("/api/terminal/figures"))["figures"]
    assert (own["status"], own["editable"]) == ("draft", False)
    assert (await table(duty))["sums"] == {"people": 0.0}


async def test_the_duty_officer_unlocks_with_a_reason(
    town: Town, duty: Staff, device: Device
) -> None:
    path = f"/api/figures/{town.ids['east']}/{TODAY}"
    early, data = await duty.ask("POST", f"{path}/unlock", {"reason": "why"})
    assert (early, data["error"]["code"]) == (409, "figures_not_locked")
    wire = await terminal_of(device)
    town.clock.forward(minutes=30)
    opened = await duty.post(f"{path}/unlock", {"reason": "网络中断"})
    assert (opened["unlocked"]["by"], opened["unlocked"]["reason"]) == ("Duty", "网络中断")
    assert (await wire.expect("terminal")).figures.status == "draft"
    body = {"typed": {"people": "12"}, "done": True}
    late = await put(device, f"/api/terminal/figures/{TODAY}", body)
    assert (late["status"], late["editable"]) == ("locked", False)


async def test_the_lock_is_made_good_after_a_restart(town: Town, device: Device) -> None:
    body = {"typed": {"people": "12"}, "done": True}
    await put(device, f"/api/terminal/figures/{TODAY}", body)
    await town.services.figures.stop()
    town.clock.forward(hours=30)
    await town.services.figures.start()
    await asyncio.sleep(0.05)
    figures = await town.services.store.read(lambda r: r.figures.submitted())
    assert figures == ()


async def test_a_new_form_begins_tomorrow_once_somebody_has_typed(
    duty: Staff, device: Device
) -> None:
    await put(device, f"/api/terminal/figures/{TODAY}", {"typed": {"people": "12"}})
    newer = {**FORM, "deadline": "10:00"}
    assert (await put(duty, "/api/figures/form", newer))["valid_from"] == "2026-11-21"
    forms = await duty.get(f"/api/figures/form?day={TODAY}")
    assert (forms["current"]["deadline"], forms["coming"]["deadline"]) == ("09:30", "10:00")


async def test_offices_hand_in_for_themselves_only(town: Town, device: Device) -> None:
    west = Staff(town)
    await west.sign_in("west")
    body = {"typed": {"people": "12"}, "done": True}
    assert (await west.ask("PUT", f"/api/figures/{town.ids['east']}/{TODAY}", body))[0] == 403
    assert (await west.ask("PUT", f"/api/figures/{town.ids['west']}/{TODAY}", body))[0] == 200
    assert [row["unit"] for row in (await west.get("/api/figures"))["rows"]] == ["west office"]
    assert (await west.ask("PUT", "/api/figures/form", FORM))[0] == 403
    judge = Staff(town)
    await judge.sign_in("judge")
    assert (await judge.ask("PUT", f"/api/figures/{town.ids['west']}/{TODAY}", body))[0] == 403
    assert len((await judge.get("/api/figures"))["rows"]) == 2


async def test_without_a_form_there_is_nothing_to_hand_in(town: Town, duty: Staff) -> None:
    west = Device(town)
    await west.become("west")
    status, data = await west.ask("GET", "/api/terminal/figures")
    assert (status, data["error"]["code"]) == (404, "no_figure_form")
    assert (await duty.get("/api/figures"))["form"] is None
    assert (await terminal_of(west)).seen[-1].figures is None
