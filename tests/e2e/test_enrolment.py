"""Enrolment at the desk: by camera, masks refused, look-alikes, exemptions, own pictures."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from media.faces.outcomes import PromptKind
from tests.e2e import cast
from tests.e2e.actor import Actor, acting
from tests.e2e.background import Background
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import ADMINISTRATOR, DUTY_OFFICER, Town
from tests.faults.scenes import masked

POSES = ("straight", "left", "right", "other_light")
# The camera follows the page: a moment passes before it shows the pose that is asked for.
POSE_MS = 500
FIRST, TWIN, SPARED, BY_PHONE = "钱德胜", "钱德利", "冯玉兰", "孙秀英"
LEFT_TO_ASK = (PromptKind.NOD, PromptKind.OPEN_MOUTH)


@pytest.fixture(scope="module")
def county(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of these tests' own: look-alikes are searched among all who are enrolled."""
    town = Town(background, tmp_path_factory.mktemp("county"))
    yield town
    town.close()


def face(number: int) -> str:
    """One of the portraits at hand."""
    return sorted(cast.faces())[number]


def masked_actor() -> Actor:
    """Somebody who wears a mask whatever is asked."""
    return acting({"still": [masked()], **{f"pose_{pose}": [masked()] for pose in POSES}})


def person_row(page: Page, name: str) -> Locator:
    """The person's line in the register."""
    return page.get_by_role("row").filter(has_text=name)


def open_enrolment(page: Page, url: str, name: str) -> Locator:
    """The dialog that takes the pictures, with the camera running."""
    page.goto(f"{url}/people")
    person_row(page, name).get_by_role("button", name="登记人脸").click()
    dialog = page.get_by_role("dialog", name=f"登记人脸：{name}")
    expect(dialog).to_be_visible()
    return dialog


def shoot_by_keyboard(page: Page, dialog: Locator, pictures: int) -> None:
    """Press Space for every pose in turn, and hand the pictures in."""
    expect(dialog.get_by_role("button", name="拍摄")).to_be_focused()
    fates = dialog.get_by_role("list", name="照片").get_by_role("listitem")
    for taken in range(1, pictures + 1):
        page.wait_for_timeout(POSE_MS)
        page.keyboard.press("Space")
        expect(fates).to_have_count(taken)
    dialog.get_by_role("button", name="登记（").click()


def open_panel(page: Page, url: str, name: str) -> Locator:
    """The drawer with what is on record about the person's enrolment."""
    page.goto(f"{url}/people")
    person_row(page, name).get_by_role("button", name="登记情况").click()
    panel = page.get_by_role("dialog", name=f"{name} 的登记情况")
    expect(panel.get_by_role("region", name="免做的动作")).to_be_visible()
    return panel


def test_a_mask_is_refused_with_the_reason_before_the_face_is_enrolled(
    browser: Browser, county: Town
) -> None:
    person_id = county.register(FIRST, [])
    with desk(browser) as office:
        masked_actor().appear(office)
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        dialog = open_enrolment(page, county.url, FIRST)
        shoot_by_keyboard(page, dialog, 3)
        expect(dialog.get_by_text("没有可用的照片")).to_be_visible()
        expect(dialog.locator("[data-problem=mask]")).to_have_count(3)
        expect(dialog).to_contain_text("请摘下口罩")
        shoot(page, "console-enrol-mask-zh-CN-light")
    assert not county.ask("GET", f"/api/persons/{person_id}")["enrolled"]
    with desk(browser) as office:
        cast.portrait(face(0)).appear(office)
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        dialog = open_enrolment(page, county.url, FIRST)
        shoot_by_keyboard(page, dialog, 3)
        expect(dialog.get_by_text("登记成功")).to_be_visible()
        expect(dialog.get_by_text("第 1 版模板，采用 3 张照片")).to_be_visible()
    assert county.ask("GET", f"/api/persons/{person_id}")["template_frames"] == 3


def test_a_look_alike_is_enrolled_only_with_a_reason(browser: Browser, county: Town) -> None:
    county.register("赵文革", cast.enrolment_pictures(face(0)))
    person_id = county.register(TWIN, [])
    with desk(browser) as office:
        cast.portrait(face(0)).appear(office)
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        dialog = open_enrolment(page, county.url, TWIN)
        shoot_by_keyboard(page, dialog, 4)
        warning = dialog.get_by_role("region", name="相像的人")
        expect(warning).to_contain_text("赵文革")
        shoot(page, "console-enrol-duplicate-zh-CN-light")
        assert not county.ask("GET", f"/api/persons/{person_id}")["enrolled"]
        insist = warning.get_by_role("button", name="确认是另一个人")
        expect(insist).to_be_disabled()
        warning.get_by_role("textbox").fill("双胞胎，已核对身份证")
        insist.click()
        expect(dialog.get_by_text("登记成功")).to_be_visible()
    assert county.ask("GET", f"/api/persons/{person_id}")["enrolled"]


