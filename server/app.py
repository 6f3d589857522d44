"""The composition root: makes the parts, ties them together, starts and stops them in order."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from media.repair import repair
from roll_call.effects import CallSubject, SendReport
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import FrameTapped, MediaEngine, PeerClosed, PeerQuality
from roll_call.ports.store import RecordingStore, Store
from server.api.health import healthz
from server.api.metrics import metrics as read_metrics
from server.api.routing import as_aiohttp
from server.api.table import all_routes
from server.auth.first_run import FirstRun
from server.auth.staff import StaffSessions
from server.auth.terminals import TerminalSignIns
from server.auth.throttle import Throttle
from server.bus import EventBus, ReachChanged
from server.calendar import CenterCalendar
from server.cameras.desk import CameraDesk
from server.check_in.desk import CheckInDesk
from server.check_in.examining import ExaminerFactory
from server.check_in.tools import Tools
from server.clock import Clock
from server.conductor import Conductor
from server.config import Settings, domain_policy
from server.connections.sockets import Sockets
from server.directory import Directory
from server.duty.figures import FiguresDesk
from server.duty.terminals import TerminalDesk
from server.enrolment.desk import EnrolmentDesk
from server.importing.desk import ImportDesk
from server.loop_lag import LoopLag
from server.media_events import MediaEvents
from server.metrics import Metrics
from server.middleware import add_security_headers, typed_errors
from server.notices.office import NoticeOffice
from server.notify.office import NotifyOffice, NotifyParts
from server.outages import Outages
from server.quality import QualityLedger, feed_quality
from server.receipting import ReceiptDesk
from server.receipts import load_signer
from server.reports.telling import tell_report
from server.resume import ResumeTokens
from server.rooms.desk import RoomDesk, RoomTools
from server.rounds.desk import RoundDesk, RoundTools
from server.scheduler import Scheduler
from server.services import SERVICES, Services
from server.signaling import websocket
from server.static import DIST, add_pages
from server.viewing import ViewLog


@dataclass(frozen=True, slots=True)
class Parts:
    """The ports' embodiments; tests bring their own."""

    data_dir: Path
    settings: Settings
    store: Store
    recordings: RecordingStore
    engine: MediaEngine
    verifier: FaceVerifier
    examiner: Callable[[FaceVerifier, Settings], ExaminerFactory]
    clock: Clock
    public_url: str | None = None
    dist: Path = DIST
    chance: random.Random | None = None


def make_app(parts: Parts) -> web.Application:
    """The application; everything starts with it and stops with it."""
    app = web.Application(
        middlewares=[typed_errors],
        client_max_size=parts.settings.server.max_body_bytes,
    )
    app.on_response_prepare.append(add_security_headers)
    for route in all_routes():
        app.router.add_route(route.method, route.path, as_aiohttp(route))
    app.router.add_get("/ws", websocket)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", read_metrics)
    add_pages(app, parts.dist)
    outages = Outages(parts.store)
    services = make_services(parts, outages)
    app[SERVICES] = services
    scheduler = Scheduler(
        parts.store,
        parts.clock,
        parts.settings,
        services.conductor,
        services.directory,
        outages,
        services.calendar,
        parts.chance,
    )
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(lambda _: _running(services, outages, scheduler))
    return app


