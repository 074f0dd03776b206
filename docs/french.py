"""Hook of mkdocs: no-break spaces on the French pages, where French sets them; code stays as it is."""

import re

from mkdocs.structure.pages import Page

from coopgeo.text import french_spaces

CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str | None:
    """The text of a French page as it should be printed; None leaves a page alone."""
    if not page.file.src_uri.startswith("fr/") and not page.file.src_uri.endswith(".fr.md"):
        return None
    return "".join(part if at % 2 else french_spaces(part) for at, part in enumerate(CODE.split(markdown)))
