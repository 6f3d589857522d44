"""The real server with fake media in a process of its own, to be killed: see test_crash.py."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from server.app import Parts, make_app
from server.clock import SystemClock
from server.config import load_settings
from server.logs import configure_logs
from server.services import SERVICES
from storage.recordings import LocalRecordings
from storage.sqlite import SqliteStore
from tests.server.fakes import FakeEngine, FakeVerifier, Script


async def main(data: Path) -> None:
    """Serve until killed."""
    configure_logs("ERROR")
    settings, script = load_settings(data), Script()
    engine, verifier = FakeEngine(), FakeVerifier()
    app = make_app(
        Parts(
            data_dir=data,
            settings=settings,
            store=SqliteStore(data),
            recordings=LocalRecordings(data / "recordings", 1_000_000),
            engine=engine,
            verifier=verifier,
            examiner=lambda _, __: script.factory,
            clock=SystemClock(),
        )
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], app[SERVICES].first_run.code, flush=True)
    while True:
        await asyncio.sleep(0.02)
        for peer in [p for p in engine.peers if p not in verifier.open_sessions]:
            engine.flow(peer)
        for session in list(verifier.open_sessions):
            verifier.see(session)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
