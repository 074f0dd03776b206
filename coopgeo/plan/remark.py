"""A remark: something that a reader must know, apart from the language that says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from coopgeo.study.settings import Parameter

Fact = float | str | Parameter | tuple[str, ...] | tuple[tuple[str, str], ...]
"""Of a tuple: kinds of places, or pairs of a site and the reason why it is left out."""


@dataclass(frozen=True)
class Remark:
    """Something a reader must know, as a key of the texts with the facts that fill it."""

    key: str
    facts: Mapping[str, Fact]
