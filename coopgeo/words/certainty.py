"""How sure an answer is, in words: numbers rather than adjectives, the largest doubt first."""

from collections.abc import Mapping, Sequence

from coopgeo.plan.confidence import Confidence
from coopgeo.text import Text

LEAST_EFFECT = 0.05  # of the variance: what explains less decides little
_MOST_NAMED = 4
_NEAR_TENTH = 0.02 + 1e-9


def best_of_draws(confidence: Confidence, names: Mapping[str, str], text: Text) -> list[str]:
    """In one sentence, the two choices of sites that are best most often; none if no draw can be served."""
    most = list(confidence.best)[:2]
    if not most:
        return []
    times = in_one_scale([confidence.best[choice] for choice in most], text)
    shares = [
        text("sure.best", name=_named(choice, names), times=often) for choice, often in zip(most, times, strict=True)
    ]
    all_served = confidence.served == confidence.draws
    return [
        text(
            "sure.of_all" if all_served else "sure.of_served",
            draws=text.number(confidence.draws),
            served=text.number(confidence.served),
            shares=text.joined(shares),
        )
    ]


def certainty(confidence: Confidence, names: Mapping[str, str], text: Text) -> list[str]:
    """What draws tell, a sentence each.

    Parameters
    ----------
    confidence : Confidence
    names : mapping of str to str
        Names of the sites by id.
    text : Text
    """
    served = confidence.served
    lines = [
        text(
            "sure.draws",
            draws=text.number(confidence.draws),
            served=text.number(served),
            share=text.percent_of_many(served / confidence.draws),
        )
    ]
    doubts = (
        _doubts(confidence, names, text) if confidence.best else [(confidence.infeasible, _unserved(confidence, text))]
    )
    lines += [line for _, line in sorted(doubts, key=lambda doubt: -doubt[0])]
    lines += [
        text(f"sure.{state}", share=text.percent_of_many(share))
        for state in ("no_customer", "unproved")
        if (share := getattr(confidence, state))
    ]
    before = len(lines)
    for at, key in enumerate(("sure.decides_site", "sure.decides_cost")):
        kinds = sorted(confidence.groups.items(), key=lambda group: -group[1][at])
        together = [
            text("sure.decisive", name=text(f"sure.group_{kind}"), share=text.percent(effects[at]))
            for kind, effects in kinds
            if effects[at] >= LEAST_EFFECT
        ]
        if together:
            lines.append(text(key, names=text("sure.between").join(together)))
    nothing = len(lines) == before and not certainty_in_detail(confidence, text)
    if nothing and confidence.best and confidence.decides:
        lines.append(text("sure.decides_nothing", served=text.number(confidence.served)))
    return lines


def certainty_in_detail(confidence: Confidence, text: Text) -> list[str]:
    """The single factors that decide most, of the site and of the cost."""
    lines = []
    for key, effect in (("sure.decides_site_first", "effect"), ("sure.decides_cost_first", "effect_cost")):
        ranked = sorted(confidence.decides, key=lambda one: -getattr(one, effect))[:_MOST_NAMED]
        telling = [
            text("sure.decisive", name=one.names[text.lang], share=text.percent(getattr(one, effect)))
            for one in ranked
            if getattr(one, effect) >= LEAST_EFFECT
        ]
        if telling:
            lines.append(text(key, names=text("sure.between").join(telling)))
    return lines


def _doubts(confidence: Confidence, names: Mapping[str, str], text: Text) -> list[tuple[float, str]]:
    """How large each doubt is, and what to say of it."""
    most = next(iter(confidence.best.values()))
    cost = confidence.eur_per_unit
    sites = " ".join(_sites(confidence, names, text))
    served = text.number(confidence.served)
    found = [
        (1 - most, text("sure.sites", served=served, sites=sites)),
        (
            (cost["p95"] - cost["p5"]) / (2 * cost["p50"]),
            text("sure.cost", served=served, **{name: text.price(eur) for name, eur in cost.items()}),
        ),
    ]
    return [*found, (confidence.infeasible, _unserved(confidence, text))] if confidence.infeasible else found


def _sites(confidence: Confidence, names: Mapping[str, str], text: Text) -> list[str]:
    """How often each of the two choices that are best most often is the best, and near it."""
    most = list(confidence.best)[:2]
    if not confidence.near:  # of several platforms the best choice of a draw alone is known
        best = in_one_scale([confidence.best[site] for site in most], text)
        return [
            text("sure.choice", name=_named(site, names), best=often) for site, often in zip(most, best, strict=True)
        ]
    times = iter(in_one_scale([shares[site] for site in most for shares in (confidence.best, confidence.near)], text))
    tolerance = text.percent_as_given(confidence.tolerance)
    return [
        text("sure.site", name=_named(site, names), best=next(times), near=next(times), tolerance=tolerance)
        for site in most
    ]


def _named(choice: str, names: Mapping[str, str]) -> str:
    return " + ".join(names.get(one, one) for one in choice.split(" + "))


def _unserved(confidence: Confidence, text: Text) -> str:
    return text("sure.infeasible", share=text.percent_of_many(confidence.infeasible))


def in_one_scale(shares: Sequence[float], text: Text) -> list[str]:
    """Shares that stand beside each other: all in ten where each is near a tenth, else all in a hundred."""
    tenths = all(_is_tenth(share) for share in shares)
    return [times_in_ten(share, text) if tenths else _times_in_hundred(share, text) for share in shares]


def _is_tenth(share: float) -> bool:
    tenths = round(10 * share)
    return 1 <= tenths <= 9 and abs(share - tenths / 10) <= _NEAR_TENTH


def times_in_ten(share: float, text: Text) -> str:
    """A share as so many times in ten, or in a hundred where no tenth is within two points; never more than it is."""
    return text.counted("sure.ten", round(10 * share)) if _is_tenth(share) else _times_in_hundred(share, text)


def _times_in_hundred(share: float, text: Text) -> str:
    hundredths = round(100 * share)
    if hundredths == 0 < share:
        return text("sure.hardly")
    if hundredths == 100 and share < 1:
        return text("sure.nearly")
    return text.counted("sure.hundred", hundredths)
