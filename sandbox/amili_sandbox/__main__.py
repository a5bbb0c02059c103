"""The command `amili-sandbox`."""

import sys
from collections.abc import Sequence

INTERRUPTED = 130  # the exit status that shells expect after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    try:
        # Imported here, as the command is also installed without the extra that brings its dependencies.
        from amili_sandbox.command import run_command

        return run_command(arguments)
    except ModuleNotFoundError as missing:
        print(
            f"amili-sandbox: {missing.name} is not installed; install amili with it: pip install '/path/to/clone[sandbox]'",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
