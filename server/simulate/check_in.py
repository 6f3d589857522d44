"""``rollcall simulate check-in``: one whole check-in over real WebRTC, with its figures."""

import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import av

from server.messages import StepPassed, Ticket, TryFailed
from server.simulate.cameras import Scene, open_scene
from server.simulate.embedded import EmbeddedServer
from server.simulate.phone import Behaviour, Conversation, SimulatedPhone
from server.simulate.references import reference_pictures
from server.simulate.scenario import DuePerson, due_person
from server.simulate.staff import StaffClient

RECORDING_READY_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class CheckInRequest:
    """What to simulate. ``server`` None starts a temporary one; ``data`` None uses a new folder."""

    reference: Path
    video: str
    liveness: bool = True
    data: Path | None = None
    server: str | None = None
    username: str = "administrator"
    password: str = ""
    backend: str = "sface"


async def simulate_check_in(request: CheckInRequest) -> dict[str, Any]:
    """Run it and return the report that the command prints (see README, "Commands")."""
    pictures = reference_pictures(request.reference)
    scene = open_scene(request.video, seed=1)
    data = request.data or Path(tempfile.mkdtemp(prefix="rollcall-"))
    data.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        server, staff = await _sign_in(stack, request, data)
        person = await due_person(staff, pictures, liveness=request.liveness)
        conversation, cpu_s = await _run(server, staff.url, person, scene)
        detail = await _settled_detail(staff, person.entry_id)
        recording = await _download(staff, detail, data)
    return _report(conversation, detail, recording, cpu_s)


async def _sign_in(
    stack: AsyncExitStack, request: CheckInRequest, data: Path
) -> tuple[EmbeddedServer | None, StaffClient]:
    if request.server is not None:
        staff = await stack.enter_async_context(StaffClient(request.server))
        await staff.sign_in(request.username, request.password)
        return None, staff
    environment = {"ROLLCALL_FACES__BACKEND": request.backend}
    server = await stack.enter_async_context(EmbeddedServer(data, environment=environment))
    staff = await stack.enter_async_context(StaffClient(server.ready.url))
    password = request.password or token_urlsafe(16)
    if server.ready.setup_code is not None:
        await staff.request(
            "POST",
            "/api/setup",
            {
                "code": server.ready.setup_code,
                "center": "模拟指挥中心",
                "name": "模拟管理员",
                "username": request.username,
                "password": password,
            },
        )
    await staff.sign_in(request.username, password)
    return server, staff


async def _run(
    server: EmbeddedServer | None, url: str, person: DuePerson, scene: Scene
) -> tuple[Conversation, float | None]:
    before_s = server.cpu_s() if server is not None else None
    phone = SimulatedPhone(url, person.device, Behaviour())
    conversation = await phone.check_in(scene, person.entry_id)
    cpu_s = server.cpu_s() - before_s if server is not None and before_s is not None else None
    return conversation, cpu_s


async def _settled_detail(staff: StaffClient, entry_id: str) -> dict[str, Any]:
    """The entry once its recording is complete, or as it stands after 15 s."""
    deadline = asyncio.get_running_loop().time() + RECORDING_READY_WITHIN_S
    while True:
        detail: dict[str, Any] = await staff.request("GET", f"/api/entries/{entry_id}")
        unfinished = [r for r in detail["recordings"] if r["state"] == "recording"]
        if (detail["recordings"] and not unfinished) or (
            asyncio.get_running_loop().time() > deadline
        ):
            return detail
        await asyncio.sleep(0.1)


async def _download(
    staff: StaffClient, detail: dict[str, Any], data: Path
) -> dict[str, Any] | None:
    ready = [r for r in detail["recordings"] if r["state"] == "ready"]
    if not ready:
        return None
    last = ready[-1]
    suffix = ".mp4" if "mp4" in last["content_type"] else ".webm"
    folder = data / "simulated"
    folder.mkdir(exist_ok=True)
    path = folder / f"{last['id']}{suffix}"
    path.write_bytes(await staff.download(f"/api/recordings/{last['id']}/media"))
    return probe(path)


def probe(path: Path) -> dict[str, Any]:
    """Count what a recording really holds: every frame is decoded."""
    with av.open(str(path)) as container:
        duration_s = float(container.duration or 0) / av.time_base
        frames = sum(1 for _ in container.decode(video=0))
    packets = 0
    with av.open(str(path)) as container:
        if container.streams.audio:
            packets = sum(1 for packet in container.demux(audio=0) if packet.size)
    return {
        "path": str(path),
        "duration_s": round(duration_s, 3),
        "video_frames": frames,
        "audio_packets": packets,
    }


def _report(
    conversation: Conversation,
    detail: dict[str, Any],
    recording: dict[str, Any] | None,
    cpu_s: float | None,
) -> dict[str, Any]:
    verdict = detail["verdicts"][-1] if detail["verdicts"] else None
    evidence = verdict["evidence"] if verdict else {}
    similarities = [f["similarity"] for f in evidence.get("frames", []) if "similarity" in f]
    similarities = [value for value in similarities if value is not None]
    finished_s = conversation.timeline[-1][0]
    return {
        "verdict": verdict["state"] if verdict else "inconclusive",
        "entry": detail["entry"]["state"],
        "reason": detail["entry"]["reason"],
        "similarity": {
            "median": round(statistics.median(similarities), 4) if similarities else None,
            "min": round(min(similarities), 4) if similarities else None,
            "frames": len(similarities),
        },
        "liveness": _liveness(conversation, evidence),
        "assurance": verdict["assurance"] if verdict else None,
        "recording": recording,
        "elapsed_s": round(finished_s - (conversation.moment_s(Ticket) or 0.0), 3),
        "server_cpu_s": None if cpu_s is None else round(cpu_s, 3),
    }


def _liveness(conversation: Conversation, evidence: dict[str, Any]) -> dict[str, Any]:
    said = [message for _, message in conversation.timeline]
    return {
        "steps_passed": sum(isinstance(message, StepPassed) for message in said),
        "tries_failed": [message.why for message in said if isinstance(message, TryFailed)],
        "prompts": evidence.get("prompts", []),
    }
