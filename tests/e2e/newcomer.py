"""The first administrator, who fills an empty server with nothing but the console's pages."""

import cv2
import numpy as np
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.e2e.browser import shoot
from tests.e2e.town import PASSWORD

# The camera follows the page: a moment passes before it shows the pose that is asked for.
POSE_MS = 500


class Newcomer:
    """One console page, from the set-up code on; steers by what is written there."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page: Page = context.new_page()

    def set_up(self, code: str, center: str, name: str, username: str) -> None:
        """Become the first administrator."""
        self.page.goto(self.url)
        self.page.wait_for_url("**/setup")
        for label, text in (
            ("设置码", code),
            ("指挥中心名称", center),
            ("管理员姓名", name),
            ("用户名", username),
            ("密码", PASSWORD),
            ("再输一次密码", PASSWORD),
        ):
            self.page.get_by_label(label, exact=True).fill(text)
        shoot(self.page, "console-setup-filled-zh-CN-light")
        self.press("完成设置")

    def press(self, name: str, within: Locator | None = None) -> None:
        """Click a button by the beginning of its words; some end with their shortcut key."""
        place = within if within is not None else self.page
        place.get_by_role("button", name=name).first.click()

    def go(self, path: str) -> None:
        """Open a page of the console."""
        self.page.goto(f"{self.url}{path}")

    def dialog(self, title: str) -> Locator:
        """The open dialog of this title."""
        dialog = self.page.get_by_role("dialog", name=title)
        expect(dialog).to_be_visible()
        return dialog

    def add_office(self, name: str) -> None:
        """A judicial office below the center."""
        self.go("/units")
        self.press("添加单位")
        dialog = self.dialog("添加单位")
        dialog.get_by_label("名称").fill(name)
        self.press("保存", dialog)
        expect(self.page.get_by_role("tree").get_by_text(name)).to_be_visible()

    def add_person(self, name: str, number: str) -> Locator:
        """A person of the only office; returns the enrolment dialog that follows."""
        self.go("/people")
        self.press("添加人员")
        dialog = self.dialog("添加人员")
        dialog.get_by_label("姓名").fill(name)
        dialog.get_by_label("档案编号").fill(number)
        self.press("保存并登记人脸", dialog)
        return self.dialog(f"登记人脸：{name}")

    def enrol_by_camera(self, dialog: Locator, pictures: int) -> None:
        """Take so many pictures with the desk's camera and enrol them."""
        for index in range(pictures):
            self.page.wait_for_timeout(POSE_MS)
            self.press("拍摄", dialog)
            expect(self.fates(dialog)).to_have_count(index + 1)
        shoot(self.page, "console-enrol-camera-zh-CN-light")
        self.press("登记（", dialog)

    def enrol_by_files(self, dialog: Locator, files: list[FilePayload]) -> None:
        """Choose picture files and enrol them."""
        dialog.locator("input[type=file]").set_input_files(files)
        expect(self.fates(dialog)).to_have_count(len(files))
        self.press("登记（", dialog)

    def fates(self, dialog: Locator) -> Locator:
        """The pictures with what became of each."""
        return dialog.get_by_role("list", name="照片").get_by_role("listitem")

    def link_of(self, name: str) -> tuple[str, str]:
        """The person's one-time link, as it is written and as its QR code reads."""
        self.go("/people")
        row = self.page.get_by_role("row").filter(has_text=name)
        self.press("签到链接", row)
        dialog = self.dialog(f"{name} 的一次性签到链接")
        written = dialog.get_by_label("链接地址").input_value()
        code = dialog.get_by_role("img", name=f"{name} 的签到二维码")
        expect(code).to_be_visible()
        code.evaluate("image => image.decode()")
        return written, read_qr(code.screenshot())

    def start_roll_call(self, names: list[str], title: str) -> str:
        """An unscheduled roll-call for these persons; returns its page's address."""
        self.go("/today")
        self.press("发起点名")
        dialog = self.dialog("发起点名")
        for name in names:
            dialog.get_by_role("checkbox", name=name).check()
        dialog.get_by_label("名称（可不填）").fill(title)
        shoot(self.page, "console-start-zh-CN-light")
        self.press(f"下一步（{len(names)} 人）", dialog)
        shoot(self.page, "console-start-confirm-zh-CN-light")
        self.press("立即开始", dialog)
        self.page.wait_for_url("**/roll-calls/*")
        return self.page.url

    def row(self, name: str) -> Locator:
        """A person's row in the list of the roll-call that is open."""
        return self.page.locator("[data-entry]").filter(has_text=name)

    def timeline(self) -> Locator:
        """What happened to the entry that is open."""
        return self.page.get_by_role("region", name="经过").get_by_role("listitem")

    def panel(self) -> Locator:
        """Where the decision is made."""
        return self.page.locator("aside.decision")

    def decide(self, outcome: str, reason: str, note: str) -> None:
        """Decide the case that is open."""
        panel = self.panel()
        self.press(outcome, panel.get_by_role("group", name="人工核定"))
        panel.get_by_role("radio", name=reason).check()
        panel.locator("textarea").fill(note)
        shoot(self.page, "console-decide-zh-CN-light")
        self.press(f"记为{outcome}", panel)

    def correct(self, name: str, outcome: str, why: str) -> None:
        """Correct what is settled, with a reason in words."""
        self.press("更正", self.panel())
        dialog = self.dialog(f"更正 {name} 的核定")
        dialog.get_by_role("radio", name=outcome).check(force=True)
        dialog.locator("textarea").fill(why)
        shoot(self.page, "console-correct-zh-CN-light")
        self.press("记录更正", dialog)
        expect(dialog).to_be_hidden()


def read_qr(png: bytes) -> str:
    """What a phone reads from the picture of a QR code.

    OpenCV's other detector could not read 6 of 1,500 drawn links, this one all of them.
    """
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0]
