"""How often Python's cycle collector looks at a process that routes packets."""

import gc

_YOUNG = 20_000
_MIDDLE = 20
_OLD = 50


def settle_garbage() -> None:
    """Leave out of every collection what exists now; to be called once, after the start.

    A media process makes and drops thousands of small objects a second, none of them in a cycle.
    With Python's defaults (700, 10, 10) the collector walks the modules and whatever waits in the
    histories of the forwarders again and again; the peers themselves do have cycles when they are
    closed, so it is not switched off.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
