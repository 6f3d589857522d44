"""Liveness put to the test, offline: a stage for examinations, attacks upon it, and the figures."""
