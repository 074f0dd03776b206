"""What the options of a run ask for: places by id or name, values of parameters, another demand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from coopgeo.chain.resource import Level
from coopgeo.errors import Faults, Message
from coopgeo.study import Study
from coopgeo.study.numerals import number_expected, number_of, readings
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.study.schema_parts import SHARE_UNITS
from coopgeo.text.nearest import bare, nearest
from coopgeo.text.vocabulary import meant

LevelName = Literal["low", "central", "high", "bas", "haut"]
_LEVELS: Mapping[LevelName, Level] = {"low": "low", "bas": "low", "central": "value", "high": "high", "haut": "high"}
_SHOWN = 30  # names that a message lists; of more, the nearest


@dataclass(frozen=True)
class Options:
    """What a command line asks for that the study does not say.

    Attributes
    ----------
    close, require, forbid : sequence of str
        Crossings and candidate sites, by id or by name.
    values : sequence of str
        "name=value" of parameters of the chain; a name is its id, or what a language calls it.
    level : {"low", "central", "high", "bas", "haut"}
        Level of the resource.
    demand_factor : str
        What the demand of every customer served is multiplied by: a number above 0.
    direct, outside : bool
        See `Job`.
    """

    close: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    level: LevelName = "central"
    demand_factor: str = "1"
    direct: bool = True
    outside: bool = False

    def applied(self, study: Study, chain: str | None) -> tuple[Study, dict[str, Any]]:
        """The study with the values asked for, and the arguments of `coopgeo.run`; lists every fault.

        Raises
        ------
        InputError
        """
        faults, parts = Faults(Message("the options")), study.chain(chain)
        sites = _named(parts.candidate_sites["name"])
        closed = ids_of(faults, "--close", self.close, _named(study.inputs.tables["roads/crossings"]["name"]))
        required = ids_of(faults, "--require", self.require, sites)
        forbidden = ids_of(faults, "--forbid", self.forbid, sites)
        parameters = {name: (parameter.fr, parameter.en) for name, parameter in parts.parameters}
        shares = {name for name, parameter in parts.parameters if parameter.unit in SHARE_UNITS}
        values = _values(faults, self.values, parameters, shares)
        factor = number_of(self.demand_factor.strip(), ())
        if factor is None or factor <= 0:
            expected = Message("a number above 0, such as 1.1 for a tenth more")
            faults.add(column="--demand-factor", found=self.demand_factor, expected=expected)
        faults.raise_if_any()
        changes: dict[str, object] = {"parameters": values} if values else {}
        if factor and factor != 1:
            changes["customers"] = multiplied_demand(parts.served(), factor)
        changed = study.changed(changes, chain=chain) if changes else study
        road_changes = {"closed": closed} if closed else {}
        asked: dict[str, Any] = {"required": required, "forbidden": forbidden, "road_changes": road_changes}
        asked |= {"direct": self.direct, "outside": self.outside}
        return changed, {**asked, "level": _LEVELS[self.level]}


def ids_of(faults: Faults, option: str, typed: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Ids of what was typed by id or by name, each once; `known` are the names by id. Notes what is unknown."""
    found = [_id(faults, option, one, known) for one in typed]
    return list(dict.fromkeys(id for id in found if id))


def _named(names: pd.Series) -> dict[str, tuple[str, ...]]:
    return {str(id): (str(name),) for id, name in names.items()}


def _id(faults: Faults, option: str, typed: str, known: Mapping[str, tuple[str, ...]]) -> str | None:
    """The id that was typed, or whose name was; notes a fault if there is none, or more than one."""
    if typed in known:
        return typed
    alike = [id for id, names in known.items() if bare(typed) in {bare(id), *map(bare, names)} - {""}]
    if len(alike) == 1:
        return alike[0]
    words = {word: id for id, names in known.items() for word in (id, *names)}
    near = list(dict.fromkeys(words[word] for word in nearest(typed, words)))
    choices = [Message("{id} ({name})", id=id, name=known[id][0]) for id in alike or near or list(known)[:_SHOWN]]
    if len(choices) == 1 and near:
        expected = Message("an id or a name that the study knows")
        faults.add(column=option, found=typed, expected=expected, hint=meant(choices[0]))
    else:
        faults.add(column=option, found=typed, expected=Message("one of {choices}", choices=choices))
    return None


def _values(
    faults: Faults, typed: Iterable[str], parameters: Mapping[str, tuple[str, ...]], shares: Collection[str]
) -> dict[str, float]:
    """The values that were typed; a percentage is a number of a share alone, a number of two readings is none."""
    values = {}
    for one in typed:
        name, sign, words = one.partition("=")
        if not sign or (number_of(words.strip(), (), share=True) is None and not readings(words.strip())):
            expected = Message("the name of a parameter, = and a number, such as subsidy_share=0.3")
            faults.add(column="--set", found=one, expected=expected)
        elif id := _id(faults, "--set", name.strip(), parameters):
            number = number_of(words.strip(), (), share=id in shares)
            if number is None:
                expected = number_expected(words.strip(), may_be_blank=False)
                faults.add(column="--set", found=one, expected=expected)
            else:
                values[id] = number
    return values
