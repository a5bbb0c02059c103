"""Starts the sandbox and stops it."""

import errno
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from amili_sandbox.command.options import assumptions_of, make_parser
from amili_sandbox.command.startup_output import is_loopback, open_address_warning, shell_exports
from amili_sandbox.control import Control
from amili_sandbox.http import Server
from amili_sandbox.server import Sandbox
from amili_sandbox.state import Assumptions
from amili_sandbox.store import DatabaseFileError


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    assumptions = Assumptions(assumptions_of(parser, options))
    _handle_signals(until_stdin_closes=options.until_stdin_closes)
    control = options.allow_control or is_loopback(options.host)
    with tempfile.TemporaryDirectory(prefix="amili-sandbox-") as folder:
        try:
            sandbox = Sandbox(
                Path(folder),
                assumptions=assumptions,
                scenario=options.seed,
                file=options.db,
                faults=options.faults,
                allow_fault_header=control,
                now=options.now,
                verbose=options.verbose,
            )
            server = Server(options.host, options.port, Control(sandbox) if control else sandbox)
        except DatabaseFileError as error:
            return _print_error(str(error))
        except OSError as error:
            return _print_error(_listen_error(error, options.host, options.port))
        sandbox.environment.refuse_connections = server.refuse_connections
        try:
            _announce(options.host, {"base_url": server.base_url, **sandbox.accounts[0]}, control=control)
            server.serve()
        except KeyboardInterrupt:
            pass  # Ctrl-C is how it is stopped
        _ignore_signals()
        sandbox.close()
    return 0


def _announce(host: str, started: Mapping[str, str], *, control: bool) -> None:
    print(json.dumps(started), flush=True)
    if not is_loopback(host):
        print(open_address_warning(host, control=control), file=sys.stderr)
    if sys.stderr.isatty():
        print(shell_exports(started), file=sys.stderr)


def _handle_signals(*, until_stdin_closes: bool) -> None:
    """Treat SIGTERM, and on request the end of stdin, like Ctrl-C, so that the folder with the keys is removed in any case."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if until_stdin_closes:
        threading.Thread(target=_interrupt_at_end_of_stdin, daemon=True).start()


def _ignore_signals() -> None:
    """Ignore further signals while stopping: a parent process often sends SIGTERM after Ctrl-C."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def _interrupt_at_end_of_stdin() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _listen_error(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; stop the program that uses it, or use any free port with --port 0"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def _print_error(reason: str) -> int:
    print(f"amili-sandbox: {reason}", file=sys.stderr)
    return 1
