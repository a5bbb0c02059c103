"""Tables of arguments, environment variables and options, made from signatures, docstrings and the command line."""

import argparse
import inspect
import re
from collections.abc import Callable
from typing import Any

from amili.cli.frame import CONFIG, PROFILE, SETTINGS
from amili_sandbox.command import make_parser

VARIABLES = {
    "AMILI_BASE_URL": "the URL; the vendor's sandbox is `https://api-sandbox.amili.se`. "
    "No production URL is documented, so there is no default",
    "AMILI_API_CODE": "the API code from the vendor, together with one of the next two",
    "AMILI_PRIVATE_KEY_FILE": "the file with the private key whose public key the vendor has",
    "AMILI_PRIVATE_KEY": r"or the key itself in PEM form; a line break may be written as `\n` or `\r\n`",
    "AMILI_TOKEN": "instead of these three: a token from elsewhere; it can't be renewed",
    "AMILI_INSECURE": "`1` allows an `http://` URL of another machine, such as a stand-in in a container",
}
FOR_TESTS = {"self", "cls", "token_request", "token", "clock"}  # only a test or a factory sets these


def variables() -> str:
    """Return the table of the environment variables that `from_env()` reads."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items()]
    return "\n".join(["| variable | meaning |", "|---|---|", *rows]) + "\n"


def command_variables() -> str:
    """Return the table of the environment variables that only the command `amili` reads."""
    meanings = {f"AMILI_{setting.name.upper()}": setting.meaning for setting in SETTINGS}
    others = {CONFIG: "the file with profiles", PROFILE: "the profile to use"}
    rows = [f"| `{name}` | {meaning} |" for name, meaning in (meanings | others).items() if name not in VARIABLES]
    return "\n".join(["| variable | meaning |", "|---|---|", *rows]) + "\n"


def arguments(kind: Callable[..., Any]) -> str:
    """Return the table of the arguments of a class: their defaults, and the sentences of its docstring that tell of them."""
    rows = []
    for name, parameter in inspect.signature(kind).parameters.items():
        if name not in FOR_TESTS:
            default = "required" if parameter.default is parameter.empty else f"`{parameter.default!r}`"
            rows.append(f"| `{name}` | {default} | {_meaning(kind, name)} |")
    return "\n".join(["| argument | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _meaning(kind: Callable[..., Any], name: str) -> str:
    """Return what a docstring says of an argument; raises ValueError if it says nothing."""
    text = " ".join((inspect.getdoc(kind) or "").split())
    told = [part.rstrip(".;") for part in re.split(r"(?<=\.) (?=[A-Z`])|(?<=;) (?=`)", text) if f"`{name}`" in part]
    if not told:
        raise ValueError(f"the docstring of {kind.__name__} says nothing of `{name}`")
    return ". ".join(told).removeprefix(f"`{name}` ").replace("|", "\\|")


def sandbox_options() -> str:
    """Return the table of the options of `amili-sandbox`."""
    rows = []
    for action in make_parser()._actions:
        if action.option_strings and action.help not in (None, argparse.SUPPRESS) and action.dest != "help":
            choices = "\\|".join(map(str, action.choices or ()))
            value = "" if action.nargs == 0 else f" {choices or action.metavar or action.dest.upper()}"
            text = str(action.help).replace("%(default)s", str(action.default))
            rows.append(f"| `{action.option_strings[0]}{value}` | {text} |")
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"
