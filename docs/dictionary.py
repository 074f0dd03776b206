"""Hook of mkdocs: the data dictionary and the page of the outputs.

Drawn at each build from the checks and from a run of the embedded study.
"""

from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import coopgeo
from coopgeo.exports.gis_layers import output_layers
from coopgeo.study.schemas import TABLES
from coopgeo.study.settings import ChainSettings, StudySettings, WoodParameters
from coopgeo.text import Text
from coopgeo.words.columns import meaning
from coopgeo.words.sheets import sheets

DOCS = Path(__file__).parent
SITES = ("chains/*/candidate_sites.csv",)
FROM_TABLES = {
    "platforms": SITES,
    "collection_points": ("chains/*/collection_points.csv",),
    "customers": ("chains/*/customers.csv",),
    "candidate_sites": SITES,
    "communes": ("territory/communes.csv", "territory/forest_by_commune.csv"),
}
WORDS = {"string": "text", "number": "number", "null": "nothing"}
BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMaximum": "under"}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages to those of the folder."""
    study = coopgeo.open_study(DOCS.parent / "data" / "raw")
    outcome = coopgeo.run(study, alternatives=1)
    titled = zip(sheets(outcome, Text("fr")).values(), sheets(outcome, Text("en")).values(), strict=True)
    facts = {
        "tables": TABLES,
        "models": _models(),
        "kind": kind,
        "parameters": dict(outcome.chain.parameters),
        "layers": {
            name: (layer, {column: _meaning(name, str(column)) for column in layer})
            for name, layer in output_layers(outcome).items()
        },
        "sheets": [(fr.title, en.title, list(zip(fr.headers, en.headers, strict=True))) for fr, en in titled],
    }
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(DOCS), trim_blocks=True, undefined=jinja2.StrictUndefined)  # noqa: S701 - Markdown, not HTML
    for page in ("dictionary.md", "outputs.md"):
        files.append(File.generated(config, page, content=pages.get_template(f"{page}.jinja").render(facts)))
    return files


def _meaning(layer: str, column: str) -> str:
    """What a column of a layer means: as in the table that it comes from, else as computed."""
    descriptions = {
        name: about.description for table in FROM_TABLES.get(layer, ()) for name, about in TABLES[table].columns.items()
    }
    return descriptions.get(column) or meaning(column)


def _models() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each part of the settings files; the assumptions have a table of their own."""
    parts = {}
    for model in (StudySettings, ChainSettings):
        schema = model.model_json_schema()
        parts |= {model.__name__: schema, **schema["$defs"]}
    del parts[WoodParameters.__name__]
    return parts


def kind(schema: dict[str, Any]) -> str:
    """What an entry of a settings file holds, in words, from its JSON Schema."""
    if "$ref" in schema:
        part = schema["$ref"].rpartition("/")[2]
        return "[assumptions](#assumptions)" if part == WoodParameters.__name__ else f"[{part}](#{part.lower()})"
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema["type"] == "array":
        return (
            f"list of {schema['minItems']} numbers"
            if "prefixItems" in schema
            else f"list, each {kind(schema['items'])}"
        )
    if schema["type"] == "object":
        return f"table, each {kind(schema['additionalProperties'])}"
    bounds = [f"{word} {schema[key]:g}" for key, word in BOUNDS.items() if key in schema]
    return ", ".join([WORDS[schema["type"]], *bounds])
