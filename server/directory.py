"""The unit tree and the center's name, kept in memory and read anew when a unit changes."""

from roll_call.people import Subject, SubjectKind, Unit, UnitTree
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Store

CENTER_SETTING = "center"


class Directory:
    """What every request needs and hardly ever changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.units: tuple[Unit, ...] = ()
        self.tree = UnitTree(())
        self.center = ""
        self._officers: dict[str, str] = {}

    async def load(self) -> None:
        """Read the tree and the center's name."""
        self.units = await self._store.read(lambda r: r.people.units())
        self.tree = UnitTree(self.units)
        center = await self._store.read(lambda r: r.settings.get(CENTER_SETTING))
        self.center = center or ""

        officers = await self._store.read(lambda r: r.people.officers())
        self._officers = {officer.id: officer.name for officer in officers}

    def officer_name(self, officer_id: str | None) -> str | None:
        """An officer's name; None for nobody."""
        return None if officer_id is None else self._officers.get(officer_id, "")

    def name(self, unit_id: str) -> str:
        """A unit's name, empty if it is gone."""
        return self.tree[unit_id].name if unit_id in self.tree else ""

    def phone(self, unit_id: str) -> str:
        """A unit's telephone, or its nearest ancestor's."""
        if unit_id not in self.tree:
            return ""
        chain = (self.tree[unit_id], *self.tree.ancestors(unit_id))
        return next((unit.phone for unit in chain if unit.phone), "")

    def scope(self, unit_id: str) -> frozenset[str] | None:
        """The unit and everything below it; None where that is everything."""
        inside = frozenset(u.id for u in self.units if self.tree.within(u.id, unit_id))
        return None if len(inside) == len(self.units) else inside

    def root_id(self) -> str | None:
        """The center's own unit."""
        return next((u.id for u in self.units if u.parent_id is None), None)


def entry_units(listing: EntryListing) -> frozenset[str]:
    """The units that an entry belongs to: its person's offices, or the unit itself."""
    return unit_ids_of(listing.entry.subject, listing.unit_ids)


def unit_ids_of(subject: Subject, office_ids: tuple[str, ...]) -> frozenset[str]:
    """The units behind a subject."""
    own = {subject.id} if subject.kind is SubjectKind.UNIT else set()
    return frozenset({*office_ids, *own})
