"""A write that is sent again after a lost response: what a refusal proves, how often it is looked up."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import (
    AlreadyRegisteredError,
    Amili,
    AuthenticationError,
    InvalidInputError,
    OutcomeUnknownError,
    ValidationError,
    WrittenTwiceError,
)

from tests.overlay.support import Clients, reply
from tests.samples import CASE, CREDITOR, MOMENT, OTHER_CASE, Json, case, invoice, page
from tests.virtual_time import BASE_URL

Answer = tuple[int, Json]  # a status and a document

CREATED = {"_id": CREDITOR, "_case": OTHER_CASE, "_created": MOMENT, "_updated": MOMENT, "_etag": "a" * 40, "_status": "OK"}
DONE = {name: value for name, value in CREATED.items() if name != "_case"} | {"status": "completed"}


class Vendor:
    """Loses the first response to each write and answers the next ones; a lookup finds what `cases` returns for its number."""

    def __init__(self, repetition: Answer, cases: Callable[[int], list[Json]] = lambda _: []) -> None:
        self.repetition, self.cases = repetition, cases
        self.writes = self.lookups = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path != "/cases":
            return reply({}, 404)  # this vendor has no lists of writes
        if request.method == "GET":
            self.lookups += 1
            return reply(page(*self.cases(self.lookups)), date=MOMENT)
        self.writes += 1
        if self.writes == 1:
            raise httpx.ReadTimeout("lost")
        status, document = self.repetition
        return reply(document, status)


def refusal(status: int, **issues: Any) -> Answer:
    return status, {"_status": "ERR", "_issues": issues}


@pytest.mark.parametrize(
    "repetition",
    [
        refusal(422, invoice_number="value 'INV-2025-015' is not unique"),
        refusal(422, debt={"invoice_number": "value is taken"}),
        refusal(409),
        refusal(412),
    ],
    ids=["not unique", "taken", "409", "412"],
)
def test_a_refusal_of_a_repetition_is_no_proof_that_nothing_was_written(
    clients: Clients, repetition: Answer, tmp_path: Path
) -> None:
    amili = clients.answering(Vendor(repetition), journal=tmp_path / "journal.sqlite")
    with pytest.raises(OutcomeUnknownError, match=f"the API refuses a repetition with {repetition[0]}") as caught:
        amili.register(invoice())
    assert [write.entry for write in amili.pending()] == [caught.value.entry]


def test_a_refusal_that_has_nothing_to_do_with_the_first_attempt_is_a_refusal(clients: Clients, tmp_path: Path) -> None:
    amili = clients.answering(Vendor(refusal(422, customer={"name": "required field"})), journal=tmp_path / "journal.sqlite")
    with pytest.raises(ValidationError):
        amili.register(invoice())
    assert amili.pending() == []


@pytest.mark.parametrize("issues", [{"amount": "more than the remaining capital of 0.00"}, {"case": "the case is closed"}, {}])
def test_a_refusal_of_a_repeated_crediting_is_no_proof_either(clients: Clients, issues: dict[str, str]) -> None:
    amili = clients.answering(Vendor(refusal(422, **issues), lambda _: [case()]))
    with pytest.raises(OutcomeUnknownError, match="the API refuses a repetition with 422"):
        amili.credit(CASE, 100)


def test_a_refused_crediting_of_another_account_was_not_carried_out(clients: Clients) -> None:
    amili = clients.answering(Vendor(refusal(422, account="unknown field"), lambda _: [case()]))
    with pytest.raises(ValidationError):
        amili.credit(CASE, 100)


def test_a_case_that_three_lagging_replicas_do_not_show_is_found_and_nothing_is_sent_again(clients: Clients) -> None:
    vendor = Vendor((201, CREATED), lambda lookup: [case()] if lookup > 3 else [])
    receipt = clients.answering(vendor).register(invoice())
    assert (receipt.outcome, receipt.case) == ("reconciled", CASE)
    assert (vendor.writes, vendor.lookups) == (1, 4)


def test_what_is_there_twice_after_a_repetition_is_an_error_that_names_both(clients: Clients, tmp_path: Path) -> None:
    vendor = Vendor((201, CREATED), lambda lookup: [case(OTHER_CASE), case()] if lookup > 4 else [])
    amili = clients.answering(vendor, journal=tmp_path / "journal.sqlite")
    with pytest.raises(WrittenTwiceError, match=f"written twice.*{OTHER_CASE} and {CASE}; undo one of them by hand") as caught:
        amili.register(invoice())
    assert caught.value.cases == (OTHER_CASE, CASE)
    assert caught.value.receipt.case == OTHER_CASE
    assert vendor.writes == 2
    assert amili.pending() == []


def test_what_is_there_once_after_a_repetition_is_created(clients: Clients) -> None:
    vendor = Vendor((201, CREATED), lambda lookup: [case(OTHER_CASE)] if lookup > 4 else [])
    assert clients.answering(vendor).register(invoice()).outcome == "created"
    assert (vendor.writes, vendor.lookups) == (2, 5)


def test_a_crediting_that_is_there_twice_is_an_error(clients: Clients) -> None:
    line = {"amount": -100.0, "registration_date": MOMENT, "type": "crediting", "origin": "creditor_system"}
    twice = case(total_remaining_capital_amount=300.0, transactions=[line, line])
    vendor = Vendor((201, DONE), lambda lookup: [twice] if lookup > 5 else [case()])
    with pytest.raises(WrittenTwiceError, match="credit_case was written twice"):
        clients.answering(vendor).credit(CASE, 100)


@pytest.mark.parametrize("found", [[], [case()]], ids=["no case any more", "one crediting"])
def test_a_crediting_that_is_there_once_after_a_repetition_is_created(clients: Clients, found: list[Json]) -> None:
    vendor = Vendor((201, DONE), lambda lookup: found if lookup > 5 else [case()])
    assert (clients.answering(vendor).credit(CASE, 100).outcome, vendor.writes) == ("created", 2)


def test_a_cancellation_that_is_sent_again_is_not_there_twice(clients: Clients) -> None:
    vendor = Vendor((201, DONE), lambda _: [case()])
    assert (clients.answering(vendor).cancel(CASE).outcome, vendor.writes) == ("created", 2)


def test_a_token_that_is_refused_at_a_repetition_says_so(clients: Clients, tmp_path: Path) -> None:
    amili = clients.answering(Vendor((401, {})), journal=tmp_path / "journal.sqlite")
    with pytest.raises(AuthenticationError, match="401"):
        amili.register(invoice())
    assert amili.pending() == []


def test_a_lookup_that_fails_after_a_repetition_does_not_take_the_receipt_away(clients: Clients) -> None:
    def broken(lookup: int) -> list[Json]:
        if lookup > 4:
            raise httpx.ReadTimeout("lost")
        return []

    assert clients.answering(Vendor((201, CREATED), broken)).register(invoice()).case == OTHER_CASE


# --- earlier calls ------------------------------------------------------------------------------------------------------


class Unreachable(Vendor):
    """Also fails each lookup after a write, until `back` is set."""

    back = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and self.writes and not self.back:
            raise httpx.ReadTimeout("lost")
        return super().__call__(request)


def left_unknown(amili: Any) -> int | None:
    """Register an invoice whose outcome stays unknown; returns its entry in the journal."""
    with pytest.raises(OutcomeUnknownError) as caught:
        amili.register(invoice(), deadline=0.05)
    entry: int | None = caught.value.entry
    return entry


def test_a_pending_registration_of_the_same_invoice_is_settled_before_another_is_sent(clients: Clients, tmp_path: Path) -> None:
    """As when a worker is killed after it has sent, and the next one registers the same invoice again."""
    vendor = Unreachable((201, CREATED), lambda _: [case()])
    amili = clients.answering(vendor, journal=tmp_path / "journal.sqlite")
    left_unknown(amili)
    vendor.back = True
    receipt = amili.register(invoice())
    assert (receipt.outcome, receipt.case, vendor.writes) == ("reconciled", CASE, 1)
    assert amili.pending() == []


def test_a_pending_registration_that_did_not_happen_is_ended_and_the_invoice_sent(clients: Clients, tmp_path: Path) -> None:
    vendor = Unreachable((201, CREATED))
    amili = clients.answering(vendor, journal=tmp_path / "journal.sqlite")
    left_unknown(amili)
    vendor.back = True
    assert (amili.register(invoice()).outcome, vendor.writes) == ("created", 2)
    assert amili.pending() == []


def test_a_pending_registration_that_stays_unknown_keeps_the_invoice_from_being_sent(clients: Clients, tmp_path: Path) -> None:
    vendor = Unreachable((201, CREATED))
    amili = clients.answering(vendor, journal=tmp_path / "journal.sqlite")
    entries = [left_unknown(amili), left_unknown(amili)]
    assert (vendor.writes, entries) == (1, [entries[0]] * 2)


@pytest.mark.parametrize(
    ("operation", "first", "second"),
    [("credit", (CASE, 100), (CASE, 100)), ("credit", (CASE, 100), (CASE, Decimal("100.00"))), ("cancel", (CASE,), (CASE,))],
)
def test_a_pending_write_to_a_case_is_settled_before_another_is_sent(
    clients: Clients, tmp_path: Path, operation: str, first: tuple[Any, ...], second: tuple[Any, ...]
) -> None:
    """The case shows the first one, so that the second is not sent."""
    line = {"amount": -100.0, "registration_date": MOMENT, "type": "crediting", "origin": "creditor_system"}
    changed = case(total_remaining_capital_amount=400.0, transactions=[line], closed={"by": "creditor", "date": MOMENT})
    vendor = Unreachable((201, DONE), lambda _: [changed] if vendor.writes else [case()])
    amili = clients.answering(vendor, journal=tmp_path / "journal.sqlite")
    with pytest.raises(OutcomeUnknownError):
        getattr(amili, operation)(*first, deadline=0.05)
    vendor.back = True
    assert (getattr(amili, operation)(*second).outcome, vendor.writes) == ("reconciled", 1)
    assert amili.pending() == []


def test_what_another_call_is_writing_is_not_sent_beside_it(tmp_path: Path) -> None:
    """As when two workers share a journal: the second call comes while the first one waits for its response.

    Its address is another, because calls of one process to the same address wait for each other.
    """
    refused: list[OutcomeUnknownError] = []

    def vendor(request: httpx.Request) -> httpx.Response:
        with (
            client(never, "https://elsewhere.example") as other,
            pytest.raises(OutcomeUnknownError, match="another process is writing it") as caught,
        ):
            other.register(invoice())
        refused.append(caught.value)
        return reply(CREATED, 201)

    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("sent")

    def client(handler: Callable[[httpx.Request], httpx.Response], base_url: str = BASE_URL) -> Amili:
        return Amili(base_url, "a-token", quota="off", transport=httpx.MockTransport(handler), journal=tmp_path / "j.sqlite")

    with client(vendor) as amili:
        assert amili.register(invoice()).outcome == "created"
    assert len(refused) == 1


def registered_before(*cases: Json) -> Vendor:
    vendor = Vendor((201, CREATED), lambda _: list(cases))
    vendor.writes = 1  # the next one is answered
    return vendor


def test_unless_registered_the_receipt_of_what_is_there_comes_back(clients: Clients) -> None:
    vendor = registered_before(case(_created="Tue, 07 Jan 2020 07:41:01 GMT"))
    receipt = clients.answering(vendor).register(invoice(), unless_registered=True)
    assert (receipt.outcome, receipt.case, vendor.writes) == ("existing", CASE, 1)


def test_unless_registered_an_invoice_that_is_not_there_is_sent(clients: Clients) -> None:
    vendor = registered_before()
    assert clients.answering(vendor).register(invoice(), unless_registered=True).outcome == "created"
    assert vendor.writes == 2


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ([case(debt={**case()["debt"], "initial_capital": 7.0})], "for another amount or debtor"),
        ([case(customer_id_number="19900202-0016")], "for another amount or debtor"),
        ([case(), case(OTHER_CASE)], "more than once"),
    ],
)
def test_unless_registered_another_invoice_with_the_number_is_an_error(clients: Clients, cases: list[Json], reason: str) -> None:
    vendor = registered_before(*cases)
    with pytest.raises(AlreadyRegisteredError, match=f"registered already, {reason}; nothing was sent") as caught:
        clients.answering(vendor).register(invoice(), unless_registered=True)
    assert caught.value.cases == tuple(each["_id"] for each in cases)
    assert vendor.writes == 1


def test_unless_registered_a_number_that_can_not_be_searched_for_is_refused(clients: Clients) -> None:
    with pytest.raises(InvalidInputError, match="the API can't search for this invoice number"):
        clients.answering(registered_before()).register(invoice(invoice_number=CASE), unless_registered=True)
