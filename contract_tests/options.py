"""The options and the environment of the commands: what is wrong ends them with 2, in one line and before anything is asked."""

import argparse
import math
import re
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

_IGNORED_VARIABLES = ("HYPOTHESIS_", "PYTEST_", "PYTHONWARNINGS", "SCHEMATHESIS_")  # all that begin so


class NotConfigured(ValueError):
    """A setting is missing or wrong; the message names it."""


class Parser(argparse.ArgumentParser):
    """A parser of one command; its errors are one line."""

    def __init__(self, command: str, description: str, *, add_help: bool = True) -> None:
        super().__init__(prog=f"scripts/{command}", description=description, allow_abbrev=False, add_help=add_help)

    def error(self, message: str) -> NoReturn:
        """End with 2."""
        self.exit(2, f"{self.prog}: nothing was done: {message}; see scripts/contract --help\n")


def clean_environment(environ: MutableMapping[str, str]) -> None:
    """Remove what would change what is checked, or keep a stand-in from starting or from being reached."""
    for name in [name for name in environ if name.startswith(_IGNORED_VARIABLES)]:
        del environ[name]
    others = environ.get("no_proxy") or environ.get("NO_PROXY")
    environ["no_proxy"] = environ["NO_PROXY"] = f"{others},127.0.0.1" if others else "127.0.0.1"


def add_options(add: Callable[..., Any]) -> None:
    """Add the options of the checks to a parser of ours or of pytest."""
    add("--base-url", type=url, help="ask this server, with the credentials in AMILI_*, instead of a stand-in of our own")
    add("--rate", type=rate, help=RATE)
    add("--seed", type=int, default=0, help="draw amounts, dates and orders of the tour from this seed (default: 0)")
    add(
        "--report",
        type=folder,
        metavar="DIR",
        help="write contract.xml (JUnit), contract.sarif, contract.json, contract.html and, of another server, profile.json",
    )
    add("--strict-verdict", action="store_true", help="count defaults and assumptions as documents; --strict of scripts/contract")
    add("--traffic", type=recording, nargs="+", metavar="FILE", help="judge recorded traffic, HAR or cassettes; asks no server")
    add("--contract-fault", action="append", default=[], metavar="NAME", help="break the stand-in in this way")


RATE = "requests a minute, at least 1 (default: 90, and no limit on this machine)"


def url(text: str) -> str:
    """Return the URL of a server; that of a variable that is not set is empty."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not re.search(r"\s", text)
    except ValueError:
        known = False
    if not known:
        raise argparse.ArgumentTypeError("it must be the URL of an API, such as https://api-sandbox.amili.se")
    return text


def folder(text: str) -> Path:
    """Return a folder whose name is not empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; give the name of a folder")
    return Path(text)


def recording(text: str) -> Path:
    """Return a file whose name is not empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; give the name of a file")
    return Path(text)


def rate(text: str) -> float:
    """Return a rate of requests a minute."""
    return _number(text, 1)


def minutes(text: str) -> float:
    """Return an age in minutes."""
    return _number(text, 0)


def _number(text: str, least: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"a number from {least} is needed, not {text!r}")
    return number
