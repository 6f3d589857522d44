"""A phone's part in its person's own enrolment; the pictures go with the connection."""

from roll_call.enrolment import SelfEnrolmentState
from roll_call.people import SupervisedPerson
from server import messages as m
from server.access import DeviceActor, Target, Verb, require
from server.connections.socket import Socket
from server.enrolment.self_service import Fate
from server.errors import texts
from server.services import Services


class SelfEnrolmentLine:
    """Says where the enrolment stands, takes pictures, hands them in."""

    def __init__(
        self, services: Services, socket: Socket, person: SupervisedPerson, device_id: str
    ) -> None:
        self._services = services
        self._service = services.enrolments.self_service
        self._socket = socket
        self._person = person
        self._actor = DeviceActor(device_id, person.id)
        self._draft = self._service.new_draft()

    async def open(self) -> None:
        """After ``welcome``: silence means that nothing is asked for."""
        standing = await self._service.standing(self._person.id)
        if standing is not None and not standing.state.final:
            await self.tell()

    async def tell(self) -> None:
        """Where it stands now."""
        standing = await self._service.standing(self._person.id)
        state, message = "none", ""
        if standing is not None and standing.state is not SelfEnrolmentState.WITHDRAWN:
            state, message = standing.state.value, standing.reason
        asked = standing is not None and standing.state.takes_pictures
        if not asked:
            self._draft = self._service.new_draft()
        guide = self._draft.guide
        self._socket.send(
            m.EnrolmentState.model_validate(
                {
                    "state": state,
                    "next": guide.next if asked else None,
                    "needed": guide.total,
                    "message": message,
                }
            )
        )

    async def handle(self, message: m.EnrolmentPicture | m.EnrolmentSubmit) -> None:
        """One message; raises RollCallError."""
        tree = self._services.directory.tree
        require(self._actor, Verb.ENROL_ONESELF, Target(person_id=self._person.id), tree)
        if isinstance(message, m.EnrolmentPicture):
            await self._picture(message.data)
        else:
            await self._submit(message.agreed)

    async def _picture(self, data: str) -> None:
        fate = await self._service.picture(self._person.id, self._draft, data)
        guide = self._draft.guide
        self._socket.send(
            m.PictureSeen.model_validate(
                {
                    "used": fate.used,
                    "problem": fate.problem,
                    "message": self._worded(fate),
                    "taken": guide.taken,
                    "needed": guide.total,
                    "next": guide.next,
                }
            )
        )

    async def _submit(self, agreed: bool) -> None:
        if agreed:
            await self._service.submit(self._person.id, self._draft)
        self._draft = self._service.new_draft()
        await self.tell()

    def _worded(self, fate: Fate) -> str:
        words = texts(self._socket.locale)
        if fate.problem is not None:
            return words.word("face_problems", fate.problem.value)
        if fate.used or fate.wanted is None:
            return ""
        return words.word("enrolment_poses", fate.wanted.value)
