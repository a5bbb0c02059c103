"""The command line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from amili_sandbox.domain import Scenario, parse_scenario
from amili_sandbox.network_faults import FaultRules
from amili_sandbox.state import ASSUMPTIONS, check_assumptions, read_time

CANNOT_START = 2
_HIGHEST_PORT = 65_535

EXAMPLES = """
examples:
  amili-sandbox                          an empty sandbox on port 8080
  amili-sandbox --seed guide             with the invoice of the vendor's guide
  amili-sandbox --port 0 --seed portfolio
                                         2000 invoices, on any free port
  amili-sandbox --db my.db               kept in a file, even if killed
  amili-sandbox --assume overcrediting=warning
                                         settles what it can instead of refusing
  amili-sandbox --profile seen.json      with all that this file assumes

It prints one line of JSON with everything a client needs, and what to paste into
a shell if it runs in a terminal. Ctrl-C ends it. For more see docs/sandbox.md.
"""


class Parser(argparse.ArgumentParser):
    """A parser that reports a mistake in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and end the program."""
        self.exit(CANNOT_START, f"{self.prog}: {message}\n")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = Parser(
        prog="amili-sandbox",
        description="A local stand-in for the Visma Amili sandbox: no credentials, no network, no database to set up.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    place = parser.add_argument_group("where")
    place.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    place.add_argument("--port", type=_port, default=8080, help="port to listen on; 0 takes any free one (default: 8080)")
    place.add_argument(
        "--allow-control", action="store_true", help="serve /_sandbox/ although other machines can reach the address"
    )
    place.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer requests to this name too; may be given often (default: names of this machine only)",
    )
    content = parser.add_argument_group("what")
    content.add_argument("--db", type=Path, metavar="FILE", help="keep everything in this SQLite file (default: memory)")
    content.add_argument(
        "--seed",
        type=_scenario,
        default="empty",
        metavar="SCENARIO",
        help="what to start with if the database is empty: empty, guide, or portfolio[:COUNT[:SEED]] (default: empty)",
    )
    content.add_argument(
        "--now", type=_moment, metavar="TIME", help="start the clock here, as in 2025-10-07T07:41:01Z (default: now)"
    )
    manner = parser.add_argument_group("how")
    manner.add_argument("--paths", choices=("both", "guide", "reference"), help="spellings of the paths (default: both)")
    manner.add_argument("--quota", choices=("off", "vendor"), help="vendor: 100 requests a minute, 10 a second (default: off)")
    manner.add_argument(
        "--assume", action="append", default=[], metavar="NAME=VALUE", help="set an assumption; may be given often"
    )
    manner.add_argument("--profile", type=_profile, default={}, metavar="FILE", help="JSON file of assumptions: names and values")
    manner.add_argument("--faults", type=_faults, metavar="FILE", help="JSON file of faults, as for PUT /_sandbox/faults")
    manner.add_argument("--verbose", action="store_true", help="show Eve's own log on stderr")
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)
    return parser


def assumptions_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> dict[str, Any]:
    """Return the assumptions that the options ask for, those of a profile last; ends the program if one is invalid."""
    wanted: dict[str, Any] = {**options.profile}
    for setting in options.assume:
        name, equals, value = setting.partition("=")
        if not equals:
            parser.error(f"--assume takes NAME=VALUE, not {setting!r}")
        wanted[name] = value
    with_option = {item.name for item in ASSUMPTIONS} & {"paths", "quota"}
    wanted |= {name: getattr(options, name) for name in with_option if getattr(options, name) is not None}
    try:
        return dict(check_assumptions(wanted))
    except ValueError as error:
        parser.error(str(error))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_HIGHEST_PORT}")
    return int(text)


def _scenario(text: str) -> Scenario:
    try:
        return parse_scenario(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _moment(text: str) -> float:
    try:
        return read_time(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time with a time zone from 1971 to 2105, such as 2025-10-07T07:41:01Z"
        ) from None


def _faults(name: str) -> Any:
    return _json_file(name, FaultRules)


def _profile(name: str) -> Any:
    return _json_file(name, check_assumptions)


def _json_file(name: str, check: Callable[[Any], Any]) -> Any:
    """Return the content of a JSON file if the check raises no ValueError."""
    try:
        content = json.loads(Path(name).read_text(encoding="utf-8"))
        check(content)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise argparse.ArgumentTypeError(f"{name}: {reason}") from None
    return content
