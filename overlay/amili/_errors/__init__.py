"""The error classes, how an error response becomes an error, and what its message may quote."""

from amili._errors.redaction import safe_name
from amili._errors.responses import MOVED, error_from_response, http_date, json_document, redirection, request_id, retry_after
from amili._errors.tree import (
    AmiliError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ValidationError,
    WaitTimeoutError,
)
from amili._errors.writes import ActionFailedError, AlreadyRegisteredError, OutcomeUnknownError, WrittenTwiceError

__all__ = [
    "MOVED",
    "ActionFailedError",
    "AlreadyRegisteredError",
    "AmiliError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "MultipleCasesFound",
    "NoCaseFound",
    "NoResponseError",
    "NotFoundError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RateLimitedError",
    "ServerError",
    "ValidationError",
    "WaitTimeoutError",
    "WrittenTwiceError",
    "error_from_response",
    "http_date",
    "json_document",
    "redirection",
    "request_id",
    "retry_after",
    "safe_name",
]
