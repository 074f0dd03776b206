"""Controls of a notebook: sliders and lists whose words are French, and what answers to them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets
from IPython.display import display

from coopgeo.notebook.answers import shown_by
from coopgeo.notebook.messages import saying_errors

_BOXES = {"grid_template_columns": "repeat(auto-fill, minmax(26em, 1fr))", "width": "98%", "margin": "0.5em 0"}
_STYLE, _LAYOUT = {"description_width": "23em"}, {"width": "min(56em, 98%)"}


def slider(label: str, values: Sequence[float], words: Callable[[float], str], value: float) -> ipywidgets.Widget:
    """A slider over some values, each written in words; it answers when it is let go.

    Parameters
    ----------
    label : str
    values : sequence of float
        From the least to the most.
    words : callable
        What is written beside the slider, such as `text.percent`.
    value : float
        Where it stands first; added to the values if it is none of them.
    """
    positions = sorted({*values, value})
    return ipywidgets.SelectionSlider(
        options=[(words(one), one) for one in positions],
        value=value,
        description=label,
        continuous_update=False,
        style=_STYLE,
        layout=_LAYOUT,
    )


def positions(low: float, high: float, step: float) -> list[float]:
    """Positions of a slider from a low end up to a high one."""
    return [round(low + at * step, 4) for at in range(int((high - low) / step + 1e-9) + 1)]


def choice(label: str, options: Mapping[str, Any], value: Any = None) -> ipywidgets.Widget:
    """A list to choose from.

    Parameters
    ----------
    label : str
    options : mapping of str to any
        What is chosen, by its name.
    value
        What is chosen first: the first option by default.
    """
    first = next(iter(options.values()), None) if value is None else value
    return ipywidgets.Dropdown(options=dict(options), value=first, description=label, style=_STYLE, layout=_LAYOUT)


def box(label: str, *, ticked: bool = True) -> ipywidgets.Widget:
    """A box to tick.

    Parameters
    ----------
    label : str
    ticked : bool
        Whether it is at first.
    """
    return ipywidgets.Checkbox(value=ticked, description=label, indent=False, layout={"width": "auto"})


def boxes_side_by_side(boxes: Sequence[ipywidgets.Widget]) -> ipywidgets.Widget:
    """Boxes to tick, in columns."""
    return ipywidgets.GridBox(list(boxes), layout=_BOXES)


class _Following(ipywidgets.interactive):  # type: ignore[misc]
    """Controls whose answer stands in widgets, not in an `Output` (see `answers`)."""

    out: Any
    children: Any

    def __init__(self, function: Callable[..., Any], controls: Mapping[str, ipywidgets.Widget]) -> None:
        self.controls = dict(controls)
        super().__init__(function, **controls)

    def update(self, *_change: Any) -> None:
        """Work the answer out for where the controls stand."""
        if isinstance(self.out, ipywidgets.Output):
            self.out.close()
            self.out = ipywidgets.VBox()
            self.children = [*self.children[:-1], self.out]
        self.kwargs = {name: control.value for name, control in self.controls.items()}
        self.out.children = shown_by(lambda: self.f(**self.kwargs))


def interact(**controls: ipywidgets.Widget) -> Callable[[Callable[..., Any]], Any]:
    """Call a function whenever one of its controls moves; what an error of coopgeo says takes the answer's place.

    Boxes stand beside each other, below the other controls.
    """

    def follow(function: Callable[..., Any]) -> Any:
        answer: Any = saying_errors(function)
        answer.widget = whole = _Following(answer, controls)
        boxes = [control for control in whole.children if isinstance(control, ipywidgets.Checkbox)]
        if boxes:
            *others, shown = [control for control in whole.children if control not in boxes]
            whole.children = [*others, boxes_side_by_side(boxes), shown]
        display(whole)
        return answer

    return follow


def on_click(label: str, action: Callable[[], Any]) -> ipywidgets.Widget:
    """A button, and below it what the action shows or the error says."""
    button = ipywidgets.Button(description=label, layout={"width": "max-content"})
    shown = ipywidgets.VBox()

    def act(_button: ipywidgets.Button) -> None:
        shown.children = shown_by(saying_errors(action))

    button.on_click(act)
    return ipywidgets.VBox([button, shown])
