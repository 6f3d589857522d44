"""The engine under load for long: nothing is lost, and its memory does not grow."""

import json

import pytest
from typer.testing import CliRunner

from server.cli.bench import app

pytestmark = [pytest.mark.long, pytest.mark.serial]


def ours(streams: int, seconds: int) -> dict[str, float]:
    arguments = ["--streams", str(streams), "--seconds", str(seconds), "--only", "ours"]
    ran = CliRunner().invoke(app, ["media", "--json", "--codec", "VP8", *arguments])
    assert ran.exit_code == 0, ran.exception
    figures: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])["ours"]["VP8"]
    return figures


@pytest.mark.timeout(900)
def test_memory_is_flat_over_ten_minutes() -> None:
    figures = ours(streams=16, seconds=600)
    assert figures["grown_mb"] < 5
    assert figures["mb_per_stream"] <= 3
    assert (figures["lost_to_viewers"], figures["lost_in_recordings"]) == (0, 0)


@pytest.mark.timeout(400)
def test_a_hundred_publishers_on_one_core_lose_nothing() -> None:
    figures = ours(streams=100, seconds=60)
    assert (figures["lost_to_viewers"], figures["lost_in_recordings"]) == (0, 0)
