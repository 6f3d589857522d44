"""Why a verification ended as it did, in the reader's language."""

from collections.abc import Iterable

from roll_call import explanation
from roll_call.explanation import Told
from roll_call.ports.records import VerificationRecord
from server.errors import Texts, texts

SECTION = "verdict_reasons"
NAMED = {"kind": "prompt_kinds", "problem": "face_problems"}
"""Parameters that are codes themselves, and where they are worded."""


def for_officer(record: VerificationRecord, locale: str) -> list[str]:
    """Everything that the record holds, as sentences."""
    return _worded(explanation.for_officer(_outcome(record), record.evidence), texts(locale))


def for_person(record: VerificationRecord, locale: str) -> list[str]:
    """What the person is told, without any figure."""
    return _worded(explanation.for_person(_outcome(record), record.evidence), texts(locale))


def _outcome(record: VerificationRecord) -> explanation.Outcome:
    return explanation.Outcome(record.state, record.assurance, record.inconclusive)


def _worded(told: Iterable[Told], words: Texts) -> list[str]:
    return [words.word(SECTION, one.code, _params(one, words)) for one in told]


def _params(told: Told, words: Texts) -> dict[str, str | int | float]:
    return {
        name: words.word(NAMED[name], str(value)) if name in NAMED else value
        for name, value in told.params.items()
    }
