"""The command `scripts/mutation-score`: pytest on every wrong server, with pytest's options (`-k FAULT`, `--junitxml FILE`)."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_OPTIONS = ("-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-n", "auto", "--maxschedchunk=1")


def main() -> int:
    """Return 0 if each layer detects what the recorded score expects, and no layer reports drift of the correct stand-in."""
    return int(pytest.main([*_OPTIONS, *sys.argv[1:], str(HERE / "wrong_servers.py")]))


if __name__ == "__main__":
    sys.exit(main())
