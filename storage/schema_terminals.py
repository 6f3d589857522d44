"""Tables of duty terminals and daily figures."""

TERMINALS: tuple[str, ...] = (
    """CREATE TABLE terminals (
        unit_id TEXT PRIMARY KEY REFERENCES units(id), body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE terminal_sign_ins (
        id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE,
        unit_id TEXT NOT NULL REFERENCES units(id),
        officer_id TEXT NOT NULL REFERENCES officers(id), device TEXT NOT NULL,
        created_at TEXT NOT NULL, seen_at TEXT NOT NULL, expires_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE figure_forms (
        version INTEGER PRIMARY KEY, body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE day_figures (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id), day TEXT NOT NULL,
        form_version INTEGER NOT NULL REFERENCES figure_forms(version), status TEXT NOT NULL,
        typed TEXT NOT NULL, saved_at TEXT NOT NULL, saved_by TEXT NOT NULL,
        submitted_at TEXT, submitted_by TEXT, unlocked_at TEXT, unlocked_by TEXT,
        unlock_reason TEXT NOT NULL, UNIQUE (day, unit_id),
        CONSTRAINT unlocked_with_a_reason CHECK (unlocked_by IS NULL OR unlock_reason <> '')
    ) STRICT""",
    "CREATE INDEX day_figures_submitted ON day_figures (day) WHERE status = 'submitted'",
)
