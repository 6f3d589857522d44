"""The event bus: who hears what, from which moment on."""

import asyncio
import gc

from server.bus import BACKLOG, EventBus, LiveSetChanged, RoundSaved


async def test_a_subscription_begins_with_its_call() -> None:
    bus = EventBus()
    bus.publish(RoundSaved("before"))
    changes = bus.subscribe()
    bus.publish(RoundSaved("one"))
    bus.publish(LiveSetChanged())
    assert await anext(changes) == [RoundSaved("one"), LiveSetChanged()]


async def test_who_falls_behind_loses_the_oldest() -> None:
    bus = EventBus()
    changes = bus.subscribe()
    for number in range(BACKLOG + 2):
        bus.publish(RoundSaved(str(number)))
    waiting = await anext(changes)
    assert len(waiting) == BACKLOG
    assert waiting[0] == RoundSaved("2") and waiting[-1] == RoundSaved(str(BACKLOG + 1))


async def test_whoever_stops_reading_holds_nothing() -> None:
    bus = EventBus()

    async def follow() -> None:
        async for _ in changes:
            pass

    changes = bus.subscribe()
    reading = asyncio.create_task(follow())
    never_read = bus.subscribe()
    await asyncio.sleep(0)
    assert len(bus._queues) == 2
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    del never_read
    gc.collect()
    assert len(bus._queues) == 0
