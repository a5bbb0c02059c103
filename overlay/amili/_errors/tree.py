"""The error classes, as one tree.

AmiliError
├── ConfigurationError        a setting is missing, contradictory or unreadable; the message names it
├── InvalidInputError         an argument or an invoice that can't be sent; also a ValueError
├── NoResponseError           no usable response, and nothing was written (or the call only reads)
│   └── WaitTimeoutError      wait_for() ran out of time
├── ApiError                  the API returned an error
│   ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403 · NotFoundError 404
│   ├── ConflictError 409, 412, 428 · ValidationError 422 · RateLimitedError 429 · ServerError 5xx
├── DecodeError               a success response that does not match the contract
│   └── UnreadablePropertyError   one property of it that is missing or wrong, and was needed
├── ActionFailedError         a 201 whose receipt has the status `error`
├── NoCaseFound, MultipleCasesFound   .case() found none / more than one
├── AlreadyRegisteredError    register(unless_registered=True) found another invoice with this number
├── WrittenTwiceError         a write that exists twice, as its lost first attempt arrived late
└── OutcomeUnknownError       a write that may or may not have happened

Every error can be pickled and holds the number of attempts. Its message is one line of limited length without tokens, keys or
personal data.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from amili_api import errors as generated


def restore(kind: type["AmiliError"], args: tuple[Any, ...], state: dict[str, Any]) -> "AmiliError":
    """Make an error again from its pickled state."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def _one_line(text: str, longest: int) -> str:
    """Return a string as one line of limited length without control characters."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


class AmiliError(Exception):
    """Base class of all errors of this library; has `.operation`, `.attempts` and `.elapsed` (seconds).

    `.request_id` is the request id in the last response, for the vendor's support; None if there was none.
    """

    operation: str | None = None
    attempts: int = 0
    elapsed: float = 0.0
    request_id: str | None = None
    _longest: ClassVar[int] = 500  # characters of the message

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(_one_line(message, self._longest))
        self.operation = operation

    def with_attempts(self, attempts: int, elapsed: float, request_id: str | None = None) -> Self:
        """Record the attempts and the seconds they took, and return the error itself."""
        self.attempts, self.elapsed, self.request_id = attempts, elapsed, self.request_id or request_id
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self.args, self.__dict__.copy())


class ConfigurationError(AmiliError):
    """A setting is missing, contradictory or unreadable; the message names the variable or argument."""


class InvalidInputError(AmiliError, ValueError):
    """An argument that can't be sent: a wrong type or value, an unknown name, an invoice with mistakes. Nothing was sent.

    `.issues` maps the dotted path of each wrong property of a document to what is wrong with it; empty for other arguments.
    """

    _longest = 4000

    def __init__(self, message: str, *, operation: str | None = None, issues: Mapping[str, str] | None = None) -> None:
        super().__init__(message, operation=operation)
        self.issues: dict[str, str] = dict(issues or {})

    @classmethod
    def of_document(cls, name: str, issues: Mapping[str, str], *, operation: str) -> Self:
        """Return the error that names everything that is wrong with a document; a long text ends with how many are left out."""
        listed, room = list[str](), cls._longest - 100
        for path, problem in issues.items():
            listed.append(f"{path}: {problem}")
            room -= len(listed[-1]) + 2
            if room < 0:
                listed[-1] = f"and {len(issues) - len(listed) + 1} more, all in .issues"
                break
        return cls(f"{name}: {'; '.join(listed)}", operation=operation, issues=issues)


class NoResponseError(AmiliError):
    """No usable response: no connection, a timeout or a dropped connection. Nothing was written, or the call only reads.

    `.temporary` is False if another attempt would fail in the same way, as with a certificate that is not trusted.
    """

    def __init__(self, message: str, *, operation: str | None = None, temporary: bool = True) -> None:
        super().__init__(message, operation=operation)
        self.temporary: bool = temporary


class WaitTimeoutError(NoResponseError):
    """`.wait_for()` ran out of time before the case had the wanted state; the message names the last state."""


class ApiError(AmiliError):
    """The API returned an error.

    `.status` is the HTTP status, `.code` and `.message` are the API's own, `.issues` maps dotted property paths to messages,
    `.retry_after` (seconds) is None if the response asked for no wait, `.body` is the response as a string. `.message`,
    `.issues` and `.body` may hold personal data and are not part of the error's text, except for known sentences.
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
    """400: the API could not parse the request or a condition."""


class AuthenticationError(ApiError):
    """401: the token or credential was not accepted, even after a renewal."""


class PermissionDeniedError(ApiError):
    """403: the credential is not allowed to do this."""


class NotFoundError(ApiError):
    """404: no such path or document."""


class ConflictError(ApiError):
    """409, 412 or 428: the document already exists or has changed."""


class ValidationError(ApiError):
    """422: the document breaks a rule; `.issues` maps dotted paths to messages. Nothing was stored."""

    _longest = 4000


class RateLimitedError(ApiError):
    """429: more requests than the vendor allows; `.retry_after` is the number of seconds to wait, or None."""


class ServerError(ApiError):
    """5xx: the server failed."""


class DecodeError(AmiliError):
    """A success response that does not match the contract in what the call needs; `.path` is the JSON pointer of the value.

    `.is_json` is false if the response is not a JSON object. A write raises it only before it is sent, for the case that it reads
    first: a write whose acknowledgement can't be decoded is looked up, like a write whose response was lost.
    """

    def __init__(self, message: str, *, operation: str | None = None, path: str = "", is_json: bool = True) -> None:
        super().__init__(message, operation=operation)
        self.path: str = path
        self.is_json: bool = is_json


class UnreadablePropertyError(DecodeError, generated.UnreadablePropertyError):
    """A property that the response left out, or sent in another type, was read; the others of its document can be read.

    It is raised by the attribute of the model: `getattr(case, "name", None)` reads it as absent. `.path` is the JSON pointer of
    the property in the model's own document.
    """

    def __init__(self, message: str, *, name: str = "", path: str = "") -> None:
        super().__init__(message, path=path)
        self.name: str = name


generated.UnreadablePropertyError.raised_as = UnreadablePropertyError


class NoCaseFound(AmiliError):
    """`.case()` found no case that matches."""


class MultipleCasesFound(AmiliError):
    """`.case()` found more than one case; `.total` is how many."""

    def __init__(self, message: str, *, operation: str | None = None, total: int = 0) -> None:
        super().__init__(message, operation=operation)
        self.total = total


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
    """Return the error class for an HTTP status; any 5xx is a ServerError."""
    return STATUS_ERRORS.get(status, ServerError if status >= 500 else ApiError)
