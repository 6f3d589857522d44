"""No face, two faces, a mask, darkness: the person is told what to change; no blame follows."""

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.errors import texts
from server.messages import Advice
from server.simulate.phone import Behaviour, Conversation, SimulatedPhone
from server.simulate.references import jpeg
from tests.faults.scenes import UNUSABLE, camera, good_face
from tests.faults.station import Station, running

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

ENVIRONMENT = {"ROLLCALL_POLICY__VERDICT_DEADLINE_S": "15"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hurried(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Station]:
    """A server that gives up on a picture after 15 s instead of minutes."""
    async with running(tmp_path_factory.mktemp("hurried") / "data", ENVIRONMENT) as station:
        yield station
        await station.is_unharmed()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("scene", UNUSABLE)
async def test_an_unusable_picture_enrols_nobody(hurried: Station, scene: str, locale: str) -> None:
    person_id = await hurried.person("李秀英", enrolled=False)
    draw, problems = UNUSABLE[scene]
    body = {"pictures": [base64.b64encode(jpeg(draw())).decode()]}
    path = f"/api/persons/{person_id}/enrolment?lang={locale}"
    fate = await hurried.staff.request("POST", path, body)
    assert not fate["accepted"] and fate["frames"] == 0
    told = fate["pictures"][0]
    assert told["problem"] in problems and not told["used"]
    assert told["message"] == texts(locale).word("face_problems", told["problem"])
    persons = await hurried.staff.request("GET", "/api/persons")
    assert not next(p for p in persons if p["id"] == person_id)["enrolled"]


async def test_unusable_pictures_among_good_ones_are_left_out(hurried: Station) -> None:
    person_id = await hurried.person("王芳", enrolled=False)
    shown = [good_face(), *(draw() for draw, _ in UNUSABLE.values())]
    fate = await hurried.staff.enrol(
        "persons",
        person_id,
        [jpeg(picture) for picture in shown],
        provisional=True,
        despite_duplicate="one portrait for all",
    )
    assert fate["accepted"] and fate["frames"] == 1
    assert [picture["used"] for picture in fate["pictures"]] == [True] + [False] * len(UNUSABLE)


async def test_an_unusable_camera_gets_advice_and_leads_to_an_officer(hurried: Station) -> None:
    people = {scene: await hurried.due(scene) for scene in UNUSABLE}
    conversations: list[Conversation] = await asyncio.gather(
        *(
            SimulatedPhone(hurried.url, person.device, Behaviour(patience_s=90)).check_in(
                camera(scene), person.entry_id
            )
            for scene, person in people.items()
        )
    )
    for (scene, person), conversation in zip(people.items(), conversations, strict=True):
        said = [message for _, message in conversation.timeline if isinstance(message, Advice)]
        assert {advice.problem for advice in said} <= UNUSABLE[scene][1], (scene, said)
        assert said, scene
        receipt = conversation.receipt
        assert receipt is not None and receipt.state == "review", (scene, receipt)
        assert receipt.reason in {"inconclusive", "technical_failure"}, (scene, receipt)
        assert receipt.next == "retry" and receipt.can_retry, (scene, receipt)
        assert (await hurried.outcome(person.entry_id))[0] == "review", scene
