"""Verification in the browser: every kind of prompt, the light, masks, and the own enrolment."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from media.faces.outcomes import PromptKind
from tests.e2e import cast
from tests.e2e.actor import Picture, acting
from tests.e2e.browser import phone, shoot
from tests.e2e.phone_user import RECEIPT_WITHIN_MS, PhoneUser
from tests.e2e.town import Person, Town
from tests.faults.scenes import masked

PAIRS = [
    (PromptKind.CLOSE_EYES, PromptKind.OPEN_MOUTH),
    (PromptKind.COME_NEARER, PromptKind.READ_DIGITS),
    (PromptKind.TURN_LEFT, PromptKind.TURN_RIGHT),
]
"""With all other kinds spared, a session asks for both."""
NOTICE_PROMPTS = """() => {
  const seen = (window.__prompts = {})
  const note = () => {
    const shown = document.querySelector('[data-prompt-id]')?.dataset
    if (shown) seen[shown.promptId] = [shown.promptKind, shown.promptDigits ?? null]
    const lamp = document.querySelector('[data-light-colour]')?.dataset
    if (lamp) (window.__light ??= new Set()).add(lamp.lightColour)
  }
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true })
}"""


def face() -> str:
    """Whose face it is."""
    return sorted(cast.faces())[0]


def verdict(town: Town, person: Person) -> dict[str, Any]:
    """The newest verdict of the person's entry."""
    found: dict[str, Any] = town.entry(person)["verdicts"][-1]
    return found


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_a_person_who_is_spared_some_prompts_is_verified_by_the_others(
    browser: Browser, town: Town, pair: tuple[PromptKind, PromptKind]
) -> None:
    spared = [kind.value for kind in PromptKind if kind not in pair]
    person = town.person("林秋菊", cast.enrolment_pictures(face()), spared=spared)
    with phone(browser) as mobile:
        mobile.add_init_script(f"({NOTICE_PROMPTS})()")
        cast.portrait(face()).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        assert owner.check_in() == ("present", "verified")
        shown = owner.page.evaluate("() => Object.values(window.__prompts)")
        colours = owner.page.evaluate("() => [...window.__light ?? []]")
    kinds = [kind for kind, _ in shown]
    assert set(kinds) == set(pair)
    assert all((digits is not None) == (kind == "read_digits") for kind, digits in shown)
    evidence = verdict(town, person)["evidence"]
    assert [prompt["kind"] for prompt in evidence["prompts"]] == kinds
    assert sorted(colours) == sorted(evidence["screen_light"]["colours"])
    assert evidence["screen_light"]["outcome"] == "responds"


def test_a_mask_is_refused_in_words_before_anything_is_judged(browser: Browser, town: Town) -> None:
    person = town.person("唐建军", cast.enrolment_pictures(face()))
    with phone(browser) as mobile:
        acting({"still": [masked()]}).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        owner.wait_for("camera-check")
        advice = owner.page.locator(".advice.attention")
        expect(advice).to_contain_text("口罩", timeout=RECEIPT_WITHIN_MS)
        shoot(owner.page, "phone-advice-mask-zh-CN")
        assert owner.screen("prompts").count() == 0
    assert town.entry(person)["entry"]["state"] not in {"absent", "present", "review"}


def test_the_own_enrolment_counts_once_an_officer_has_confirmed_it(
    browser: Browser, town: Town
) -> None:
    person_id = town.register("丁玉兰", [])
    town.ask("POST", f"/api/persons/{person_id}/self-enrolment", {"wanted": True})
    with phone(browser) as mobile:
        cast.portrait(face()).appear(mobile)
        owner = PhoneUser(mobile, town.link_of(person_id))
        owner.wait_for("nothing-due")
        owner.enrol_oneself()
        waiting = waiting_for(town, person_id)
        assert (waiting["state"], waiting["pictures"]) == ("submitted", 4)
        assert not town.ask("GET", f"/api/persons/{person_id}")["enrolled"]
        picture = town.download(f"/api/self-enrolments/{waiting['id']}/pictures/0")
        assert picture.startswith(b"\xff\xd8")
        reject = {"reason": "请在亮一点的地方再拍一次。"}
        town.ask("POST", f"/api/self-enrolments/{waiting['id']}/reject", reject)
        expect(owner.page.locator("[data-fate=rejected]")).to_contain_text(reject["reason"])
        owner.tap("enrol-again")
        owner.take_pictures()
        # The portrait is another person's too in this town.
        confirm = {"despite_duplicate": "测试：同一张肖像"}
        town.ask("POST", f"/api/self-enrolments/{waiting['id']}/confirm", confirm)
        owner.page.locator("[data-fate=confirmed]").wait_for()
    assert town.ask("GET", f"/api/persons/{person_id}")["enrolled"]


def test_the_own_enrolment_refuses_a_mask_and_can_be_thrown_away(
    browser: Browser, town: Town
) -> None:
    person_id = town.register("蒋国庆", [])
    town.ask("POST", f"/api/persons/{person_id}/self-enrolment", {"wanted": True})
    with phone(browser) as mobile:
        acting({**posing(), "pose_straight": [masked()]}).appear(mobile)
        owner = PhoneUser(mobile, town.link_of(person_id))
        owner.wait_for("nothing-due")
        owner.tap("enrol")
        owner.tap("enrol-agree")
        owner.page.wait_for_function("() => document.querySelector('video')?.currentTime > 0.3")
        assert owner.shoot() == "refused"
        expect(owner.page.locator("[data-used=false]")).to_contain_text("口罩")
        owner.page.go_back()
        owner.wait_for("nothing-due")
    assert waiting_for(town, person_id)["pictures"] == 0


def posing() -> dict[str, list[Picture]]:
    """The poses of an enrolment alone."""
    clips = cast.clips(face())
    return {name: clips[name] for name in clips if name == "still" or name.startswith("pose_")}


def waiting_for(town: Town, person_id: str) -> dict[str, Any]:
    """The person's own enrolment as officers see it."""
    found: dict[str, Any] = next(
        one for one in town.ask("GET", "/api/self-enrolments") if one["person_id"] == person_id
    )
    return found
