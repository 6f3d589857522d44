"""The tables of the first version. Moments are UTC text, flags 0 or 1, objects JSON text.

The schema itself refuses what must never be: an absence without a named officer and a reason, a
second entry of one subject in one roll-call, an edit of the log, of a decision or of a correction.
"""

_PEOPLE = (
    """CREATE TABLE units (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
        parent_id TEXT REFERENCES units(id), phone TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE officers (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id), name TEXT NOT NULL,
        username TEXT NOT NULL COLLATE NOCASE UNIQUE, role TEXT NOT NULL, post TEXT NOT NULL,
        phone TEXT NOT NULL, active INTEGER NOT NULL, password_hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE persons (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, dossier_number TEXT NOT NULL UNIQUE,
        supervision_class TEXT NOT NULL, phone TEXT NOT NULL, locale TEXT NOT NULL,
        minor INTEGER NOT NULL, exempt_prompts TEXT NOT NULL, demonstration INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE person_offices (
        person_id TEXT NOT NULL REFERENCES persons(id), position INTEGER NOT NULL,
        unit_id TEXT NOT NULL REFERENCES units(id), PRIMARY KEY (person_id, position)
    ) STRICT""",
    "CREATE INDEX person_offices_by_unit ON person_offices (unit_id)",
)

_CALLS = (
    """CREATE TABLE plans (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, active INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE plan_days (
        plan_id TEXT NOT NULL REFERENCES plans(id), day TEXT NOT NULL, PRIMARY KEY (plan_id, day)
    ) STRICT""",
    """CREATE TABLE roll_calls (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, opens_at TEXT NOT NULL, closes_at TEXT NOT NULL,
        state TEXT NOT NULL, plan_id TEXT REFERENCES plans(id), created_by TEXT,
        suspended_at TEXT, deadline_at TEXT
    ) STRICT""",
    "CREATE INDEX roll_calls_by_opening ON roll_calls (opens_at)",
    "CREATE INDEX roll_calls_by_state ON roll_calls (state)",
    "CREATE INDEX roll_calls_due ON roll_calls (deadline_at) WHERE deadline_at IS NOT NULL",
    """CREATE TABLE entries (
        id TEXT PRIMARY KEY, roll_call_id TEXT NOT NULL REFERENCES roll_calls(id),
        subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
        attempt INTEGER NOT NULL, session_id TEXT, arrived_at TEXT, deadline_at TEXT,
        settled_at TEXT, settled_by TEXT, updated_at TEXT NOT NULL,
        UNIQUE (roll_call_id, subject_kind, subject_id),
        CONSTRAINT absent_needs_officer_and_reason CHECK (
            state <> 'absent'
            OR (settled_by IS NOT NULL AND reason IS NOT NULL AND settled_at IS NOT NULL)
        )
    ) STRICT""",
    "CREATE INDEX entries_by_subject ON entries (subject_kind, subject_id)",
    "CREATE INDEX entries_by_state ON entries (state)",
    "CREATE INDEX entries_due ON entries (deadline_at) WHERE deadline_at IS NOT NULL",
    *(
        f"""CREATE TRIGGER absent_is_an_officers_word_{verb.lower()} BEFORE {verb} ON entries
        WHEN NEW.state = 'absent'
            AND NOT EXISTS (SELECT 1 FROM officers WHERE id = NEW.settled_by)
        BEGIN SELECT RAISE(ABORT, 'absent_needs_officer_and_reason'); END"""
        for verb in ("INSERT", "UPDATE")
    ),
)

