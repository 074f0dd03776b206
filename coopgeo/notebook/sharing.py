"""Who gains what in a notebook: a game that is computed once, then partners, rules and supports that answer at once."""

import base64
import io
import math
from collections.abc import Sequence
from typing import Any, get_args

import ipywidgets
import matplotlib.pyplot as plt
from markupsafe import escape
from matplotlib.figure import Figure

from coopgeo.cooperation.chosen_players import among, support_for
from coopgeo.cooperation.players import By
from coopgeo.cooperation.sharing import Sharing, share
from coopgeo.cooperation.study_game import Supply
from coopgeo.notebook.answers import Moved, as_widget, on_demand
from coopgeo.notebook.controls import box, boxes_side_by_side, choice, slider
from coopgeo.notebook.sharing_chart import sharing_chart
from coopgeo.notebook.tables import table
from coopgeo.study import Chain, Study
from coopgeo.study.texts import chain_text
from coopgeo.text import Text
from coopgeo.words.cooperate import answer_sentences, partners_sheet, rule_names, rules_sheet, support_sentences
from coopgeo.words.sharing import sharing_sentences

_TEXT = Text("fr")
_DPI = 100
_STEPS = 25  # of the slider of supports, or a few more
_ROOM = 1.25  # how far it goes beyond the support that is needed
_NO_NEED = 0.1  # how far it goes where none is needed, of what all pay
_PLAYERS: tuple[By, ...] = ("communes", "epci", "customers", "partners")
_Setting = tuple[str, By, Supply, float | None]


