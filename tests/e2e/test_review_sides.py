"""Both sides of a conversation are reviewed as one: one control, one timeline, gaps marked."""

import json
import time
from typing import Any

from playwright.sync_api import Browser, Route, expect

from tests.e2e import cast
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Person, Town

IN_STEP_S = 0.4
TALK_MS = 5000
SIDES = """() => [...document.querySelectorAll('.side video')].map(v => ({
  at: v.currentTime, paused: v.paused, seeking: v.seeking, ready: v.readyState }))"""
GAP = {"start_s": 1.0, "end_s": 2.5, "why": "disconnected"}


def with_gap(route: Route) -> None:
    """The entry as the server tells it, with one gap more in the person's recording."""
    answer = route.fetch()
    detail: dict[str, Any] = answer.json()
    for recording in detail["recordings"]:
        if recording["role"] == "subject":
            recording["gaps"] = [GAP]
    route.fulfill(response=answer, body=json.dumps(detail))


def complete(town: Town, person: Person) -> list[dict[str, Any]]:
    """All recordings of the person's entry, once they are complete."""
    for _ in range(100):
        found: list[dict[str, Any]] = town.entry(person)["recordings"]
        if found and all(one["state"] != "recording" for one in found):
            return found
        time.sleep(0.2)
    raise TimeoutError("the recordings are not complete")


def test_both_sides_are_played_and_searched_as_one(browser: Browser, town: Town) -> None:
    face = sorted(cast.faces())[0]
    person = town.person("宋丽华", cast.enrolment_pictures(face))
    with desk(browser) as office:
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        page = console.page
        with phone(browser) as mobile:
            cast.portrait(face).appear(mobile)
            owner = PhoneUser(mobile, town.link(person))
            owner.begin()
            page.locator(".tile", has_text="宋丽华").locator(".open").click()
            expect(page.locator(".enlarged")).to_be_visible()
            page.keyboard.press("t")
            expect(owner.page.locator("[data-speaker]")).to_be_visible()
            page.wait_for_timeout(TALK_MS)
            page.keyboard.press("t")
            expect(owner.page.locator("[data-speaker]")).to_have_count(0)
            assert owner.receipt()[0] == "present"
        recordings = {one["role"]: one for one in complete(town, person)}
        assert set(recordings) == {"subject", "officer"}
        offset_s = recordings["officer"]["offset_s"] - recordings["subject"]["offset_s"]
        assert offset_s > 0
        page.route(f"**/api/entries/{person.entry_id}", with_gap)
        console.open_entry(person.entry_id)
        expect(page.locator(".side")).to_have_count(2)
        page.wait_for_function(f"() => ({SIDES})().every(side => side.ready >= 1)")
        middle_s = offset_s + recordings["officer"]["duration_s"] / 2
        position = page.get_by_role("slider")
        position.fill(f"{middle_s:.1f}")
        page.wait_for_function(f"() => ({SIDES})().every(side => !side.seeking)")
        subject, officer = page.evaluate(SIDES)
        assert abs(subject["at"] - officer["at"] - offset_s) < IN_STEP_S
        page.locator(".controls button").click()
        page.wait_for_timeout(1500)
        subject, officer = page.evaluate(SIDES)
        assert not subject["paused"] and not officer["paused"]
        assert subject["at"] > middle_s + 0.5
        assert abs(subject["at"] - officer["at"] - offset_s) < IN_STEP_S
        page.locator(".controls button").click()
        expect(page.get_by_text("连接中断").first).to_be_visible()
        position.fill("1.5")
        expect(page.locator(".side .missing")).to_be_visible()
        shoot(page, "console-review-both-sides-zh-CN-light")
