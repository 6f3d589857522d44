"""``rollcall doctor``: what an installation can reach, and what its operator has to do."""
