"""Both clients against the stand-in, over real HTTP, in the same words; and that they are twins."""

import asyncio
import datetime
import inspect
import pickle
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from amili import (
    ActionFailedError,
    Amili,
    AsyncAmili,
    AsyncCases,
    AuthenticationError,
    BadRequestError,
    Case,
    Cases,
    CaseState,
    Condition,
    ConfigurationError,
    DecodeError,
    InvalidInputError,
    InvoiceRegistration,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    OutcomeUnknownError,
    PartialCase,
    Retry,
    ValidationError,
    where,
)
from amili_sandbox.testing import SandboxProcess

from tests.overlay.support import QUICK, Clients, reply
from tests.samples import CASE, MOMENT, OTHER_CASE, PERSONAL_NUMBER, case, invoice, page
from tests.virtual_time import BASE_URL

Shop = tuple[Any, Callable[..., Any]]


@pytest.fixture
def shop(clients: Clients, sandbox: SandboxProcess) -> Shop:
    """A client of the stand-in, and a function that makes an invoice for it."""

    def make(number: str = "INV-1", **changes: Any) -> Any:
        return invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=number, **changes)

    return clients(sandbox.base_url, sandbox.token), make


def test_the_flow_of_the_guide(shop: Shop) -> None:
    amili, make = shop
    receipt = amili.register(make("INV-2025-015"))
    assert receipt.outcome == "created"
    case = amili.case(where.debt.invoice_number == "INV-2025-015")
    assert (case.id, case.invoice_registration) == (receipt.case, receipt.id)
    assert case.total_remaining_capital_amount == Decimal(500)
    assert case.closed is None
    credited = amili.credit(case, Decimal("100.00"))
    assert (credited.outcome, str(credited.result), credited.settled_amount) == ("created", "completed", Decimal(100))
    assert amili.case(case.id).total_remaining_capital_amount == Decimal(400)
    cancelled = amili.cancel(case)
    assert (cancelled.outcome, str(cancelled.result)) == ("created", "completed")
    assert amili.case(receipt).closed is not None


def test_an_identity_number_is_found_in_the_form_that_was_registered(shop: Shop) -> None:
    amili, make = shop
    receipt = amili.register(make())
    plain = PERSONAL_NUMBER.replace("-", "")
    assert amili.cases(where.customer_id_number == plain).count() == 0
    assert amili.case(where.customer_id_number.in_([PERSONAL_NUMBER, plain])).id == receipt.case


def test_amounts_and_rates_as_people_have_them_are_the_same_case(shop: Shop) -> None:
    amili, make = shop
    [line] = make()["matrix"]
    line |= {"unit_price": "0.1648", "number_of_units": "7000", "total_price_excluding_vat": 1153.6, "unit_vat_percent": 25}
    receipt = amili.register(make(matrix=[line]))
    amili.credit(receipt, "42.00")
    amili.credit(receipt, 99.5)
    found = amili.case(where.total_remaining_capital_amount == "1300.50")
    assert (found.id, found.debt.initial_capital) == (receipt.case, Decimal(1442))


def test_an_invoice_may_be_the_model_as_well(shop: Shop) -> None:
    amili, make = shop
    model = InvoiceRegistration.from_dict(make("INV-2"))
    model.invoice_date = datetime.datetime(2025, 10, 7, tzinfo=datetime.UTC)
    assert amili.case(amili.register(model)).debt.invoice_number == "INV-2"


def test_a_refusal_maps_dotted_paths_to_texts_and_shows_no_person(shop: Shop) -> None:
    amili, make = shop
    document = make()
    document["customer"]["id_number"] = f"{PERSONAL_NUMBER}-wrong"
    document["matrix"][0]["unit_vat_percent"] = "7%"
    with pytest.raises(ValidationError) as caught:
        amili.register(document)
    error = caught.value
    assert error.status == 422
    assert error.issues
    assert all(path.startswith(("customer", "matrix")) for path in error.issues)
    assert (error.operation, error.attempts) == ("register_invoice", 1)
    assert error.elapsed > 0
    assert PERSONAL_NUMBER not in f"{error}{error!r}{error.args}"
    assert amili.cases().count() == 0


