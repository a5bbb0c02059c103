"""Starts the sandbox and serves until it is stopped."""

import argparse
import errno
import json
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from amili_inspector import is_loopback

from amili_sandbox.command.ending import Ending
from amili_sandbox.command.options import CANNOT_START, assumptions_of, make_parser
from amili_sandbox.command.startup_output import open_address_warning, page_line, shell_exports
from amili_sandbox.control import Control, HostGuard
from amili_sandbox.http import Server
from amili_sandbox.inspection import Pages
from amili_sandbox.server import Sandbox
from amili_sandbox.state import Assumptions
from amili_sandbox.store import DatabaseFileError


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    assumptions = Assumptions(assumptions_of(parser, options))
    try:
        folder = tempfile.TemporaryDirectory(prefix="amili-sandbox-", ignore_cleanup_errors=True)
    except OSError as error:
        return _print_error(f"there is no folder for the private keys: {error.strerror}; set TMPDIR to one you can write to")
    with folder as name:
        ending = Ending(Path(name))
        ending.handle_signals(until_stdin_closes=options.until_stdin_closes)
        try:
            sandbox = _make_sandbox(options, assumptions, Path(name))
        except DatabaseFileError as error:
            return _print_error(str(error))
        except sqlite3.Error as error:
            return _print_error(f"{options.db} cannot be written: {error}")
        pages = Pages(sandbox) if _has_control(options) else None
        try:
            server = Server(options.host, options.port, _guarded(options, sandbox, pages))
        except (OSError, UnicodeError) as error:
            return _print_error(_listen_error(error, options.host, options.port))
        sandbox.environment.refuse_connections = server.refuse_connections
        try:
            started = {"base_url": server.base_url, **sandbox.accounts[0]}
            _announce(options, started | ({"page": pages.open(server.base_url)} if pages else {}))
            server.serve()
        except KeyboardInterrupt:
            pass  # Ctrl-C is how it is stopped
        sandbox.close()
        return ending.exit(0)


def _has_control(options: argparse.Namespace) -> bool:
    return options.allow_control or is_loopback(options.host)


def _make_sandbox(options: argparse.Namespace, assumptions: Assumptions, folder: Path) -> Sandbox:
    return Sandbox(
        folder,
        assumptions=assumptions,
        scenario=options.seed,
        file=options.db,
        faults=options.faults,
        allow_fault_header=_has_control(options),
        now=options.now,
        verbose=options.verbose,
    )


def _guarded(options: argparse.Namespace, sandbox: Sandbox, pages: Pages | None) -> Control | Sandbox | HostGuard:
    answer = Control(sandbox, pages) if pages else sandbox
    # Other machines call this one by names that are not known here.
    checked = is_loopback(options.host) or options.allow_host
    return HostGuard(answer, [options.host, *options.allow_host]) if checked else answer


def _announce(options: argparse.Namespace, started: Mapping[str, str]) -> None:
    print(json.dumps(started), flush=True)
    if not is_loopback(options.host):
        print(open_address_warning(options.host, control=_has_control(options)), file=sys.stderr)
    if "page" in started and not options.until_stdin_closes:  # else a program reads the line of JSON
        print(page_line(started["page"]), file=sys.stderr)
    if sys.stderr.isatty():
        print(shell_exports(started), file=sys.stderr)


def _listen_error(error: OSError | UnicodeError, host: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; stop the program that uses it, or use any free port with --port 0"
    reason = error.strerror if isinstance(error, OSError) else "this is no name of a host"
    return f"cannot listen on {host} port {port}: {reason or error}"


def _print_error(reason: str) -> int:
    print(f"amili-sandbox: {reason}", file=sys.stderr)
    return CANNOT_START
