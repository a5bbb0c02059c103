"""`tracing=True`: spans of calls and attempts by OpenTelemetry's conventions for HTTP clients, with nothing of a person."""

import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import Amili, AuthTokenProvider, ConfigurationError, NoCaseFound, OutcomeUnknownError, RequestAttempt, Retry, where
from amili_sandbox.testing import SandboxProcess
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from tests.overlay.support import Clients, reply
from tests.samples import CASE, OTHER_CASE, PERSONAL_NUMBER, case, invoice, page

RECEIPT = {"_id": "a" * 24, "_case": CASE, "_status": "OK"}
BY_PERSON = where.customer_id_number == PERSONAL_NUMBER
COMMON = {"server.address": "amili.test", "server.port": 443}


class Spans:
    """The spans that have ended, in the order of their beginnings."""

    def __init__(self) -> None:
        self._exporter, self.provider = InMemorySpanExporter(), TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def clear(self) -> None:
        self._exporter.clear()

    def all(self) -> list[ReadableSpan]:
        return sorted(self._exporter.get_finished_spans(), key=lambda span: (span.start_time or 0, span.end_time or 0))

    def tree(self) -> dict[str, list[str]]:
        """The names of the spans below each span, by its name."""
        names = {span.context.span_id: span.name for span in self.all() if span.context}
        below: dict[str, list[str]] = {}
        for span in self.all():
            below.setdefault(names[span.parent.span_id] if span.parent else "", []).append(span.name)
        return below

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.all() if span.name == name]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Spans:
    made = Spans()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: made.provider)
    return made


@pytest.fixture
def instrumented(clients: Clients, spans: Spans, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """OpenTelemetry's own instrumentation of the HTTP library is on; for each request: did it send the identifier of a trace?"""
    sent, kind = list[bool](), httpx.HTTPTransport if clients.kind == "sync" else httpx.AsyncHTTPTransport
    name = "handle_request" if clients.kind == "sync" else "handle_async_request"
    method = getattr(kind, name)

    def noting(self: Any, request: httpx.Request) -> Any:
        sent.append("traceparent" in request.headers)
        return method(self, request)

    monkeypatch.setattr(kind, name, noting)
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=spans.provider)
    yield sent
    instrumentor.uninstrument()


def scripted(*outcomes: httpx.Response | BaseException) -> Callable[[httpx.Request], httpx.Response]:
    script: Iterator[httpx.Response | BaseException] = iter(outcomes)

    def handler(_: httpx.Request) -> httpx.Response:
        outcome = next(script)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return handler


def test_a_call_is_a_span_with_its_attempts_below(clients: Clients, spans: Spans) -> None:
    failures = (httpx.ConnectError("secret"), reply({}, 503), reply({}, 429))
    tokens = AuthTokenProvider.from_api_code("a-code")
    server, told = scripted(reply({"token": "t"}), *failures, reply(page())), list[RequestAttempt]()
    amili = clients.answering(server, auth=tokens, tracing=True, on_request=told.append)
    amili.cases(BY_PERSON).count()
    root, renewal, *attempts = spans.all()
    assert (root.name, root.kind, root.parent, root.status.status_code) == (
        "amili.cases", SpanKind.INTERNAL, None, StatusCode.UNSET
    )  # fmt: skip
    assert dict(root.attributes or {}) == {}
    assert all(span.parent == root.context and span.kind is SpanKind.CLIENT for span in (renewal, *attempts))
    assert (renewal.name, renewal.attributes) == (
        "POST /authenticates/api-code",
        COMMON
        | {
            "http.request.method": "POST",
            "url.full": "https://amili.test/authenticates/api-code",
            "url.template": "/authenticates/api-code",
            "http.response.status_code": 200,
        },
    )
    get = {"http.request.method": "GET", "url.full": "https://amili.test/cases", "url.template": "/cases"}
    assert [dict(span.attributes or {}) for span in attempts] == [
        COMMON | get | {"error.type": "no_response"},
        COMMON | get | {"http.request.resend_count": 1, "http.response.status_code": 503, "error.type": "503"},
        COMMON | get | {"http.request.resend_count": 2, "http.response.status_code": 429, "error.type": "429"},
        COMMON | get | {"http.request.resend_count": 3, "http.response.status_code": 200},
    ]
    statuses = [(span.status.status_code, span.status.description) for span in attempts]
    refused = "no connection"
    assert statuses == [(StatusCode.ERROR, refused), *[(StatusCode.ERROR, None)] * 2, (StatusCode.UNSET, None)]
    for span, attempt in zip((renewal, *attempts), told, strict=True):
        assert (span.end_time or 0) - (span.start_time or 0) == round(attempt.seconds * 1e9) > 0
        assert (root.start_time or 0) <= (span.start_time or 0) <= (span.end_time or 0) <= (root.end_time or 0)


