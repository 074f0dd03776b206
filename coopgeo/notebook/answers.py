"""Answers of a notebook: what a function shows as widgets, and one that is worked out anew when its button is clicked.

What is shown stands in widgets, not in an `Output`: nbclient, which runs notebooks without a browser, sends each change
of an `Output` back to the kernel and may lose the end of the cell over it.
"""

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import display
from IPython.utils.capture import capture_output
from markupsafe import escape
from matplotlib.figure import Figure
from matplotlib_inline.backend_inline import flush_figures

from coopgeo.errors import CoopgeoError
from coopgeo.notebook.messages import error_block
from coopgeo.text import Text

_TEXT = Text("fr")
_DPI = 100
Moved = Callable[[int, int], None]  # called with what is done and what there is to do


class _Bar(ipywidgets.HBox):  # type: ignore[misc]
    """How far some work is."""

    def __init__(self, label: str) -> None:
        self.bar = ipywidgets.IntProgress(
            description=label, style={"description_width": "12em"}, layout={"width": "40em"}
        )
        self.count = ipywidgets.Label()
        super().__init__([self.bar, self.count])

    def move(self, done: int, whole: int) -> None:
        self.bar.max, self.bar.value = whole, done
        self.count.value = _TEXT("notebook.done_of", done=_TEXT.number(done), whole=_TEXT.number(whole))


@contextmanager
def progress(label: str) -> Any:
    """A bar that goes away when the work is done; yields what is called with what is done and what there is.

    Parameters
    ----------
    label : str
        What is being done.
    """
    bar = _Bar(label)
    display(bar)
    try:
        yield bar.move
    finally:
        bar.layout.display = "none"  # a page that comes later looks for it still


def on_demand(label: str, answer: Callable[[Moved], Sequence[Any]], *controls: ipywidgets.Widget) -> None:
    """Show an answer below its controls and a button that works it out anew.

    Parameters
    ----------
    label : str
        Of the button, and of the bar while it is worked out.
    answer : callable
        Called with what moves the bar; gives what is shown: sentences, tables, maps, figures.
    *controls : Widget
        What the answer reads.
    """
    button, shown = ipywidgets.Button(description=label, layout={"width": "max-content"}), ipywidgets.VBox()

    def act(_button: ipywidgets.Button | None = None) -> None:
        bar = _Bar(label)
        button.disabled, shown.children = True, [bar]
        try:
            shown.children = [as_widget(part) for part in answer(bar.move)]
        except CoopgeoError as error:
            shown.children = [as_widget(error_block(error))]
        finally:
            button.disabled = False

    button.on_click(act)
    display(ipywidgets.VBox([*controls, button, shown]))
    act()


def shown_by(function: Callable[[], Any]) -> list[ipywidgets.Widget]:
    """Call a function; what it prints, displays, draws and returns, as widgets in that order."""
    with capture_output() as said:
        answer = function()
        if answer is not None and not isinstance(answer, Figure):
            display(answer)
        flush_figures()  # type: ignore[no-untyped-call]
    printed = [ipywidgets.HTML(f"<pre>{escape(said.stdout)}</pre>")] if said.stdout else []
    return [*printed, *(_of_bundle(output.data) for output in said.outputs)]


def _of_bundle(data: Mapping[str, Any]) -> ipywidgets.Widget:
    """What was displayed, in the best of its forms that a widget can show."""
    if "text/html" in data:
        return ipywidgets.HTML(data["text/html"])
    if "image/png" in data:
        png = data["image/png"]
        return _picture(png if isinstance(png, bytes) else base64.b64decode(png))
    return ipywidgets.HTML(f"<pre>{escape(data.get('text/plain', ''))}</pre>")


def _picture(png: bytes) -> ipywidgets.Widget:
    return ipywidgets.Image(value=png, format="png", layout={"max_width": "100%", "width": "max-content"})


def as_widget(part: Any) -> ipywidgets.Widget:
    """A sentence, a figure, or what shows itself as HTML, as a widget."""
    if isinstance(part, str):
        return ipywidgets.HTML(f"<p>{escape(part)}</p>")
    if isinstance(part, Figure):
        picture = io.BytesIO()
        part.savefig(picture, format="png", dpi=_DPI)
        plt.close(part)
        return _picture(picture.getvalue())
    return ipywidgets.HTML(part._repr_html_())
