"""A main process to be killed: records a camera in two media processes, says who they are."""

import asyncio
import json
import sys

from media.processes.cluster import ClusterMediaEngine
from roll_call.ports.media import MediaFlowing, RecordingStarted, StartRecording
from tests.media.clients import Camera, Events


async def main(stem: str) -> None:
    """Until killed."""
    events = Events()
    cluster = ClusterMediaEngine(processes=2)
    await cluster.start(events)
    await cluster.all_ready()
    camera = await Camera(cluster, "camera").join()
    await events.wait(MediaFlowing)
    cluster.send(StartRecording("camera", "r", stem))
    await events.wait(RecordingStarted)
    await asyncio.sleep(1)
    print(json.dumps(cluster.pids), flush=True)
    await asyncio.Event().wait()
    await camera.leave()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
