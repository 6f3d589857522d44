"""A person with a phone: taps what the page offers, as a person would."""

from playwright.sync_api import BrowserContext, Locator, Page, expect

RECEIPT_WITHIN_MS = 90_000
PICTURES = 8
POSE_MS = 400
STOPS = ("question", "location", "receipt")


class PhoneUser:
    """One page of the phone; ``seen`` is the list of screens in the order of their appearance."""

    def __init__(self, context: BrowserContext, link: str) -> None:
        self.page: Page = context.new_page()
        self.page.goto(link)

    def tap(self, action: str, **data: str) -> None:
        """Tap the button of this action, with these data attributes if several offer it."""
        which = "".join(f'[data-{name}="{value}"]' for name, value in data.items())
        self.page.locator(f'[data-action="{action}"]{which}:visible').first.click()

    def screen(self, *names: str) -> Locator:
        """The page's root when it shows one of these screens."""
        return self.page.locator(", ".join(f'[data-screen="{name}"]' for name in names))

    def wait_for(self, *names: str, within_ms: float = 20_000) -> str:
        """Wait for one of these screens; returns which one came."""
        screen = self.screen(*names)
        screen.first.wait_for(state="attached", timeout=within_ms)
        return screen.first.get_attribute("data-screen") or ""

    def begin(self, agree: bool = True, entry_id: str | None = None) -> None:
        """From the open link to consent, or to the refusal of face verification.

        ``entry_id`` tells what to begin when several things are due.
        """
        self.wait_for("due")
        self.tap("start", **({"entry-id": entry_id} if entry_id else {}))
        self.wait_for("notice")
        if agree:
            self.tap("agree")
        else:
            self.tap("decline")
            self.tap("decline-confirm")

    def answer_questions(self) -> None:
        """Choose the first answer of every question and leave the location out."""
        while True:
            screen = self.wait_for(*STOPS, within_ms=RECEIPT_WITHIN_MS)
            if screen == "question":
                self.answer_one()
            elif screen == "location":
                self.tap("skip-location")
                self._gone("location")
            else:
                return

    def answer_one(self) -> None:
        """Answer the question that is on the screen and wait for the next thing."""
        title = self.page.locator("h1").first.inner_text()
        text = self.page.locator("textarea")
        if text.count():
            text.fill("无")
            self.tap("next")
        else:
            self.tap("choose")
        self.page.wait_for_function(
            "before => document.querySelector('h1')?.innerText !== before", arg=title
        )

    def _gone(self, name: str) -> None:
        self.screen(name).wait_for(state="detached")

    def receipt(self) -> tuple[str, str]:
        """State and reason that the receipt shows, whatever has to be answered before."""
        self.answer_questions()
        receipt = self.page.locator("[data-screen=receipt] [data-state]").first
        expect(receipt).to_be_visible(timeout=RECEIPT_WITHIN_MS)
        state, reason = (receipt.get_attribute(f"data-{name}") for name in ("state", "reason"))
        return state or "", reason or ""

    def check_in(self, entry_id: str | None = None) -> tuple[str, str]:
        """The whole way: agree, be looked at, answer, receipt."""
        self.begin(entry_id=entry_id)
        return self.receipt()

    def enrol_oneself(self) -> None:
        """Take the pictures that the office has asked for and hand them in."""
        self.tap("enrol")
        self.tap("enrol-agree")
        self.take_pictures()

    def take_pictures(self) -> None:
        """One picture after another until there are enough, then hand them in."""
        for _ in range(PICTURES):
            fate = self.shoot()
            if fate == "review":
                break
        self.tap("enrol-submit")
        self.page.locator("[data-fate=submitted]").wait_for()

    def shoot(self) -> str:
        """Take one picture of the own enrolment: ``used``, ``refused``, ``review`` at the end."""
        # The camera follows the page: a moment passes before it shows the pose that is asked for.
        self.page.wait_for_timeout(POSE_MS)
        before = self.page.locator("[data-taken]").get_attribute("data-taken")
        self.tap("shoot")
        review = self.page.locator("[data-action=enrol-submit]")
        fate = self.page.locator("[data-used]")
        fate.or_(review).first.wait_for()
        if review.count():
            return "review"
        after = self.page.locator("[data-taken]").get_attribute("data-taken")
        return "used" if after != before else "refused"
