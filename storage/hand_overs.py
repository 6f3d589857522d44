"""Hand-over logs; implements ``roll_call.ports.roster.HandOvers``."""

from sqlite_utils import Database

from roll_call.hand_over import HandOver
from roll_call.ports.records import Change
from storage.journal import Journal, Rows, record_of
from storage.plain import to_row


class HandOverRows(Rows):
    """Reading."""

    def hand_over(self, hand_over_id: str) -> HandOver:
        """Raises ``NotFound``."""
        return self._get(HandOver, "hand_overs", hand_over_id)

    def hand_overs(self, unit_id: str, limit: int) -> tuple[HandOver, ...]:
        """A unit's logs, the newest first."""
        sql = "SELECT * FROM hand_overs WHERE unit_id = ? ORDER BY rowid DESC LIMIT ?"
        return self._all(HandOver, sql, (unit_id, limit))


class HandOverTables(HandOverRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_hand_over(self, log: HandOver, change: Change) -> None:
        """Raises ``Conflict`` (``hand_over_open``)."""
        self._journal.insert("hand_overs", to_row(log), taken="hand_over_open")
        self._journal.note("hand_over", log.id, record_of(log), change)

    def save_hand_over(self, new: HandOver, old: HandOver, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict``."""
        self._journal.replace("hand_overs", new.id, to_row(new), to_row(old))
        self._journal.note("hand_over", new.id, record_of(new), change)