class SharingPanel:
    """The widgets of who gains what; `game` stands first, all others follow what was computed there.

    Attributes
    ----------
    game : list of Widget
        Chain, who shares, their rights, the price elsewhere.
    partners, answer, support, rules : Widget
        Who takes part and by which rule; what one of them gains; the support from outside; the rules beside each other.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.kept: dict[_Setting, Sharing] = {}
        self.whole: Sharing | None = None  # of all players
        self.chosen: Sharing | None = None  # of those who are ticked
        self.boxes: dict[str, ipywidgets.Widget] = {}
        self._drawn: dict[float, list[ipywidgets.Widget]] = {}  # by support, of those who are ticked and of the rule
        self._still = False  # whether what is set is set by the panel itself
        first = study.chain().settings.id
        self.chain = choice(_TEXT("cooperate.chain"), {study.chain(id).settings.fr: id for id in study.chains}, first)
        self.by = choice(_TEXT("cooperate.by"), {})
        self.supply = choice(_TEXT("cooperate.supply"), {_TEXT(f"cooperate.supply_{s}"): s for s in get_args(Supply)})
        self.elsewhere = box(_TEXT("cooperate.elsewhere"), ticked=False)
        self.price = ipywidgets.BoundedFloatText(
            min=0.0, max=1e6, style=self.chain.style, layout={"width": "min(32em, 98%)"}
        )
        self.note = ipywidgets.HTML()
        self.game = [self.chain, self.by, self.supply, self.elsewhere, self.price, self.note]
        self.rule = choice(_TEXT("cooperate.rule"), rule_names(self.text), "nucleolus")
        self.who = choice(_TEXT("cooperate.who"), {})
        self.money = slider(_TEXT("cooperate.support"), [0.0], self._euros, 0.0)
        self._ticked = ipywidgets.VBox()
        self._said, self._supported = ipywidgets.VBox(), ipywidgets.VBox()
        self.partners = ipywidgets.VBox([self.rule, self._ticked])
        self.answer = ipywidgets.VBox([self.who, self._said])
        self.support = ipywidgets.VBox([self.money, self._supported])
        self.rules = ipywidgets.VBox()
        self._follow_chain()
        self._listen()

    def _listen(self) -> None:
        self.chain.observe(lambda _change: self._follow_chain(), names="value")
        self.elsewhere.observe(lambda _change: self._follow_box(), names="value")
        for control in self.game[:-1]:
            control.observe(lambda _change: self._note(), names="value")
        self.rule.observe(lambda _change: self._choose(), names="value")
        self.who.observe(lambda _change: self._say(), names="value")
        self.money.observe(lambda _change: self._support(), names="value")

    @property
    def setting(self) -> _Setting:
        """What is to be computed."""
        price = float(self.price.value) if self.elsewhere.value and not self.elsewhere.disabled else None
        return self.chain.value, self.by.value, self.supply.value, price

    @property
    def text(self) -> Text:
        """The words of the chain."""
        return chain_text(self._chain, self.study, "fr")

    @property
    def _chain(self) -> Chain:
        return self.study.chain(self.chain.value)

    def _euros(self, eur: float) -> str:
        return f"{_TEXT.number(eur)} €"

    def _follow_chain(self) -> None:
        """Players, and a price elsewhere, as the chain may have them."""
        pushes, market = self._chain.settings.pushes, self._chain.parameters.market_price
        players = [by for by in _PLAYERS if by != "customers" or not pushes]
        self.by.options = [(_TEXT(f"cooperate.by_{by}"), by) for by in players]
        self.by.value = players[0]
        self.elsewhere.disabled = pushes
        self._follow_box()
        self.price.description = self.text("cooperate.elsewhere_price")
        self.price.value = market.value if market is not None else 0.0

    def _follow_box(self) -> None:
        """A price elsewhere may be typed where it counts."""
        self.price.disabled = self.elsewhere.disabled or not self.elsewhere.value

    def _note(self) -> None:
        again = self.whole is not None and self.setting not in self.kept
        self.note.value = str(escape(_TEXT("cooperate.compute_again"))) if again else ""

    def compute(self, moved: Moved) -> Sequence[Any]:
        """Compute the game of all players, or take it as it was computed before; what it comes to.

        Raises
        ------
        CoopgeoError
            If it cannot be; nothing is shown below then.
        """
        setting, self.whole, self.note.value = self.setting, None, ""
        chain, by, supply, price = setting
        try:
            if setting not in self.kept:
                self.kept[setting] = share(
                    self.study,
                    by=by,
                    chain=chain,
                    supply=supply,
                    outside_eur_unit=price,
                    complete=True,
                    on_progress=moved,
                )
            self.whole = self.kept[setting]
        finally:
            self._list_partners()
        return sharing_sentences(self.whole, self.text)

    def _list_partners(self) -> None:
        """A box for each player, those who ask for most first."""
        found, self.boxes = self.whole, {}
        if found is not None:
            players = found.game.players
            largest = players.weights["units"].sort_values(ascending=False, kind="stable").index
            self.boxes = {str(id): box(players.names[id]) for id in largest}
        for ticked in self.boxes.values():
            ticked.observe(lambda _change: self._choose(), names="value")
        self._ticked.children = [boxes_side_by_side(list(self.boxes.values()))]
        self._choose()

    def tick(self, ids: Sequence[str]) -> None:
        """Let these partners share, and no others."""
        self._still = True
        for id, ticked in self.boxes.items():
            ticked.value = id in ids
        self._still = False
        self._choose()

    def _choose(self) -> None:
        """Read the game of those who are ticked, and show all that follows."""
        if self._still:
            return
        ids = [id for id, ticked in self.boxes.items() if ticked.value]
        self._drawn.clear()
        self.chosen = among(self.whole, ids) if self.whole is not None and ids else None
        self._still = True
        names = self.chosen.game.players.names if self.chosen else {}
        asked = self.who.value
        self.who.options = [(names[id], id) for id in ids if id in names]
        self.who.value = asked if asked in names else next(iter(ids), None) if names else None
        self.money.options = [(self._euros(eur), eur) for eur in self._supports()]
        self.money.index = 0
        self._still = False
        self.rules.children = [as_widget(table(rules_sheet(self.chosen, self.text)))] if self.chosen else []
        self._say()
        self._support()

    def _supports(self) -> list[float]:
        """Where the slider may stand: even steps, and what is needed for the rule and for any."""
        if self.chosen is None:
            return [0.0]
        needed, together = support_for(self.chosen, self.rule.value), self.chosen.game.together
        exact = [float(math.ceil(eur)) for eur in (needed, self.chosen.core.aid) if math.isfinite(eur)]
        highest = max(exact, default=0.0) * _ROOM or _NO_NEED * abs(together)
        step = _round_step(highest / _STEPS)
        return sorted({*exact, *(at * step for at in range(math.ceil(highest / step) + 1))})

    def _nothing(self) -> str:
        return _TEXT("cooperate.nobody_chosen" if self.whole is not None else "cooperate.not_computed")

    def _say(self) -> None:
        """What the partner asked for gains, and what each pays."""
        if self._still:
            return
        if self.chosen is None:
            self._said.children = [as_widget(self._nothing())]
            return
        said = answer_sentences(self.chosen, self.rule.value, self.who.value, self.text)
        self._said.children = [_paragraphs(said), *self._shown(0.0)]

    def _support(self) -> None:
        """Who leaves with the support, and what each pays with it."""
        if self._still:
            return
        if self.chosen is None:
            self._supported.children = [as_widget(self._nothing())]
            return
        said = support_sentences(self.chosen, self.rule.value, self.money.value, self.text)
        self._supported.children = [_paragraphs(said), *self._shown(self.money.value)]

    def _shown(self, support_eur_year: float) -> list[ipywidgets.Widget]:
        """Table and bars of those who share, drawn once; nothing where there is nothing to share."""
        assert self.chosen is not None
        if len(self.chosen.shares) == 1 or self.chosen.shares[self.rule.value].isna().any():
            return []
        if support_eur_year not in self._drawn:
            asked = self.chosen, self.rule.value, self.text, support_eur_year or None
            self._drawn[support_eur_year] = [as_widget(table(partners_sheet(*asked))), _picture(*sharing_chart(*asked))]
        return self._drawn[support_eur_year]


def _paragraphs(sentences: Sequence[str]) -> ipywidgets.Widget:
    """Sentences near to each other, as they answer one question."""
    return ipywidgets.HTML("".join(f'<p style="margin:.3em 0">{escape(sentence)}</p>' for sentence in sentences))


def _picture(figure: Figure, words: str) -> ipywidgets.Widget:
    """A figure with what it says for who cannot see it."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=_DPI)
    plt.close(figure)
    source = base64.b64encode(picture.getvalue()).decode()
    return ipywidgets.HTML(f'<img alt="{escape(words)}" style="max-width:100%" src="data:image/png;base64,{source}">')


def sharing_panel(study: Study) -> SharingPanel:
    """Show the settings of the game of a study, compute it, and give the widgets that follow it.

    It is computed at once, and anew for other settings when its button is clicked; a setting that was computed before
    is there at once.
    """
    panel = SharingPanel(study)
    on_demand(_TEXT("cooperate.compute"), panel.compute, *panel.game)
    return panel


def _round_step(about: float) -> float:
    """The step of 1, 2 or 5 times a power of ten that is next above a number; 1 at least."""
    power = 10.0 ** math.floor(math.log10(max(about, 1.0)))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= min(about, 10 * power))
