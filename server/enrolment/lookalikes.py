"""Whether a face is enrolled already under another name in the same offices (查重)."""

from roll_call.enrolment import comparable
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceVerifier, Template
from roll_call.ports.records import Enrolment
from roll_call.ports.store import Records, Store


class Lookalikes:
    """Compares a template with those of the subject's own offices, persons and officers alike."""

    def __init__(self, store: Store, verifier: FaceVerifier) -> None:
        self._store = store
        self._verifier = verifier

    async def of(self, subject: Subject, template: Template) -> tuple[Subject, ...]:
        """The subjects whose template reaches its threshold, the most alike first."""
        version = self._verifier.info.version
        others = await self._store.read(lambda r: _neighbours(r, subject, template.model, version))
        found = await self._verifier.alike(template, [other.template for other in others])
        alike = [
            (similarity, other.subject)
            for similarity, other in zip(found, others, strict=True)
            if similarity >= self._verifier.threshold(other.template.frames)
        ]
        return tuple(other for _, other in sorted(alike, key=lambda pair: -pair[0]))

    async def like(self, subject: Subject, template: Template) -> bool | None:
        """Whether a template resembles the subject's own so far; None where there is none."""
        mine = await self._store.read(lambda r: r.faces.enrolment(subject, template.model))
        if mine is None or not comparable(mine.model_version, self._verifier.info.version):
            return None
        (similarity,) = await self._verifier.alike(template, [mine.template])
        return similarity >= self._verifier.threshold(mine.template.frames)


def units_of(records: Records, subject: Subject) -> frozenset[str]:
    """The offices that list a person, or the unit that an officer belongs to."""
    if subject.kind is SubjectKind.PERSON:
        return frozenset(records.people.person(subject.id).office_ids)
    return frozenset({records.people.officer(subject.id).unit_id})


def _neighbours(
    records: Records, subject: Subject, model: str, version: str
) -> tuple[Enrolment, ...]:
    units = units_of(records, subject)
    near = {Subject(SubjectKind.PERSON, p.id) for p in records.people.persons(units)}
    near |= {Subject(SubjectKind.OFFICER, o.id) for o in records.people.officers(units)}
    found = records.faces.templates(model, near - {subject})
    return tuple(other for other in found if comparable(other.model_version, version))
