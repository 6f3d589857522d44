"""Port of call lists (点名名单) and of how roll-calls came about; part of the store's port."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from roll_call.call_list import CallList
from roll_call.call_origin import CallOrigin
from roll_call.ports.records import Change


class CallListsReader(Protocol):
    """Call lists by name, and the origin of each roll-call that has one."""

    def call_lists(self) -> tuple[CallList, ...]: ...

    def call_list(self, call_list_id: str) -> CallList:
        """Raises ``NotFound``."""

    def origins(self, roll_call_ids: Collection[str]) -> Mapping[str, CallOrigin]:
        """By roll-call; those without a plan, a list or a missed one behind them have none."""

    def openings(self, roll_call_ids: Collection[str]) -> Mapping[str, datetime]:
        """When each was opened, as the log says; those that were not have none."""

    def made_up_by(self, roll_call_ids: Collection[str]) -> Mapping[str, str]:
        """By missed roll-call: the one that made it up."""


class CallLists(CallListsReader, Protocol):
    """Each method writes the log as well."""

    def add_call_list(self, call_list: CallList, change: Change) -> None:
        """Raises ``Conflict`` (``call_list_name_taken``)."""

    def save_call_list(self, call_list: CallList, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` (``call_list_name_taken``)."""

    def remove_call_list(self, call_list_id: str, change: Change) -> None:
        """Raises ``NotFound``."""

    def add_origin(self, origin: CallOrigin, change: Change) -> None:
        """Raises ``Conflict`` (``already_made_up``) for a second one of a missed roll-call."""
