"""Where the command begins: its help is there without click, which the extra `cli` installs, and which takes longer to import."""

from __future__ import annotations

import os
import sys

from amili._version import VERSION
from amili.cli.table import help_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_USAGE, _NOT_INSTALLED, _INTERRUPTED = 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `arguments` are those of the process by default."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--help"], ["-h"], ["--version"]):
        print(VERSION if given == ["--version"] else help_text())
        return 0
    if not given and "_AMILI_COMPLETE" not in os.environ:
        print(help_text(), file=sys.stderr)
        return _USAGE
    try:
        from amili.cli.program import run
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        print("amili: click is not installed; install amili with it: pip install '/path/to/clone[cli]'", file=sys.stderr)
        return _NOT_INSTALLED
    try:
        return run(given)
    except KeyboardInterrupt:
        return _INTERRUPTED
