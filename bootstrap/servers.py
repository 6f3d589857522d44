"""Servers of other people that `make test-system` tests against: coturn, Janus, an RTSP server."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.console import SetupError, output_of, say
from bootstrap.steps import Step
from bootstrap.system import can_install, require_debian_packages

SYSTEM_PYTHON = Path("/usr/bin/python3")
_RTSP_PROBE = """
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ("videotestsrc", "x264enc", "rtph264pay")))
"""
_POLICY = Path("/usr/sbin/policy-rc.d")
# Debian enables what it installs; the tests start their own, with ports and secrets of their own.
_SERVICES = ("coturn", "janus")


def has_rtsp_server() -> bool:
    """Whether Debian's own Python can serve RTSP with GStreamer."""
    probe = [str(SYSTEM_PYTHON), "-c", _RTSP_PROBE]
    return SYSTEM_PYTHON.exists() and output_of(probe) is not None


SERVERS: dict[tuple[str, ...], Callable[[], bool]] = {
    ("coturn",): lambda: shutil.which("turnserver") is not None,
    ("janus",): lambda: shutil.which("janus") is not None,
    (
        "python3-gi",
        "gir1.2-gst-rtsp-server-1.0",
        "gstreamer1.0-plugins-base",
        "gstreamer1.0-plugins-good",
        "gstreamer1.0-plugins-ugly",
    ): has_rtsp_server,
}
"""Debian's packages of each server, and how to see that it is there."""


def missing_packages() -> list[str]:
    """The Debian packages of the servers that are not here."""
    return [name for names, present in SERVERS.items() if not present() for name in names]


def get_servers(interrupted: bool) -> None:
    """Install what is missing where we are root on Debian; elsewhere say how, and go on.

    The tests that need what is missing fail and say so, too; they are never left out.
    """
    packages = missing_packages()
    if not packages:
        return
    if can_install():
        try:
            with _none_started([name for name in _SERVICES if name in packages]):
                require_debian_packages(packages)
            return
        except SetupError as error:
            say(f"  apt: {error}", f"  apt 安装失败：{error}")
    command = f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    say(
        f"  missing servers; the tests that need them will fail. Please run:\n  {command}",
        f"  缺少测试用服务程序，相关测试将失败。请执行：\n  {command}",
    )


@contextmanager
def _none_started(services: list[str]) -> Iterator[None]:
    """Keep apt from starting what it installs (invoke-rc.d asks ``policy-rc.d``, 101 is no).

    ``services`` come with it and are disabled; what was here before is somebody else's.
    """
    ours = not _POLICY.exists()
    if ours:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            _POLICY.unlink(missing_ok=True)
        if services and shutil.which("systemctl"):
            disable = ["systemctl", "disable", *services]
            subprocess.run(disable, capture_output=True, check=False, timeout=60)


STEPS = [
    Step(
        "servers",
        "Servers for the system tests",
        "系统测试用的服务程序",
        lambda: [Path(__file__)],
        lambda: not missing_packages(),
        get_servers,
    )
]