def make_services(parts: Parts, outages: Outages) -> Services:
    """Tie the parts together; nothing runs yet."""
    settings, store, clock = parts.settings, parts.store, parts.clock
    policy = domain_policy(settings)
    bus = EventBus()
    signer = load_signer(parts.data_dir)
    receipts = ReceiptDesk(signer, settings.zone, settings.policy.attempts)
    quality = QualityLedger(store, clock)
    conductor = Conductor(store, clock, policy, bus, receipts, outages, quality)
    tools = Tools(
        settings=settings,
        clock=clock,
        store=store,
        recordings=parts.recordings,
        engine=parts.engine,
        verifier=parts.verifier,
        conductor=conductor,
        bus=bus,
        receipts=receipts,
        examiner=parts.examiner(parts.verifier, settings),
        repair=repair,
        quality=quality,
    )
    desk, media_events = CheckInDesk(tools), MediaEvents()
    media_events.on_all(desk.on_media)
    directory = Directory(store)
    rooms = RoomDesk(RoomTools(parts.engine, store, clock, bus, directory, desk))
    media_events.on(PeerClosed, rooms.on_media)
    media_events.on(PeerQuality, rooms.on_media)
    cameras = CameraDesk(parts.engine, store, clock, rooms)
    media_events.on_all(cameras.on_media)
    metrics = Metrics()
    media_events.on_all(metrics.hear)
    sockets = Sockets(lambda subject: bus.publish(ReachChanged(subject)))
    terminals = TerminalDesk(store, clock, bus, settings)
    rounds = RoundDesk(
        RoundTools(
            settings,
            policy,
            clock,
            store,
            bus,
            conductor,
            desk,
            directory,
            quality,
            sockets,
            terminals,
            parts.engine,
            parts.verifier,
        )
    )
    staff = StaffSessions(store, clock, settings)
    media_events.on(FrameTapped, rounds.keyframes.on_frame)
    notify = NotifyOffice(
        NotifyParts(
            data_dir=parts.data_dir,
            settings=settings.notify,
            store=store,
            clock=clock,
            bus=bus,
            directory=directory,
            sockets=sockets,
            public_url=settings.server.public_url or parts.public_url,
        )
    )
    conductor.handle(CallSubject, notify.ringing.ring)
    conductor.handle(SendReport, partial(tell_report, bus))
    failures, minutes = settings.server.failed_sign_ins, settings.server.failed_sign_ins_minutes
    return Services(
        data_dir=parts.data_dir,
        settings=settings,
        policy=policy,
        clock=clock,
        store=store,
        recordings=parts.recordings,
        engine=parts.engine,
        verifier=parts.verifier,
        signer=signer,
        receipts=receipts,
        bus=bus,
        directory=directory,
        calendar=CenterCalendar(store),
        conductor=conductor,
        desk=desk,
        rooms=rooms,
        rounds=rounds,
        cameras=cameras,
        enrolments=EnrolmentDesk.of(store, clock, parts.verifier, sockets, settings.faces),
        terminals=terminals,
        imports=ImportDesk(store, clock, directory, staff, settings.imports.limits),
        figures=FiguresDesk(store, clock, bus, settings),
        notify=notify,
        notices=NoticeOffice.of(
            store,
            clock,
            bus,
            directory,
            sockets,
            notify.notifier,
            conductor,
            desk,
            settings.notify.notice_days,
        ),
        staff=staff,
        terminal_sign_ins=TerminalSignIns(store, clock, settings),
        redemptions=Throttle(failures * 4, minutes),
        first_run=FirstRun(store, clock),
        resume_tokens=ResumeTokens(parts.data_dir),
        views=ViewLog(store, clock),
        sockets=sockets,
        lag=LoopLag(),
        media_events=media_events,
        quality=quality,
        metrics=metrics,
        public_url=settings.server.public_url or parts.public_url,
    )


async def _close_sockets(app: web.Application) -> None:
    app[SERVICES].sockets.close_all()


async def _running(
    services: Services, outages: Outages, scheduler: Scheduler
) -> AsyncIterator[None]:
    """Start in the order of dependence, stop in the reverse; recordings are sealed first."""
    async with AsyncExitStack() as stack:
        stack.callback(services.staff.close)
        await services.store.open()
        stack.push_async_callback(services.store.close)
        await services.verifier.start(services.desk.on_face)
        stack.push_async_callback(services.verifier.close)
        stack.push_async_callback(services.desk.settle)
        await services.engine.start(services.media_events)
        stack.push_async_callback(services.engine.close)
        await services.directory.load()
        await services.calendar.load()
        await services.first_run.load()
        outage = await outages.load(services.clock.now())
        stack.push_async_callback(services.desk.stop)
        stack.push_async_callback(services.rooms.stop)
        await services.rooms.start()
        await services.desk.start()
        stack.push_async_callback(services.cameras.stop)
        await services.cameras.start()
        await services.terminals.start()
        stack.push_async_callback(services.figures.stop)
        await services.figures.start()
        stack.push_async_callback(services.rounds.stop)
        await services.rounds.start(outage)
        stack.push_async_callback(services.enrolments.stop)
        await services.enrolments.start()
        stack.push_async_callback(services.notify.stop)
        await services.notify.start()
        stack.push_async_callback(scheduler.stop)
        await scheduler.start()
        services.lag.start()
        stack.push_async_callback(services.lag.stop)
        bus = services.bus
        for follow in (feed_quality(services.quality, bus), services.metrics.follow(bus)):
            stack.push_async_callback(_end, asyncio.create_task(follow))
        yield


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
