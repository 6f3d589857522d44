"""The stand-in for the camera works, before anything is tested with it."""

import numpy as np
from playwright.sync_api import Browser, Route

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


def coloured_actor() -> Actor:
    """An actor whose movements are plain colours: grey at rest, red to the left, green down."""
    return acting(
        {kind: [np.full((48, 64, 3), colour, np.uint8)] * 8 for kind, colour in COLOURS.items()}
    )


def test_the_actor_follows_each_prompt_once_and_comes_back(browser: Browser) -> None:
    with phone(browser) as context:
        coloured_actor().appear(context)

        def serve(route: Route) -> None:
            route.fulfill(body=PAGE, content_type="text/html")

        context.route("http://localhost/page", serve)
        page = context.new_page()
        page.goto("http://localhost/page")
        tracks = page.evaluate(
            """async () => {
              const stream = await navigator.mediaDevices.getUserMedia({ video: {}, audio: true })
              document.getElementById('v').srcObject = stream
              return stream.getTracks().map(track => track.kind).sort()
            }"""
        )
        assert tracks == ["audio", "video"]
        rests = "([r, g, b]) => Math.max(r, g, b) < 90"
        for prompt, sees in (
            ("turn_left", "([r, g, b]) => r > 150 && g < 90"),
            ("nod", "([r, g, b]) => g > 150 && r < 90"),
            ("nod", "([r, g, b]) => g > 150 && r < 90"),
        ):
            page.wait_for_function(f"() => ({rests})(({BRIGHTNESS})())")
            page.evaluate(
                """kind => {
                  const prompt = document.getElementById('prompt')
                  prompt.dataset.promptKind = kind
                  prompt.dataset.promptId = crypto.randomUUID()
                }""",
                prompt,
            )
            page.wait_for_function(f"() => ({sees})(({BRIGHTNESS})())")
