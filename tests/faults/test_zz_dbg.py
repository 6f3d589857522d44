from tests.faults.test_clock_jump import *
async def test_dbg(tmp_path):
    town = make_town(tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        phone, entry_id = await begin(town, duty)
        peer = await connect(town, phone, entry_id)
        while (await duty.get(f"/api/entries/{entry_id}"))["entry"]["state"] != "in_session": await asyncio.sleep(0.02)
        town.clock.at += DAY
        await asyncio.sleep(1)
        await look(town, peer, 12)
        pass

        receipt = await phone.wire.expect("receipt")
        await duty.sign_in("duty")
        detail = await duty.get(f"/api/entries/{entry_id}")
        for t in detail["timeline"]: print(t)
        print(receipt)
        assert 0
