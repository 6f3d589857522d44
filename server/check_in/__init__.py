"""Check-ins: the ticket queue, and one task a session that drives camera, questions and receipt."""
