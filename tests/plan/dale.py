"""A chain of a plain material that pushes, on the road of the valley, small enough for a pocket calculator.

    km    0      10         20    30      40    50         54     70
          amont  landing-a  west  school  east  landing-b  aval   pool

Clothes lie at three points: 100 t at amont, 200 t at landing-a, 300 t at landing-b; 600 t in all. East and west are
sites to build on, aval is a plant of others. A platform makes five tenths of them into clothes to wear, three into
rags, one into fuel; a tenth is left as waste, at 100 EUR/t. The school pays 300 EUR/t for clothes to wear, 200 t of
them at most; the pool pays 50 EUR/t for rags and asks for 20 EUR/t of fuel.

The lorry of the valley costs 2 EUR/km and 30 EUR a trip. It takes 100 m3 of 100 kg: 10 t. There and back, a tonne
costs 0.40 EUR/km and 3 EUR.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.plain_schemas import PLAIN_TABLES
from tests.plan.valley import PARAMETERS, at, sites, straight_road, suppliers, valley, with_what_may_be_left_out

TONNES = {"amont": 100.0, "landing-a": 200.0, "landing-b": 300.0}
SHARES = {"fuel": 0.1, "rags": 0.3, "reuse": 0.5}
OUTLETS = (  # customer, output, what it pays (EUR/t), what it takes (t)
    ("school", "reuse", 300.0, 200.0),
    ("pool", "rags", 50.0, np.nan),
    ("pool", "fuel", -20.0, np.nan),
)
FEE, WASTE = 150.0, 100.0
OPENING = {"east": 147_900.0, "west": 148_850.0}  # works 210,000 EUR: 121,000 a year; land 1,900 m2; 25,000 to run

_NOTED = {"source": "invented", "status": "assumed"}
_NAMED = {"fr": "", "en": "", **_NOTED}
_WOOD_ALONE = (
    "delivered_moisture", "dry_mj_kg", "dry_kg_map", "fill", "equilibrium_moisture", "drying_months", "loss_per_month",
    "market_price_eur_mwh", "combustion_kg_mwh", "wood_standard_kg_mwh", "gas_kg_mwh", "gas_efficiency",
)  # fmt: skip
_PARAMETERS = {name: value for name, value in PARAMETERS.items() if name not in _WOOD_ALONE} | {
    "subsidy_share": 0.0,
    "load_kg_m3": 100.0,
    "waste_eur_t": WASTE,
}


def dale(
    *,
    tonnes: dict[str, float] | None = None,
    outlets: tuple[tuple[str, str, float, float], ...] = OUTLETS,
    shares: dict[str, float] | None = None,
    fee: float | None = FEE,
    plant_t: float = np.nan,
    tables: dict[str, pd.DataFrame] | None = None,
    settings: dict[str, object] | None = None,
    **parameters: float,
) -> Study:
    """The study of the dale; without a fee there is no plant, with other `settings` other entries of `chain.toml`."""
    lying, outputs = TONNES | (tonnes or {}), SHARES if shares is None else shares
    named = {
        "id": "valley", **dict.fromkeys(("fr", "en"), "Dale"), "material": "plain", "flow": "push",
        "products": {"cloth": {**_NAMED, "basis": "tonnes_year", "brought_by": "car"}},
        "outputs": {
            name: {**_NAMED, "low": share, "value": share, "high": share} for name, share in outputs.items()
        },
    }  # fmt: skip
    made = PlainChain.model_validate({**named, **(settings or {}), "parameters": _written(_PARAMETERS | parameters)})
    return with_chain(made, {**_tables(lying, outlets, fee, plant_t), **(tables or {})})


def pulling(
    *,
    customers: dict[str, object] | None = None,
    settings: dict[str, object] | None = None,
    product: dict[str, object] | None = None,
    fee: float | None = None,
    **parameters: float,
) -> Study:
    """The dale as a chain that pulls: the school asks for 250 t, the pool for 50 t; four fifths leave the platform."""
    named = {
        "id": "valley", **dict.fromkeys(("fr", "en"), "Dale"), "material": "plain",
        "products": {"cloth": {**_NAMED, "basis": "tonnes_year", "yield_share": 0.8, **(product or {})}},
    }  # fmt: skip
    made = PlainChain.model_validate({**named, **(settings or {}), "parameters": _written(_PARAMETERS | parameters)})
    tables = _tables(TONNES, (), fee, np.nan)
    asked = {"tonnes_year": [50.0, 250.0], "unserved_eur_unit": np.nan, **(customers or {})}
    return with_chain(made, {**tables, "customers": tables["customers"].assign(**asked)})


def with_chain(settings: PlainChain, tables: dict[str, pd.DataFrame]) -> Study:
    """The study of the valley with another chain in the place of its own."""
    chain = Chain(settings, **with_what_may_be_left_out(tables, PLAIN_TABLES))
    return replace(valley(), chains={"valley": chain})


def rounds(**figures: object) -> dict[str, object]:
    """Rounds of the lorry, 50 a year, no time at a stop, 8 hours, or as they are asked for."""
    return {"vehicle": "lorry", "times_year": 50.0, "stop_min": 0.0, "shift_h": 8.0, **_NOTED, **figures}


def placed(study: Study, **asked):
    """The placement of one platform in the dale."""
    return prepare(study, Job(roads=straight_road(), **asked))


def _written(parameters: dict) -> dict:
    """Parameters as they stand in `chain.toml`."""
    ends = {name: value if isinstance(value, tuple) else (value,) * 3 for name, value in parameters.items()}
    return {
        name: {**_NAMED, "unit": "", **dict(zip(("low", "value", "high"), end, strict=True))}
        for name, end in ends.items()
    }


def _tables(
    lying: dict[str, float], outlets: tuple[tuple[str, str, float, float], ...], fee: float | None, plant_t: float
) -> dict[str, pd.DataFrame]:
    customer, output, value, capacity = zip(*outlets, strict=True) if outlets else ([],) * 4
    plants = {"gate_fee_eur_t": np.nan, "plant_t_year": np.nan}
    places = sites(**plants)
    if fee is not None:
        plant = at(["aval"], **{**_site("2"), "gate_fee_eur_t": fee, "plant_t_year": plant_t})
        places = pd.concat([places, plant])
    return {
        "resources": _marked(
            product=["cloth"], factor="all", potential="theoretical", effect="times", low=1.0, value=1.0, high=1.0
        ),
        "harvest_costs": _marked(
            product=["cloth"], step="emptying", value=30.0, price_year=2025, share=np.nan, diesel_l_t=0.0
        ),
        "collection_points": at(
            list(lying), accepts="cloth", insee=["1", "1", "2"], kind="landing", tonnes_year=list(lying.values())
        ),
        "customers": at(
            ["pool", "school"], role="served", tonnes_year=np.nan, units_year=np.nan, insee=["2", "1"], kind="school"
        ),
        "outlets": _marked(
            customer=list(customer), output=list(output), value=list(value), capacity_t_year=list(capacity)
        ).astype({"customer": str, "output": str, "value": float, "capacity_t_year": float}),
        "candidate_sites": places,
        "platform_sizes": platform_sizes(),
        "suppliers": suppliers(),
    }


def platform_sizes(capacity_t: float = 1_000.0) -> pd.DataFrame:
    """One size of 1,900 m2; its works and equipment cost 210,000 EUR."""
    return pd.DataFrame(
        {
            "store_m3": np.nan,
            "turns_year": np.nan,
            "capacity_t_year": [capacity_t],
            "hangar_m2": [900.0],
            "yard_m2": [1_000.0],
            "equipment_eur": [10_000.0],
            "staff_fte": [0.5],
            "fixed_eur_year": [5_000.0],
        },
        index=pd.Index(["only"], name="id"),
    )


def _site(insee: str) -> dict[str, object]:
    return {
        "area_ha": 1.0, "land_eur_m2": 0.0, "zoning": "UX", "distance_housing_m": 500.0, "synergies": "",
        "hazard": "none", "plot_status": "attested", "insee": insee,
    }  # fmt: skip


def _marked(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).assign(**_NOTED)
