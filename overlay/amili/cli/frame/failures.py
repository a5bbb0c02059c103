"""What a person reads when a command fails, in one line on standard error, and the exit code that goes with it."""

from __future__ import annotations

import re
import sys

from amili._errors import (
    ActionFailedError,
    AlreadyRegisteredError,
    AmiliError,
    ApiError,
    AuthenticationError,
    ConfigurationError,
    DecodeError,
    InvalidInputError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    WaitTimeoutError,
    WrittenTwiceError,
)
from amili.cli.frame.exit_codes import Exit
from amili.cli.frame.notices import notice
from amili.cli.frame.session import Session

_DOCTOR = "`amili doctor{again}` finds out why"
_RESOLVE = "Do not repeat the command. `amili pending resolve{again}` looks up whether it happened"
# The first class that fits decides. A subclass comes before the class that it is of.
_KINDS: tuple[tuple[type[BaseException], Exit, str], ...] = (
    (OutcomeUnknownError, Exit.UNKNOWN, _RESOLVE),
    (WrittenTwiceError, Exit.UNKNOWN, "Undo one of the two by hand; the cases are {cases}"),
    (DecodeError, Exit.UNKNOWN, "Nothing was changed. The API does not answer as documented: show this to a developer"),
    (AlreadyRegisteredError, Exit.REFUSED, "The cases are {cases}; `amili case ID` shows one"),
    (ActionFailedError, Exit.REFUSED, "Look at the case before you try again"),
    (AuthenticationError, Exit.SETTINGS, _DOCTOR),
    (PermissionDeniedError, Exit.SETTINGS, "This credential may not do that; ask the vendor, or use another profile"),
    (ConfigurationError, Exit.SETTINGS, "`amili config{again}` shows every setting and where it comes from"),
    (InvalidInputError, Exit.USAGE, "Nothing was sent"),
    (MultipleCasesFound, Exit.USAGE, "Nothing was sent"),
    (NoCaseFound, Exit.NOT_FOUND, ""),
    (NotFoundError, Exit.NOT_FOUND, _DOCTOR),
    (WaitTimeoutError, Exit.TRY_LATER, "Nothing was changed. Run the command again, or give it a longer --timeout"),
    (NoResponseError, Exit.TRY_LATER, "Nothing was written. Try again; " + _DOCTOR),
    (RateLimitedError, Exit.TRY_LATER, "Others use this key at the same time; try again in a minute"),
    (ServerError, Exit.TRY_LATER, "Try again in some minutes"),
    (ApiError, Exit.REFUSED, "The API refused this, and nothing was changed"),
)
_OF_A_FILE = re.compile("(journal|ledger)=")


def status_of(problem: BaseException) -> Exit:
    """Return the exit code of a failure."""
    if isinstance(problem, NoResponseError) and not problem.temporary:
        return Exit.SETTINGS
    if isinstance(problem, OSError):
        return Exit.USAGE if problem.filename else Exit.TRY_LATER
    return next((status for kind, status, _ in _KINDS if isinstance(problem, kind)), Exit.FAULT)


def report(problem: BaseException, session: Session) -> Exit:
    """Print what failed and what to do, and return the exit code."""
    status = status_of(problem)
    if isinstance(problem, AmiliError):
        advice = next((text for kind, _, text in _KINDS if isinstance(problem, kind)), "")
        if _OF_A_FILE.match(str(problem)):  # which says itself what to do
            advice = ""
        cases = ", ".join(getattr(problem, "cases", ()))
        notice(_line(_message(problem), advice.format(again=session.again, cases=cases)))
        if isinstance(problem, ApiError) and sys.stderr.isatty():  # a log is no place for it: it may quote personal data
            notice(_words(problem))
    elif isinstance(problem, OSError):
        notice(f"amili: {problem.filename or 'the output'}: {problem.strerror}.")
    else:
        place = "run it again with --debug and show that to a developer"
        notice(f"amili: a fault of the command itself ({type(problem).__name__}); {place}")
    return status


def _message(problem: AmiliError) -> str:
    """Return the message of an error, without what it advises a programmer."""
    if isinstance(problem, OutcomeUnknownError):
        text = str(problem).partition("; do not send it again")[0]
        return f"{problem.key}: {text}" if problem.key else text
    return re.sub(r"the full text is in \.\w+", "on a terminal the API's own words follow", str(problem))


def _words(problem: ApiError) -> str:
    """Return what the API itself says of a refusal, in one line."""
    parts = [f"{path}: {text}" for path, text in problem.issues.items()] or [problem.message or "nothing more"]
    return "".join(each if each.isprintable() else " " for each in f"The API says: {'; '.join(parts)}")


def _line(message: str, advice: str) -> str:
    ended = message if message.endswith(("?", ".", "…")) else f"{message}."
    return f"amili: {ended} {advice}." if advice else f"amili: {ended}"
