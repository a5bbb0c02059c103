"""The command `amili-sandbox`."""

import sys
import warnings
from collections.abc import Sequence

INTERRUPTED = 130  # the exit status that shells expect after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    try:
        # Imported here, as the command is also installed without the extra that brings its dependencies.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the dependencies' own, which may be errors by PYTHONWARNINGS
            from amili_sandbox.command import run_command

        return run_command(arguments)
    except ModuleNotFoundError as missing:
        print(
            f"amili-sandbox: {missing.name} is not installed; install amili with it: pip install '/path/to/clone[sandbox]'",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
