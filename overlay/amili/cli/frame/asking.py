"""The question before a write to a server that is not on this machine, and --dry-run, which only prints the request."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from amili.cli.frame.notices import notice
from amili.cli.frame.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def writing_options(function: F) -> F:
    """Add the options --dry-run and --yes to a command."""
    function = click.option("--yes", is_flag=True, default=False, help="Do not ask before writing.")(function)
    return click.option("--dry-run", is_flag=True, default=False, help="Print the request; write nothing.")(function)


def confirm_write(session: Session, what: str, *, yes: bool, ask: bool = True) -> None:
    """Ask before a write, unless the server is on this machine or `yes`; `what` completes "... at https://host?".

    Without a terminal nothing can be asked: raises click.UsageError, and Abort if the answer is no. `ask=False` only checks that
    a question would be possible.
    """
    if yes or session.settings.is_local:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"this writes at {session.settings.base_url}, and there is no terminal to ask on; add --yes")
    if ask and not click.confirm(f"{what} at {session.settings.base_url}?", default=False, err=True):
        notice("amili: nothing was sent.")
        raise click.exceptions.Exit(130)
