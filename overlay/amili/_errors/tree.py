"""Everything that can go wrong, as one tree.

AmiliError
├── ConfigurationError        a setting is missing, contradictory or unreadable; the message names it
├── NoResponseError           no usable response, and nothing was written (or the call only reads)
│   └── WaitTimeoutError      wait_for() ended before the case was as wanted
├── ApiError                  the API answered with an error
│   ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403 · NotFoundError 404
│   ├── ConflictError 409, 412, 428 · ValidationError 422 · RateLimitedError 429 · ServerError 5xx
├── DecodeError               a success reply that is not what the contract says
├── ActionFailedError         a 201 whose own status says `error`
├── NoCaseFound, MultipleCasesFound   .case() found none / more than one
├── AlreadyRegisteredError    register(unless_registered=True) found another invoice with this number
├── WrittenTwiceError         a write that is there twice, as a lost first attempt arrived late
└── OutcomeUnknownError       a write whose fate could not be established

Every error pickles and tells how much was tried. Its text is one line of bounded length, and shows no token, key or personal
data.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self


def _restore(kind: type["AmiliError"], args: tuple[Any, ...], state: dict[str, Any]) -> "AmiliError":
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


_LONGEST = 500  # characters


def _one_line(text: str) -> str:
    """Return a text as one line of bounded length without control characters, whoever wrote it."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


class AmiliError(Exception):
    """The root of every error this library raises; `.operation`, `.attempts` and `.elapsed` (seconds) tell what was tried.

    `.request_id` is what the last reply called its request, for the vendor's support; None if it said nothing of the kind.
    """

    operation: str | None = None
    attempts: int = 0
    elapsed: float = 0.0
    request_id: str | None = None

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(_one_line(message))
        self.operation = operation

    def with_attempts(self, attempts: int, elapsed: float, request_id: str | None = None) -> Self:
        """Note what was tried before giving up and return the error itself."""
        self.attempts, self.elapsed, self.request_id = attempts, elapsed, self.request_id or request_id
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__.copy())


class ConfigurationError(AmiliError):
    """A setting is missing, contradictory or unreadable; the message names the variable or argument."""


class NoResponseError(AmiliError):
    """No usable response: no connection, a timeout, a dropped connection; nothing was written, or the call only reads."""


class WaitTimeoutError(NoResponseError):
    """`.wait_for()` ended before the case was in the state wanted; the message names the last state seen."""


class ApiError(AmiliError):
    """The API answered with an error.

    `.status` is the HTTP status, `.code` and `.message` are the API's own, `.issues` maps dotted property paths to texts,
    `.retry_after` (seconds) is None if the reply asked for no wait, `.body` is the reply as text, which may hold personal data
    and is therefore not part of the message.
    """

    status: int
    code: int
    message: str
    issues: dict[str, str]
    request_id: str | None
    retry_after: float | None
    body: str

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int,
        code: int | None = None,
        api_message: str = "",
        issues: Mapping[str, str] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        body: str = "",
    ) -> None:
        super().__init__(message, operation=operation)
        self.status, self.code, self.message = status, code if code is not None else status, api_message
        self.issues = dict(issues or {})
        self.request_id, self.retry_after, self.body = request_id, retry_after, body


class BadRequestError(ApiError):
    """400: the request could not be read, or a condition is not understood."""


class AuthenticationError(ApiError):
    """401: the token or the credential was not accepted, also after a renewal."""


class PermissionDeniedError(ApiError):
    """403: the credential may not do this."""


class NotFoundError(ApiError):
    """404: no such path or document."""


class ConflictError(ApiError):
    """409, 412 or 428: the document exists or has changed."""


class ValidationError(ApiError):
    """422: the document breaks a rule; `.issues` maps dotted paths to texts. Nothing was stored."""


class RateLimitedError(ApiError):
    """429: more requests than the vendor allows; `.retry_after` tells how long to wait, in seconds, if the reply did."""


class ServerError(ApiError):
    """5xx: the server failed."""


