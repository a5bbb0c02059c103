"""The command `scripts/mutation-score`: pytest on every wrong server, with pytest's options (`-k FAULT`, `--junitxml FILE`)."""

import os
import sys
from pathlib import Path

import pytest

from contract_tests.options import clean_environment

HERE = Path(__file__).parent
_OPTIONS = ("-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-n", "auto", "--maxschedchunk=1")


def main() -> int:
    """Return 0 if each layer detects what the recorded score expects, and no layer reports drift of the correct stand-in."""
    clean_environment(os.environ)
    return int(pytest.main([*_OPTIONS, *sys.argv[1:], str(HERE / "wrong_servers.py")]))


if __name__ == "__main__":
    sys.exit(main())
