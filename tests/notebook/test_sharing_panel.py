"""Who gains what in a notebook: partners are chosen, rules and supports moved, and the words and tables follow."""

import re
from dataclasses import replace

import ipywidgets
import numpy as np
import pytest

from coopgeo.cooperation import among, core, leaving, share, shares_with
from coopgeo.cooperation.sharing import RULES, sharing_of
from coopgeo.errors import InputError
from coopgeo.notebook import SharingPanel, sharing_panel
from coopgeo.text import Text

SEINE = ["76164", "76401"]  # Rives-en-Seine and Arelaune-en-Seine


@pytest.fixture(scope="module")
def sharing(study):
    return share(study)


@pytest.fixture
def panel(study, sharing):
    made = SharingPanel(study)
    made.kept[made.setting] = sharing
    made.compute(lambda _done, _whole: None)
    return made


def words(widget):
    """What a widget says, without its marks, with plain spaces."""
    parts = widget.children if hasattr(widget, "children") else [widget]
    said = " ".join(part.value for part in parts if isinstance(part, ipywidgets.HTML))
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", said, flags=re.DOTALL).split())


def plain(eur):
    return Text("fr").number(round(eur, -1)).replace("\u202f", " ")


def test_all_partners_take_part_at_first_those_who_ask_for_most_first(panel, sharing):
    assert [ticked.description for ticked in panel.boxes.values()][:2] == ["Lillebonne", "Bolbec"]
    assert panel.chosen.shares.equals(sharing.shares)
    assert "Ensemble (9 communes) : 332 040 € par an." in words(panel.answer.children[1])
    assert "Lillebonne gagne à coopérer" in words(panel.answer.children[1])


def test_partners_are_chosen_without_a_new_game(panel, sharing, monkeypatch):
    monkeypatch.setattr("coopgeo.notebook.sharing.share", lambda *_, **__: pytest.fail("placed anew"))
    for id, ticked in panel.boxes.items():
        ticked.value = id in SEINE
    at = [sharing.game.players.ids.index(id) for id in SEINE]
    together = sharing.game.worth[sum(1 << one for one in at)]
    assert panel.chosen.game.together == together
    assert panel.chosen.alone.tolist() == [sharing.game.worth[1 << one] for one in at]
    assert panel.chosen.shares.sum().to_numpy() == pytest.approx(np.full(len(RULES), together))
    assert [id for _, id in panel.who.options] == ["76164", "76401"]
    panel.who.value = "76401"
    said = words(panel.answer.children[1])
    assert "Arelaune-en-Seine gagne à coopérer" in said
    assert "Lillebonne" not in said
    before, after = panel.chosen.alone["76401"], panel.chosen.shares.loc["76401", "nucleolus"]
    assert f"seul, {plain(before)} € par an" in said
    assert f"avec les autres, {plain(after)} €" in said


def test_who_is_asked_for_stays_while_others_come_and_go(panel):
    panel.who.value = "76401"
    panel.boxes["76378"].value = False
    assert panel.who.value == "76401"
    panel.boxes["76401"].value = False
    assert panel.who.value != "76401"


def test_one_partner_and_none_are_told(panel):
    panel.tick(["76401"])
    assert "rien à partager" in words(panel.answer.children[1])
    panel.tick([])
    assert words(panel.answer.children[1]) == "Cochez au moins un partenaire."
    assert words(panel.support.children[1]) == "Cochez au moins un partenaire."
    assert panel.rules.children == ()


@pytest.mark.parametrize("rule", ["units", "inhabitants", "equal"])
def test_support_is_moved_until_nobody_leaves(panel, rule):
    panel.rule.value = rule
    positions = [eur for _, eur in panel.money.options]
    holds = [not leaving(panel.chosen.game.worth, shares_with(panel.chosen, rule, eur), "cost") for eur in positions]
    assert holds == sorted(holds)  # more support never makes anyone leave
    needed = holds.index(True)
    for at in (0, needed - 1, needed, len(positions) - 1):
        panel.money.value = positions[at]
        assert ("Personne ne part" in words(panel.support.children[1])) == holds[at]
    assert f"il faut {Text('fr').number(positions[needed])} € par an".replace("\u202f", " ") in words(
        panel.support.children[1]
    )
    assert "Une autre règle tient sans soutien" in words(panel.support.children[1])


