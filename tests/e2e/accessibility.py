"""What axe-core finds on a page (WCAG 2.1 A and AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}

# Colours in the midst of a change are nobody's to read, and a camera or a dialog that opens while
# axe looks begins one at any moment. A sheet by script is no hole in the Content-Security-Policy.
STILL = """() => {
    const still = new CSSStyleSheet()
    still.replaceSync(`*, *::before, *::after {
        transition: none !important; animation: none !important
    }`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still]
}"""
MOVING_AGAIN = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1) }"


def barriers(page: Page) -> list[str]:
    """Each serious or critical violation as rule, element and what axe says about it."""
    page.evaluate(STILL)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    page.evaluate(MOVING_AGAIN)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
