"""Listening: sockets first (so that addresses are known), then the application, then the banner."""

import asyncio
import json
import os
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from server import tls
from server.app import Parts, make_app
from server.clock import SystemClock
from server.config import Settings, load_settings
from server.engines import make_engine, make_recordings, make_store, make_verifier
from server.examination import make_examiner
from server.logs import configure_logs
from server.services import SERVICES

BACKLOG = 512
SHUTDOWN_S = 3.0


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The command line."""

    data: Path
    host: str
    port: int
    tls: bool
    lan_port: int | None
    json_ready: bool


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket with the address that people use for it."""

    socket: socket.socket
    url: str
    context: ssl.SSLContext | None


def run(options: ServeOptions) -> None:
    """Serve until SIGINT or SIGTERM. Raises RollCallError, OSError."""
    configure_logs()
    options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = load_settings(options.data)
    asyncio.run(_serve(options, settings))


async def _serve(options: ServeOptions, settings: Settings) -> None:
    main = _listen(options.host, options.port, options.data if options.tls else None)
    listeners = [main]
    lan: Listener | None = None
    if options.lan_port is not None:
        lan = _listen("0.0.0.0", options.lan_port, options.data)
        listeners.append(lan)
    app = make_app(_parts(options, settings, lan.url if lan else None))
    runner = make_runner(app, settings, SHUTDOWN_S)
    try:
        await runner.setup()
        for listener in listeners:
            site = web.SockSite(
                runner, listener.socket, ssl_context=listener.context, backlog=BACKLOG
            )
            await site.start()
        code = app[SERVICES].first_run.code
        _announce(options, main, lan, code)
        await _until_stopped()
    finally:
        await runner.cleanup()
        for listener in listeners:
            listener.socket.close()


def make_runner(app: web.Application, settings: Settings, shutdown_s: float) -> web.AppRunner:
    """The keep-alive limit is also the limit for a request's headers to be complete."""
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=settings.server.header_timeout_s,
        shutdown_timeout=shutdown_s,
    )


def _parts(options: ServeOptions, settings: Settings, lan_url: str | None) -> Parts:
    return Parts(
        data_dir=options.data,
        settings=settings,
        store=make_store(options.data),
        recordings=make_recordings(options.data, settings),
        engine=make_engine(settings),
        verifier=make_verifier(settings),
        examiner=make_examiner,
        clock=SystemClock(),
        public_url=lan_url,
    )


def _listen(host: str, port: int, tls_data: Path | None) -> Listener:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.create_server((host, port), family=family, backlog=BACKLOG)
    context = None
    if tls_data is not None:
        context = tls.server_context(tls.ensure(tls_data, tls.host_names()))
    shown = host
    if host in ("0.0.0.0", "::"):
        shown = tls.lan_address() or "127.0.0.1"
    scheme = "https" if context else "http"
    literal = f"[{shown}]" if ":" in shown else shown
    return Listener(bound, f"{scheme}://{literal}:{bound.getsockname()[1]}", context)


def _announce(
    options: ServeOptions, main: Listener, lan: Listener | None, code: str | None
) -> None:
    lines = ["", "  Roll Call 点名", "", f"  console 控制台   {main.url}/"]
    if lan is not None:
        lines.append(f"  phones  手机     {lan.url}/p")
    if code is not None:
        lines.append(f"  set-up code 设置码  {code}   (first administrator 首位管理员)")
    lines += [f"  data    数据     {options.data}", ""]
    print("\n".join(lines), flush=True)
    if options.json_ready:
        ready = {
            "ready": True,
            "url": main.url,
            "lan_url": lan.url if lan else None,
            "setup_code": code,
            "pid": os.getpid(),
        }
        print(json.dumps(ready), flush=True)


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
