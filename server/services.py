"""What a request handler or a connection may use: one value, made in ``server.app``."""

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from roll_call.policy import Policy
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine
from roll_call.ports.store import RecordingStore, Store
from server.auth.first_run import FirstRun
from server.auth.staff import StaffSessions
from server.auth.terminals import TerminalSignIns
from server.auth.throttle import Throttle
from server.bus import EventBus
from server.calendar import CenterCalendar
from server.cameras.desk import CameraDesk
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.conductor import Conductor
from server.config import Settings
from server.connections.sockets import Sockets
from server.directory import Directory
from server.duty.figures import FiguresDesk
from server.duty.terminals import TerminalDesk
from server.enrolment.desk import EnrolmentDesk
from server.importing.desk import ImportDesk
from server.loop_lag import LoopLag
from server.media_events import MediaEvents
from server.metrics import Metrics
from server.notices.office import NoticeOffice
from server.notify.office import NotifyOffice
from server.quality import QualityLedger
from server.receipting import ReceiptDesk
from server.receipts import ReceiptSigner
from server.resume import ResumeTokens
from server.rooms.desk import RoomDesk
from server.rounds.desk import RoundDesk
from server.viewing import ViewLog


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and the server's own parts; holds no logic."""

    data_dir: Path
    settings: Settings
    policy: Policy
    clock: Clock
    store: Store
    recordings: RecordingStore
    engine: MediaEngine
    verifier: FaceVerifier
    signer: ReceiptSigner
    receipts: ReceiptDesk
    bus: EventBus
    directory: Directory
    calendar: CenterCalendar
    conductor: Conductor
    desk: CheckInDesk
    rooms: RoomDesk
    rounds: RoundDesk
    cameras: CameraDesk
    enrolments: EnrolmentDesk
    terminals: TerminalDesk
    figures: FiguresDesk
    imports: ImportDesk
    notify: NotifyOffice
    notices: NoticeOffice
    staff: StaffSessions
    terminal_sign_ins: TerminalSignIns
    redemptions: Throttle
    first_run: FirstRun
    resume_tokens: ResumeTokens
    views: ViewLog
    sockets: Sockets
    lag: LoopLag
    media_events: MediaEvents
    quality: QualityLedger
    metrics: Metrics
    public_url: str | None


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)
