"""Units, officers and supervised persons: who takes part in a roll-call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from roll_call.errors import InvalidInput


class UnitKind(StrEnum):
    """Kinds of unit in the tree 省 / 市 / 县 / 所, beside it 监狱 and 戒毒所."""

    COMMAND_CENTER = "command_center"
    PROVINCE = "province"
    CITY = "city"
    COUNTY_BUREAU = "county_bureau"
    JUDICIAL_OFFICE = "judicial_office"
    PRISON = "prison"
    REHABILITATION_CENTER = "rehabilitation_center"


class Role(StrEnum):
    """What an officer may do; see ``server.access``."""

    ADMINISTRATOR = "administrator"
    DUTY_OFFICER = "duty_officer"
    OFFICE_OFFICER = "office_officer"
    REVIEWER = "reviewer"


class SupervisionClass(StrEnum):
    """严管 and 普管."""

    STRICT = "strict"
    ORDINARY = "ordinary"


class SubjectKind(StrEnum):
    """Whom an entry, a template or a data key is about."""

    UNIT = "unit"
    PERSON = "person"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Subject:
    """A reference to a unit (单位), a supervised person (社区矫正对象) or an officer (工作人员)."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the unit tree; the root has no parent."""

    id: str
    name: str
    kind: UnitKind
    parent_id: str | None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff (工作人员) with a sign-in name; the store keeps the password's hash.

    ``must_change_password``: somebody else knows it, so that nothing else is open to them yet.
    """

    id: str
    unit_id: str
    name: str
    username: str
    role: Role
    post: str = ""
    phone: str = ""
    active: bool = True
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class SupervisedPerson:
    """社区矫正对象, one dossier each (一人一档); two office ids mean listed twice (双列管)."""

    id: str
    name: str
    dossier_number: str
    office_ids: tuple[str, ...]
    supervision_class: SupervisionClass = SupervisionClass.ORDINARY
    phone: str = ""
    locale: str = "zh-CN"
    minor: bool = False
    exempt_prompts: frozenset[str] = field(default_factory=frozenset)
    demonstration: bool = False


class UnitTree:
    """The units by id, with their ancestry; built anew whenever a unit changes.

    Raises InvalidInput(unit_cycle) where a unit would stand below itself.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        for unit_id in self._units:
            self._check_line(unit_id)

    def __getitem__(self, unit_id: str) -> Unit:
        return self._units[unit_id]

    def __contains__(self, unit_id: str) -> bool:
        return unit_id in self._units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnitTree) and self._units == other._units

    @property
    def root_id(self) -> str | None:
        """The unit that nothing stands above."""
        return next((unit.id for unit in self if unit.parent_id is None), None)

    def ancestors(self, unit_id: str) -> tuple[Unit, ...]:
        """The chain from a unit's parent up to the root, nearest first."""
        chain: list[Unit] = []
        parent = self._units[unit_id].parent_id
        while parent is not None and parent in self._units:
            chain.append(self._units[parent])
            parent = self._units[parent].parent_id
        return tuple(chain)

    def _check_line(self, unit_id: str) -> None:
        seen = {unit_id}
        parent = self._units[unit_id].parent_id
        while parent is not None and parent in self._units:
            if parent in seen:
                raise InvalidInput("unit_cycle")
            seen.add(parent)
            parent = self._units[parent].parent_id

    def below(self, root_id: str) -> frozenset[str]:
        """The ids of a unit and of everything below it."""
        return frozenset(unit.id for unit in self if self.within(unit.id, root_id))

    def within(self, unit_id: str, root_id: str) -> bool:
        """Whether ``unit_id`` is ``root_id`` or stands below it."""
        return unit_id == root_id or any(u.id == root_id for u in self.ancestors(unit_id))
