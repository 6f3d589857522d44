"""The groups over one connection: ``Records`` for readers, ``Transaction`` for the writer."""

from sqlite_utils import Database

from storage.access import AccessRows, AccessTables
from storage.call_lists import CallListRows, CallListTables
from storage.calls import CallRows, CallTables
from storage.cameras import CameraRows, CameraTables
from storage.deadlines import DeadlineRows, DeadlineTables
from storage.evidence import EvidenceRows, EvidenceTables
from storage.faces import FaceRows, FaceTables
from storage.figures import FigureRows, FigureTables
from storage.hand_overs import HandOverRows, HandOverTables
from storage.journal import Journal
from storage.keys import MasterKey
from storage.log import SqliteLog, SqliteLogReader
from storage.notices import NoticeRows, NoticeTables
from storage.notifications import NotificationRows, NotificationTables
from storage.own_calendar import OwnCalendarRows, OwnCalendarTables
from storage.people import PeopleRows, PeopleTables
from storage.plans import PlanRows, PlanTables
from storage.reports import ReportRows, ReportTables
from storage.roster import RosterRows, RosterTables
from storage.rounds import RoundRows, RoundTables
from storage.self_enrolments import SelfEnrolmentRows, SelfEnrolmentTables
from storage.sessions import SessionRows, SessionTables
from storage.settings import SettingRows, SettingTables
from storage.terminals import TerminalRows, TerminalTables
from storage.vault import Vault


class SqliteRecords:
    """Implements ``roll_call.ports.store.Records``."""

    def __init__(self, db: Database, master: MasterKey) -> None:
        vault = Vault(db.conn, master)
        self.people = PeopleRows(db)
        self.plans = PlanRows(db)
        self.call_lists = CallListRows(db)
        self.calls = CallRows(db)
        self.sessions = SessionRows(db, vault)
        self.deadlines = DeadlineRows(db)
        self.evidence = EvidenceRows(db)
        self.faces = FaceRows(db, vault)
        self.self_enrolments = SelfEnrolmentRows(db, vault)
        self.access = AccessRows(db)
        self.cameras = CameraRows(db, vault)
        self.reports = ReportRows(db)
        self.roster = RosterRows(db)
        self.hand_overs = HandOverRows(db)
        self.calendar = OwnCalendarRows(db)
        self.terminals = TerminalRows(db)
        self.figures = FigureRows(db)
        self.rounds = RoundRows(db, vault)
        self.notifications = NotificationRows(db, vault)
        self.notices = NoticeRows(db, vault)
        self.log = SqliteLogReader(db)
        self.settings = SettingRows(db)


class SqliteTransaction:
    """Implements ``roll_call.ports.store.Transaction``."""

    def __init__(self, db: Database, master: MasterKey) -> None:
        vault = Vault(db.conn, master)
        self.log = SqliteLog(db)
        journal = Journal(db, self.log)
        self.people = PeopleTables(db, journal)
        self.plans = PlanTables(db, journal)
        self.call_lists = CallListTables(db, journal)
        self.calls = CallTables(db, journal)
        self.sessions = SessionTables(db, vault, journal)
        self.deadlines = DeadlineTables(db, journal)
        self.evidence = EvidenceTables(db, journal)
        self.faces = FaceTables(db, vault, journal)
        self.self_enrolments = SelfEnrolmentTables(db, vault, journal)
        self.access = AccessTables(db, journal)
        self.cameras = CameraTables(db, vault, journal)
        self.reports = ReportTables(db, journal)
        self.roster = RosterTables(db, journal)
        self.hand_overs = HandOverTables(db, journal)
        self.calendar = OwnCalendarTables(db, journal)
        self.terminals = TerminalTables(db, journal)
        self.figures = FigureTables(db, journal)
        self.rounds = RoundTables(db, vault, journal)
        self.notifications = NotificationTables(db, vault, journal)
        self.notices = NoticeTables(db, vault, journal)
        self.settings = SettingTables(db)
