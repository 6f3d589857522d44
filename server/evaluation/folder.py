"""The pictures to evaluate on: one folder a person."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roll_call.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Person:
    """``files`` in the order of their names: the first ones are enrolled."""

    name: str
    files: tuple[Path, ...]


def find_persons(folder: Path) -> list[Person]:
    """Every folder in ``folder`` that holds a file, by name.

    Raises InvalidInput: ``evaluation_no_folder``, ``evaluation_one_person``,
    ``evaluation_no_second_picture``.
    """
    if not folder.is_dir():
        raise InvalidInput("evaluation_no_folder", folder=str(folder))
    persons = [
        Person(place.name, files)
        for place in sorted(folder.iterdir())
        if place.is_dir() and (files := _files(place))
    ]
    if len(persons) < 2:
        raise InvalidInput("evaluation_one_person", folder=str(folder))
    if all(len(person.files) < 2 for person in persons):
        raise InvalidInput("evaluation_no_second_picture", folder=str(folder))
    return persons


def read_groups(file: Path, persons: list[Person]) -> Mapping[str, str]:
    """The group of each person that a CSV file (``person,group``) names.

    Raises InvalidInput(evaluation_bad_groups) for anything else, also for names that no folder has.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        groups = {row["person"].strip(): row["group"].strip() for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise InvalidInput("evaluation_bad_groups", file=file.name, why=why) from error
    unknown = sorted(groups.keys() - {person.name for person in persons})
    if unknown or not groups:
        why = ", ".join(unknown[:3]) or "-"
        raise InvalidInput("evaluation_bad_groups", file=file.name, why=why)
    return groups


def _files(place: Path) -> tuple[Path, ...]:
    return tuple(
        file for file in sorted(place.iterdir()) if file.is_file() and not file.name.startswith(".")
    )