def test_an_officer_spares_prompts_and_the_next_check_in_never_asks_for_them(
    browser: Browser, county: Town
) -> None:
    person = county.person(SPARED, cast.enrolment_pictures(face(0)))
    with desk(browser) as office:
        page = ConsoleUser(office, county.url, DUTY_OFFICER).page
        panel = open_panel(page, county.url, SPARED)
        panel.get_by_role("button", name="修改").click()
        dialog = page.get_by_role("dialog", name=f"{SPARED} 免做的动作")
        boxes = dialog.get_by_role("checkbox")
        expect(boxes).to_have_count(len(PromptKind) + 1)
        for kind in PromptKind:
            if kind not in LEFT_TO_ASK:
                box = page.locator(f'input[value="{kind.value}"]')
                dialog.locator("label").filter(has=box).click()
        save = dialog.get_by_role("button", name="保存")
        expect(save).to_be_disabled()
        dialog.get_by_role("textbox").fill("颈椎手术后，不能转头")
        shoot(page, "console-exempt-zh-CN-light")
        save.click()
        expect(panel).to_contain_text("颈椎手术后，不能转头")
        page.wait_for_timeout(POSE_MS)
        shoot(page, "console-enrolment-zh-CN-light")
    with phone(browser) as mobile:
        cast.portrait(face(0)).appear(mobile)
        assert PhoneUser(mobile, county.link(person)).check_in() == ("present", "verified")
    asked = {one["kind"] for one in county.entry(person)["verdicts"][-1]["evidence"]["prompts"]}
    assert asked
    assert asked <= {kind.value for kind in LEFT_TO_ASK}
    county.recording(person)
    with desk(browser) as office:
        console = ConsoleUser(office, county.url, DUTY_OFFICER)
        console.open_entry(person.entry_id)
        # The last one lies far enough behind the beginning to tell a jump from no jump.
        movement = console.page.locator("[data-asked]").last
        expect(movement).to_be_visible()
        expect(console.page.locator("[data-assurance]")).to_have_count(0)
        console.page.locator("video[src]").first.wait_for()
        movement.click()
        console.page.wait_for_function(
            "() => document.querySelector('video[src]').currentTime > 0.5"
        )
        console.show_evidence()
        expect(console.page.get_by_role("list", name="机器的说明")).to_contain_text("第 1 版")
        expect(console.page.locator("[data-light]")).to_be_visible()
        shoot(console.page, "console-explained-zh-CN-light")


def test_own_pictures_count_after_an_officer_has_looked_at_them(
    browser: Browser, county: Town
) -> None:
    person_id = county.register(BY_PHONE, [])
    with desk(browser) as office, phone(browser) as mobile:
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        panel = open_panel(page, county.url, BY_PHONE)
        panel.get_by_role("button", name="请本人自拍").click()
        expect(panel.locator("[data-state=wanted]")).to_be_visible()
        cast.portrait(face(1)).appear(mobile)
        owner = PhoneUser(mobile, county.link_of(person_id))
        owner.wait_for("nothing-due")
        owner.enrol_oneself()
        page.goto(f"{county.url}/people?tab=self")
        case = page.get_by_role("region", name=BY_PHONE)
        expect(case.get_by_role("img", name="自拍的第 1 张")).to_be_visible()
        expect(page.get_by_role("navigation").get_by_text("份自拍照片待核对")).to_have_count(1)
        page.wait_for_load_state("networkidle")
        shoot(page, "console-own-pictures-zh-CN-light")
        assert not county.ask("GET", f"/api/persons/{person_id}")["enrolled"]
        page.keyboard.press("c")
        expect(page.get_by_text(f"{BY_PHONE} 的自拍照片已确认")).to_be_visible()
        owner.page.locator("[data-fate=confirmed]").wait_for()
    detail = county.ask("GET", f"/api/persons/{person_id}/enrolment")
    assert (detail["current"]["source"], detail["current"]["version"]) == ("self", 1)
