"""``rollcall doctor network``: every check, in the order in which a phone meets what it checks."""

import asyncio
import shutil
from pathlib import Path

from server.config import Settings
from server.doctor.addresses import check_addresses, check_mtu, check_ports
from server.doctor.findings import Finding, Report, Status
from server.doctor.openings import openings
from server.doctor.public_address import check_public_address
from server.doctor.turn_probe import check_turn

CLOCK_WITHIN_S = 3.0


async def examine(settings: Settings, data_dir: Path) -> Report:
    """Contacts the configured public address and TURN servers, and nobody else."""
    web, turn, clock = await asyncio.gather(
        check_public_address(settings.server.public_url, data_dir),
        check_turn(settings.media.turn),
        _synchronised(),
    )
    here = [
        *check_addresses(settings.media),
        *check_ports(settings.media),
        *check_mtu(),
    ]
    return Report((*web, *here, *_policy(settings), *turn, clock), openings(settings))


def _policy(settings: Settings) -> list[Finding]:
    media = settings.media
    found = []
    if media.relay_only:
        found.append(Finding("policy", Status.OK, "relay_only"))
    if "private" not in media.accept_candidates and not media.relay_only:
        found.append(Finding("policy", Status.WARN, "private_refused"))
    return found


async def _synchronised() -> Finding:
    """Whether the system says that its clock follows a time server; its own word, over no net."""
    tool = shutil.which("timedatectl")
    if tool is not None:
        try:
            async with asyncio.timeout(CLOCK_WITHIN_S):
                process = await asyncio.create_subprocess_exec(
                    tool,
                    "show",
                    "--property=NTPSynchronized",
                    "--value",
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                said, _ = await process.communicate()
        except (OSError, TimeoutError):
            said = b""
        if said.strip() == b"yes":
            return Finding("clock", Status.OK, "clock_follows")
        if said.strip() == b"no":
            return Finding("clock", Status.WARN, "clock_free")
    return Finding("clock", Status.WARN, "clock_unknown")
