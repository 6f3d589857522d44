"""Devices, one-time links, signed-in staff; implements ``roll_call.ports.store.Access``."""

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from roll_call.errors import Conflict, InvalidInput, NotFound
from roll_call.instants import utc_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change, Device, OneTimeLink, StaffSession
from storage.journal import Journal, Rows, record_of
from storage.plain import json_text, to_row


class AccessRows(Rows):
    """Reading."""

    def device(self, device_id: str) -> Device:
        """Raises ``NotFound``."""
        return self._get(Device, "devices", device_id)

    def devices_of(self, person_id: str) -> tuple[Device, ...]:
        """All devices that were ever bound, oldest first."""
        sql = "SELECT * FROM devices WHERE person_id = ? ORDER BY rowid"
        return self._all(Device, sql, (person_id,))

    def bound_person_ids(self) -> frozenset[str]:
        """Persons with a device that is not revoked."""
        rows = self._query("SELECT DISTINCT person_id FROM devices WHERE revoked_at IS NULL")
        return frozenset(row["person_id"] for row in rows)

    def link(self, token_hash: str) -> OneTimeLink | None:
        """By the hash of its token."""
        return self._first(OneTimeLink, "SELECT * FROM links WHERE token_hash = ?", (token_hash,))

    def staff_session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """None if unknown or expired."""
        sql = "SELECT * FROM staff_sessions WHERE token_hash = ? AND expires_at > ?"
        return self._first(StaffSession, sql, (token_hash, utc_text(now)))


class AccessTables(AccessRows):
    """Reading and writing. No token and no hash of one reaches the log."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_link(self, link: OneTimeLink, change: Change) -> None:
        """Add a one-time link."""
        self._journal.insert("links", to_row(link))
        self._note_person(link.person_id, change)

    def redeem_link(self, token_hash: str, device: Device, change: Change) -> OneTimeLink:
        """Bind a device; see the port for who succeeds."""
        link = self.link(token_hash)
        if link is None:
            raise NotFound("link_unknown")
        if device.person_id != link.person_id:
            raise InvalidInput("wrong_person")
        if link.redeemed_at is not None:
            return self._redeemed_before(link, device)
        if link.expires_at <= change.at:
            raise Conflict("link_expired")
        for bound in self.devices_of(link.person_id):
            if bound.revoked_at is None:
                self._revoke(bound, replace(change, event="superseded", details={}))
        self._journal.insert("devices", to_row(device))
        self._journal.note("device", device.id, record_of(device), change, _person(link.person_id))
        sql = """UPDATE links SET redeemed_at = ?, device_id = ?
            WHERE token_hash = ? AND redeemed_at IS NULL"""
        if self._journal.changed(sql, (utc_text(change.at), device.id, token_hash)) != 1:
            raise Conflict("link_used")
        return replace(link, redeemed_at=change.at, device_id=device.id)

    def revoke_device(self, device_id: str, change: Change) -> None:
        """Idempotent; raises ``NotFound``."""
        device = self.device(device_id)
        if device.revoked_at is None:
            self._revoke(device, change)

    def add_staff_session(self, session: StaffSession, change: Change) -> None:
        """An officer signed in."""
        self._journal.insert("staff_sessions", to_row(session))
        self._journal.note("staff_session", session.officer_id, None, change)

    def end_staff_session(self, token_hash: str, change: Change) -> None:
        """Idempotent."""
        sql = "DELETE FROM staff_sessions WHERE token_hash = ? RETURNING officer_id"
        for row in self._db.conn.execute(sql, (token_hash,)).fetchall():
            self._journal.note("staff_session", row[0], None, change)

    def end_staff_sessions_of(self, officer_id: str, change: Change) -> None:
        """All of one officer's; idempotent."""
        sql = "DELETE FROM staff_sessions WHERE officer_id = ?"
        if self._journal.changed(sql, (officer_id,)):
            self._journal.note("staff_session", officer_id, None, change)

    def purge_expired(self, now: datetime) -> int:
        """Drop expired staff sessions and links that expired unused."""
        at = utc_text(now)
        sessions = self._journal.changed("DELETE FROM staff_sessions WHERE expires_at <= ?", (at,))
        sql = "DELETE FROM links WHERE expires_at <= ? AND redeemed_at IS NULL"
        return sessions + self._journal.changed(sql, (at,))

    def _redeemed_before(self, link: OneTimeLink, device: Device) -> OneTimeLink:
        bound = self.device(link.device_id) if link.device_id else None
        same = bound is not None and json_text(bound.public_key) == json_text(device.public_key)
        if bound is None or bound.revoked_at is not None or not same:
            raise Conflict("link_used")
        return link

    def _revoke(self, device: Device, change: Change) -> None:
        revoked = replace(device, revoked_at=change.at)
        self._journal.update("devices", device.id, to_row(revoked))
        who = _person(device.person_id)
        self._journal.note("device", device.id, record_of(revoked), change, who)

    def _note_person(self, person_id: str, change: Change) -> None:
        self._journal.note("link", person_id, None, change, _person(person_id))


def _person(person_id: str) -> Subject:
    return Subject(SubjectKind.PERSON, person_id)
