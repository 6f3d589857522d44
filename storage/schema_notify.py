"""The tables of notifications and text notices. Moments are UTC text, flags 0 or 1."""

NOTIFICATIONS: tuple[str, ...] = (
    """CREATE TABLE channels (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL,
        to_officers TEXT NOT NULL, to_persons TEXT NOT NULL, names INTEGER NOT NULL,
        shown TEXT NOT NULL, added_at TEXT NOT NULL, sealed BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE deliveries (
        id TEXT PRIMARY KEY, channel TEXT NOT NULL, message TEXT NOT NULL, state TEXT NOT NULL,
        created_at TEXT NOT NULL, due_at TEXT, attempts INTEGER NOT NULL, outcome TEXT NOT NULL,
        settled_at TEXT, CHECK ((due_at IS NULL) = (state <> 'pending'))
    ) STRICT""",
    "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_by_age ON deliveries (created_at)",
    """CREATE TABLE push_subscriptions (
        id TEXT PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
        endpoint_hash TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, added_at TEXT NOT NULL,
        sealed BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX push_by_subject ON push_subscriptions (subject_kind, subject_id)",
    """CREATE TABLE bells (
        id TEXT PRIMARY KEY, notice TEXT NOT NULL, about_kind TEXT NOT NULL,
        about_id TEXT NOT NULL, unit_ids TEXT NOT NULL, title TEXT NOT NULL,
        count INTEGER NOT NULL, urgent INTEGER NOT NULL, at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX bells_by_age ON bells (at)",
    "CREATE TABLE bell_marks (officer_id TEXT PRIMARY KEY, seen_at TEXT NOT NULL) STRICT",
    """CREATE TABLE notices (
        id TEXT PRIMARY KEY, officer_id TEXT NOT NULL REFERENCES officers(id), at TEXT NOT NULL,
        text TEXT NOT NULL, asks TEXT NOT NULL, urgent INTEGER NOT NULL,
        read_aloud INTEGER NOT NULL, audience TEXT NOT NULL,
        roll_call_id TEXT REFERENCES roll_calls(id)
    ) STRICT""",
    "CREATE INDEX notices_by_age ON notices (at)",
    """CREATE TABLE notice_receipts (
        notice_id TEXT NOT NULL REFERENCES notices(id), subject_kind TEXT NOT NULL,
        subject_id TEXT NOT NULL, delivered_at TEXT, seen_at TEXT, answer TEXT,
        note TEXT NOT NULL, reminded INTEGER NOT NULL,
        PRIMARY KEY (notice_id, subject_kind, subject_id)
    ) STRICT""",
    """CREATE INDEX open_notices ON notice_receipts (subject_kind, subject_id)
        WHERE seen_at IS NULL""",
    """CREATE TABLE instant_replies (
        entry_id TEXT PRIMARY KEY REFERENCES entries(id), person_id TEXT NOT NULL,
        at TEXT NOT NULL, sealed BLOB NOT NULL
    ) STRICT""",
)
