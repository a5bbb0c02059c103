"""The command line."""

import argparse
import json
from pathlib import Path
from typing import Any

from amili_sandbox.assumptions import TABLE, UnknownAssumption, checked
from amili_sandbox.domain.scenarios import Scenario, UnknownScenario, parse_scenario
from amili_sandbox.faults.rules import RuleBook


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="amili-sandbox",
        description="A local stand-in for the Visma Amili sandbox. Needs no credentials, no network, no database.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8080, help="port to listen on; 0 takes any free one (default: 8080)"
    )
    parser.add_argument("--db", type=Path, metavar="FILE", help="keep everything in this SQLite file (default: memory)")
    parser.add_argument(
        "--seed",
        type=_scenario,
        default="empty",
        metavar="SCENARIO",
        help="what an empty database starts with: empty (default), guide (the guide's invoice), "
        "or portfolio[:COUNT[:SEED]] (2000 invoices of all ages and states)",
    )
    parser.add_argument(
        "--paths", choices=("both", "guide", "reference"), help="spellings of the paths to serve (default: both)"
    )
    parser.add_argument("--quota", choices=("off", "vendor"), help="vendor: 100 requests a minute and 10 a second")
    parser.add_argument(
        "--faults", type=_faults, metavar="FILE", help="JSON file of faults to start with, as for PUT /_sandbox/faults"
    )
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set one assumption, see docs/sandbox.md; may be given often",
    )
    parser.add_argument("--verbose", action="store_true", help="show Eve's own log on stderr")
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)
    return parser


def _faults(name: str) -> Any:
    try:
        rules = json.loads(Path(name).read_text())
        RuleBook(rules)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from None
    return rules


def _scenario(text: str) -> Scenario:
    try:
        return parse_scenario(text)
    except UnknownScenario as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def assumptions_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> dict[str, Any]:
    """Return the assumptions that the options ask for; ends the program if one is wrong."""
    wanted: dict[str, Any] = {}
    for wish in options.assume:
        name, equals, value = wish.partition("=")
        if not equals:
            parser.error(f"--assume wants NAME=VALUE, not {wish!r}")
        wanted[name] = value
    wanted |= {
        item.name: getattr(options, item.name) for item in TABLE if getattr(options, item.name, None) is not None
    }
    try:
        return dict(checked(wanted))
    except UnknownAssumption as error:
        parser.error(str(error))
