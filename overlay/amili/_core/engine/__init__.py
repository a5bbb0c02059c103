"""Sends one request: time budget, quota, token, path and retries. The flows yield effects and do no I/O themselves."""

from amili._core.engine.attempts import close_quota, error_for, send_reported, send_with_retries
from amili._core.engine.base_url import check_base_url, is_loopback
from amili._core.engine.budget import Budget, acquire_quota, logger
from amili._core.engine.clocks import monotonic, now
from amili._core.engine.context import AUTHENTICATE, Context
from amili._core.engine.database_address import database_settings, is_database_address
from amili._core.engine.effects import (
    CloseQuota,
    Completion,
    Effect,
    Flow,
    Join,
    NoResponse,
    Request,
    Response,
    RunBlocking,
    Send,
    Sleep,
)
from amili._core.engine.observing import Observer, RequestAttempt
from amili._core.engine.paths import REFERENCE_PATHS, Paths, PathStyle
from amili._core.engine.per_process import PerProcess
from amili._core.engine.retry import Retry, is_server_failure, may_have_happened
from amili._core.engine.secret import Secret
from amili._core.engine.validation import is_duration, is_integer

__all__ = [
    "AUTHENTICATE",
    "REFERENCE_PATHS",
    "Budget",
    "CloseQuota",
    "Completion",
    "Context",
    "Effect",
    "Flow",
    "Join",
    "NoResponse",
    "Observer",
    "PathStyle",
    "Paths",
    "PerProcess",
    "Request",
    "RequestAttempt",
    "Response",
    "Retry",
    "RunBlocking",
    "Secret",
    "Send",
    "Sleep",
    "acquire_quota",
    "check_base_url",
    "close_quota",
    "database_settings",
    "error_for",
    "is_database_address",
    "is_duration",
    "is_integer",
    "is_loopback",
    "is_server_failure",
    "logger",
    "may_have_happened",
    "monotonic",
    "now",
    "send_reported",
    "send_with_retries",
]
