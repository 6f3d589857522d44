"""The desk of imports: look at a file without writing, then apply exactly what was seen."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from roll_call.errors import Conflict, InvalidInput
from roll_call.import_people import plan_officers, plan_persons
from roll_call.import_units import plan_units
from roll_call.importing import (
    Fate,
    ImportKind,
    RowFate,
    World,
    count_fates,
    fingerprint,
    saved_values,
)
from roll_call.organisation import check_someone_in_charge, must_sign_in_again
from roll_call.people import Officer, SupervisedPerson, Unit, UnitTree
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store, Transaction
from server.auth.staff import StaffSessions
from server.auth.tokens import SETUP_ALPHABET, new_id
from server.clock import Clock
from server.directory import Directory
from server.importing.limits import ImportLimits
from server.importing.table import read_table
from server.importing.words import vocabulary

_PASSWORD_GROUPS = 3
_GROUP_CHARS = 4

Rows = tuple[RowFate[Any], ...]


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An uploaded file and whose it is."""

    kind: ImportKind
    data: bytes
    officer: Officer
    locale: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, hexadecimal."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of each row; ``ignored`` headings are nobody's."""

    rows: Rows
    ignored: tuple[str, ...]
    world: World

    @property
    def fingerprint(self) -> str:
        """What ``apply`` must be told, so that it does what was seen and nothing else."""
        return fingerprint(self.rows)


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """An imported officer's first password, told once."""

    officer: Officer
    password: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    counts: Mapping[Fate, int]
    sign_ins: tuple[NewSignIn, ...]


class ImportDesk:
    """One import at a time: each may take a second of the processor."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        directory: Directory,
        staff: StaffSessions,
        limits: ImportLimits,
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._staff = staff
        self._limits = limits
        self._turn = asyncio.Lock()

    async def look(self, file: ImportFile) -> Looked:
        """The dry run: nothing is written. Raises as ``read_table`` does."""
        async with self._turn:
            return await self._look(file)

    async def _look(self, file: ImportFile) -> Looked:
        table = await asyncio.to_thread(read_table, file.kind, file.data, self._limits, file.locale)
        world = await self._store.read(lambda r: _world(r, file))
        ids = [new_id() for _ in table.rows]
        plan = _PLANNERS[file.kind]
        rows: Rows = await asyncio.to_thread(plan, table.rows, world, vocabulary(), ids)
        return Looked(rows, table.ignored, world)

    async def apply(self, file: ImportFile, digest: str, seen: str) -> Applied:
        """Write what the dry run showed, in one unit of work; refused rows are left out.

        Raises Conflict: import_file_changed (another file than was looked at), import_outdated
        (somebody changed what is there meanwhile), InvalidInput: import_nothing_to_do,
        import_too_many_officers.
        """
        if file.digest != digest:
            raise Conflict("import_file_changed")
        async with self._turn:
            looked = await self._look(file)
            if looked.fingerprint != seen:
                raise Conflict("import_outdated")
            counts = count_fates(looked.rows)
            if counts[Fate.NEW] + counts[Fate.CHANGED] == 0:
                raise InvalidInput("import_nothing_to_do")
            sign_ins = self._sign_ins(file, looked)
            hashes = {s.officer.id: await self._staff.passwords.hash(s.password) for s in sign_ins}
            await self._store.write(lambda t: self._write(t, file, looked, counts, hashes))
        self._staff.ended.ring()
        await self._directory.load()
        return Applied(counts, sign_ins)

    def _sign_ins(self, file: ImportFile, looked: Looked) -> tuple[NewSignIn, ...]:
        if file.kind is not ImportKind.OFFICERS:
            return ()
        new = saved_values(looked.rows, Fate.NEW)
        if len(new) > self._limits.max_officers:
            raise InvalidInput("import_too_many_officers", limit=self._limits.max_officers)
        return tuple(NewSignIn(officer, _password()) for officer in new)

    def _write(
        self,
        t: Transaction,
        file: ImportFile,
        looked: Looked,
        counts: Mapping[Fate, int],
        hashes: Mapping[str, str],
    ) -> None:
        if _world(t, file) != looked.world:
            raise Conflict("import_outdated")
        now, actor = self._clock.now(), f"officer/{file.officer.id}"
        details = {"import": file.digest}
        added, changed = (Change(e, actor, now, details) for e in ("added", "changed"))
        for value in _parents_first(file.kind, looked):
            _add(t, value, hashes, added)
        for value in saved_values(looked.rows, Fate.CHANGED):
            _change(t, value, changed)
        if file.kind is ImportKind.OFFICERS:
            root = looked.world.tree.root_id
            check_someone_in_charge(t.people.officers(), root)
            _end_sign_ins(t, looked, changed)
        told = {"kind": file.kind.value, **{fate.value: n for fate, n in counts.items()}}
        t.log.append("import.applied", "import", file.digest, told, actor, now)


_PLANNERS: Mapping[ImportKind, Any] = {
    ImportKind.UNITS: plan_units,
    ImportKind.OFFICERS: plan_officers,
    ImportKind.PERSONS: plan_persons,
}


def _world(records: Records, file: ImportFile) -> World:
    """What the fates depend on; equal worlds give equal fates."""
    people, kind = records.people, file.kind
    tree = UnitTree(people.units())
    home = file.officer.unit_id
    return World(
        tree=tree,
        mine=tree.below(home),
        home_id=home,
        importer_id=file.officer.id,
        officers=people.officers() if kind is ImportKind.OFFICERS else (),
        persons=people.persons() if kind is ImportKind.PERSONS else (),
    )


def _parents_first(kind: ImportKind, looked: Looked) -> list[Any]:
    """New records in an order in which each finds what it refers to."""
    new = saved_values(looked.rows, Fate.NEW)
    if kind is not ImportKind.UNITS:
        return new
    tree = UnitTree([*looked.world.tree, *new])
    return sorted(new, key=lambda unit: len(tree.ancestors(unit.id)))


def _add(
    t: Transaction,
    value: Unit | Officer | SupervisedPerson,
    hashes: Mapping[str, str],
    change: Change,
) -> None:
    if isinstance(value, Unit):
        t.people.add_unit(value, change)
    elif isinstance(value, SupervisedPerson):
        t.people.add_person(value, change)
    else:
        t.people.add_officer(value, hashes[value.id], change)


def _change(t: Transaction, value: Unit | Officer | SupervisedPerson, change: Change) -> None:
    if isinstance(value, Unit):
        t.people.save_unit(value, change)
    elif isinstance(value, SupervisedPerson):
        t.people.save_person(value, change)
    else:
        t.people.save_officer(value, change)


def _end_sign_ins(t: Transaction, looked: Looked, change: Change) -> None:
    before = {officer.id: officer for officer in looked.world.officers}
    for officer in saved_values(looked.rows, Fate.CHANGED):
        if must_sign_in_again(before[officer.id], officer):
            t.access.end_staff_sessions_of(officer.id, change)


def _password() -> str:
    """Twelve characters of 32 (60 bits) without those that look alike, in groups."""
    letters = SETUP_ALPHABET.lower()
    groups = (
        "".join(secrets.choice(letters) for _ in range(_GROUP_CHARS))
        for _ in range(_PASSWORD_GROUPS)
    )
    return "-".join(groups)
