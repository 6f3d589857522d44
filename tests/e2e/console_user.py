"""An officer at the console."""

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.town import PASSWORD


class ConsoleUser:
    """Signed in; one page."""

    def __init__(self, context: BrowserContext, url: str, username: str) -> None:
        self.url = url
        self.page: Page = context.new_page()
        self.page.goto(f"{url}/sign-in")
        self.page.locator("input[autocomplete=username]").fill(username)
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.locator("button[type=submit]").click()
        self.page.wait_for_url("**/today")

    def open_roll_call(self, roll_call_id: str) -> None:
        """The page of one roll-call: counts, wall, entries."""
        self.page.goto(f"{self.url}/roll-calls/{roll_call_id}")

    def open_entry(self, entry_id: str) -> None:
        """The page of one entry: timeline, recording, decision."""
        self.page.goto(f"{self.url}/entries/{entry_id}")

    def entry_state(self, entry_id: str) -> Locator:
        """The badge with the state of an entry in the list."""
        return self.page.locator(f'[data-entry="{entry_id}"] [data-state]').first

    def decide(self, entry_id: str, outcome: str) -> None:
        """Open the case, choose the outcome and the first reason offered, confirm, see it settled.

        ``outcome`` is the word on the button.
        """
        self.open_entry(entry_id)
        panel = self.page.locator("aside.decision")
        panel.get_by_role("button", name=outcome).click()
        reasons = panel.get_by_role("radio")
        if reasons.count():
            reasons.first.check(force=True)
        panel.locator("textarea").fill("与本人视频通话核对")
        panel.locator("button[type=submit]").click()
        expect(panel.locator("[data-state]").first).to_be_visible()

    def wait_for_live_tile(self) -> None:
        """Until the wall shows moving pictures of somebody."""
        expect(self.page.locator("[data-session] video").first).to_be_visible()
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('[data-session] video')]"
            ".some(video => video.videoWidth > 0 && video.currentTime > 0)"
        )

    def enlarge(self) -> None:
        """Click the first tile; until it is large, moving and heard."""
        self.page.locator("[data-session] .open").first.click()
        self.page.wait_for_function(
            "() => ['.enlarged .picture > video', 'audio[data-hearing]'].every(which => {"
            "const shown = document.querySelector(which);"
            "return shown && !shown.paused && shown.currentTime > 0 })"
        )

    def show_evidence(self) -> None:
        """Uncover what the machine found about the entry that is open."""
        panel = self.page.locator(".evidence")
        panel.get_by_role("button").first.click()
        panel.scroll_into_view_if_needed()
        self.page.mouse.move(0, 0)

    def play_recording(self) -> float:
        """Play the recording to its end, as fast as it goes; returns its length in seconds."""
        self.page.locator("video[src], video:has(source)").first.wait_for()
        seconds = self.page.evaluate(
            """async () => {
              const video = document.querySelector('video[src], video:has(source)')
              video.muted = true
              video.playbackRate = 8
              await video.play()
              await new Promise((ended, failed) => {
                video.addEventListener('ended', ended)
                video.addEventListener('error', () => failed(video.error))
              })
              return video.currentTime
            }"""
        )
        return float(seconds)