def test_a_rule_that_holds_needs_no_support(panel):
    assert panel.rule.value == "nucleolus"
    assert "tient sans soutien" in words(panel.support.children[1])
    assert "Personne ne part" in words(panel.support.children[1])


def test_the_rules_stand_beside_each_other_with_the_support_that_each_needs(panel):
    said = words(panel.rules)
    assert said.count("oui :") == 3
    assert (said.count("non :"), said.count("presque :")) == (2, 1)
    assert "34 277" in said


def test_where_no_sharing_holds_the_least_support_is_said(panel, sharing):
    """Each pair of three partners pays as much as one: between them they ask for less than all together."""
    three = among(sharing, sharing.game.players.ids[:3])
    worth = np.array([0, 1000, 1000, 1000, 1000, 1000, 1000, 2000], dtype=float)
    panel.kept[panel.setting] = sharing_of(replace(three.game, worth=worth, bound=worth))
    panel.compute(lambda _done, _whole: None)
    assert core(worth, "cost").aid == pytest.approx(500)
    assert 500.0 in [eur for _, eur in panel.money.options]
    assert "Quelle que soit la règle, il faut au moins 500" in words(panel.support.children[1])
    panel.money.value = 500.0
    assert "Personne ne part" in words(panel.support.children[1])


def test_bars_are_said_in_words_too(panel):
    (image,) = [part for part in panel.answer.children[1].children if "<img" in part.value]
    alt = " ".join(re.search('alt="([^"]*)"', image.value)[1].split())
    assert alt.startswith("Barres, € par an. Lillebonne : seul 141 000, ensemble 93 200 ; Bolbec")


def test_a_chain_that_pushes_has_no_customers_to_share_and_no_price_elsewhere(panel):
    assert panel.price.disabled
    panel.elsewhere.value = True
    assert not panel.price.disabled
    assert panel.setting[3] == 32.0
    assert "€/MWh" in panel.price.description
    panel.chain.value = "textile"
    assert "customers" not in [by for _, by in panel.by.options]
    assert panel.elsewhere.disabled
    assert panel.price.disabled
    assert panel.setting == ("textile", "communes", "shared", None)
    assert "Calculer" in panel.note.value


def test_settings_that_cannot_be_computed_leave_nothing_below(panel):
    panel.chain.value = "textile"  # thirty communes are too many
    with pytest.raises(InputError):
        panel.compute(lambda _done, _whole: None)
    assert panel.boxes == {}
    assert "Rien n’est calculé" in words(panel.answer.children[1])
    panel.chain.value = "wood-energy"
    panel.compute(lambda _done, _whole: None)
    assert len(panel.boxes) == 9


def test_the_panel_is_shown_and_computed_at_once(study, monkeypatch):
    shown, moves = [], []
    monkeypatch.setattr("coopgeo.notebook.answers.display", shown.append)

    def shared(study, **asked):
        asked.pop("on_progress")(1, 2)
        moves.append(asked)
        return share(study, by="epci", workers=1)

    monkeypatch.setattr("coopgeo.notebook.sharing.share", shared)
    panel = sharing_panel(study)
    (whole,) = shown
    assert [child for child in whole.children if child in panel.game] == panel.game
    assert moves == [
        {"by": "communes", "chain": "wood-energy", "supply": "shared", "outside_eur_unit": None, "complete": True}
    ]
    assert len(panel.boxes) == 3
    whole.children[-2].click()  # as it was computed before
    assert len(moves) == 1
