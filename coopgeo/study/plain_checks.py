"""Checks of what a chain of a plain material has: demand, rounds, outlets of outputs, words of its own."""

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_schemas import ROLES
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.checks import known, one_known, refuse_twice, rows_of
from coopgeo.study.tables import line_of
from coopgeo.text import LANGS, OF_ANY_TEXT, blanks_of, catalogue
from coopgeo.text.vocabulary import meant_name, named_code

_SHEET, _TITLE, _NO_TITLE = "sheet.", 31, "[]:*?/\\"  # what a spreadsheet takes for the name of a sheet
DEMAND = ("tonnes_year", "units_year")


def check_customers(faults: Faults, customers: pd.DataFrame, chain: PlainChain) -> Faults:
    """A chain that pulls has somebody to serve, and each has a demand; one that pushes may have no customer."""
    served = np.asarray(customers["role"].array == "served", dtype=bool)
    if chain.pushes:
        return faults
    if len(customers) and not served.any():
        expected = Message('one row at least with the role "{role}"', role=named_code("role", ROLES[0]))
        faults.add(column="role", found=Message("no customer to serve"), expected=expected)
    by_unit = customers["units_year"].notna().to_numpy() & (chain.parameters.kg_per_unit is not None)
    for label, row in rows_of(customers, served & ~(customers["tonnes_year"].notna().to_numpy() | by_unit)):
        expected = Message("tonnes_year, or units_year with kg_per_unit in chain.toml")
        found = Message("no demand that can be computed")
        faults.add(row=line_of(row), id=str(label), found=found, expected=expected, rests_on=DEMAND)
    return faults


def check_rounds(faults: Faults, chain: PlainChain, vehicles: Collection[str]) -> Faults:
    """What drives the rounds is a vehicle of the study."""
    for leg in ("inbound", "outbound"):
        rounds = getattr(chain.rounds, leg, None)
        if rounds is not None:
            expected = Message("an id of roads/vehicles.csv")
            one_known(faults, f"rounds.{leg}.vehicle", rounds.vehicle, vehicles, expected)
    return faults


def check_texts(faults: Faults, chain: PlainChain) -> Faults:
    """Words of its own are those of texts that there are, with no other blanks."""
    for lang, texts in chain.texts.items():
        if lang not in LANGS:
            faults.add(column="texts", found=lang, expected=Message("one of {choices}", choices=list(LANGS)))
            continue
        known = catalogue(lang)
        for key, words in texts.items():
            column = f"texts.{lang}.{key}"
            if key not in known:
                expected, hint = Message("a key of the texts of every chain"), meant_name(key, known)
                faults.add(column=column, found=key, expected=expected, hint=hint)
                continue
            blanks = [f"{{{name}}}" for name in sorted({*blanks_of(known[key]), *OF_ANY_TEXT})]
            try:
                unknown = blanks_of(words) - blanks_of(known[key]) - OF_ANY_TEXT
            except ValueError:
                unknown = {"{"}
            if unknown:
                expected = Message("words with no blanks but {blanks}", blanks=blanks)
                faults.add(column=column, found=words, expected=expected)
        _check_titles(faults, lang, texts)
    return faults


def _check_titles(faults: Faults, lang: str, texts: Mapping[str, str]) -> None:
    """Sheets are called as a spreadsheet takes it: each otherwise than all others, in few letters."""
    of_sheets = {key: words for key, words in {**catalogue(lang), **texts}.items() if key.startswith(_SHEET)}
    alike = Counter(words.casefold() for words in of_sheets.values())
    for key in texts.keys() & of_sheets.keys():
        title = of_sheets[key]
        if alike[title.casefold()] > 1 or len(title) > _TITLE or not title or not set(title).isdisjoint(_NO_TITLE):
            expected = Message(
                "a title that no other sheet has, of {most} letters at most, without []:*?/\\", most=_TITLE
            )
            faults.add(column=f"texts.{lang}.{key}", found=title, expected=expected)


def check_outlets(faults: Faults, outlets: pd.DataFrame, chain: PlainChain, customers: pd.DataFrame) -> Faults:
    """Outlets are customers that are served, take an output of the chain, and stand once for each."""
    served = customers.index[customers["role"] == "served"]
    expected = Message(
        'the id of a customer with the role "{role}" in customers.csv', role=named_code("role", ROLES[0])
    )
    known(faults, outlets, "customer", served, expected)
    known(faults, outlets, "output", chain.outputs, Message("an output of chain.toml"))
    return refuse_twice(faults, outlets, "customer", "output", Message("one row for each output of a customer"))
