"""The tree of errors, how an error reply becomes one, and what its text may repeat."""

from amili._errors.redaction import safe_name
from amili._errors.replies import error_from_reply, json_document, request_id, retry_after
from amili._errors.tree import (
    AmiliError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    ManyCases,
    NoAnswerError,
    NoCase,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    ServerError,
    ValidationError,
)

__all__ = [
    "AmiliError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "ManyCases",
    "NoAnswerError",
    "NoCase",
    "NotFoundError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RefusedError",
    "ServerError",
    "ValidationError",
    "error_from_reply",
    "json_document",
    "request_id",
    "retry_after",
    "safe_name",
]
