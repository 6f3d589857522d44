"""``python -m server.cli`` is the ``rollcall`` command."""

from server.cli.main import main

main()