class DecodeError(AmiliError):
    """A success reply that is not what the contract says; `.path` is a JSON pointer to the place.

    `.is_json` is false if the reply is not a JSON object at all. Only reading raises it: a write whose acknowledgement can't
    be read is looked up, like one whose reply was lost.
    """

    def __init__(self, message: str, *, operation: str | None = None, path: str = "", is_json: bool = True) -> None:
        super().__init__(message, operation=operation)
        self.path: str = path
        self.is_json: bool = is_json


class ActionFailedError(AmiliError):
    """The API took the action in (201) and then said that it failed; `.reason` is the vendor's key, `.receipt` the reply."""

    def __init__(self, message: str, *, operation: str | None = None, reason: str | None = None, receipt: Any = None) -> None:
        super().__init__(message, operation=operation)
        self.reason: str | None = reason
        self.receipt: Any = receipt


class NoCaseFound(AmiliError):
    """`.case()` found no case that matches."""


class MultipleCasesFound(AmiliError):
    """`.case()` found more than one case; `.total` says how many."""

    def __init__(self, message: str, *, operation: str | None = None, total: int = 0) -> None:
        super().__init__(message, operation=operation)
        self.total = total


class AlreadyRegisteredError(AmiliError):
    """`register(unless_registered=True)` found another invoice with this number, or several; nothing was sent.

    `.cases` are the identifiers of the cases found.
    """

    def __init__(self, message: str, *, operation: str | None = None, cases: tuple[str, ...] = ()) -> None:
        super().__init__(message, operation=operation)
        self.cases = cases


class WrittenTwiceError(AmiliError):
    """A write that was sent again after a lost reply is there twice: the first attempt arrived late.

    `.receipt` is that of the second one, `.cases` the identifiers of the cases concerned. Undo one of the two by hand: cancel one
    of two cases, or take back one of two creditings.
    """

    def __init__(self, message: str, *, operation: str | None = None, receipt: Any = None, cases: tuple[str, ...] = ()) -> None:
        super().__init__(message, operation=operation)
        self.receipt: Any = receipt
        self.cases = cases


class OutcomeUnknownError(AmiliError):
    """A write whose fate could not be established: it may or may not have happened.

    `.key` tells which write, for a person. `.resolve()` looks again: it returns the receipt if the write happened, None if it
    is proven that it did not, and raises OutcomeUnknownError if that still can't be told. With AsyncAmili it is awaited. An
    error that was pickled has lost its client; give it to `amili.resolve(error)`. `.entry` is its entry in the journal, or None;
    resolving ends it, also with another client that keeps the same journal.
    """

    entry: int | None = None

    def __init__(
        self, message: str, *, operation: str | None = None, evidence: Any = None, sent_at: float = 0.0, lost_at: float = 0.0
    ) -> None:
        super().__init__(message, operation=operation)
        self.key: str = evidence.key if evidence is not None else ""
        self.evidence: Any = evidence
        self.sent_at: float = sent_at
        self.lost_at: float = lost_at
        self.resolver: Callable[..., Any] | None = None

    def resolve(self, *, deadline: float | None = None) -> Any:
        """Look again whether the write happened; `deadline` is the number of seconds that it may take."""
        if self.resolver is None:
            raise ConfigurationError("this error has lost its client; write amili.resolve(error)", operation=self.operation)
        return self.resolver(self, deadline=deadline)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, {**self.__dict__, "resolver": None})


for _kind in [kind for kind in list(vars().values()) if isinstance(kind, type) and issubclass(kind, AmiliError)]:
    _kind.__module__ = "amili"  # tracebacks show the name that users import

STATUS_ERRORS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    422: ValidationError,
    428: ConflictError,
    429: RateLimitedError,
}


def error_class(status: int) -> type[ApiError]:
    """Return the class of error for an HTTP status; any 5xx is a ServerError."""
    return STATUS_ERRORS.get(status, ServerError if status >= 500 else ApiError)
