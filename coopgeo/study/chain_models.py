"""Which settings a chain has, by what it moves."""

import re
from collections.abc import Mapping

from coopgeo.errors import Faults
from coopgeo.study.chain_settings import MATERIALS, ChainSettings, PlainChain
from coopgeo.study.wood_settings import WoodChain
from coopgeo.text.vocabulary import choices, code_of, meant_code

MODELS: dict[str, type[ChainSettings]] = {"wood": WoodChain, "plain": PlainChain}

PLAIN_ENTRIES = ("flow", "unit", "outputs", "rounds", "texts")  # that a chain of wood does not have
_WRITTEN = re.compile(r"""^\s*(?:\[\s*)?([a-z_]+)\b[\w. \t-]*(?:\]|=\s*["']?([^"'#\n]*))""", re.MULTILINE)


def written_material(entries: Mapping[str, object]) -> object:
    """What the entries of a `chain.toml` say that it moves: wood where nothing tells of anything else, as in 0.1."""
    if "material" in entries:
        return entries["material"]
    told = [name for name in PLAIN_ENTRIES if name in entries and (name, entries[name]) != ("unit", "MWh")]
    return MATERIALS[1] if told else MATERIALS[0]


def material_of_text(text: str) -> object:
    """What a `chain.toml` that is no TOML seems to move, by the lines that can be read."""
    entries: dict[str, object] = {}
    section = False
    for found in _WRITTEN.finditer(text):
        name, value = found.groups()
        section = section or value is None
        if value is None or not section:
            entries.setdefault(name, (value or "").strip())
    return written_material(entries)


def material_code(faults: Faults, material: object) -> str | None:
    """The code of a material as somebody wrote it; None if it is none, which is noted."""
    code = code_of(material, "material", MATERIALS) if isinstance(material, str) else None
    if code is None:
        hint = meant_code(material, "material", MATERIALS) if isinstance(material, str) else None
        found = material if isinstance(material, str | int | float) else None
        faults.add(column="material", found=found, expected=choices("material", MATERIALS), hint=hint)
    return code
