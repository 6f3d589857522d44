"""Rounds: the conducting of roll-calls, from whose turn it is to what the evidence suggests."""
