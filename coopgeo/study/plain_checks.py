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
PLANT = "existing_plant"  # the kind of a site where others work already
REST = "waste"  # the output that is left where the shares of the others do not make up the whole
_OTHER = "residues"
_KG = r"\s*(?:kg|kilos?|kilogramm?e?s?)\b"


def check_customers(faults: Faults, customers: pd.DataFrame, chain: PlainChain) -> Faults:
    """A chain that pulls has somebody to serve, and each has one demand; one that pushes may have no customer."""
    served = np.asarray(customers["role"].array == "served", dtype=bool)
    for label, row in rows_of(customers, customers[list(DEMAND)].notna().all(axis=1)):
        found = Message("{tonnes} and {units}", tonnes=float(row["tonnes_year"]), units=float(row["units_year"]))
        expected = Message("one of them alone, as tonnes_year would count and units_year would not")
        faults.add(row=line_of(row), id=str(label), column=", ".join(DEMAND), found=found, expected=expected)
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


def check_legs(faults: Faults, chain: PlainChain) -> Faults:
    """Rounds begin and end at the platform, so that nothing passes it by, and stops have no way of their own."""
    rounds, limits = chain.rounds, chain.limits
    if rounds is not None and rounds.outbound is not None:
        for id, product in chain.products.items():
            if product.direct:
                expected = Message("no direct = true beside rounds.outbound: rounds of delivery are from the platform")
                faults.add(column=f"products.{id}.direct", expected=expected)
    if rounds is not None and rounds.inbound is not None and limits is not None and limits.inbound_min is not None:
        expected = Message(
            "no limit beside rounds.inbound: the way of a load within a round cannot be held to one; "
            "shift_h limits the round"
        )
        faults.add(column="limits.inbound_min", found=limits.inbound_min, expected=expected)
    return faults


def check_outputs(faults: Faults, chain: PlainChain) -> Faults:
    """No output has the name of what the outputs leave."""
    if REST in chain.outputs:
        expected = Message(
            'another id, such as "{other}": "{rest}" is what the outputs leave of the whole', other=_OTHER, rest=REST
        )
        faults.add(column=f"outputs.{REST}", found=REST, expected=expected)
    return faults


def check_plants(faults: Faults, sites: pd.DataFrame) -> Faults:
    """A plant of others asks for a fee: what has none is a site to build on, whose room is no plant's."""
    free = sites["gate_fee_eur_t"].isna().to_numpy()
    of_others = np.asarray(sites["kind"].array == PLANT, dtype=bool)
    expected = Message(
        'what the plant asks for a tonne, 0 or more, as it is of kind "{kind}"', kind=named_code("kind", PLANT)
    )
    for label, row in rows_of(sites, free & of_others):
        faults.add(row=line_of(row), id=str(label), column="gate_fee_eur_t", found="", expected=expected)
    expected = Message("what the plant asks for a tonne, 0 or more, as plant_t_year says what it takes; or both blank")
    for label, row in rows_of(sites, free & ~of_others & sites["plant_t_year"].notna().to_numpy()):
        faults.add(row=line_of(row), id=str(label), column="gate_fee_eur_t", found="", expected=expected)
    return faults


def check_units(faults: Faults, factors: pd.DataFrame) -> Faults:
    """Factors make tonnes of what they multiply."""
    expected = Message("tonnes, in the unit and in the numbers: 4.2 kg is 0.0042 t")
    for _, row in rows_of(factors, factors["unit"].str.match(_KG, case=False).to_numpy(dtype=bool)):
        faults.add(row=line_of(row), id=row["product"], column="unit", found=row["unit"], expected=expected)
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
    """Outlets are customers, take an output of the chain, and stand once for each; a chain that pushes has one.

    An outlet whose customer is shown alone is set aside: it counts for nothing, as in a scenario without it.
    """
    role, before = named_code("role", ROLES[0]), len(faults)
    known(
        faults,
        outlets,
        "customer",
        customers.index[customers["role"].isin([ROLES[0], ROLES[2]])],
        Message('the id of a customer with the role "{role}" in customers.csv', role=role),
    )
    known(faults, outlets, "output", chain.outputs, Message("an output of chain.toml"))
    refuse_twice(faults, outlets, "customer", "output", Message("one row for each output of a customer"))
    served = customers.index[customers["role"] == ROLES[0]]
    if chain.pushes and len(faults) == before and not outlets["customer"].isin(served).any():
        expected = Message('one row at least of a customer with the role "{role}"', role=role)
        faults.add(column="customer", found=Message("no outlet that takes anything"), expected=expected)
    return faults
