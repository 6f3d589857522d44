"""What the check-ins work with."""

from dataclasses import dataclass

from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine, RepairRecording
from roll_call.ports.store import RecordingStore, Store
from server.bus import EventBus
from server.check_in.examining import ExaminerFactory
from server.clock import Clock
from server.conductor import Conductor
from server.config import Settings
from server.quality import QualityLedger
from server.receipting import ReceiptDesk


@dataclass(frozen=True, slots=True)
class Tools:
    """Ports and the server's own parts, handed to every check-in."""

    settings: Settings
    clock: Clock
    store: Store
    recordings: RecordingStore
    engine: MediaEngine
    verifier: FaceVerifier
    conductor: Conductor
    bus: EventBus
    receipts: ReceiptDesk
    examiner: ExaminerFactory
    repair: RepairRecording
    quality: QualityLedger
