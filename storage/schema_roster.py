"""Tables of the duty roster, the hand-over log and the center's own calendar."""

ROSTER: tuple[str, ...] = (
    """CREATE TABLE rotation_rules (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id), title TEXT NOT NULL,
        turns TEXT NOT NULL, cycle TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
        day_kinds TEXT NOT NULL, from_day TEXT NOT NULL, leader INTEGER NOT NULL,
        active INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE duty_shifts (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id),
        officer_id TEXT NOT NULL REFERENCES officers(id), starts_at TEXT NOT NULL,
        ends_at TEXT NOT NULL, leader INTEGER NOT NULL, rank INTEGER NOT NULL,
        rule_id TEXT REFERENCES rotation_rules(id), by_hand INTEGER NOT NULL,
        removed INTEGER NOT NULL, CHECK (starts_at < ends_at)
    ) STRICT""",
    "CREATE INDEX duty_shifts_by_end ON duty_shifts (ends_at)",
    "CREATE INDEX duty_shifts_by_unit ON duty_shifts (unit_id, ends_at)",
    "CREATE INDEX duty_shifts_by_rule ON duty_shifts (rule_id) WHERE rule_id IS NOT NULL",
    """CREATE TABLE substitutions (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id),
        shift_id TEXT NOT NULL REFERENCES duty_shifts(id),
        officer_id TEXT NOT NULL REFERENCES officers(id),
        substitute_id TEXT NOT NULL REFERENCES officers(id),
        asked_by TEXT NOT NULL REFERENCES officers(id), asked_at TEXT NOT NULL,
        reason TEXT NOT NULL, in_return_id TEXT REFERENCES duty_shifts(id), state TEXT NOT NULL,
        decided_by TEXT REFERENCES officers(id), decided_at TEXT, note TEXT NOT NULL,
        CONSTRAINT approved_by_another CHECK (
            state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> asked_by)
        )
    ) STRICT""",
    """CREATE UNIQUE INDEX one_substitution_a_shift ON substitutions (shift_id)
        WHERE state IN ('asked', 'approved')""",
    """CREATE INDEX substitutions_in_return ON substitutions (in_return_id)
        WHERE in_return_id IS NOT NULL""",
    "CREATE INDEX substitutions_by_state ON substitutions (state, asked_at)",
    """CREATE TABLE hand_overs (
        id TEXT PRIMARY KEY, unit_id TEXT NOT NULL REFERENCES units(id), begun_at TEXT NOT NULL,
        items TEXT NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL,
        giver_id TEXT REFERENCES officers(id), taker_id TEXT REFERENCES officers(id),
        given_at TEXT, taken_at TEXT,
        CONSTRAINT two_officers CHECK (
            state = 'open'
            OR (giver_id IS NOT NULL AND taker_id IS NOT NULL AND giver_id <> taker_id)
        )
    ) STRICT""",
    "CREATE INDEX hand_overs_by_unit ON hand_overs (unit_id)",
    """CREATE UNIQUE INDEX one_open_hand_over_a_unit ON hand_overs (unit_id)
        WHERE state <> 'taken'""",
    """CREATE TRIGGER hand_over_taken_is_final BEFORE UPDATE ON hand_overs
        WHEN OLD.state = 'taken'
        BEGIN SELECT RAISE(ABORT, 'hand_over_taken_is_final'); END""",
    """CREATE TABLE own_years (
        year INTEGER PRIMARY KEY, days TEXT NOT NULL, complete INTEGER NOT NULL
    ) STRICT""",
)
"""A substitution that its own asker approved, and a hand-over to oneself, are refused here too."""
