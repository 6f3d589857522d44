"""Which steps running and testing need."""

import sys
import time

from bootstrap import api_types, browser, front_end, models, python_env
from bootstrap.console import SetupError, pick, say
from bootstrap.steps import Step, only_one

RUN: list[Step] = [*python_env.STEPS, *front_end.STEPS, *models.STEPS]
GOALS: dict[str, list[Step]] = {"run": RUN, "test": [*RUN, *browser.STEPS]}


def reach(goal: str, arguments: list[str]) -> int:
    """Do the steps of a goal that are not done yet; returns the exit code.

    The goal ``npm`` runs npm with the arguments instead; ``api-types`` writes the types of the API.
    """
    if goal == "npm":
        return front_end.run_npm(arguments)
    if goal == "api-types":
        api_types.write_types()
        return 0
    if goal not in GOALS:
        print(f"bootstrap: {' | '.join(GOALS)}", file=sys.stderr)
        return 2
    begin = time.monotonic()
    try:
        with only_one():
            # A list, not a generator: every step has to have its turn.
            done = [step.ensure() for step in GOALS[goal]]
    except SetupError as error:
        print(f"\n{error}\n", file=sys.stderr)
        print(pick("Set-up stopped here.", "安装在此停止。"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(pick("\nInterrupted; run it again to go on.", "\n已中断，重新运行即可继续。"))
        return 130
    if any(done):
        seconds = time.monotonic() - begin
        say(f"Set up in {seconds:.0f} s.", f"安装完成，用时 {seconds:.0f} 秒。")
    return 0
