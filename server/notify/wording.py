"""Messages in words: what is told, without names where the channel may not carry them."""

from roll_call.notifications import Message, RecipientKind
from roll_call.ports.notifier import Wording
from server.errors import texts


def worded(message: Message, locale: str, center: str, names: bool, link: str = "") -> Wording:
    """Title and body in one language; free text and names only with ``names``."""
    words = texts(locale)
    audience = "officers" if message.to.kind is RecipientKind.OFFICERS else "subject"
    code = f"{audience}.{message.notice.value}"
    text = message.params.get("text", "") if names else ""
    body = text or words.word("notifications", code, _open(message, names))
    title = center or words.word("notifications", "title")
    if message.urgent:
        title = words.word("notifications", "urgent", {"title": title})
    return Wording(title, body, link)


def _open(message: Message, names: bool) -> dict[str, str]:
    """The parameters that may leave: titles of roll-calls always, names only where allowed."""
    params = {k: v for k, v in message.params.items() if k not in ("name", "text")}
    return {**params, "name": message.params.get("name", "") if names else ""}
