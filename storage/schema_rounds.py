"""The tables of rounds. Which turn it is may change; what was tried and seen may not."""

from storage.schema import append_only

ROUNDS: tuple[str, ...] = (
    """CREATE TABLE rounds (
        id TEXT PRIMARY KEY REFERENCES roll_calls(id), version INTEGER NOT NULL,
        going INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX rounds_going ON rounds (id) WHERE going = 1",
    """CREATE TABLE round_steps (
        id TEXT PRIMARY KEY, roll_call_id TEXT NOT NULL REFERENCES roll_calls(id),
        entry_id TEXT NOT NULL REFERENCES entries(id), at TEXT NOT NULL, step TEXT NOT NULL,
        officer_id TEXT NOT NULL REFERENCES officers(id), number TEXT NOT NULL, outcome TEXT,
        note TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX round_steps_by_roll_call ON round_steps (roll_call_id)",
    "CREATE INDEX round_steps_by_entry ON round_steps (entry_id)",
    """CREATE TABLE sightings (
        id TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        session_id TEXT NOT NULL REFERENCES sessions(id),
        officer_id TEXT NOT NULL REFERENCES officers(id), at TEXT NOT NULL, evidence TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX sightings_by_entry ON sightings (entry_id)",
    """CREATE TABLE snapshots (
        id TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        session_id TEXT NOT NULL REFERENCES sessions(id), taken_at TEXT NOT NULL,
        taken_by TEXT NOT NULL, why TEXT NOT NULL, content_type TEXT NOT NULL, sealed BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX snapshots_by_entry ON snapshots (entry_id)",
    *append_only("round_steps"),
    *append_only("sightings"),
)
"""``rounds.body`` is JSON: it says whose turn it is, and is no evidence, so that the log has the
steps and not the whole of it. A snapshot is encrypted under its subject's key and goes with it."""
