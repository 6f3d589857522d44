"""``rollcall demo``: the embedded server with a living county."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import segno
from rich.console import Console
from rich.table import Table

from server.simulate.county import ADMINISTRATOR, GUEST, LOGINS, OFFICE_LOGINS
from server.simulate.demo_director import Director
from server.simulate.demo_offices import open_round, play_terminals
from server.simulate.demo_seed import first_administrator, seed
from server.simulate.demo_store import passwords
from server.simulate.embedded import EmbeddedServer, Ready
from server.simulate.portrait import portraits
from server.simulate.staff import StaffClient, StaffFailure
from server.simulate.terminals import Office


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``lan_port`` 0 leaves HTTPS out; ``at_once`` phones are in session together."""

    data: Path
    port: int = 8080
    lan_port: int = 8443
    at_once: int = 3


async def run_demo(options: DemoOptions) -> None:
    """Serve until cancelled; raises ``ServerDidNotStart`` and ``StaffFailure``."""
    console = Console()
    known = passwords(options.data)
    arguments: tuple[str, ...] = ("--port", str(options.port))
    if options.lan_port:
        arguments += ("--lan-port", str(options.lan_port))
    console.print("Roll Call 点名: starting the embedded server / 正在启动 ...")
    server = EmbeddedServer(options.data, arguments, {"ROLLCALL_SERVER__DEMONSTRATION": "true"})
    async with server, StaffClient(server.ready.url) as staff:
        if server.ready.setup_code is not None:
            await first_administrator(staff, server.ready.setup_code, known[ADMINISTRATOR.username])
        await staff.sign_in(ADMINISTRATOR.username, known[ADMINISTRATOR.username])
        console.print("Filling the demonstration county / 正在准备演示数据 ...")
        cast = portraits()
        unit_ids = await seed(staff, known, cast, console.print)
        await open_round(staff)
        _welcome(console, server.ready, known)
        await _guest_link(console, staff)
        url = server.ready.url
        offices = [
            Office(unit_id, login.username, known[login.username])
            for unit_id, login in zip(unit_ids, OFFICE_LOGINS, strict=True)
        ]
        async with asyncio.TaskGroup() as group:
            group.create_task(play_terminals(url, offices, cast, console.print))
            group.create_task(Director(staff, url, cast, options.at_once, console.print).play())


def _welcome(console: Console, ready: Ready, known: dict[str, str]) -> None:
    console.print(f"\n[bold]Console 指挥中心控制台[/]  {ready.url}/")
    if ready.lan_url:
        console.print(f"[bold]Phones 手机端 (HTTPS)[/]     {ready.lan_url}/p")
    table = Table("login 用户名", "password 密码", "name 姓名", "post 职务")
    for login in (ADMINISTRATOR, *LOGINS):
        table.add_row(login.username, known[login.username], login.name, login.post)
    console.print(table)


async def _guest_link(console: Console, staff: StaffClient) -> None:
    """A link for trying it with one's own face; newer ones are made on the console."""
    persons = await staff.request("GET", "/api/persons")
    guest = next((person for person in persons if person["name"] == GUEST), None)
    if guest is None:
        return
    try:
        link = await staff.request("POST", f"/api/persons/{guest['id']}/link", {})
    except StaffFailure as error:
        console.print(f"no phone link: {error}")
        return
    console.print(
        f"\nTry it with your own face: enrol 「{GUEST}」 at the console (People 人员), "
        "then open this link on a phone in the same network (once, within 10 minutes; "
        "the console makes new ones).\n"
        f"用自己的手机体验:先在控制台“人员”中为“{GUEST}”采集人脸,再扫码(10 分钟内一次有效)。\n"
        f"{link['url']}"
    )
    segno.make(link["url"], error="m").terminal(compact=True)


def demo(options: DemoOptions) -> None:
    """Run the demonstration until Ctrl-C."""
    asyncio.run(run_demo(options))
