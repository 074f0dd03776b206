"""The page: its script and its words."""

import re
from importlib.resources import files

from coopgeo.text import catalogue


def test_the_script_of_the_page_has_every_word():
    script = (files("coopgeo.maps") / "page.js").read_text(encoding="utf-8")
    used = set(re.findall(r"words\.(\w+)", script))
    assert used
    assert used <= {key.removeprefix("script.") for key in catalogue("fr") if key.startswith("script.")}
