"""Code that must type-check, written as people write it; it is never run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, assert_type

from amili import (
    AddressDict,
    Amili,
    AmiliError,
    ApiError,
    AsyncAmili,
    AsyncCases,
    AuthTokenProvider,
    Case,
    Cases,
    CaseState,
    CaseStatus,
    Condition,
    CreditorCancellationReceipt,
    CreditorCreditingReceipt,
    CustomerDict,
    DecodeError,
    Deviation,
    Drift,
    InvoiceLineDict,
    InvoiceProblem,
    InvoiceRegistration,
    InvoiceRegistrationDict,
    InvoiceRegistrationReceipt,
    MultipleCasesFound,
    OutcomeUnknownError,
    PartialCase,
    Quota,
    RateLimitedError,
    Retry,
    ValidationError,
    check,
    where,
)


def clients(pem: bytes) -> None:
    assert_type(Amili.from_env(), Amili)
    assert_type(AsyncAmili.from_env(timeout=5.0), AsyncAmili)
    provider = AuthTokenProvider.from_private_key("code", pem, algorithm="ES256", lifetime=600.0)
    assert_type(provider, AuthTokenProvider)
    Amili(
        "https://api.test", provider, timeout=10, retry=Retry(attempts=2), quota=Quota(50, 5), paths="guide", journal="j.sqlite"
    )
    AsyncAmili("https://api.test", "token", quota="off", paths="reference")


def conditions() -> None:
    assert_type(where.state == "invoice", Condition)
    assert_type(where.state != CaseState.INVOICE, Condition)
    assert_type(where.total_remaining_capital_amount > 0, Condition)
    assert_type(where.total_remaining_capital_amount <= Decimal("100.50"), Condition)
    assert_type(where.total_remaining_capital_amount == "100.50", Condition)
    assert_type(where.created >= datetime.now(UTC), Condition)
    assert_type(where.created < date(2025, 10, 7), Condition)
    assert_type(where.debt.invoice_number.in_(["1", "2"]), Condition)
    assert_type(where.id.not_in({"68e4c1ab0000000000000001"}), Condition)
    assert_type(where.closed.exists(False), Condition)
    assert_type(where.case_settings.interest_rate.reference_rate == True, Condition)  # noqa: E712
    assert_type(where.field("anything.at_all") == 5, Condition)


def sorted_and_projected(amili: Amili) -> None:
    amili.cases(sort=-where.created)
    amili.cases(sort=[where.state, -where.debt.invoice_date, "-_updated", -where.field("new")])
    assert_type(amili.cases(projection=[where.debt, where.debt.invoice_number, "state"]), Cases[PartialCase])
    amili.cases(projection=[where.debt.invoice_number])
    amili.cases(projection=["state"])
    amili.cases(projection=(where.state, "debt"))
    amili.cases(projection={"transactions": 0})
    both = (where.state == "invoice") & (where.total_remaining_capital_amount > 0)
    assert_type(both | ~(where.status == CaseStatus.DEBT_COLLECTION_ACTIVE), Condition)


def reading(amili: Amili) -> Iterator[str]:
    assert_type(amili.cases(), Cases[Case])
    assert_type(amili.cases(where.state == "invoice", sort="-_created", limit=5, page_size=50), Cases[Case])
    assert_type(amili.cases({"state": "invoice"}, keyset=True, prefetch=True), Cases[Case])
    assert_type(amili.cases(projection=["state"]), Cases[PartialCase])
    assert_type(amili.cases(where.state == "x", projection={"state": 1}), Cases[PartialCase])
    assert_type(amili.cases().first(), Case | None)
    assert_type(amili.cases(projection=["state"]).first(), PartialCase | None)
    assert_type(amili.cases().count(), int)
    assert_type(amili.case("68e4c1ab0000000000000001"), Case)
    assert_type(amili.wait_for("68e4c1ab0000000000000001", "invoice", timeout=5.0), Case)
    amili.wait_for("68e4c1ab0000000000000001", lambda case: case.closed is not None)
    amili.wait_for("68e4c1ab0000000000000001", [CaseState.INVOICE, "reminder"])
    for case in amili.cases():
        assert_type(case, Case)
        assert_type(case.created, datetime)
        assert_type(case.debt.initial_capital, Decimal)
        assert_type(case.total_remaining_capital_amount, Decimal | None)
        assert_type(case.state, CaseState)
        yield case.id
    for page in amili.cases(projection=["state"]).pages():
        assert_type(page, list[PartialCase])
        assert_type(page[0].state, CaseState | None)


def writing(amili: Amili, invoice: InvoiceRegistration, document: dict[str, Any]) -> None:
    receipt = amili.register(invoice)
    assert_type(receipt, InvoiceRegistrationReceipt)
    assert_type(receipt.case, str)
    amili.register(document, deadline=30.0)
    amili.register(document | {"invoice_number": "INV-2"})
    amili.register({**document, "invoice_date": date(2025, 10, 7), "currency": "SEK"})
    case = amili.case(receipt)
    credited = amili.credit(case, Decimal("100.00"), reference="R-1")
    assert_type(credited, CreditorCreditingReceipt)
    assert_type(credited.settled_amount, Decimal | None)
    amili.credit(case.id, "100.00", currency="SEK", account="68e4c1ab0000000000000001")
    assert_type(amili.cancel(case), CreditorCancellationReceipt)
    if receipt.outcome == "reconciled":
        return


def invoices(amili: Amili, account: str) -> list[InvoiceProblem]:
    address: AddressDict = {"address_line_1": "Gatan 1", "zip_code": "11122", "city": "Stockholm"}
    customer: CustomerDict = {"name": "Test", "id_number": "0120", "is_company": True, "address": address, "email": None}
    line: InvoiceLineDict = {
        "article_description": "Work",
        "unit_price": "0.1648",
        "number_of_units": 7000,
        "total_price_excluding_vat": Decimal("1153.60"),
        "unit_vat_percent": 25,
    }
    invoice: InvoiceRegistrationDict = {
        "account": account,
        "creditor": account,
        "invoice_number": "INV-1",
        "invoice_date": date(2025, 10, 7),
        "invoice_due_date": "2025-10-17",
        "customer": customer,
        "matrix": [line],
    }
    amili.register(invoice, unless_registered=True)
    amili.register({**invoice, "invoice_number": "INV-3"})
    amili.register(InvoiceRegistration.from_dict(invoice))
    amili.register(
        {
            "account": account,
            "creditor": account,
            "invoice_number": "INV-1",
            "invoice_type": "invoice",
            "invoice_date": datetime.now(UTC),
            "invoice_due_date": date(2025, 10, 17),
            "currency": "SEK",
            "customer": {"name": "Test", "id_number": "0120", "is_foreign": True, "address": address},
            "matrix": [line, {**line, "unit_vat_percent": "6%"}],
        }
    )
    assert_type(check(invoice)[0].path, str)
    assert_type(check(InvoiceRegistration.from_dict(invoice))[0].refused, bool)
    return check({})


async def asynchronous(amili: AsyncAmili) -> None:
    assert_type(amili.cases(), AsyncCases[Case])
    assert_type(amili.cases(projection=["state"]), AsyncCases[PartialCase])
    assert_type(await amili.cases().first(), Case | None)
    assert_type(await amili.cases().count(), int)
    assert_type(await amili.case("68e4c1ab0000000000000001"), Case)
    assert_type(await amili.register({}), InvoiceRegistrationReceipt)
    assert_type(await amili.credit("68e4c1ab0000000000000001", 1), CreditorCreditingReceipt)
    async for case in amili.cases():
        assert_type(case, Case)
    async for page in amili.cases(projection=("state",)).pages():
        assert_type(page, list[PartialCase])


def errors(amili: Amili) -> None:
    try:
        amili.cancel("68e4c1ab0000000000000001")
    except ValidationError as problem:
        assert_type(problem.issues, dict[str, str])
    except RateLimitedError as problem:
        assert_type(problem.retry_after, float | None)
    except ApiError as problem:
        assert_type(problem.status, int)
        assert_type(problem.request_id, str | None)
    except DecodeError as problem:
        assert_type(problem.path, str)
    except MultipleCasesFound as problem:
        assert_type(problem.total, int)
    except OutcomeUnknownError as problem:
        assert_type(problem.key, str)
        amili.resolve(problem)
    except AmiliError as problem:
        assert_type(problem.attempts, int)
        assert_type(problem.elapsed, float)
        assert_type(problem.operation, str | None)


def drifting(drift: Drift) -> None:
    Amili("https://api.test", "token", drift=drift)
    AsyncAmili("https://api.test", "token", drift=None)
    assert_type(drift.findings(), list[Deviation])
    assert_type(drift.findings()[0].count, int)
    assert_type(drift.never_seen(), list[tuple[str, str]])
    assert_type(drift.responses, int)
