"""Enrolment of faces: the officer's desk, the person's own pictures, reminders, migration."""
