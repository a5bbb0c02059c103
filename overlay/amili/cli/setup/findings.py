"""What `amili doctor` reports of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from amili.cli.frame import Exit


@dataclass(frozen=True)
class Finding:
    """A check, how it ended, what was found, and what to do; `code` is the exit code of a problem."""

    check: str
    result: Literal["ok", "warning", "problem", "skipped"]
    found: str
    advice: str = ""
    code: Exit = Exit.DONE


def problem(check: str, found: str, advice: str, code: Exit) -> Finding:
    """Return the finding of something that must be mended."""
    return Finding(check, "problem", found, advice, code)


def skipped(check: str, why: str) -> Finding:
    """Return the finding of a check that was not possible."""
    return Finding(check, "skipped", why)
