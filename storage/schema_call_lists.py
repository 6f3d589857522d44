"""The tables of call lists and of how roll-calls came about."""

from storage.schema import append_only

CALL_LISTS: tuple[str, ...] = (
    """CREATE TABLE call_lists (
        id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE call_origins (
        roll_call_id TEXT PRIMARY KEY REFERENCES roll_calls(id), listed INTEGER NOT NULL,
        plan_id TEXT REFERENCES plans(id), call_list_id TEXT, excluded TEXT NOT NULL,
        drawn TEXT NOT NULL, random_order INTEGER NOT NULL, band_from TEXT, band_until TEXT,
        late_open_s REAL, made_up_for TEXT UNIQUE REFERENCES roll_calls(id)
    ) STRICT""",
    *append_only("call_origins"),
)
"""``call_list_id`` outlives its list: what was called from it stays on record."""
