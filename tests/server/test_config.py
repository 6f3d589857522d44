"""The configuration: bounds, unknown keys, the order of its sources, and its page."""

from pathlib import Path

import pytest

from roll_call.errors import InvalidInput
from server.config import Settings, domain_policy, load_settings
from server.config_page import render

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == render()


def test_environment_beats_file_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rollcall.toml").write_text("[policy]\nattempts = 5\n[media]\nmax_sessions = 9\n")
    assert load_settings(tmp_path).policy.attempts == 5
    monkeypatch.setenv("ROLLCALL_POLICY__ATTEMPTS", "7")
    settings = load_settings(tmp_path)
    assert (settings.policy.attempts, settings.media.max_sessions) == (7, 9)
    assert load_settings(tmp_path, policy={"attempts": 2}).policy.attempts == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[policy]\nattempts = 0\n", "policy.attempts"),
        ("[policy]\nattemps = 1\n", "policy.attemps"),
        ("[serverr]\nx = 1\n", "serverr"),
        ('[server]\ntime_zone = "Mars/Olympus"\n', "server.time_zone"),
        ("[server]\nlink_minutes = 11\n", "server.link_minutes"),
        ('[faces]\nbackend = "magic"\n', "faces.backend"),
        ("[liveness]\nsteps = 2\n", "liveness.steps"),
        ("[liveness\n", "rollcall.toml"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "rollcall.toml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "bad_configuration" and caught.value.params["key"] == key


def test_every_key_has_a_description() -> None:
    for field in Settings.model_fields.values():
        assert field.annotation is not None
        whole = field.annotation.model_json_schema()
        for section in (whole, *whole.get("$defs", {}).values()):
            keys = section.get("properties", {}).values()  # those of an enum are none
            assert all(schema.get("description") for schema in keys)


def test_the_domains_policy_follows_the_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, policy={"late_open_grace_minutes": 3}, liveness={"tries": 4})
    policy = domain_policy(settings)
    assert (policy.late_open_grace_s, policy.liveness_tries) == (180.0, 4)


def test_no_ice_server_by_default() -> None:
    assert Settings().media.ice_servers == []
