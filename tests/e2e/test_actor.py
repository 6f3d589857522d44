"""The stand-in for the camera works, before anything is tested with it."""

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.e2e.actor import Actor, acting
from tests.e2e.browser import phone

PAGE = """<!doctype html><meta charset=utf-8><video id=v autoplay playsinline muted></video>
<p id=prompt></p>"""
COLOURS = {"still": (40, 40, 40), "turn_left": (0, 0, 250), "nod": (0, 250, 0)}
BRIGHTNESS = """() => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d')
  context.drawImage(document.getElementById('v'), 0, 0, 1, 1)
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
}"""


FACE = """() => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d')
  context.drawImage(document.getElementById('v'), 300, 230, 40, 40, 0, 0, 1, 1)
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
}"""
BEGIN = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: {}, audio: true })
  document.getElementById('v').srcObject = stream
  return stream.getTracks().map(track => track.kind).sort()
}"""
GREY = (200, 200, 200)


def empty_page(context: BrowserContext) -> Page:
    """A page that shows its camera, and asks for nothing yet."""

    def serve(route: Route) -> None:
        route.fulfill(body=PAGE, content_type="text/html")

    context.route("http://localhost/page", serve)
    page = context.new_page()
    page.goto("http://localhost/page")
    assert page.evaluate(BEGIN) == ["audio", "video"]
    return page


def mark(page: Page, **data: str | None) -> None:
    """The page asks for something by its data attributes; None: not any more."""
    page.evaluate(
        """data => {
          const mark = document.getElementById('prompt').dataset
          for (const [name, value] of Object.entries(data))
            if (value === null) delete mark[name]
            else mark[name] = value
        }""",
        data,
    )


def coloured_actor() -> Actor:
    """An actor whose movements are plain colours: grey at rest, red to the left, green down."""
    return acting(
        {kind: [np.full((48, 64, 3), colour, np.uint8)] * 8 for kind, colour in COLOURS.items()}
    )


def test_the_actor_follows_each_prompt_once_and_comes_back(browser: Browser) -> None:
    with phone(browser) as context:
        coloured_actor().appear(context)
        page = empty_page(context)
        rests = "([r, g, b]) => Math.max(r, g, b) < 90"
        for index, (prompt, sees) in enumerate(
            (
                ("turn_left", "([r, g, b]) => r > 150 && g < 90"),
                ("nod", "([r, g, b]) => g > 150 && r < 90"),
                ("nod", "([r, g, b]) => g > 150 && r < 90"),
            )
        ):
            page.wait_for_function(f"() => ({rests})(({BRIGHTNESS})())")
            mark(page, promptKind=prompt, promptId=str(index))
            page.wait_for_function(f"() => ({sees})(({BRIGHTNESS})())")


def test_the_actor_holds_a_pose_as_long_as_it_is_asked_for(browser: Browser) -> None:
    with phone(browser) as context:
        still, left = np.full((48, 64, 3), 40, np.uint8), np.full((48, 64, 3), GREY, np.uint8)
        acting({"still": [still], "pose_left": [left]}).appear(context)
        page = empty_page(context)
        mark(page, pose="left")
        page.wait_for_function(f"() => (([r]) => r > 150)(({BRIGHTNESS})())")
        page.wait_for_timeout(500)
        assert page.evaluate(BRIGHTNESS)[0] > 150
        mark(page, pose=None)
        page.wait_for_function(f"() => (([r]) => r < 90)(({BRIGHTNESS})())")


def test_the_actors_face_takes_on_the_light_of_the_page(browser: Browser) -> None:
    with phone(browser) as context:
        acting({"still": [np.full((480, 640, 3), GREY, np.uint8)]}).appear(context)
        page = empty_page(context)
        for colour, sees in (
            ("#ff0000", "([r, g, b]) => r > 190 && g < 180 && b < 180"),
            ("#0000ff", "([r, g, b]) => b > 190 && r < 180 && g < 180"),
            (None, "([r, g, b]) => Math.min(r, g, b) > 190"),
        ):
            mark(page, lightColour=colour)
            page.wait_for_function(f"() => ({sees})(({FACE})())")