def test_a_refusal_names_the_misspelt_properties_that_were_sent(shop: Shop) -> None:
    amili, make = shop
    document = make(invoice_headlin="Work")
    document["customer"]["e_mail"] = "test.person@example.se"
    with pytest.raises(ValidationError, match="invoice_headlin: unknown field; did you mean 'invoice_headline'") as caught:
        amili.register(document)
    assert "customer.e_mail: unknown field; did you mean 'email'?" in str(caught.value)
    assert caught.value.issues == {"customer.e_mail": "unknown field", "invoice_headlin": "unknown field"}


def test_a_number_that_is_taken_is_refused_and_stays_one_case(shop: Shop, sandbox: SandboxProcess) -> None:
    sandbox.assume(duplicate_invoice_numbers="refused")
    amili, make = shop
    amili.register(make())
    with pytest.raises(ValidationError, match="invoice_number"):
        amili.register(make())
    assert amili.cases().count() == 1


def test_nothing_and_too_much_are_told_apart(shop: Shop) -> None:
    amili, make = shop
    with pytest.raises(NoCaseFound):
        amili.case(where.debt.invoice_number == "INV-404")
    with pytest.raises(NoCaseFound):
        amili.case("0" * 24)
    for number in ("A", "B", "C"):
        amili.register(make(number))
    with pytest.raises(MultipleCasesFound) as many:
        amili.case(where.state.exists())
    assert many.value.total == 3


def test_pages_are_walked_over_real_http(shop: Shop, sandbox: SandboxProcess) -> None:
    amili, make = shop
    numbers = [f"N{number}" for number in range(7)]
    for number in numbers:
        amili.register(make(number))
    found = list(amili.cases(page_size=3))
    assert [case.debt.invoice_number for case in found] == numbers
    assert [len(cases) for cases in amili.cases(page_size=3).pages()] == [3, 3, 1]
    assert amili.cases(where.debt.invoice_number.in_(["N1", "N5"])).count() == 2
    assert amili.cases(sort="-_id").first().debt.invoice_number == "N6"
    assert len(list(amili.cases(page_size=2, limit=5))) == 5
    sandbox.assume(greatest_max_results=2)
    assert [case.id for case in amili.cases()] == [case.id for case in found]
    assert [case.id for case in amili.cases(keyset=False)] == [case.id for case in found]


def test_a_loop_that_cancels_what_it_walks_over_cancels_all(shop: Shop) -> None:
    amili, make = shop
    for number in range(7):
        amili.register(make(f"N{number}"))
    for found in amili.cases(where.closed.exists(False), page_size=2):
        amili.cancel(found)
    assert amili.cases(where.closed.exists(False)).count() == 0
    assert amili.cases(where.closed.exists()).count() == 7


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("options", [{"sort": "-_created"}, {"sort": "state"}, {"sort": "-_updated"}, {"keyset": False}, {}])
def test_in_any_order_a_loop_that_cancels_what_it_walks_over_reaches_all(
    shop: Shop, options: dict[str, Any], prefetch: bool
) -> None:
    amili, make = shop
    for number in range(23):
        amili.register(make(f"N{number}"))
    walked = []
    for found in amili.cases(where.closed.exists(False), page_size=5, prefetch=prefetch, **options):
        amili.cancel(found)
        walked.append(found.debt.invoice_number)
    assert sorted(walked) == sorted(f"N{number}" for number in range(23))
    assert amili.cases(where.closed.exists(False)).count() == 0


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("sort", ["-_created", "_updated", "total_remaining_capital_amount", "-total_remaining_capital_amount"])
def test_in_any_order_a_loop_that_credits_what_it_walks_over_reaches_each_once(shop: Shop, sort: str, prefetch: bool) -> None:
    amili, make = shop
    for number in range(9):  # so that under the last sort a page that is asked for too late shows only what was given before
        amili.register(make(f"N{number}"))
    walked = []
    for found in amili.cases(sort=sort, page_size=5, prefetch=prefetch):
        amili.credit(found, 100)
        walked.append(found.debt.invoice_number)
    assert sorted(walked) == [f"N{number}" for number in range(9)]


