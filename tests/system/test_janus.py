"""The comparison with Janus runs against the real one, and both lose nothing."""

import json

import pytest
from typer.testing import CliRunner

from server.cli.bench import app
from tests.system.programs import program

pytestmark = [pytest.mark.system, pytest.mark.serial]


def test_janus_is_measured_beside_ours() -> None:
    program("janus")
    arguments = ["media", "--json", "--with-janus", "--only", "ours", "--only", "janus"]
    arguments += ["--streams", "2", "--seconds", "3", "--codec", "VP8"]
    ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert ran.exit_code == 0
    result = json.loads(ran.stdout.splitlines()[-1])
    for system in ("ours", "janus"):
        figures = result[system]["VP8"]
        assert figures["cpu_s_per_stream_minute"] > 0
        assert (figures["lost_to_viewers"], figures["lost_in_recordings"]) == (0, 0), system
    assert result["cost_vs_janus"] > 0
