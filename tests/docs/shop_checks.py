"""What the guide for web servers and jobs claims; a test writes its files into a folder, and runs these there under pytest."""

import os
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import django
import httpx
import pytest
from amili import Amili, OutcomeUnknownError, Retry, ServerError
from amili_sandbox.testing import SandboxProcess
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory

STAND_IN = SandboxProcess()
os.environ |= {"AMILI_BASE_URL": STAND_IN.base_url, "AMILI_TOKEN": STAND_IN.token}


def make_invoice(order: Any) -> dict[str, Any]:
    address = {"address_line_1": "Business Street 456", "zip_code": "54321", "city": "Gothenburg", "country": "SE"}
    line = {"article_description": "Goods", "unit_price": order.total, "total_price_excluding_vat": order.total}
    return {
        "account": STAND_IN.account,
        "creditor": STAND_IN.creditor,
        "invoice_number": order.number,
        "invoice_date": "2025-10-07",
        "invoice_due_date": "2025-10-17",
        "customer": {"name": "Jane Smith", "id_number": "556789-1234", "is_company": True, "address": address},
        "matrix": [line | {"unit_vat_percent": "25%"}],
    }


settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["shop"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    AMILI_JOURNAL="journal.sqlite",
    MAKE_INVOICE=make_invoice,
)
django.setup()

from shop.invoicing import amili  # noqa: E402 - as in Django, the models need the settings
from shop.jobs import send_invoice, worker_started  # noqa: E402
from shop.models import Order  # noqa: E402
from shop.views import order_state  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def shop() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Order)
    yield
    amili.close()
    STAND_IN.stop()


@pytest.fixture(autouse=True)
def sandbox() -> SandboxProcess:
    STAND_IN.reset()
    Order.objects.all().delete()
    return STAND_IN


def placed(number: str) -> list[int]:
    jobs: list[int] = []
    Order(number=number, total=Decimal("99.50")).place(jobs.append)
    return jobs


def test_a_rollback_enqueues_and_sends_nothing(sandbox: SandboxProcess) -> None:
    jobs: list[int] = []
    with transaction.atomic():
        Order(number="A-1", total=1).place(jobs.append)
        transaction.set_rollback(True)
    assert jobs == []
    assert sandbox.requests() == []


def test_an_order_is_invoiced_once_however_often_its_job_runs() -> None:
    [job] = placed("A-2")
    send_invoice(job)
    order = Order.objects.get(pk=job)
    Order.objects.update(case="")  # as if the worker was killed before it stored the case
    send_invoice(job)
    assert Order.objects.get(pk=job).case == order.case != ""
    assert amili.cases().count() == 1


def test_a_wrong_order_is_kept_for_a_person_and_not_sent_again() -> None:
    [job] = placed("A-3")
    Order.objects.update(total=Decimal("0.00"))
    send_invoice(job)
    assert Order.objects.get(pk=job).problem != ""
    jobs: list[int] = []
    worker_started(jobs.append)
    assert jobs == []


def test_an_error_of_the_server_leaves_the_job_to_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def register(*_: object, **__: object) -> None:
        raise ServerError("down", status=503)

    [job] = placed("A-4")
    monkeypatch.setattr(amili, "register", register)
    with pytest.raises(ServerError):
        send_invoice(job)
    assert Order.objects.get(pk=job).problem == ""


class LosingResponses(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(request).close()
        raise httpx.ReadError("lost")


def test_what_a_killed_worker_left_is_found_when_another_starts(caplog: pytest.LogCaptureFixture) -> None:
    [job] = placed("A-5")
    killed = Amili.from_env(journal="journal.sqlite", retry=Retry(attempts=1, settle=0), transport=LosingResponses())
    with killed, suppress(OutcomeUnknownError):
        killed.register(make_invoice(Order.objects.get()), deadline=0.5)
    jobs: list[int] = []
    worker_started(jobs.append)
    assert "invoice A-5" in caplog.text
    assert "InvoiceRegistrationReceipt" in caplog.text
    assert jobs == [job]
    send_invoice(job)
    assert Order.objects.get().case == amili.cases().first().id
    assert amili.cases().count() == 1


def test_the_view_tells_the_state_and_gives_up_in_time(sandbox: SandboxProcess) -> None:
    [job] = placed("A-7")
    send_invoice(job)
    request = RequestFactory().get("/")
    assert order_state(request, "A-7").content == b'{"state": "initializing", "left": "124.38"}'
    sandbox.faults.add("unavailable", method="GET")
    assert order_state(request, "A-7").status_code == 503
