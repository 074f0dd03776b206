"""School furniture, a fourth chain: the tables of the guide, put into a study as its reader does."""

import re

import tomlkit
from conftest import ROOT

GUIDES = {"fr": ROOT / "docs" / "fr" / "nouvelle-filiere.md", "en": ROOT / "docs" / "how-to" / "new-chain.md"}
NAME = "mobilier-scolaire"
_BLOCK = re.compile(r'^```(?:csv|toml) title="([a-z_]+\.(?:csv|toml))([^"]*)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_WHOLE = ("products", "outputs", "rounds", "texts")


def blocks(lang="fr"):
    """File, whether its rows are added to those there, and content of each table and setting of the guide."""
    found = _BLOCK.findall(GUIDES[lang].read_text(encoding="utf-8"))
    return [(file, bool(note), content) for file, note, content in found]


def fill_in(study_folder, lang="fr"):
    """Do what the guide says, in a study that has the template."""
    folder = study_folder / "chains" / NAME
    for path in [*folder.glob("*.csv"), *folder.glob("*.toml")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("planning-hypothesis", "mobilier-hypothesis"), encoding="utf-8")
    for file, added, content in blocks(lang):
        if added:
            with (study_folder / file).open("a", encoding="utf-8") as table:
                table.write(content)
        elif file.endswith(".csv"):
            assert (folder / file).is_file(), file
            (folder / file).write_text(content, encoding="utf-8")
        else:
            settings, new = tomlkit.parse((folder / file).read_text(encoding="utf-8")), tomlkit.parse(content)
            for name, value in new.items():
                if name == "parameters":
                    for parameter, figures in value.items():
                        settings["parameters"][parameter].update(figures)
                elif not isinstance(value, dict) or name in _WHOLE:
                    settings[name] = value
            (folder / file).write_text(tomlkit.dumps(settings), encoding="utf-8")
