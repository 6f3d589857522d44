"""Figures of the end-to-end tests: printed and kept, never asserted."""

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.e2e.browser import ARTIFACTS

FILE = ARTIFACTS / "figures.json"
SCRIPT = Path(__file__).with_name("stopwatch.js")


def watch(context: BrowserContext) -> None:
    """Have every page of this context that is opened from now on note its times."""
    context.add_init_script(path=str(SCRIPT))


def times_ms(page: Page) -> dict[str, float]:
    """When each thing happened first on a watched page, in milliseconds since 1970."""
    noted: dict[str, float] = page.evaluate("() => window.__times")
    return noted


def keep(name: str, value: float, unit: str) -> None:
    """Print a figure and write it to tests/artifacts/figures.json beside the others."""
    figures = json.loads(FILE.read_text()) if FILE.exists() else {}
    figures[name] = {"value": round(value, 3), "unit": unit}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    print(f"\n{name}: {value:.3f} {unit}")