_SESSIONS = (
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        attempt INTEGER NOT NULL, state TEXT NOT NULL, ticket_at TEXT, live_at TEXT,
        ended_at TEXT, deadline_at TEXT
    ) STRICT""",
    "CREATE INDEX sessions_by_entry ON sessions (entry_id)",
    "CREATE INDEX sessions_by_state ON sessions (state)",
    "CREATE INDEX sessions_due ON sessions (deadline_at) WHERE deadline_at IS NOT NULL",
    """CREATE TABLE replies (
        session_id TEXT PRIMARY KEY REFERENCES sessions(id), entry_id TEXT NOT NULL,
        at TEXT NOT NULL, sealed BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX replies_by_entry ON replies (entry_id)",
    """CREATE TABLE receipts (
        number TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        session_id TEXT REFERENCES sessions(id), issued_at TEXT NOT NULL, body TEXT NOT NULL,
        signature TEXT NOT NULL, key_id TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX receipts_by_entry ON receipts (entry_id)",
    "CREATE TABLE receipt_numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT",
)

_EVIDENCE = (
    """CREATE TABLE verifications (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),
        entry_id TEXT NOT NULL REFERENCES entries(id), attempt INTEGER NOT NULL,
        state TEXT NOT NULL, assurance TEXT, inconclusive TEXT, at TEXT NOT NULL,
        evidence TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX verifications_by_entry ON verifications (entry_id)",
    """CREATE TABLE decisions (
        id TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        officer_id TEXT NOT NULL REFERENCES officers(id), outcome TEXT NOT NULL,
        reason TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX decisions_by_entry ON decisions (entry_id)",
    """CREATE TABLE corrections (
        id TEXT PRIMARY KEY, entry_id TEXT NOT NULL REFERENCES entries(id),
        officer_id TEXT NOT NULL REFERENCES officers(id), at TEXT NOT NULL, why TEXT NOT NULL,
        old_state TEXT NOT NULL, old_reason TEXT, new_state TEXT NOT NULL,
        new_reason TEXT NOT NULL, undo INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX corrections_by_entry ON corrections (entry_id)",
    """CREATE TABLE recordings (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),
        entry_id TEXT NOT NULL REFERENCES entries(id), started_at TEXT NOT NULL,
        state TEXT NOT NULL, finished_at TEXT, content_type TEXT NOT NULL, sha256 TEXT,
        size_bytes INTEGER, duration_s REAL, video_frames INTEGER, audio_packets INTEGER,
        failure TEXT
    ) STRICT""",
    "CREATE INDEX recordings_by_entry ON recordings (entry_id)",
    "CREATE INDEX recordings_by_state ON recordings (state)",
)

_FACES = (
    """CREATE TABLE data_keys (
        subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, generation INTEGER NOT NULL,
        wrapped BLOB, destroyed INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (subject_kind, subject_id, generation),
        CHECK ((wrapped IS NULL) = (destroyed = 1))
    ) STRICT""",
    """CREATE TABLE enrolments (
        subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, model TEXT NOT NULL,
        frames INTEGER NOT NULL, sealed BLOB NOT NULL, enrolled_at TEXT NOT NULL,
        enrolled_by TEXT NOT NULL, PRIMARY KEY (subject_kind, subject_id, model)
    ) STRICT""",
    """CREATE TABLE enrolment_pictures (
        id TEXT PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
        position INTEGER NOT NULL, content_type TEXT NOT NULL, sealed BLOB NOT NULL,
        portrait INTEGER NOT NULL, taken_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX enrolment_pictures_by_subject ON enrolment_pictures (subject_kind, subject_id)",
)

_ACCESS = (
    """CREATE TABLE devices (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES persons(id),
        public_key TEXT NOT NULL, bound_at TEXT NOT NULL, revoked_at TEXT
    ) STRICT""",
    "CREATE INDEX devices_by_person ON devices (person_id)",
    """CREATE TABLE links (
        token_hash TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES persons(id),
        created_by TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
        entry_id TEXT REFERENCES entries(id), redeemed_at TEXT,
        device_id TEXT REFERENCES devices(id)
    ) STRICT""",
    """CREATE TABLE staff_sessions (
        token_hash TEXT PRIMARY KEY, officer_id TEXT NOT NULL REFERENCES officers(id),
        created_at TEXT NOT NULL, expires_at TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

_LOG = (
    """CREATE TABLE log (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
        subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, commitment TEXT NOT NULL,
        prev_hash TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX log_by_subject ON log (subject_kind, subject_id)",
    """CREATE TABLE log_payloads (
        seq INTEGER PRIMARY KEY REFERENCES log(seq), salt BLOB NOT NULL, payload TEXT NOT NULL,
        data_subject_kind TEXT, data_subject_id TEXT
    ) STRICT""",
    """CREATE INDEX log_payloads_by_data_subject
        ON log_payloads (data_subject_kind, data_subject_id)
        WHERE data_subject_id IS NOT NULL""",
)


def append_only(table: str) -> tuple[str, ...]:
    """Triggers that let nothing change a row or take it out."""
    return tuple(
        f"""CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table}_is_append_only'); END"""
        for verb in ("UPDATE", "DELETE")
    )


FIRST_VERSION: tuple[str, ...] = (
    *_PEOPLE,
    *_CALLS,
    *_SESSIONS,
    *_EVIDENCE,
    *_FACES,
    *_ACCESS,
    *_LOG,
    *append_only("log"),
    *append_only("decisions"),
    *append_only("corrections"),
    *append_only("verifications"),
    *append_only("receipts"),
)

CAMERAS: tuple[str, ...] = (
    """CREATE TABLE cameras (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id), name TEXT NOT NULL,
        address TEXT NOT NULL, protected INTEGER NOT NULL, added_at TEXT NOT NULL, sealed BLOB
    ) STRICT""",
)
"""Added later; ``sealed`` is user name and password, encrypted under the unit's key."""

CONNECTIONS: tuple[str, ...] = (
    """CREATE TABLE connections (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),
        entry_id TEXT NOT NULL REFERENCES entries(id), at TEXT NOT NULL,
        faults TEXT NOT NULL, evidence TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX connections_by_entry ON connections (entry_id)",
    *append_only("connections"),
)
"""Added later."""

ENROLMENT_VERSIONS: tuple[str, ...] = (
    "ALTER TABLE enrolments ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE enrolments ADD COLUMN model_version TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE enrolments ADD COLUMN provisional INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE enrolments ADD COLUMN source TEXT NOT NULL DEFAULT 'officer'",
    "CREATE INDEX matches_by_entry ON verifications (entry_id, at) WHERE state = 'match'",
)
"""Added later; the defaults are what enrolments of before were. The index finds a person's matches
without a look at their evidence."""

SELF_ENROLMENTS: tuple[str, ...] = (
    """CREATE TABLE self_enrolments (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES persons(id),
        asked_at TEXT NOT NULL, asked_by TEXT NOT NULL REFERENCES officers(id),
        state TEXT NOT NULL, pictures INTEGER NOT NULL, submitted_at TEXT, likeness TEXT,
        lookalikes TEXT NOT NULL, settled_at TEXT, settled_by TEXT REFERENCES officers(id),
        reason TEXT NOT NULL,
        CONSTRAINT confirmed_by_an_officer CHECK (state <> 'confirmed' OR settled_by IS NOT NULL)
    ) STRICT""",
    "CREATE INDEX self_enrolments_by_person ON self_enrolments (person_id)",
    """CREATE UNIQUE INDEX one_open_self_enrolment_a_person ON self_enrolments (person_id)
        WHERE state NOT IN ('confirmed', 'withdrawn')""",
    """CREATE TABLE pending_pictures (
        id TEXT PRIMARY KEY, enrolment_id TEXT NOT NULL REFERENCES self_enrolments(id),
        person_id TEXT NOT NULL, position INTEGER NOT NULL, content_type TEXT NOT NULL,
        sealed BLOB NOT NULL, taken_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX pending_pictures_by_enrolment ON pending_pictures (enrolment_id)",
    "CREATE INDEX pending_pictures_by_person ON pending_pictures (person_id)",
)
"""Added later; a template of a person's own pictures needs an officer's name."""

TRACES: tuple[str, ...] = (
    """CREATE TABLE traces (
        session_id TEXT PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
        at TEXT NOT NULL, sealed BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX traces_by_subject ON traces (subject_kind, subject_id, at)",
)
"""Added later."""
