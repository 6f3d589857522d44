"""Media processes: the packet engine once a core, behind the same port as a single one.

``cluster`` is the main process's side: it starts media processes, chooses one for every peer, and
tells them what to carry to one another; it never sees a packet. ``process`` is the entry point of a
media process, ``wire`` and ``channel`` carry commands and events between the two, ``link`` and
``exchange`` carry packets from one media process to another.
"""
