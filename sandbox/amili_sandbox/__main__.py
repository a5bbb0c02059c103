"""Start a sandbox from the command line."""

import errno
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amili_sandbox.assumptions import Assumptions
from amili_sandbox.greeting import for_open_address, for_terminal, is_loopback
from amili_sandbox.options import assumptions_of, make_parser

if TYPE_CHECKING:
    from amili_sandbox.http.server import Server


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    wanted = assumptions_of(parser, options)
    # Imported late, so that --help and mistakes in the options are answered at once.
    from amili_sandbox.control import Control
    from amili_sandbox.http.server import Server
    from amili_sandbox.sandbox import Sandbox
    from amili_sandbox.store.durable import DatabaseFileError

    control = options.allow_control or is_loopback(options.host)
    with tempfile.TemporaryDirectory(prefix="amili-sandbox-") as folder:
        try:
            sandbox = Sandbox(
                Path(folder),
                assumptions=Assumptions(wanted),
                scenario=options.seed,
                file=options.db,
                faults=options.faults,
                heed_fault_header=control,
                now=options.now,
                verbose=options.verbose,
            )
            server = Server(options.host, options.port, Control(sandbox) if control else sandbox)
        except DatabaseFileError as error:
            return _fail(str(error))
        except OSError as error:
            return _fail(_why_not(error, options.host, options.port))
        sandbox.surroundings.close_server = server.refuse_connections
        _heed_signals(server, until_stdin_closes=options.until_stdin_closes)
        _announce(options.host, {"base_url": server.base_url, **sandbox.accounts[0]}, control=control)
        server.serve()
        sandbox.close()
    return 0


def _announce(host: str, started: Mapping[str, str], *, control: bool) -> None:
    print(json.dumps(started), flush=True)
    if not is_loopback(host):
        print(for_open_address(host, control=control), file=sys.stderr)
    if sys.stderr.isatty():
        print(for_terminal(started), file=sys.stderr)


def _heed_signals(server: "Server", *, until_stdin_closes: bool) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: server.stop())
    if until_stdin_closes:
        threading.Thread(target=_stop_at_end_of_stdin, args=(server.stop,), daemon=True).start()


def _stop_at_end_of_stdin(stop: Callable[[], None]) -> None:
    sys.stdin.read()
    stop()


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken; stop the program that uses it, or take any free one with --port 0"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def _fail(reason: str) -> int:
    print(f"amili-sandbox: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
