"""What axe-core finds on a page (WCAG 2.1 A and AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}

# Colours in the midst of a transition are nobody's to read; spinners turn without end.
SETTLED = """() => Promise.all(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime < 5000)
    .map((one) => one.finished.catch(() => null)))"""


def barriers(page: Page) -> list[str]:
    """Each serious or critical violation as rule, element and what axe says about it."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
