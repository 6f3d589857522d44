"""`make test-system` gets the servers of others where it can; where not, it says so and fails."""

from pathlib import Path

import pytest

from bootstrap import servers
from bootstrap.console import SetupError
from tests.system import programs


@pytest.fixture
def nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {names: (lambda: False) for names in servers.SERVERS}
    monkeypatch.setattr(servers, "SERVERS", absent)


@pytest.mark.usefixtures("nothing_here")
def test_what_is_missing_is_installed_and_never_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(servers, "_POLICY", policy)
    installed: list[str] = []
    started: list[bool] = []
    monkeypatch.setattr(servers, "can_install", lambda: True)

    def install(packages: list[str]) -> None:
        installed.extend(packages)
        started.append(not policy.exists())

    monkeypatch.setattr(servers, "require_debian_packages", install)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    servers.get_servers(False)
    assert {"coturn", "janus", "python3-gi"} <= set(installed)
    assert started == [False]
    assert not policy.exists()


@pytest.mark.usefixtures("nothing_here")
@pytest.mark.parametrize("able", [True, False])
def test_the_command_is_named_where_nothing_can_be_installed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    able: bool,
) -> None:
    def fail(packages: list[str]) -> None:
        raise SetupError("no network")

    monkeypatch.setattr(servers, "can_install", lambda: able)
    monkeypatch.setattr(servers, "_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(servers, "require_debian_packages", fail)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    servers.get_servers(False)
    assert "apt-get install -y --no-install-recommends coturn janus" in capsys.readouterr().out


def test_a_service_that_was_here_before_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(servers, "SERVERS", {("coturn",): lambda: True, ("janus",): lambda: False})
    monkeypatch.setattr(servers, "_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(servers, "can_install", lambda: True)
    monkeypatch.setattr(servers, "require_debian_packages", lambda packages: None)
    monkeypatch.setattr(servers.shutil, "which", lambda name: f"/usr/bin/{name}")
    asked: list[list[str]] = []
    monkeypatch.setattr(servers.subprocess, "run", lambda command, **_: asked.append(command))
    servers.get_servers(False)
    assert asked == [["systemctl", "disable", "janus"]]


def test_a_test_without_its_server_fails_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda name: None)
    with pytest.raises(pytest.fail.Exception, match=r"apt-get install .* coturn"):
        programs.program("turnserver")
