"""The command `amili`, for people and scripts; needs the extra `cli`."""

import sys
from collections.abc import Sequence

__all__ = ["main"]

_NOT_INSTALLED, _INTERRUPTED = 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `arguments` are those of the process by default."""
    try:
        # Imported here, as the command is also installed without the extra that brings click.
        from amili.cli.program import run
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        print("amili: click is not installed; install amili with it: pip install '/path/to/clone[cli]'", file=sys.stderr)
        return _NOT_INSTALLED
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
