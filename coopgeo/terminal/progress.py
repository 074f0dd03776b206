"""How far a run is, on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coopgeo.terminal.output import console

if TYPE_CHECKING:
    from coopgeo.siting import Progress as Proof
    from coopgeo.text import Text


@contextmanager
def progress(text: "Text") -> Iterator[tuple[Callable[[str], None], Callable[["Proof"], None]]]:
    """A bar on a terminal, with how far the best placement is proved; nothing in a log."""
    import math

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from coopgeo.plan.run import STEPS
    from coopgeo.siting.solution import judged

    steps = (*STEPS, "draws", "sharing", "files")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=len(steps))

        def step(name: str) -> None:
            bar.update(task, description=text(f"step.{name}"), completed=steps.index(name))

        def found(so_far: "Proof") -> None:
            gap, _ = judged(so_far.value, so_far.bound, 0.0)
            if math.isfinite(gap):
                bar.update(task, description=text("cli.gap", step=text("step.placement"), gap=text.percent(gap, 2)))

        yield step, found