@pytest.mark.parametrize("prefetch", [False, True])
def test_in_any_order_small_pages_of_the_server_are_walked_to_the_end(
    shop: Shop, sandbox: SandboxProcess, prefetch: bool
) -> None:
    amili, make = shop
    for number in range(9):
        amili.register(make(f"N{number}"))
    expected = [case.id for case in amili.cases(sort="-_created,state")]
    for most in (2, 3):
        sandbox.assume(greatest_max_results=most)
        assert [case.id for case in amili.cases(sort="-_created,state", prefetch=prefetch)] == expected


def test_under_a_projection_what_was_not_asked_for_is_none(shop: Shop) -> None:
    amili, make = shop
    amili.register(make())
    for projection in (["state", "debt.invoice_number"], {"state": 1, "debt.invoice_number": 1}):
        case = amili.cases(projection=projection).first()
        assert type(case) is PartialCase
        assert case.debt is not None
        assert (case.state, case.debt.invoice_number) == (CaseState.INITIALIZING, "INV-1")
        assert (case.customer_id_number, case.transactions, case.debt.initial_capital) == (None, None, None)
        assert amili.case(case).customer_id_number is not None


def test_waiting_ends_when_the_case_is_as_wanted(shop: Shop) -> None:
    amili, make = shop
    receipt = amili.register(make())
    assert amili.wait_for(receipt, ["invoice", "initializing"]).state == CaseState.INITIALIZING
    assert amili.wait_for(receipt.case, lambda case: case.closed is None).id == receipt.case
    with pytest.raises(NoResponseError, match=r"did not become reminder within 1 s; last seen: state initializing, status "):
        amili.wait_for(receipt, "reminder", timeout=1.0, poll=100.0)


def test_a_wrong_token_is_told_what_to_check(clients: Clients, sandbox: SandboxProcess) -> None:
    with pytest.raises(AuthenticationError, match="check AMILI_TOKEN") as caught:
        clients(sandbox.base_url, "s3cret").cases().count()
    assert "s3cret" not in f"{caught.value}{caught.value!r}{vars(caught.value)}"


def test_a_condition_that_the_api_does_not_understand_is_its_refusal(shop: Shop) -> None:
    amili, _ = shop
    with pytest.raises(BadRequestError):
        amili.cases(Condition({"state": {"$regex": "in"}})).count()


@pytest.mark.parametrize("served", ["guide", "reference", "both"])
def test_either_spelling_of_the_paths_is_found_and_remembered(clients: Clients, sandbox: SandboxProcess, served: str) -> None:
    sandbox.assume(paths=served)
    amili = clients(sandbox.base_url, sandbox.token)
    for number in ("A", "B"):
        case = amili.case(amili.register(invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=number)))
        amili.credit(case, 100)
        amili.cancel(case)
    asked = [request["path"] for request in sandbox.requests() if request["method"] == "POST"]
    spelt = {
        "guide": ["/invoice-registration", "/creditor-crediting", "/creditor-cancellation"],
        "reference": ["/invoice--registrations", "/creditor--creditings", "/creditor--cancellations"],
    }
    if served == "reference":
        both_ways = [path for pair in zip(spelt["guide"], spelt["reference"], strict=True) for path in pair]
        assert asked == both_ways + spelt["reference"]
    else:
        assert asked == spelt["guide"] * 2


def test_a_forced_spelling_is_kept(clients: Clients, sandbox: SandboxProcess) -> None:
    sandbox.assume(paths="guide")
    document = invoice(account=sandbox.account, creditor=sandbox.creditor)
    from amili import NotFoundError

    with pytest.raises(NotFoundError):
        clients(sandbox.base_url, sandbox.token, paths="reference").register(document)
    assert clients(sandbox.base_url, sandbox.token, paths="guide").register(document).outcome == "created"


def test_a_quota_is_kept_by_both_clients(clients: Clients, sandbox: SandboxProcess) -> None:
    from amili import Quota

    amili = clients(sandbox.base_url, sandbox.token, quota=Quota(2, 2), retry=Retry(total=5.0))
    assert [amili.cases().count(), amili.cases().count()] == [0, 0]
    with pytest.raises(
        NoResponseError, match=r"list_cases was not sent: the quota is used up for \d+\.\d s and this call has \d\.\d s left"
    ):
        amili.cases().count()
    assert len(sandbox.requests()) == 2


