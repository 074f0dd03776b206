"""Hook of mkdocs: the data dictionary, in English and French, and the page of the outputs.

Drawn at each build from the checks and from a run of the embedded study.
"""

from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import coopgeo
from coopgeo.exports.gis_layers import output_layers
from coopgeo.study.chain_settings import PlainChain, PlainParameters
from coopgeo.study.schemas import CHAIN_TABLES, TABLES
from coopgeo.study.settings import StudySettings
from coopgeo.study.texts import chain_text
from coopgeo.study.wood_settings import WoodChain, WoodParameters
from coopgeo.study.workbook import described_column
from coopgeo.text import LANGS, Text
from coopgeo.text.meanings import heading, word
from coopgeo.text.meanings import meaning as said_in
from coopgeo.words.columns import column_meaning
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
WORDS = {
    "en": {
        "string": "text",
        "number": "number",
        "integer": "whole number",
        "boolean": "true or false",
        "null": "nothing",
        "assumptions": "assumptions",
        "or": "or",
        "one": "one of",
        "list": "list, each",
        "list_of": "list of {count} numbers",
        "table": "table, each",
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMaximum": "under",
    },
    "fr": {
        "string": "texte",
        "number": "nombre",
        "integer": "nombre entier",
        "boolean": "true (oui) ou false (non)",
        "null": "rien",
        "assumptions": "hypotheses",
        "or": "ou",
        "one": "un mot parmi",
        "list": "liste, chacun",
        "list_of": "liste de {count} nombres",
        "table": "tableau, chacun",
        "minimum": "à partir de",
        "maximum": "au plus",
        "exclusiveMaximum": "moins de",
    },
}
PAGES = ("dictionary.md", "outputs.md", "fr/dictionnaire.md")
FRENCH = Text("fr")
ASSUMPTIONS = (WoodParameters.__name__, PlainParameters.__name__)  # which have a table of their own
PLAIN = {f"chains/*/{name} (plain)": schema for name, schema in CHAIN_TABLES["plain"].items()}
ALL_TABLES = {**TABLES, **PLAIN}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages to those of the folder."""
    study = coopgeo.open_study(DOCS.parent / "data" / "raw")
    outcome = coopgeo.run(study, alternatives=1)
    told = [sheets(outcome, chain_text(outcome.chain, study, lang)).values() for lang in LANGS]
    titled = zip(*told, strict=True)
    facts = {
        "tables": ALL_TABLES,
        "models": _models(),
        "kind": kind,
        "french": {path: [_french(path, name) for name in table.columns] for path, table in ALL_TABLES.items()},
        "meaning": lambda english: said_in(english, "fr"),
        "heading": lambda entry: heading(entry, "fr"),
        "number": lambda value: f"{value:g}".replace(".", ","),
        "status": lambda code: word("status", code, "fr"),
        "parameters": dict(outcome.chain.parameters),
        "layers": {
            name: (layer, {column: _meaning(name, str(column)) for column in layer})
            for name, layer in output_layers(outcome).items()
        },
        "sheets": [(fr.title, en.title, list(zip(fr.headers, en.headers, strict=True))) for fr, en in titled],
    }
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(DOCS), trim_blocks=True, undefined=jinja2.StrictUndefined)  # noqa: S701 - Markdown, not HTML
    for page in PAGES:
        files.append(File.generated(config, page, content=pages.get_template(f"{page}.jinja").render(facts)))
    return files


def _meaning(layer: str, column: str) -> str:
    """What a column of a layer means: as in the table that it comes from, else as computed."""
    descriptions = {
        name: about.description for table in FROM_TABLES.get(layer, ()) for name, about in TABLES[table].columns.items()
    }
    return descriptions.get(column) or column_meaning(column)


def _models() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each part of the settings files; the assumptions have a table of their own."""
    parts = {}
    for model in (StudySettings, WoodChain, PlainChain):
        schema = model.model_json_schema()
        parts |= {model.__name__: schema, **schema["$defs"]}
    return {name: part for name, part in parts.items() if name not in ASSUMPTIONS}


def _french(path: str, name: str) -> dict[str, str]:
    """A column in French: its heading, what it holds, what is expected, what it means."""
    schema = ALL_TABLES[path]
    column, about = described_column(name, path, schema, {}, FRENCH), schema.columns[name]
    codes = [code for check in about.checks for code in (check.statistics or {}).get("allowed_values", ()) if code]
    words = [f"`{code}` ({shown})" for code, shown in zip(codes, column.words, strict=True)]
    return {
        "name": name,
        "heading": column.heading,
        "expected": ", ".join(words) or column.expected or "un texte",
        "blank": "oui" if about.nullable else "",
        "meaning": said_in(str(about.description), "fr"),
    }


def kind(schema: dict[str, Any], lang: str = "en") -> str:
    """What an entry of a settings file holds, in words, from its JSON Schema."""
    words = WORDS[lang]
    if "$ref" in schema:
        part = schema["$ref"].rpartition("/")[2]
        assumptions = part in ASSUMPTIONS
        return f"[{words['assumptions']}](#{words['assumptions']})" if assumptions else f"[{part}](#{part.lower()})"
    if "anyOf" in schema:
        return f" {words['or']} ".join(kind(one, lang) for one in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum") or [schema["const"]]
        return f"{words['one']} {', '.join(allowed)}" if len(allowed) > 1 else str(allowed[0])
    if schema["type"] == "array":
        several = "prefixItems" in schema
        return (
            words["list_of"].format(count=schema["minItems"])
            if several
            else f"{words['list']} {kind(schema['items'], lang)}"
        )
    if schema["type"] == "object":
        return f"{words['table']} {kind(schema['additionalProperties'], lang)}"
    bounds = [f"{words[key]} {schema[key]:g}" for key in ("minimum", "maximum", "exclusiveMaximum") if key in schema]
    return ", ".join([words[schema["type"]], *bounds])
