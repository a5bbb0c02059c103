"""What `amili doctor` finds on this machine: the quota and the journal."""

from __future__ import annotations

import os

from amili._errors import AmiliError
from amili.cli.frame import Exit, Session, check_journal_server, status_of
from amili.cli.setup.findings import Finding, problem


def check_quota(session: Session) -> Finding:
    """Say with whom the vendor's limit is shared, and how much of this minute is left."""
    from amili import Quota

    shared = session.settings.get("quota")
    if shared is None:
        advice = "set AMILI_QUOTA to a file if several programs use this key at once"
        return Finding("quota", "ok", "95 requests a minute and 8 a second, for each command alone", advice)
    if shared == "off":
        return Finding(
            "quota", "ok", "off: requests are sent as fast as they can be", "unset AMILI_QUOTA for the vendor's servers"
        )
    try:
        with Quota.shared(shared) as quota:
            return Finding("quota", "ok", f"shared; {quota.left()} requests of this minute are left")
    except AmiliError as failure:
        return problem("quota", str(failure), "check AMILI_QUOTA", status_of(failure))


def check_journal(session: Session) -> Finding:
    """Say where writes are recorded, and whether some of them have no known outcome."""
    file = session.settings.journal()
    if not file.exists():
        above = next(folder for folder in file.absolute().parents if folder.exists())
        if os.access(above, os.W_OK):
            return Finding("journal", "ok", f"{file}, made by the first write")
        return problem(
            "journal", f"{file} can't be made: {above} can't be written", "set AMILI_JOURNAL to another file", Exit.SETTINGS
        )
    try:
        check_journal_server(file, session.settings.base_url)
        with session.client(journal=file) as client:
            waiting = client.pending()
    except AmiliError as failure:
        return problem("journal", str(failure), "set AMILI_JOURNAL to another file", status_of(failure))
    if not waiting:
        return Finding("journal", "ok", f"{file}, every outcome is known")
    advice = f"`amili pending resolve{session.again}` looks up whether they happened"
    return problem("journal", f"{len(waiting)} writes of unknown outcome", advice, Exit.UNKNOWN)
