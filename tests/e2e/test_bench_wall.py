"""The benchmark of the wall counts what a real browser really shows."""

import json

import pytest
from typer.testing import CliRunner

from bootstrap.browser import find_browser
from server.cli.bench import app

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_every_tile_is_shown_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", str(find_browser()))
    arguments = ["wall", "--tiles", "3", "--seconds", "3", "--json"]
    ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert ran.exit_code == 0
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["tiles"], result["tiles_shown"]) == (3, 3)
    assert 0 < result["frames_per_s_min"] <= result["frames_per_s_median"] < 12
    assert result["server_cores"] > 0 and result["browser_cores"] > 0
