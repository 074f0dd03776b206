"""Help and complaints of the command in the reader's language, also where they are the library's own words."""

import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from coopgeo.errors import Message
from coopgeo.terminal.output import plain_streams, visible

if TYPE_CHECKING:
    from coopgeo.text import Lang

ENVIRONMENT = "COOPGEO_LANG"
_UsageError: type[Any] = typer.BadParameter.__mro__[
    1
]  # typer brings its own click since 0.20, and names the class nowhere
_lang: ContextVar["Lang"] = ContextVar("lang", default="fr")
_INTERRUPTED = 130  # exit code of what Ctrl-C has ended, as shells know it


def language_of(arguments: Sequence[str]) -> "Lang":
    """The language that a command line asks for, else that of the environment, else French."""
    chosen = os.environ.get(ENVIRONMENT, "fr")
    for at, word in enumerate(arguments):
        if word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        elif word == "--lang" and at + 1 < len(arguments):
            chosen = arguments[at + 1]
    return "en" if chosen == "en" else "fr"


def language() -> "Lang":
    """The language of the command line that is being run."""
    return _lang.get()


def in_words(message: str) -> str:
    """A message in the language of the command line."""
    from coopgeo.text.messages import said

    return said(message, _lang.get())


class _InWords:
    """Draws up the help of a command or a group."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = [in_words(Message("[OPTIONS]"))]
        parameters = self.get_params(ctx)  # type: ignore[attr-defined]
        pieces += [_metavar(one) for one in parameters if one.param_type_name == "argument"]
        if getattr(self, "commands", None):
            pieces.append(in_words(Message("COMMAND [ARGS]...")))
        usage = in_words(Message("Usage:"))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{usage} ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 the library passes it
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_help_of(self))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        parameters = self.get_params(ctx)  # type: ignore[attr-defined]
        for kind, title in (("argument", Message("Arguments")), ("option", Message("Options"))):
            rows = [_row(one, ctx) for one in parameters if one.param_type_name == kind and not one.hidden]
            if rows:
                with formatter.section(in_words(title)):
                    formatter.write_dl(rows)
        commands = getattr(self, "commands", {})
        if commands:
            with formatter.section(in_words(Message("Commands"))):
                formatter.write_dl([(name, _first_sentence(_help_of(one))) for name, one in commands.items()])


def _help_of(command: Any) -> str:
    return in_words(_as_message(command.help or ""))


def _as_message(words: str) -> str:
    """What typer has kept of a message: its words, which are its key in the catalogue."""
    return words if isinstance(words, Message) or "{" in words else Message(" ".join(words.split()))


def _first_sentence(words: str) -> str:
    return words.partition(". ")[0].rstrip(".")


def _row(parameter: Any, ctx: Any) -> tuple[str, str]:
    """Name and help of an option, with what it takes by default."""
    if parameter.name == "help":
        return "--help", in_words(Message("Show this message and exit."))
    names = ", ".join(parameter.opts) if parameter.param_type_name == "option" else ""
    words, default = in_words(_as_message(parameter.help or "")), parameter.get_default(ctx, call=False)
    if default and not parameter.required and parameter.show_default:
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        words += " " + in_words(Message("[default: {value}]", value=shown))
    value = "" if getattr(parameter, "is_flag", False) else _metavar(parameter)
    return f"{names} {value}".strip(), words


def _metavar(parameter: Any) -> str:
    """What stands for the value of a parameter."""
    return in_words(_as_message(parameter.metavar or parameter.name.upper()))


class Command(_InWords, TyperCommand):
    """A command whose help is in the reader's language."""


class Group(_InWords, TyperGroup):
    """A group of commands whose help, and whose complaints of what was typed, are in the reader's language."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run the command line."""
        plain_streams()
        token = _lang.set(language_of(sys.argv[1:] if args is None else args))
        try:
            if not standalone_mode:
                return super().main(args, standalone_mode=False, **extra)
            sys.exit(self._exit_code(args, extra))
        finally:
            _lang.reset(token)

    def _exit_code(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except _UsageError as error:
            typer.echo(visible(complaint(error)), err=True)
            return int(error.exit_code)
        except (KeyboardInterrupt, typer.Abort):
            code = _INTERRUPTED
        if code == _INTERRUPTED:
            typer.echo(in_words(Message("Interrupted; the files are as they were.")), err=True)
        return code if isinstance(code, int) else 0


def complaint(error: Any) -> str:
    """What is wrong with a command line, how the command is used, and where its help stands."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    lines = []
    if error.ctx is not None:
        lines = [
            error.ctx.get_usage(),
            in_words(Message("“{command} --help” says more.", command=error.ctx.command_path)),
            "",
        ]
    return "\n".join([*lines, in_words(_what_is_wrong(error))])


def _what_is_wrong(error: Any) -> str:
    kind, words = type(error).__name__, str(error.message)
    if kind == "NoSuchOption":
        known = [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts]
        return _not_known(Message("There is no option {name}", name=error.option_name), error.option_name, known)
    if kind == "BadOptionUsage":
        name, lacks = error.option_name, "requires" in words
        return Message("{name} takes a value", name=name) if lacks else Message("{name} takes no value", name=name)
    if kind in ("MissingParameter", "BadParameter") and error.param is not None:
        return _of_value(error.param, missing=kind == "MissingParameter")
    return _of_words(words, list(getattr(error.ctx.command, "commands", ()))) if error.ctx else words


def _of_value(parameter: Any, *, missing: bool) -> str:
    """What is wrong with the value of an option, or of a word that must stand there."""
    name = parameter.opts[0] if parameter.param_type_name == "option" else _metavar(parameter)
    words = _within(in_words(_as_message(parameter.help or "")))
    if missing:
        return Message("{name} is missing; expected: {help}", name=name, help=words)
    return Message("{name} is refused; expected: {help}", name=name, help=words)


def _of_words(words: str, commands: list[str]) -> str:
    """What is wrong where the library says it in words alone."""
    if words.startswith("No such command"):
        typed = words.split("'")[1] if "'" in words else words
        return _not_known(Message("There is no command “{name}”", name=typed), typed, commands)
    if words.startswith("Missing command"):
        return Message("A command is missing: {commands}.", commands=commands)
    if words.startswith("Got unexpected extra argument"):
        return Message("Too many words: {words}.", words=words.rpartition("(")[2].rstrip(")"))
    return words


def _within(sentence: str) -> str:
    """A sentence as it stands within another: a small letter first, unless its first word is an acronym."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def _not_known(what: str, name: str, known: list[str]) -> str:
    from coopgeo.text.nearest import nearest

    near = nearest(name, known, whole=True)
    if len(near) == 1:
        return Message("{what}; did you mean “{near}”?", what=what, near=near[0])
    return Message("{what}; there is: {known}.", what=what, known=near or known)
