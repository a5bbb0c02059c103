"""Spans of OpenTelemetry for calls and attempts; imported only with `tracing=True`.

They follow its conventions for HTTP clients. No span has a query, a body, a value or the text of an error.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from amili._core.engine import RequestAttempt, logger
from amili._version import VERSION

# Instrumentation of the HTTP library makes no spans while this is set: they would repeat ours, with the conditions in their URLs,
# and would send the identifiers of traces to the vendor.
_SILENT = getattr(contexts, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", "suppress_http_instrumentation")
_PORTS = {"http": 80, "https": 443}


class Tracing:
    """Makes the spans of one client, with the tracer provider of the program."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("amili", VERSION)

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """Make the span of a call; the spans of its attempts are below it."""
        span = self._tracer.start_span(f"amili.{name}")
        token = contexts.attach(contexts.set_value(_SILENT, True, trace.set_span_in_context(span)))
        try:
            yield
        except BaseException as problem:
            kind = type(problem)
            span.set_attribute("error.type", kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind))
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            contexts.detach(token)
            _end(span)

    def attempt(self, attempt: RequestAttempt, base_url: str) -> None:
        """Make the span of an attempt, which has just ended."""
        ended, server = time.time_ns(), urlsplit(base_url)
        attributes: dict[str, Any] = {
            "http.request.method": attempt.method,
            "server.address": server.hostname,
            "server.port": server.port or _PORTS[server.scheme],
            "url.full": f"{base_url}{attempt.path}",
        }
        is_template = attempt.operation != "api"  # the paths of the contract have no values in them
        if is_template:
            attributes["url.template"] = attempt.path
        if attempt.attempt > 1:
            attributes["http.request.resend_count"] = attempt.attempt - 1
        if attempt.status is not None:
            attributes["http.response.status_code"] = attempt.status
        if attempt.status is None or attempt.status >= 400:
            attributes["error.type"] = str(attempt.status or "no_response")
        span = self._tracer.start_span(
            f"{attempt.method} {attempt.path}" if is_template else attempt.method,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            start_time=ended - round(attempt.seconds * 1e9),
        )
        if "error.type" in attributes:
            span.set_status(Status(StatusCode.ERROR, attempt.reason))
        span.end(ended)


def _full_name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _end(span: trace.Span) -> None:
    """End a span. An error of a span processor is logged: it must not hide the outcome of a write."""
    try:
        span.end()
    except Exception as problem:
        logger.warning("tracing: ending a span raised %s", type(problem).__name__)
