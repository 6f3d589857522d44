"""Every error that the domain and its surroundings raise.

RollCallError
├── IllegalTransition      an event that a state does not know
├── NotFound               an unknown id
├── NotAllowed             the access policy refuses
├── InvalidInput           a value that a person can mend
├── Conflict               somebody else was faster, or it is already decided
├── MediaError             SDP, codec, candidates, recording
├── ModelError             weights missing or with a wrong hash
├── FaceError              a picture without exactly one usable face
├── FontError              the font of printed tables missing or with a wrong hash
└── StorageError           disk full, key file missing, chain broken

Each carries a stable snake_case ``code`` that the wire shows and the dictionaries word, and
``params`` (plain values, never personal data) that the wording may use.
"""


class RollCallError(Exception):
    """Base of all typed errors: ``code`` is stable, ``params`` fill the wording."""

    default_code = "internal"

    def __init__(self, code: str | None = None, **params: str | int | float) -> None:
        self.code = code or self.default_code
        self.params = params
        super().__init__(f"{self.code} {params}" if params else self.code)


class IllegalTransition(RollCallError):
    """The transition table does not define this pair of state and event."""

    default_code = "illegal_transition"


class NotFound(RollCallError):
    """There is nothing with this id (or it must not be seen)."""

    default_code = "not_found"


class NotAllowed(RollCallError):
    """The access policy refuses this actor, verb and object."""

    default_code = "not_allowed"


class InvalidInput(RollCallError):
    """The input is malformed or out of bounds."""

    default_code = "invalid_input"


class Conflict(RollCallError):
    """The object has changed meanwhile, or was decided already."""

    default_code = "conflict"


class MediaError(RollCallError):
    """An offer or a recording that the media engine refuses."""

    default_code = "media_failed"


class ModelError(RollCallError):
    """A model file is missing or is not the pinned one."""

    default_code = "model_missing"


class FaceError(RollCallError):
    """A picture does not show exactly one usable face."""

    default_code = "face_unusable"


class FontError(RollCallError):
    """A table cannot be printed."""

    default_code = "font_missing"


class StorageError(RollCallError):
    """The store cannot keep what it was given."""

    default_code = "storage_failed"
