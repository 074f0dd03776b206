"""The tables of draws in words: what each site comes to, what it costs, what decides, and every draw."""

import numpy as np
import pandas as pd

from coopgeo.scenarios import Draws
from coopgeo.text import Text
from coopgeo.words.sheets import Sheet


def draw_sheets(draws: Draws, text: Text) -> dict[str, Sheet]:
    """The tables of draws by key, in the order of the workbook.

    Parameters
    ----------
    draws : Draws
    text : Text
    """
    names = draws.model.chain.candidate_sites["name"]
    told = {site: " + ".join(names.get(one, one) for one in site.split(" + ")) for site in draws.best.index}
    named = "name" if text.lang == "fr" else "name_en"
    sites = pd.DataFrame(
        {
            "name": [told[site] for site in draws.best.index],
            "best_share": draws.best,
            **({"near_share": draws.near.reindex(draws.best.index)} if len(draws.near) else {}),
        }
    )
    cost = draws.eur.rename_axis("quantile").reset_index()
    decides = draws.decides.assign(
        name=draws.decides[named], status=[text(f"status.{s}") for s in draws.decides["status"]]
    )
    best = [told[site] for site in draws.served.idxmin(axis=1)] if len(draws.served) else []
    every = pd.DataFrame(
        {
            "draw": np.arange(draws.n),
            "state": [text(f"sure.state_{state}") for state in draws.states],
            "site": pd.Series(best, index=draws.served.index, dtype=object).reindex(range(draws.n)),
            "eur_per_unit": draws.costs["eur_per_unit"].reindex(range(draws.n)),
            "eur_year": draws.costs["eur_year"].reindex(range(draws.n)),
        }
    )
    every["site"] = every["site"].fillna("")
    drawn = draws.samples.set_axis([f"{name} [{id}]" for id, name in draws.factors[named].items()], axis=1)
    frames = {
        "draw_sites": sites,
        "draw_cost": cost,
        "draw_decides": decides[["name", "effect", "effect_cost", "status"]],
        "draws": every,
    }
    made = {
        key: Sheet(text(f"sheet.{key}"), frame, [_heading(column, text) for column in frame], text(f"about.{key}"))
        for key, frame in frames.items()
    }
    values = pd.concat([every[["draw"]], drawn], axis=1)
    headers = [_heading("draw", text), *drawn.columns]
    made["draw_values"] = Sheet(text("sheet.draw_values"), values, headers, text("about.draw_values"))
    return made


def _heading(column: str, text: Text) -> str:
    return text(f"sure.column_{column}")
