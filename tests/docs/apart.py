"""Runs the blocks of a page in a process of its own: `python -m tests.docs.apart PAGE [read-only]`.

With `read-only` every attempt to write, create or change a file fails, as on a read-only file system.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Any

from tests.docs.pages import blocks

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "sqlite3.connect"}


def refuse_writing(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise what a read-only file system raises."""
    opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING and arguments[0] != os.devnull
    if opened or event in _CHANGES:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(arguments[0]))


if __name__ == "__main__":
    if "read-only" in sys.argv[2:]:
        sys.addaudithook(refuse_writing)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(Path(sys.argv[1]), "python"):
        block.run(names)