def test_the_vendors_quota_is_the_default() -> None:
    with Amili(BASE_URL, "t") as amili, Amili(BASE_URL, "t", quota="off") as free:
        assert amili._quota is not None
        assert [amili._quota.try_acquire() for _ in range(8)] == [0.0] * 8
        assert amili._quota.try_acquire() > 0
        assert amili._quota.left() == 95 - 8
        assert free._quota is None


def test_sixteen_threads_share_a_client(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token, quota="off", retry=QUICK) as amili:

        def work(number: int) -> bool:
            document = invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=f"N{number}")
            case = amili.case(amili.register(document))
            amili.credit(case, number + 1)
            found = amili.cases(where.debt.invoice_number == f"N{number}").first()
            assert found is not None
            return found.total_remaining_capital_amount == 500 - number - 1

        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(work, range(32))) == [True] * 32
        assert amili.cases().count() == 32


def test_two_hundred_tasks_share_a_client(sandbox: SandboxProcess) -> None:
    async def main() -> None:
        async with AsyncAmili(sandbox.base_url, sandbox.token, quota="off", retry=QUICK) as amili:

            async def work(number: int) -> bool:
                if number % 10:
                    return await amili.cases(where.debt.invoice_number == "nobody's").count() == 0
                document = invoice(account=sandbox.account, creditor=sandbox.creditor, invoice_number=f"N{number}")
                receipt = await amili.register(document)
                return (await amili.case(where.debt.invoice_number == f"N{number}")).id == receipt.case

            assert await asyncio.gather(*(work(number) for number in range(200))) == [True] * 200
            assert await amili.cases().count() == 20

    asyncio.run(main())


def members(kind: type) -> dict[str, Any]:
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


RENAMED = {"aclose": "close"}


@pytest.mark.parametrize(("blocking", "asynchronous"), [(Amili, AsyncAmili), (Cases, AsyncCases)])
def test_the_two_clients_are_twins(blocking: type, asynchronous: type) -> None:
    twins = {RENAMED.get(name, name): member for name, member in members(asynchronous).items()}
    assert twins.keys() == members(blocking).keys()
    for name, member in members(blocking).items():
        if not inspect.isfunction(member):
            continue
        one, other = inspect.signature(member), inspect.signature(twins[name])
        assert list(one.parameters.values()) == list(other.parameters.values()), name
        awaited = str(other.return_annotation).replace("AsyncC", "C").replace("AsyncIterator", "Iterator")
        assert str(one.return_annotation) == awaited, name
        many = {"cases_by_id", "cases_by_number", "changes", "register_many", "credit_many", "cancel_many"}
        talks = name not in {"cases", "pages", "pending", "from_env"} | many
        assert inspect.iscoroutinefunction(twins[name]) == talks, name


@pytest.mark.parametrize("kind", [Amili, AsyncAmili, Cases, AsyncCases])
def test_everything_that_people_call_has_a_docstring(kind: type) -> None:
    for name, member in members(kind).items():
        assert inspect.getdoc(member), name


def test_both_are_context_managers_that_close(sandbox: SandboxProcess) -> None:
    with Amili(sandbox.base_url, sandbox.token) as amili:
        assert isinstance(amili, Amili)
    assert amili._http.is_closed

    async def main() -> AsyncAmili:
        async with AsyncAmili(sandbox.base_url, sandbox.token) as amili:
            assert isinstance(amili, AsyncAmili)
        return amili

    assert asyncio.run(main())._http.is_closed


def test_the_generated_client_of_ours_is_authenticated(sandbox: SandboxProcess) -> None:
    from amili_api.api.cases import list_cases

    with Amili(sandbox.base_url, sandbox.token) as amili:
        assert list_cases.sync_detailed(client=amili.api).status_code == 200
        assert sandbox.token not in repr(amili.api)

    async def main() -> int:
        async with AsyncAmili(sandbox.base_url, sandbox.token) as amili:
            return (await list_cases.asyncio_detailed(client=amili.api)).status_code

    assert asyncio.run(main()) == 200


