"""``rollcall doctor network``: each line tells what is wrong, and what to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner

from media.port_range import bind_udp
from server import tls
from server.cli.main import app
from server.config import MediaSection, ServerSection, Settings, TurnSection
from server.doctor.addresses import check_addresses, check_mtu, check_ports
from server.doctor.findings import Finding, Status
from server.doctor.network import examine
from server.doctor.openings import openings
from server.doctor.public_address import check_public_address
from server.errors import LOCALES, texts
from tests.server.town import Town

SOURCES = Path(__file__).resolve().parents[2] / "server" / "doctor"


def codes(findings: Sequence[Finding]) -> dict[str, str]:
    """Code and status of each."""
    return {f.code: f.status.value for f in findings}


async def test_a_server_at_its_public_address_is_recognised(town: Town, tmp_path: Path) -> None:
    found = codes(await check_public_address(town.url, tmp_path))
    assert found["public_url_plain"] == "fail"  # phones refuse the camera without HTTPS
    assert found["public_url_fine"] == "ok"
    assert found["websocket_fine"] == "ok"


async def test_no_public_address_is_told(tmp_path: Path) -> None:
    assert codes(await check_public_address(None, tmp_path)) == {"public_url_none": "warn"}
    assert codes(await check_public_address("office", tmp_path)) == {"public_url_wrong": "fail"}


async def test_a_dead_address_is_told(tmp_path: Path) -> None:
    for scheme in ("http", "https"):
        found = codes(await check_public_address(f"{scheme}://127.0.0.1:1", tmp_path))
        assert found["public_url_unreachable"] == "fail"


Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """Somebody's web site, furnished by a test."""

    url: str = ""
    pages: dict[str, Page] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Whatever stands at the path."""
        return await self.pages[request.path](request)


@pytest.fixture
async def stranger() -> AsyncIterator[Site]:
    """A site that runs."""
    site, application = Site(), web.Application()
    application.router.add_get("/{path:.*}", site.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


async def healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def test_somebody_elses_site_is_told(stranger: Site, tmp_path: Path) -> None:
    async def welcome(_: web.Request) -> web.Response:
        return web.Response(text="Welcome to nginx!")

    stranger.pages["/healthz"] = welcome
    found = codes(await check_public_address(stranger.url, tmp_path))
    assert found["public_url_stranger"] == "fail"


async def test_a_proxy_without_upgrade_is_told(stranger: Site, tmp_path: Path) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=400)

    stranger.pages |= {"/healthz": healthy, "/ws": refuse}
    found = codes(await check_public_address(stranger.url, tmp_path))
    assert found["websocket_refused"] == "fail"


async def test_another_clock_is_told(stranger: Site, tmp_path: Path) -> None:
    async def yesterday(_: web.Request) -> web.Response:
        then = datetime.now(UTC) - timedelta(days=1)
        return web.Response(text="ok\n", headers={"Date": f"{then:%a, %d %b %Y %H:%M:%S} GMT"})

    async def silent(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    stranger.pages |= {"/healthz": yesterday, "/ws": silent}
    findings = await check_public_address(stranger.url, tmp_path)
    assert codes(findings)["clock_differs"] == "fail"
    assert codes(findings)["websocket_silent"] == "fail"
    (clock,) = (f for f in findings if f.check == "clock")
    assert abs(int(clock.params["seconds"]) + 86_400) < 30


@pytest.mark.parametrize(
    ("days_ago", "expected"), [(0, "certificate_days"), (380, "certificate_ends")]
)
async def test_the_sites_own_certificate_is_read(
    tmp_path: Path, days_ago: int, expected: str
) -> None:
    made = datetime.now(UTC) - timedelta(days=days_ago)
    files = tls.initialise(tmp_path, ["localhost", "127.0.0.1"], made)
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=tls.server_context(files)
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        findings = await check_public_address(f"https://127.0.0.1:{port}", tmp_path)
        named = await check_public_address(f"https://127.0.0.2:{port}", tmp_path)
        unknown = await check_public_address(f"https://127.0.0.1:{port}", tmp_path / "elsewhere")
    assert codes(findings)["certificate_own"] == "warn"
    assert expected in codes(findings)
    (days,) = (f for f in findings if f.code == expected)
    assert "localhost" in str(days.params["names"])
    assert codes(named) == {"public_url_unreachable": "fail"}  # nothing listens there
    assert codes(unknown) == {"certificate_wrong": "fail"}


def test_only_loopback_is_a_failure() -> None:
    found = check_addresses(MediaSection(bind_addresses=["127.0.0.1"]))
    assert codes(found) == {"only_loopback": "fail"}


def test_an_address_of_somebody_else_is_a_failure() -> None:
    found = codes(check_addresses(MediaSection(bind_addresses=["203.0.113.9", "127.0.0.1"])))
    assert found == {"address_not_bound": "fail", "only_loopback": "fail"}


def test_an_announced_address_makes_private_ones_reachable() -> None:
    own = MediaSection(bind_addresses=["127.0.0.1"], announced_addresses=["127.0.0.1=8.8.8.8"])
    assert "only_private" not in codes(check_addresses(own))
    assert codes(check_addresses(own))["addresses_offered"] == "ok"
    unused = MediaSection(bind_addresses=["127.0.0.1"], announced_addresses=["10.9.9.9=8.8.8.8"])
    assert "only_loopback" in codes(check_addresses(unused))


def test_ports_are_counted() -> None:
    with bind_udp("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        one = MediaSection(bind_addresses=["127.0.0.1"], port_range=f"{port}-{port}")
        assert codes(check_ports(one)) == {"ports_none_free": "fail"}
    assert codes(check_ports(one)) == {"ports_few": "warn"}
    assert codes(check_ports(MediaSection())) == {"ports_any": "warn"}
    many = MediaSection(bind_addresses=["127.0.0.1"], port_range="20000-20299")
    (found,) = check_ports(many)
    assert (found.code, found.params["size"]) == ("ports_free", 300)


def test_the_packet_size_is_read() -> None:
    (found,) = check_mtu()
    assert found.check == "mtu"


def test_the_firewall_list_follows_the_configuration() -> None:
    def listed(**media: object) -> set[tuple[str, str, str, str, str]]:
        section = MediaSection.model_validate(media)
        public = ServerSection(public_url="https://rollcall.example:8443")
        found = openings(Settings(server=public, media=section))
        return {(o.host, o.direction, o.protocol, o.ports, o.peer) for o in found}

    direct = listed(port_range="40000-40999")
    assert ("server", "in", "tcp", "8443", "any") in direct
    assert ("server", "in", "udp", "40000-40999", "any") in direct
    turn = {
        "urls": ["turn:t.example:3478", "turn:t.example:3478?transport=tcp", "turns:t.example"],
        "secret": "x",
    }
    relayed = listed(port_range="40000-40999", turn=turn, relay_only=True)
    assert ("server", "in", "udp", "40000-40999", "any") not in relayed
    assert ("server", "in", "udp", "40000-40999", "turn") in relayed
    for protocol, port in (("udp", "3478"), ("tcp", "3478"), ("tcp", "5349")):
        assert ("turn", "in", protocol, port, "any") in relayed


def test_a_turn_section_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        TurnSection(urls=["turn:t.example"])
    with pytest.raises(ValueError, match="relay_only"):
        MediaSection(relay_only=True)


async def test_everything_found_is_worded_in_both_languages(tmp_path: Path) -> None:
    report = await examine(Settings(), tmp_path)
    assert report.status in set(Status)
    for locale in LOCALES:
        nothing = texts(locale).word("errors", "internal")
        lines = [finding.text(locale) for finding in report.findings]
        lines += [opening.text(locale) for opening in report.openings]
        assert nothing not in lines
        assert [line for line in lines if "{" in line] == []


def test_every_code_in_the_source_has_a_text() -> None:
    known = texts("en").sections["doctor"]
    said = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    unused = [
        code
        for code in known
        if f'"{code}"' not in said
        and not code.startswith(("turn_", "host_", "way_", "summary_", "open_heading"))
    ]
    assert unused == []


def test_the_command_prints_one_object_and_its_status(tmp_path: Path) -> None:
    (tmp_path / "rollcall.toml").write_text('[media]\nbind_addresses = ["127.0.0.1"]\n')
    ran = CliRunner().invoke(app, ["doctor", "network", "--data", str(tmp_path), "--json"])
    assert ran.exit_code == 1
    said = json.loads(ran.stdout.splitlines()[-1])
    assert said["status"] == "fail"
    assert {"findings", "open"} < said.keys()
    assert {"check", "status", "code", "params", "text"} == said["findings"][0].keys()
    spoken = CliRunner().invoke(
        app, ["doctor", "network", "--data", str(tmp_path), "--lang", "en_US.UTF-8"]
    )
    assert "What the firewall must let through" in spoken.stdout


def test_a_wrong_configuration_is_told_and_not_examined(tmp_path: Path) -> None:
    (tmp_path / "rollcall.toml").write_text('[media]\nport_range = "5-1"\n')
    ran = CliRunner().invoke(app, ["doctor", "network", "--data", str(tmp_path)])
    assert ran.exit_code == 2
    assert "media.port_range" in ran.stderr