@pytest.mark.parametrize(("base_url", "port"), [("https://amili.test/v2", 443), ("https://amili.test:8443", 8443)])
def test_the_server_is_named_with_its_port(clients: Clients, spans: Spans, base_url: str, port: int) -> None:
    transport = httpx.MockTransport(scripted(reply(page())))
    clients(base_url, transport=transport, tracing=True).cases().count()
    attributes = dict(spans.named("GET /cases")[0].attributes or {})
    assert (attributes["server.port"], attributes["url.full"]) == (port, f"{base_url}/cases")


def every_call(amili: Any, sandbox: SandboxProcess) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each method that sends requests, with a call of it."""

    def made(number: str) -> Any:
        return {**invoice(number), "account": sandbox.account, "creditor": sandbox.creditor}

    yield "register", lambda: amili.register(made("N1"))
    yield "case", lambda: amili.case(where.debt.invoice_number == "N1")
    found = amili.case(where.debt.invoice_number == "N1")
    yield "cases", lambda: list(amili.cases(BY_PERSON))
    yield "cases", lambda: list(amili.changes())
    yield "cases_by_number", lambda: list(amili.cases_by_number(["N1"]))
    yield "cases_by_id", lambda: list(amili.cases_by_id([found.id]))
    yield "wait_for", lambda: amili.wait_for(found, found.state)
    yield "credit", lambda: amili.credit(found, Decimal(1))
    yield "cancel", lambda: amili.cancel(found)
    yield "register_many", lambda: list(amili.register_many([made("N2")], unless_registered=True))
    second = amili.case(where.debt.invoice_number == "N2")
    yield "credit_many", lambda: list(amili.credit_many([(second, Decimal(1))]))
    yield "cancel_many", lambda: list(amili.cancel_many([second]))
    yield "resolve_pending", amili.resolve_pending


def test_each_method_has_its_span_and_no_span_has_a_value(
    clients: Clients, sandbox: SandboxProcess, spans: Spans, tmp_path: Path
) -> None:
    provider = AuthTokenProvider.from_api_code(sandbox.api_code)
    amili = clients(sandbox.base_url, provider, journal=tmp_path / "journal.sqlite", tracing=True)
    for name, call in every_call(amili, sandbox):
        spans.clear()
        call()
        assert {span.name for span in spans.all() if span.parent is None} == {f"amili.{name}"}
        text = "".join(span.to_json() for span in spans.all())
        values = (PERSONAL_NUMBER, "Test Person", sandbox.api_code, '"N1', '"N2', "where", "?")
        assert [value for value in values if value in text] == []


def test_resolving_is_a_span(clients: Clients, spans: Spans) -> None:
    server = scripted(httpx.ReadError("lost"), *(reply({}, 403) for _ in range(3)), *(reply(page()) for _ in range(9)))
    amili = clients.answering(server, retry=Retry(attempts=1, settle=0.0), tracing=True)
    with pytest.raises(OutcomeUnknownError) as caught:
        amili.register(invoice(), deadline=0.3)
    assert amili.resolve(caught.value) is None
    unknown, resolved = (span for span in spans.all() if span.parent is None)
    assert (unknown.name, dict(unknown.attributes or {})) == ("amili.register", {"error.type": "amili.OutcomeUnknownError"})
    assert (resolved.name, resolved.status.status_code) == ("amili.resolve", StatusCode.UNSET)


@pytest.mark.parametrize(
    ("fails", "raised", "named"),
    [
        (reply(page()), NoCaseFound, "amili.NoCaseFound"),
        (KeyboardInterrupt("secret"), KeyboardInterrupt, "KeyboardInterrupt"),
        (json.JSONDecodeError("secret", "", 0), json.JSONDecodeError, "json.decoder.JSONDecodeError"),
    ],
)
def test_a_call_that_fails_has_the_class_of_its_error_and_not_its_text(
    spans: Spans, fails: httpx.Response | BaseException, raised: type[BaseException], named: str
) -> None:
    transport = httpx.MockTransport(scripted(fails))
    with Amili("https://amili.test", "token", quota="off", transport=transport, tracing=True) as amili, pytest.raises(raised):
        amili.case(CASE)
    [root] = spans.named("amili.case")
    assert (dict(root.attributes or {}), root.events) == ({"error.type": named}, ())
    assert (root.status.status_code, root.status.description) == (StatusCode.ERROR, None)
    assert "secret" not in "".join(span.to_json() for span in spans.all())


def test_work_in_threads_and_tasks_stays_below_the_span_of_the_caller(clients: Clients, spans: Spans) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return reply(RECEIPT, 201)
        asked = request.url.params.get("where", "")
        left = [each for each in (CASE, OTHER_CASE) if CASE not in asked or each == OTHER_CASE]
        return reply(page(*map(case, left[:1]), total=len(left), size=1))

    amili = clients.answering(server, tracing=True)
    with spans.provider.get_tracer("a program").start_as_current_span("job"):
        list(amili.register_many([invoice("N1"), invoice("N2")]))
        assert len(list(amili.cases(prefetch=True, page_size=1, limit=2))) == 2
    calls = spans.tree()
    assert calls[""] == ["job"]
    assert calls["job"].count("amili.register_many") >= 2
    assert calls["job"].count("amili.cases") >= 2


def test_instrumentation_of_the_http_library_is_silent_below_our_calls(
    clients: Clients, sandbox: SandboxProcess, spans: Spans, instrumented: list[bool]
) -> None:
    clients(sandbox.base_url, sandbox.token, tracing=True).cases(BY_PERSON).count()
    assert spans.tree() == {"": ["amili.cases"], "amili.cases": ["GET /cases"]}
    clients(sandbox.base_url, sandbox.token).cases(BY_PERSON).count()
    assert spans.tree()[""] == ["amili.cases", "GET"], "it is on"
    assert instrumented == [False, True]


def test_a_request_of_the_generated_client_has_a_span_without_a_template(clients: Clients, spans: Spans) -> None:
    amili = clients.answering(scripted(reply(page())), tracing=True)
    if clients.kind == "sync":
        amili.api.get_httpx_client().request("GET", f"/cases/{CASE}?where=1")
    else:
        amili._runner.run(amili.api.get_async_httpx_client().request("GET", f"/cases/{CASE}?where=1"))
    [span] = spans.all()
    attributes = {"http.request.method": "GET", "url.full": f"https://amili.test/cases/{CASE}", "http.response.status_code": 200}
    assert (span.name, dict(span.attributes or {})) == ("GET", COMMON | attributes)


def test_a_span_that_can_not_be_ended_does_not_hide_the_outcome_of_a_write(
    clients: Clients, spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            raise OSError(span.name)

    spans.provider.add_span_processor(Broken())
    assert clients.answering(scripted(reply(RECEIPT, 201)), tracing=True).register(invoice()).case == CASE
    assert caplog.messages == [
        "register_invoice: an observer of requests raised OSError",
        "tracing: ending a span raised OSError",
    ]


def test_without_tracing_there_are_no_spans_and_without_the_extra_it_is_named(
    clients: Clients, spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients.answering(scripted(reply(page()))).cases().count()
    assert spans.all() == []
    monkeypatch.delitem(sys.modules, "amili._tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ConfigurationError, match=r"^tracing=True needs the extra 'otel', which installs opentelemetry-api$"):
        clients(tracing=True)
