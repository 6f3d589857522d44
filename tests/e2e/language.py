"""Whether a page in English is English throughout."""

import re

from playwright.sync_api import Page

HAN = re.compile(r"[\u3400-\u9fff]+[^\n]*")
# Languages are offered under their own names.
OWN_NAMES = ("中文", "简体中文")


def untranslated(page: Page, *names: str) -> list[str]:
    """Lines with Chinese words that are neither a name nor something a person wrote.

    ``names`` are the texts that are Chinese whatever the page's language.
    """
    text: str = page.evaluate("() => document.body.innerText + '\\n' + document.title")
    for name in sorted((*names, *OWN_NAMES), key=len, reverse=True):
        text = text.replace(name, "")
    return HAN.findall(text)
