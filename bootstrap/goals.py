"""Which steps running and testing need."""

import sys
import time

from bootstrap import api_types, browser, fonts, front_end, models, python_env, servers
from bootstrap.console import SetupError, pick, say
from bootstrap.steps import Step, only_one

RUN: list[Step] = [
    *python_env.STEPS,
    *front_end.PACKAGES,
    *api_types.STEPS,
    *front_end.PAGES,
    *models.STEPS,
    *fonts.STEPS,
]
TEST: list[Step] = [*RUN, *browser.STEPS]
GOALS: dict[str, list[Step]] = {"run": RUN, "test": TEST, "system": [*TEST, *servers.STEPS]}


def reach(goal: str, arguments: list[str]) -> int:
    """Do what is asked; returns the exit code.

    ``run``, ``test`` and ``system`` do those of their steps that are not done yet; ``npm`` runs npm
    with the arguments.
    """
    try:
        if goal in GOALS:
            set_up(GOALS[goal])
        elif goal == "npm":
            return front_end.run_npm(arguments)
        else:
            print(f"bootstrap: {' | '.join(GOALS)} | npm", file=sys.stderr)
            return 2
    except SetupError as error:
        print(f"\n{error}\n", file=sys.stderr)
        print(pick("Set-up stopped here.", "安装在此停止。"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(pick("\nInterrupted; run it again to go on.", "\n已中断，重新运行即可继续。"))
        return 130
    return 0


def set_up(steps: list[Step]) -> None:
    """Do the steps that are not done yet; says nothing when there are none."""
    begin = time.monotonic()
    with only_one():
        # A list, not a generator: every step has to have its turn.
        done = [step.ensure() for step in steps]
    if any(done):
        seconds = time.monotonic() - begin
        say(f"Set up in {seconds:.0f} s.", f"安装完成，用时 {seconds:.0f} 秒。")
