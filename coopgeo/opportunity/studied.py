"""`study_chains`: every chain of a study, worked out and judged."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from coopgeo.cooperation.between_chains import MOST_CHAINS, BetweenChains, share_between_chains
from coopgeo.errors import InfeasibleError, InputError, Message, check_kind
from coopgeo.opportunity.actors import Matrix, coordination_eur_year, matrix_of
from coopgeo.opportunity.conditions import conditions
from coopgeo.opportunity.figures import ChainStudy, DataGaps, Opportunity, Option
from coopgeo.opportunity.gaps import gaps_from_draws, gaps_one_at_a_time
from coopgeo.opportunity.options import options_of
from coopgeo.opportunity.own_platform import SUPPORT, turnings_of
from coopgeo.opportunity.rules import Figures, Span, judge
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.run import run
from coopgeo.scenarios import Prepared, pays_from, with_draws
from coopgeo.study import Chain, Study
from coopgeo.study.settings import DELIVERY_SHARE, JOBS_CREATED

_HAULAGE = ("inbound", "outbound", "direct")  # stages that are delivery

Step = Callable[[str, str], None]


def study_chains(study: Study, draws: int = 0, seed: int = 0, *, on_step: Step | None = None) -> Opportunity:
    """Work out every chain of a study and say of each whether to start, wait or stop, and why.

    Parameters
    ----------
    study : Study
    draws : int
        How many draws tell how sure the cost of each chain is; 0 for its range as each figure alone moves it.
    seed : int
        The same seed gives the same draws.
    on_step : callable, optional
        Called with the id of a chain and what is done next: "answer", "options", "turns", "gaps".

    Returns
    -------
    Opportunity
        The chain that `study.toml` names first.

    Raises
    ------
    InputError
        If an argument is out of range, or a chain cannot be computed with at all.
    """
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    order = sorted(study.chains, key=lambda name: (name != study.settings.chain, name))
    matrix, shared = matrix_of(study, order), coordination_eur_year(study, order)
    asked = _Asked(study, matrix, draws, seed, on_step or (lambda _chain, _step: None))
    chains = tuple(asked.studied(name, shared[name]) for name in order)
    return Opportunity(
        study=study,
        chains=chains,
        matrix=matrix,
        jobs_created=study.settings.references.get(JOBS_CREATED),
        draws=draws,
        seed=seed,
        between=_between(study, [chain.id for chain in chains if chain.outcome is not None]),
    )


def _between(study: Study, chains: list[str]) -> BetweenChains | None:
    """What the chains that can be served save by sharing, where something is known that they could share."""
    needy = [name for name in chains if name in set(study.shared_means["chain"])]
    if not 2 <= len(needy) <= MOST_CHAINS:
        return None
    try:
        return share_between_chains(study, needy)
    except (InputError, InfeasibleError):  # `coopgeo pool` says why
        return None


class _Asked:
    """What is asked of every chain."""

    def __init__(self, study: Study, matrix: Matrix, draws: int, seed: int, on_step: Step) -> None:
        self.study, self.matrix, self.draws, self.seed, self.on_step = study, matrix, draws, seed, on_step

    def studied(self, name: str, coordination: float) -> ChainStudy:
        chain = self.study.chain(name)
        self.on_step(name, "answer")
        try:
            outcome = run(self.study, chain=name)
        except InfeasibleError as error:
            return self._unserved(chain, coordination, error.args[0])
        job = outcome.placement.job
        prepared = Prepared(self.study, job, ways=outcome.placement.ways)
        quick = Prepared(self.study, replace(job, alternatives=0), ways=outcome.placement.ways, measure="estimate")
        self.on_step(name, "options")
        options = options_of(prepared, outcome)
        self.on_step(name, "turns")
        turnings = turnings_of(prepared, quick)
        pays = _pays(prepared, outcome)
        self.on_step(name, "gaps")
        if self.draws:
            outcome = with_draws(outcome, self.draws, self.seed)
        gaps = gaps_from_draws(outcome) if self.draws else gaps_one_at_a_time(outcome, quick)
        missing = self.matrix.missing(name)
        figures = _figures(outcome, options, gaps, pays, (self.matrix.roles(name), len(missing)))
        options = (replace(options[0], outcome=outcome), *options[1:])
        return ChainStudy(
            id=name,
            names=_names(chain),
            unit=chain.settings.unit,
            outcome=outcome,
            lacking=None,
            options=options,
            turnings=turnings,
            pays_from_subsidy=pays,
            coordination_eur_year=coordination,
            gaps=gaps,
            figures=figures,
            verdict=judge(figures),
            conditions=conditions(
                figures,
                turnings=turnings,
                missing=missing,
                gaps=gaps,
                wanted_t=outcome.balance.tonnes.wanted,
                goods_least_eur_t=_goods_least(outcome, figures),
                fee=_fee(outcome, options),
                room=_room(options),
            ),
        )

    def _unserved(self, chain: Chain, coordination: float, lacking: Message) -> ChainStudy:
        name, assumed = chain.settings.id, float((chain.statuses == "assumed").mean())
        missing = self.matrix.missing(name)
        figures = Figures(served=False, roles=self.matrix.roles(name), roles_missing=len(missing), assumed=assumed)
        must = conditions(
            figures, turnings=(), missing=missing, gaps=None, wanted_t=np.nan, goods_least_eur_t=None, fee=None
        )
        nothing = (None, lacking, (), (), None, coordination, None)
        return ChainStudy(name, _names(chain), chain.settings.unit, *nothing, figures, judge(figures), must)


def _names(chain: Chain) -> dict[str, str]:
    return {"fr": chain.settings.fr, "en": chain.settings.en}


def _figures(
    outcome: Outcome, options: tuple[Option, ...], gaps: DataGaps, pays: float | None, roles: tuple[int, int]
) -> Figures:
    """What the verdict rests on."""
    chain, pulls = outcome.chain, not outcome.chain.settings.pushes
    market = chain.parameters.market_price
    units, most = outcome.balance.units, outcome.study.settings.references.get(DELIVERY_SHARE)
    own, existing = (_eur_t(options, kind) for kind in ("own", "existing"))
    support = getattr(chain.parameters, SUPPORT, None)
    return Figures(
        cost=gaps.cost,
        market=Span(market.low, market.value, market.high) if market else None,
        subsidy=pays,
        own=own,
        existing=existing,
        own_supported=None if own is None else own - (support.high - support.value if support else 0.0),
        support=support.high if support else None,
        potential=_potential(outcome) if pulls else None,
        wanted=units.wanted if pulls else None,
        within_reach_low=units.low if pulls else None,
        roles=roles[0],
        roles_missing=roles[1],
        delivery=_delivery(outcome),
        delivery_most=most.value if most else None,
        assumed=gaps.assumed,
    )


def _eur_t(options: tuple[Option, ...], kind: str) -> float | None:
    found = [one.outcome.cost.eur_per_t for one in options if one.kind == kind and one.outcome is not None]
    return found[0] if found else None


def _potential(outcome: Outcome) -> float:
    """Share of the tonnes that customers ask for who may not be there."""
    asked = outcome.customers
    return float(asked.loc[asked["probability"].fillna(1.0) < 1, "tonnes"].sum() / asked["tonnes"].sum())


def _haulage_eur(outcome: Outcome) -> float:
    stages = outcome.cost.stages_eur_year
    return sum(stages.get(name, 0.0) for name in _HAULAGE)


def _delivery(outcome: Outcome) -> Span | None:
    """Haulage as a share of the value of the goods, least where these are worth most; None where it is not known."""
    goods = getattr(outcome.chain.parameters, "goods_eur_t", None)
    tonnes = outcome.accounts.delivered.tonnes
    if goods is None or not tonnes:
        return None
    eur_t = _haulage_eur(outcome) / tonnes
    return Span(eur_t / goods.high, eur_t / goods.value, eur_t / goods.low)


def _goods_least(outcome: Outcome, figures: Figures) -> float | None:
    if figures.delivery is None or not figures.delivery_most:
        return None
    return _haulage_eur(outcome) / outcome.accounts.delivered.tonnes / figures.delivery_most


def _fee(outcome: Outcome, options: tuple[Option, ...]) -> tuple[float, float] | None:
    """What the plants that are chosen ask at their gate, and the most at which they cost no more than a platform."""
    own, existing = (next((one.outcome for one in options if one.kind == kind), None) for kind in ("own", "existing"))
    if own is None or existing is None:
        return None
    fees = outcome.chain.candidate_sites.loc[list(existing.accounts.sites), "gate_fee_eur_t"].to_numpy(float)
    fee = float(np.average(fees, weights=existing.accounts.tonnes_in))
    return fee, fee + own.cost.eur_per_t - existing.cost.eur_per_t


def _room(options: tuple[Option, ...]) -> tuple[float, float] | None:
    """Tonnes that the plants of others take where they take all, and the room that all of them have; None without."""
    existing = next((one.outcome for one in options if one.kind == "existing"), None)
    if existing is None or "plant_t_year" not in existing.chain.candidate_sites:
        return None
    room = existing.chain.candidate_sites["plant_t_year"]
    return float(existing.accounts.tonnes_in.sum()), float(room.sum())


def _pays(prepared: Prepared, outcome: Outcome) -> float | None:
    """The subsidy from which the chain costs no more than the market; None where none is enough or there is no price.

    Raises
    ------
    InputError
        Of the job.
    """
    market = outcome.chain.parameters.market_price
    if market is None or outcome.cost.eur_per_unit <= market.value:
        return None
    return pays_from(prepared, "subsidy_share")