def test_a_client_derived_from_the_generated_one_is_authenticated_too_and_leaves_it_alone(sandbox: SandboxProcess) -> None:
    from amili_api.api.cases import list_cases

    with Amili(sandbox.base_url, sandbox.token) as amili:
        with amili.api.with_headers({"X-Trace": "1"}) as derived:
            assert derived.get_httpx_client() is not amili.api.get_httpx_client()
            assert list_cases.sync_detailed(client=derived).status_code == 200
        assert "X-Trace" not in amili.api.get_httpx_client().headers
        assert list_cases.sync_detailed(client=amili.api).status_code == 200

    async def main() -> list[int]:
        async with AsyncAmili(sandbox.base_url, sandbox.token) as amili:
            async with amili.api.with_timeout(httpx.Timeout(20.0)) as derived:
                one = (await list_cases.asyncio_detailed(client=derived)).status_code
            return [one, (await list_cases.asyncio_detailed(client=amili.api)).status_code]

    assert asyncio.run(main()) == [200, 200]


def test_a_client_without_a_journal_says_what_to_give_it(clients: Clients) -> None:
    amili = clients()
    for ask in (amili.pending, amili.resolve_pending):
        with pytest.raises(ConfigurationError, match=r"this client has no journal; create it with journal='file.sqlite'"):
            ask()


def test_the_base_of_both_clients_is_no_client() -> None:
    from amili_api.client import AuthenticatedClient

    BaseClient: Any = Amili.__base__
    with pytest.raises(NotImplementedError):
        BaseClient(BASE_URL, "t")
    base = BaseClient.__new__(BaseClient)
    with pytest.raises(NotImplementedError):
        base._bind(AuthenticatedClient(base_url=BASE_URL, token=""), None)
    with pytest.raises(NotImplementedError):
        base._run(None)
    with pytest.raises(NotImplementedError):
        base._in_other_process_or_loop()


def test_a_case_read_over_http_compares_and_copies(shop: Shop) -> None:
    import copy

    amili, make = shop
    case = amili.case(amili.register(make()))
    assert case == amili.case(case)
    assert copy.deepcopy(case) == pickle.loads(pickle.dumps(case)) == case  # noqa: S301
    assert Case.from_dict(case.to_dict()) == case


@pytest.mark.parametrize("way", ["resolve_pending", "error.resolve", "resolve in another client", "resolve what is pending"])
def test_an_unknown_outcome_is_resolved_once_through_the_client_and_the_journal(
    clients: Clients, tmp_path: Path, way: str
) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        if request.method == "POST":
            raise httpx.ReadTimeout("x")
        return reply(page(case(_created="Fri, 31 Dec 2100 00:00:00 GMT"))) if lights_on else httpx.Response(503)

    lights_on = False
    amili = clients.answering(handler, journal=tmp_path / "journal.sqlite")
    with pytest.raises(OutcomeUnknownError) as caught:
        amili.register(invoice(), deadline=0.05)
    assert [pending.key for pending in amili.pending()] == [caught.value.key]
    lights_on = True
    if way == "resolve_pending":
        assert [receipt.case for _, receipt in amili.resolve_pending()] == [CASE]
    elif way == "error.resolve":
        resolved = caught.value.resolve()
        assert (amili._runner.run(resolved) if clients.kind == "async" else resolved).case == CASE
    elif way == "resolve in another client":
        error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - pickled here
        assert clients.answering(handler, journal=tmp_path / "journal.sqlite").resolve(error).outcome == "reconciled"
    else:
        assert amili.resolve(amili.pending()[0]).outcome == "reconciled"
    assert amili.pending() == amili.resolve_pending() == []
    assert amili.resolve(caught.value).case == CASE, "asked again, it looks again"
    assert seen.count("POST") == 1


