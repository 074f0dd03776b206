"""Errors that a planner meets in a notebook: one block in plain words, no traceback."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from markupsafe import escape

from coopgeo.errors import CoopgeoError
from coopgeo.text import Text
from coopgeo.text.messages import said

Answer = TypeVar("Answer")
_TEXT = Text("fr")
_BLOCK = (
    '<div role="alert" style="border-left:5px solid #c8401e;background:#fdf1ee;color:#1b2a33;padding:.6em 1em;'
    'max-width:60em"><strong>{title}</strong><div style="white-space:pre-wrap;margin-top:.4em">{words}</div></div>'
)


def error_block(error: BaseException) -> HTML:
    """What an error says, in French, as a block of a page."""
    if isinstance(error, NameError):  # a cell that another one was to come before
        title, words = _TEXT("notebook.order"), _TEXT("notebook.run_all")
    else:
        title, words = _TEXT("notebook.error"), said(error, "fr")
    return HTML(_BLOCK.format(title=escape(title), words=escape(words)))


def say_errors() -> None:
    """Let the errors of this notebook be said in French: those of coopgeo, and that of a cell run too early.

    Every other error keeps its traceback. A cell that fails stops the cells after it, as ever.
    """
    shell: Any = get_ipython()
    if shell is not None:

        def say(_shell: Any, _kind: type, error: BaseException, *_trace: Any, **_named: Any) -> None:
            display(error_block(error))

        shell.set_custom_exc((CoopgeoError, NameError), say)


def saying_errors(function: Callable[..., Answer]) -> Callable[..., Answer | None]:
    """A function that shows what an error of coopgeo says, where a widget would show a traceback."""

    @wraps(function)
    def said_or_done(*values: Any, **named: Any) -> Answer | None:
        try:
            return function(*values, **named)
        except CoopgeoError as error:
            display(error_block(error))
            return None

    return said_or_done


def say(*sentences: str) -> None:
    """Show sentences, each a paragraph."""
    display(HTML("".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)))
