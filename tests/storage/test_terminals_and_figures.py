"""Contract: terminals, their sign-ins and daily figures come back as they were saved."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from roll_call.daily_figures import DayFigures, FiguresStatus
from roll_call.errors import Conflict, NotFound
from roll_call.ports.store import Store
from roll_call.ports.terminals import TerminalSignIn
from roll_call.terminal import (
    AutoAnswerPause,
    DeviceCheck,
    ExceptionReason,
    SelfTest,
    Terminal,
    TerminalException,
)
from tests.roll_call.test_daily_figures import DAY, FORM
from tests.storage.cast import NINE, change

OK = DeviceCheck.OK
TERMINAL = Terminal(
    "east",
    SelfTest(NINE, OK, DeviceCheck.FAULT, OK, DeviceCheck.UNKNOWN, {"network": "12 ms"}),
    TerminalException(ExceptionReason.ROOM_TAKEN, "庭审", NINE),
    AutoAnswerPause("接待群众", NINE),
)
SIGN_IN = TerminalSignIn("s", "hash", "east", "zhao", "Chromium", NINE, NINE, NINE + timedelta(1))
FIGURES = DayFigures(
    "east-2026-11-20", "east", DAY, 1, FiguresStatus.SUBMITTED, {"in": "12"}, NINE, "zhao"
)


async def test_a_terminal_comes_back_whole_and_is_overwritten(store: Store) -> None:
    await store.write(lambda t: t.terminals.save_terminal(TERMINAL, change()))
    assert await store.read(lambda r: r.terminals.terminals()) == (TERMINAL,)
    bare = Terminal("east")
    await store.write(lambda t: t.terminals.save_terminal(bare, change()))
    assert await store.read(lambda r: r.terminals.terminals()) == (bare,)


async def test_a_sign_in_lasts_until_it_ends(store: Store) -> None:
    await store.write(lambda t: t.terminals.add_sign_in(SIGN_IN, change()))
    later = NINE + timedelta(days=1)
    assert await store.read(lambda r: r.terminals.signed_in("hash", NINE)) == SIGN_IN
    assert await store.read(lambda r: r.terminals.signed_in("hash", later)) is None
    until = later + timedelta(days=1)
    await store.write(lambda t: t.terminals.renew_sign_in("s", later, until))
    renewed = replace(SIGN_IN, seen_at=later, expires_at=until)
    assert await store.read(lambda r: r.terminals.sign_ins(later)) == (renewed,)
    await store.write(lambda t: t.terminals.end_sign_in("s", change("revoked")))
    await store.write(lambda t: t.terminals.end_sign_in("s", change("revoked")))
    with pytest.raises(NotFound):
        await store.read(lambda r: r.terminals.sign_in("s"))
    rows = await store.read(lambda r: r.log.history("terminal_sign_in", "east"))
    assert len(rows) == 2 and "hash" not in str(rows)


async def test_figures_of_a_day_and_who_is_missing(store: Store) -> None:
    assert await store.read(lambda r: r.figures.status(DAY)) == {}
    await store.write(lambda t: t.figures.add_form(FORM, change()))
    with pytest.raises(Conflict):
        await store.write(lambda t: t.figures.add_form(FORM, change()))
    await store.write(lambda t: t.figures.save_figures(FIGURES, change()))
    assert await store.read(lambda r: r.figures.figures("east", DAY)) == FIGURES
    status = await store.read(lambda r: r.figures.status(DAY))
    assert status["east"] is FiguresStatus.SUBMITTED
    assert set(status.values()) == {FiguresStatus.SUBMITTED, FiguresStatus.MISSING}
    assert await store.read(lambda r: r.figures.submitted()) == (FIGURES,)
    locked = replace(FIGURES, status=FiguresStatus.LOCKED, submitted_at=NINE)
    await store.write(lambda t: t.figures.save_figures(locked, change("locked")))
    assert await store.read(lambda r: r.figures.of_day(DAY)) == (locked,)
    assert await store.read(lambda r: r.figures.of_day(DAY, ["west"])) == ()
    assert await store.read(lambda r: r.figures.of_day(date(2026, 11, 21))) == ()
    assert await store.read(lambda r: r.figures.submitted()) == ()
