"""The few questions of a check-in, in the person's language."""

from collections.abc import Mapping

from roll_call.errors import InvalidInput
from server.errors import texts
from server.messages import Question

CHOICES: Mapping[str, tuple[str, ...]] = {
    "where": ("home", "elsewhere_local", "away"),
    "health": ("good", "unwell", "need_help"),
}
TEXTS = ("report",)


def questions(locale: str) -> list[Question]:
    """Where are you staying, how is your health, anything to report."""
    words = texts(locale).sections["questions"]
    asked = [
        Question(
            id=name,
            kind="choice",
            text=words[name],
            options={option: words[f"{name}.{option}"] for option in options},
        )
        for name, options in CHOICES.items()
    ]
    free = [Question(id=n, kind="text", text=words[n], required=False) for n in TEXTS]
    return [*asked, *free]


def checked(items: Mapping[str, str]) -> dict[str, str]:
    """The answers that belong to a question; InvalidInput for a choice not offered."""
    answers: dict[str, str] = {}
    for name, options in CHOICES.items():
        if name not in items:
            continue
        if items[name] not in options:
            raise InvalidInput("invalid_input", fields=name)
        answers[name] = items[name]
    answers.update({n: items[n].strip() for n in TEXTS if items.get(n, "").strip()})
    return answers


def worded(answers: Mapping[str, str], locale: str) -> list[dict[str, str]]:
    """Question and answer as people read them."""
    words = texts(locale).sections["questions"]
    return [
        {
            "id": name,
            "question": words.get(name, name),
            "answer": words.get(f"{name}.{value}", value) if name in CHOICES else value,
        }
        for name, value in answers.items()
    ]
