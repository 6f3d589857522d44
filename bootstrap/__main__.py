"""``python3 -m bootstrap run|test|system`` sets up what these need; ``npm ...`` runs npm.

This file alone must also be readable by an old Python, so that it can say what is missing.
"""

import os
import shutil
import subprocess
import sys

LEAST = (3, 11)


def newer_python():
    # type: () -> str | None
    """An interpreter of this machine that is new enough."""
    for minor in (11, 12, 13, 14):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031
        # A version manager may leave a name on the path behind which nothing stands.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def main():
    # type: () -> int
    """Run the set-up; 0 when everything stands."""
    if sys.version_info < LEAST:
        found = newer_python()
        if found:
            os.execv(found, [found, "-m", "bootstrap"] + sys.argv[1:])  # noqa: RUF005
        sys.stderr.write(
            "Roll Call needs Python 3.11 or newer; this is %s.\n"  # noqa: UP031
            "需要 Python 3.11 或更新版本。 (apt-get install python3.11 python3.11-venv)\n"
            % sys.version.split()[0]
        )
        return 1
    from bootstrap.goals import reach

    return reach((sys.argv[1:] or ["run"])[0], sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
