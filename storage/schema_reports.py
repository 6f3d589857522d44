"""Tables of reports: what went out, never edited; and the index that finds the first ring."""

FIRST_RINGS = "l.kind IN ('entry.due', 'entry.call')"
"""Rows of the log that ring; the index below serves queries that say it in these very words."""

REPORTS: tuple[str, ...] = (
    """CREATE TABLE reports (
        id TEXT PRIMARY KEY, roll_call_id TEXT NOT NULL REFERENCES roll_calls(id),
        kind TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX reports_by_roll_call ON reports (roll_call_id)",
    *(
        f"""CREATE TRIGGER reports_refuses_{verb.lower()} BEFORE {verb} ON reports
        BEGIN SELECT RAISE(ABORT, 'reports_is_append_only'); END"""
        for verb in ("UPDATE", "DELETE")
    ),
    """CREATE INDEX log_rings ON log (subject_id, at)
        WHERE kind IN ('entry.due', 'entry.call')""",
)
