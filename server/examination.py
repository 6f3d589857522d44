"""Binds the examination of ``media.faces`` to the check-ins: its values become ours."""

from roll_call.ports.faces import FaceVerifier
from server.check_in.examining import Case, Examiner, ExaminerFactory
from server.config import Settings


def make_examiner(verifier: FaceVerifier, settings: Settings) -> ExaminerFactory:
    """The factory of examinations for one verifier."""

    def make(case: Case) -> Examiner:
        raise NotImplementedError

    return make
