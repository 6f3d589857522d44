"""The benchmark of the wall counts what a real browser really shows."""

import json
import os
import subprocess
import sys

import pytest

from bootstrap.browser import find_browser

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_every_tile_is_shown_and_counted() -> None:
    arguments = ["bench", "wall", "--tiles", "3", "--seconds", "3", "--json"]
    # A process of its own: the browser's driver of the other tests has a loop running in this one.
    ran = subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        env={**os.environ, "CHROMIUM": str(find_browser())},
        stdout=subprocess.PIPE,
        text=True,
        timeout=150,
    )
    assert ran.returncode == 0
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["tiles"], result["tiles_shown"]) == (3, 3)
    assert 0 < result["frames_per_s_min"] <= result["frames_per_s_median"] < 12
    assert result["server_cores"] > 0 and result["browser_cores"] > 0
