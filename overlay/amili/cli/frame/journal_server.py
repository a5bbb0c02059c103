"""A journal belongs to one server: at another one its writes would seem not to have happened, and might be sent again.

The server is named in a small file beside the journal.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from amili._errors import ConfigurationError


def claim_journal(file: Path, base_url: str) -> None:
    """Name the server of a journal, unless it has one; raises ConfigurationError if it is another one."""
    check_journal_server(file, base_url)
    try:
        with suppress(FileExistsError), _beside(file).open("x", encoding="utf-8") as made:
            made.write(f"{base_url}\n")
    except OSError as problem:
        raise ConfigurationError(
            f"{_beside(file)} can't be written: {problem.strerror}; set AMILI_JOURNAL to another file"
        ) from None


def check_journal_server(file: Path, base_url: str) -> None:
    """Raise ConfigurationError if a journal belongs to another server."""
    with suppress(FileNotFoundError):
        named = _beside(file).read_text(encoding="utf-8").strip()
        if named != base_url:
            message = f"the journal {file} has writes at {named}, which can't be looked up at {base_url}"
            raise ConfigurationError(f"{message}; set AMILI_JOURNAL to another file")


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.server")
