"""An empty server becomes a working one by its pages alone, and records what officers do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.e2e import cast
from tests.e2e.actor import jpeg
from tests.e2e.background import Background
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.newcomer import Newcomer
from tests.e2e.phone_user import PhoneUser
from tests.e2e.running import RunningServer
from tests.e2e.town import ADMINISTRATOR, CENTER, OFFICE

FIRST, SECOND = "钱德胜", "冯玉兰"
TITLE = "临时抽查"
UNDO_S = 10


@pytest.fixture
def empty_server(background: Background, tmp_path: Path) -> Iterator[RunningServer]:
    """A server that nobody has set up."""
    server = RunningServer(background, tmp_path)
    yield server
    server.close()


def good_files(face: str) -> list[FilePayload]:
    """Three usable pictures as an officer would choose them."""
    return [file(f"{n}.jpg", data) for n, data in enumerate(cast.enrolment_pictures(face))]


def file(name: str, data: bytes) -> FilePayload:
    """One JPEG file."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def fill(admin: Newcomer, faces: tuple[str, str]) -> None:
    """An office and two persons, one enrolled by camera and one by files."""
    admin.add_office(OFFICE)
    dialog = admin.add_person(FIRST, "QH-2026-001")
    admin.enrol_by_camera(dialog, 3)
    expect(dialog.get_by_text("登记成功")).to_be_visible()
    expect(admin.fates(dialog).filter(has_text="采用")).to_have_count(3)
    shoot(admin.page, "console-enrolled-zh-CN-light")
    admin.press("完成", dialog)

    dialog = admin.add_person(SECOND, "QH-2026-002")
    wall = file("wall.jpg", jpeg(np.full((480, 640, 3), 140, np.uint8)))
    admin.enrol_by_files(dialog, [*good_files(faces[1]), wall])
    expect(dialog.get_by_text("登记成功")).to_be_visible()
    expect(admin.fates(dialog).filter(has_text="采用")).to_have_count(3)
    expect(admin.fates(dialog).last).to_contain_text("没有看到人脸")
    shoot(admin.page, "console-enrol-refused-zh-CN-light")
    admin.press("完成", dialog)


def check_in(browser: Browser, admin: Newcomer, name: str, face: str, agree: bool) -> str:
    """The person scans the QR code and checks in, or declines face verification."""
    written, scanned = admin.link_of(name)
    assert written == scanned
    shoot(admin.page, "console-link-zh-CN-light")
    with phone(browser) as mobile:
        cast.portrait(face).appear(mobile)
        owner = PhoneUser(mobile, scanned)
        owner.begin(agree=agree)
        return owner.receipt()[0]


def undo_and_decide_again(admin: Newcomer) -> None:
    """A case is decided, taken back within ten seconds, and decided otherwise."""
    admin.decide("已到", "电话确认", "9:20 电话通话")
    shoot(admin.page, "console-undo-zh-CN-light")
    seconds = admin.page.locator(".undo .figures").inner_text()
    assert 1 <= int(seconds) <= UNDO_S
    admin.press("撤销")
    expect(admin.page.get_by_text("已撤销，案件回到待核查。")).to_be_visible()
    expect(admin.panel()).to_contain_text("人工核定")
    admin.decide("准假", "已请假", "医院证明已交")


@pytest.mark.timeout(240)
def test_from_an_empty_server_to_records_that_stand(
    browser: Browser, empty_server: RunningServer
) -> None:
    faces = sorted(cast.faces())[0], sorted(cast.faces())[1]
    with desk(browser) as office:
        cast.portrait(faces[0]).appear(office)
        admin = Newcomer(office, empty_server.url)
        admin.set_up(empty_server.setup_code, CENTER, "周敏", ADMINISTRATOR)
        expect(admin.page.get_by_text("今天还没有点名")).to_be_visible()
        shoot(admin.page, "console-today-empty-zh-CN-light")
        fill(admin, faces)
        roll_call = admin.start_roll_call([FIRST, SECOND], TITLE)

        assert check_in(browser, admin, FIRST, faces[0], agree=True) == "present"
        assert check_in(browser, admin, SECOND, faces[1], agree=False) == "review"
        admin.page.goto(roll_call)
        expect(admin.row(FIRST).locator("[data-state]")).to_have_attribute("data-state", "present")
        expect(admin.row(SECOND).locator("[data-state]")).to_have_attribute("data-state", "review")

        admin.row(FIRST).get_by_role("link", name=FIRST).click()
        admin.correct(FIRST, "准假", "本人提交了医院证明")
        expect(admin.panel().locator("[data-state=excused]")).to_be_visible()
        admin.page.reload()
        expect(admin.timeline().filter(has_text="已到 → 准假")).to_contain_text("医院证明")
        expect(
            admin.timeline()
            .filter(has_text="多帧一致：相符")
            .or_(admin.timeline().filter(has_text="人像相符"))
            .first
        ).to_be_visible()
        shoot(admin.page, "console-corrected-zh-CN-light")

        admin.go("/review")
        admin.page.wait_for_url("**/review/*")
        undo_and_decide_again(admin)
        expect(admin.page.get_by_text("没有待核查的案件")).to_be_visible()
        shoot(admin.page, "console-review-empty-zh-CN-light")
        admin.page.goto(roll_call)
        admin.row(SECOND).get_by_role("link", name=SECOND).click()
        expect(admin.panel().locator("[data-state=excused]")).to_be_visible()
        for step in ("核定为已到", "撤销核定", "核定为准假"):
            expect(admin.timeline().filter(has_text=step)).to_have_count(1)
