"""All parts of notices, tied together."""

import random
from dataclasses import dataclass

from roll_call.ports.store import Store
from server.bus import EventBus
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.conductor import Conductor
from server.connections.sockets import Sockets
from server.directory import Directory
from server.notices.bells import BellDesk
from server.notices.desk import NoticeDesk
from server.notices.emergency import EmergencyDesk
from server.notices.random_action import RandomActions
from server.notices.replies import ReplyDesk
from server.notify.desk import NotifierDesk


@dataclass(frozen=True, slots=True)
class NoticeOffice:
    """Text notices, replies, emergency calls, bells, random actions."""

    desk: NoticeDesk
    replies: ReplyDesk
    emergency: EmergencyDesk
    bells: BellDesk
    actions: RandomActions

    @classmethod
    def of(
        cls,
        store: Store,
        clock: Clock,
        bus: EventBus,
        directory: Directory,
        sockets: Sockets,
        notifier: NotifierDesk,
        conductor: Conductor,
        check_ins: CheckInDesk,
        days: int,
    ) -> "NoticeOffice":
        """Tie them together; ``days`` is how long a notice waits for its receiver."""
        desk = NoticeDesk(store, clock, bus, directory, sockets, notifier, days)
        return cls(
            desk=desk,
            replies=ReplyDesk(conductor, bus),
            emergency=EmergencyDesk(clock, conductor, desk),
            bells=BellDesk(store, clock, directory),
            actions=RandomActions(store, clock, check_ins, random.SystemRandom()),
        )