def test_a_client_that_is_closed_says_so_and_notes_no_write(clients: Clients, tmp_path: Path) -> None:
    amili = clients.answering(lambda _: reply(page()), journal=tmp_path / "journal.sqlite")
    amili.close()
    for ask in (lambda: amili.register(invoice()), amili.cases().count):
        with pytest.raises(ConfigurationError, match="this client is closed; create a new one"):
            ask()
    assert clients.answering(lambda _: reply(page()), journal=tmp_path / "journal.sqlite").pending() == []


NOBODY: list[Any] = [{}, {"state": "invoice"}, where.state == "invoice", None, 5, [CASE]]


@pytest.mark.parametrize("wrong", NOBODY, ids=repr)
def test_what_names_no_case_is_neither_credited_nor_cancelled_nor_waited_for(clients: Clients, wrong: Any) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    for act in (amili.cancel, lambda case: amili.credit(case, 5), lambda case: amili.wait_for(case, "invoice")):
        with pytest.raises(InvalidInputError, match="a case or its identifier is needed, not"):
            act(wrong)


def test_a_text_that_is_no_identifier_is_refused_without_being_repeated(clients: Clients) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    for act in (amili.case, amili.cancel, lambda case: amili.credit(case, 5), lambda case: amili.wait_for(case, "invoice")):
        with pytest.raises(InvalidInputError, match="this is not the identifier of a case") as caught:
            act(PERSONAL_NUMBER)
        assert PERSONAL_NUMBER not in str(caught.value)


def test_nothing_is_written_to_a_case_other_than_the_one_named(clients: Clients) -> None:
    sent: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return reply(page(case(OTHER_CASE)))

    amili = clients.answering(handler)
    for act in (amili.cancel, lambda case: amili.credit(case, 5)):
        with pytest.raises(DecodeError, match="has a different case than the one requested"):
            act(CASE)
    assert sent == ["GET", "GET"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"account": 5}, "^crediting: account: a string is needed, not int$"),
        ({"reference": b"x"}, "^crediting: reference: a string is needed, not bytes$"),
        ({"currency": "Test Person"}, "^crediting: currency: the API accepts only SEK$"),
        ({"deadline": "5"}, "deadline must be the number of seconds that the call may take, above 0"),
        ({"deadline": float("inf")}, "deadline must be the number of seconds"),
        ({"deadline": float("nan")}, "deadline must be the number of seconds"),
        ({"deadline": Decimal(5)}, "deadline must be the number of seconds"),
        ({"deadline": True}, "deadline must be the number of seconds"),
        ({"deadline": []}, "deadline must be the number of seconds"),
        ({"deadline": 0}, "deadline must be the number of seconds"),
    ],
)
def test_a_detail_of_another_type_is_refused_before_anything_is_sent(
    clients: Clients, options: dict[str, Any], says: str
) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    with pytest.raises(InvalidInputError, match=says):
        amili.credit(CASE, 5, **options)


@pytest.mark.parametrize("wrong", ["x", None, 5, OutcomeUnknownError("without a trace")])
def test_only_what_was_left_open_can_be_resolved(clients: Clients, wrong: Any) -> None:
    amili = clients.answering(lambda _: pytest.fail("something was sent"))
    with pytest.raises(InvalidInputError, match=r"resolve\(\) takes an OutcomeUnknownError or a Pending, not"):
        amili.resolve(wrong)


@pytest.mark.parametrize(
    ("reason", "shown"), [("api.crediting.too_much", "api.crediting.too_much"), ("Test Person", "…"), (None, "no")]
)
def test_the_reason_of_a_refusal_is_repeated_if_it_is_a_key(clients: Clients, reason: str | None, shown: str) -> None:
    receipt = {
        "status": "error",
        "status_reason_locale": reason,
        "_created": MOMENT,
        "_updated": MOMENT,
        "_etag": "0" * 24,
        "_id": CASE,
    }

    def handler(request: httpx.Request) -> httpx.Response:
        return reply(page(case())) if request.method == "GET" else reply(receipt | {"_status": "OK"}, 201)

    with pytest.raises(ActionFailedError, match=f"credit_case was accepted but failed: {re.escape(shown)}") as caught:
        clients.answering(handler).credit(CASE, 5)
    assert caught.value.reason == reason
    assert "Person" not in str(caught.value)
