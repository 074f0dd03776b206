"""What a former run has left in its folder, read back."""

import json
from pathlib import Path

from coopgeo.plan.proved import Proved


def proved_in(path: Path) -> Proved | None:
    """The proved answer that `results.json` of a former run holds; None if there is none that can be trusted."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        objective = found["objective"]
        if objective["status"] != "optimal":
            return None
        return Proved(
            job_sha256=str(found["study"]["job_sha256"]),
            sizes={str(row["id"]): str(row["size"]) for row in found["platforms"]},
            value_eur_year=float(objective["value_eur_year"]),
            bound_eur_year=float(objective["bound_eur_year"]),
            alternatives=tuple(
                (
                    tuple(map(str, other["sites"])),
                    float(other["value_eur_year"]),
                    "optimal" if other["status"] == "optimal" else "feasible",
                )
                for other in found["alternatives"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # none, of another version, or spoilt
        return None
