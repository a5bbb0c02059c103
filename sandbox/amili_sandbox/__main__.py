"""The command `amili-sandbox`."""

import sys
from collections.abc import Sequence

INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended before it was ready


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    try:
        # Here and not above: the command is installed also where the sandbox's own dependencies are not.
        from amili_sandbox.command import run_command

        return run_command(arguments)
    except ModuleNotFoundError as missing:
        print(
            f"amili-sandbox: {missing.name} is not installed; pip install 'amili[sandbox]' brings all it needs",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
