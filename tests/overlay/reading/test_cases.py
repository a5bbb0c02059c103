"""Plans that read: a page, exactly one case, waiting for a case."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from amili import (
    Case,
    CaseState,
    CreditorCreditingReceipt,
    DecodeError,
    InvalidInputError,
    InvoiceRegistrationReceipt,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    PartialCase,
    ServerError,
    where,
)
from amili._core.engine import NoResponse
from amili._core.operations import list_request, read
from amili._core.reading import case_id, one_case, wait_for

from tests.overlay.support import FlowRun, answer, play
from tests.samples import CASE, OTHER_CASE, PERSONAL_NUMBER, case, page
from tests.virtual_time import Clock, context

FOUND = answer(200, page(case()))
EMPTY = answer(200, page())


def test_a_page_is_read() -> None:
    played = play(read(context(), list_request()), FOUND)
    assert [found.id for found in played.result.items] == [CASE]


def test_an_error_is_raised_with_what_was_tried() -> None:
    clock = Clock()
    with pytest.raises(ServerError) as caught:
        play(read(context(clock, attempts=2), list_request()), answer(500), answer(500), clock=clock)
    assert (caught.value.attempts, caught.value.elapsed, caught.value.operation) == (2, 0.5, "list_cases")
    with pytest.raises(NoResponseError):
        play(read(context(attempts=1), list_request()), NoResponse(True, "timeout"))


def test_a_page_that_does_not_fit_the_contract_is_told_with_what_was_tried() -> None:
    with pytest.raises(DecodeError) as caught:
        play(read(context(), list_request()), answer(200, {"_items": []}))
    assert (caught.value.path, caught.value.attempts) == ("/_meta", 1)


def test_exactly_one_case_is_given_back() -> None:
    played = play(one_case(context(), where.state == "invoice"), FOUND)
    assert isinstance(played.result, Case)
    assert played.sent[0].request.params == {"where": '{"state":"invoice"}', "max_results": 2}


def test_no_case_and_many_cases_are_told_apart_with_the_number_found() -> None:
    with pytest.raises(NoCaseFound, match="no case matches; a newly registered case may take some time") as none:
        play(one_case(context(), CASE), EMPTY)
    assert none.value.operation == "list_cases"
    with pytest.raises(MultipleCasesFound, match="7 cases match, but exactly one is needed") as many:
        play(one_case(context(), CASE), answer(200, page(case(), case(OTHER_CASE), total=7)))
    assert (many.value.total, many.value.operation) == (7, "list_cases")
    with pytest.raises(MultipleCasesFound) as more:
        play(one_case(context(), CASE), answer(200, page(case(), total=2)))
    assert more.value.total == 2


def asked(given: Any) -> Any:
    """The condition that is sent to find a case."""
    return play(one_case(context(), given), FOUND).sent[0].request.params["where"]


RECEIPT = InvoiceRegistrationReceipt.from_dict({"_case": CASE, "_id": OTHER_CASE})


@pytest.mark.parametrize("given", [CASE, CASE.upper(), Case.from_dict(case()), PartialCase(id=CASE), RECEIPT])
def test_a_case_is_found_by_whatever_names_it(given: Any) -> None:
    assert asked(given) == (where.id == CASE).wire


def test_a_condition_and_a_dict_are_used_as_they_are() -> None:
    assert asked(where.state == "invoice") == asked({"state": "invoice"}) == '{"state":"invoice"}'


@pytest.mark.parametrize(
    "wrong", [None, 5, CreditorCreditingReceipt(id=OTHER_CASE), PartialCase(state=CaseState.INVOICE), object()]
)
def test_what_names_no_case_is_refused_and_not_guessed_at(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="a case or its identifier is needed, not"):
        case_id(wrong)


@pytest.mark.parametrize("text", ["INV-2025-015", "", CASE + "0", PERSONAL_NUMBER])
def test_a_text_that_is_no_identifier_says_how_to_search_by_invoice_number(text: str) -> None:
    says = r"^this is not the identifier of a case .* use amili.case\(where.debt.invoice_number == '...'\)$"
    with pytest.raises(InvalidInputError, match=says):
        case_id(text)
    with pytest.raises(InvalidInputError, match=says):
        play(wait_for(context(), text, "invoice", 1.0, 1.0))


@pytest.mark.parametrize("given", [CASE, CASE.upper(), Case.from_dict(case()), RECEIPT])
def test_another_case_than_the_one_asked_for_is_not_given_back(given: Any) -> None:
    with pytest.raises(DecodeError, match="has a different case than the one requested") as caught:
        play(one_case(context(), given), answer(200, page(case(OTHER_CASE))))
    assert (caught.value.path, caught.value.attempts) == ("/_items/0/_id", 1)
    assert play(one_case(context(), given), FOUND).result.id == CASE
    assert play(one_case(context(), {"state": "invoice"}), answer(200, page(case(OTHER_CASE)))).result.id == OTHER_CASE


@pytest.mark.parametrize("name", ["page", "max_results", "total"])
@pytest.mark.parametrize("value", ["5", None, 1.5, True])
def test_a_count_that_is_no_number_is_told_with_its_place(name: str, value: Any) -> None:
    document = page(case())
    document["_meta"][name] = value
    with pytest.raises(DecodeError, match=f"at /_meta/{name}: ") as caught:
        play(read(context(), list_request()), answer(200, document))
    assert (caught.value.path, caught.value.is_json, caught.value.attempts) == (f"/_meta/{name}", True, 1)


def waited(wanted: Any, *outcomes: Any, timeout: float = 10.0, poll: float = 2.0, chance: float = 0.5, **rules: Any) -> FlowRun:
    clock = Clock()
    return play(wait_for(context(clock, random=lambda: chance, **rules), CASE, wanted, timeout, poll), *outcomes, clock=clock)


REMINDED = answer(200, page(case(state="reminder")))


@pytest.mark.parametrize(
    "wanted",
    ["reminder", CaseState.REMINDER, ["debt_collection", "reminder"], iter(["reminder"]), lambda c: c.state != "invoice"],
)
def test_a_case_is_read_until_it_is_as_wanted(wanted: Any) -> None:
    played = waited(wanted, EMPTY, FOUND, REMINDED)
    assert played.result.state == CaseState.REMINDER
    assert played.slept == [2.0, 2.0]


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 1.0), (1.0, 3.0)])
def test_the_pauses_are_jittered_around_the_one_asked_for(chance: float, pause: float) -> None:
    assert waited("reminder", FOUND, REMINDED, chance=chance).slept == [pause]


def test_the_error_at_the_end_tells_the_last_state_seen() -> None:
    with pytest.raises(
        NoResponseError, match=r"^the case did not become reminder or closed within 5 s; last seen: state invoice, status active$"
    ) as caught:
        waited(["reminder", "closed"], FOUND, FOUND, FOUND, timeout=5.0)
    assert (caught.value.attempts, caught.value.elapsed) == (3, 5.0)
    with pytest.raises(NoResponseError, match="did not become what the function checks for within 1 s; last seen: not found yet"):
        waited(lambda _: False, EMPTY, timeout=1.0)


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        (NoResponse(True, "gone"), "no response from amili.test.*: gone"),
        (NoResponse(False, "refused"), "no response from amili.test.*: refused"),
        (answer(503), "list_cases failed with 503"),
        (answer(429), "list_cases failed with 429"),
    ],
    ids=repr,
)
def test_what_may_pass_is_waited_for_and_told_at_the_end_with_the_last_state_seen(failing: Any, told: str) -> None:
    with pytest.raises(NoResponseError, match=f"within 5 s; last seen: state invoice, status active; then .*{told}") as caught:
        waited("reminder", FOUND, failing, failing, timeout=5.0, attempts=1)
    assert (caught.value.attempts, caught.value.elapsed) == (3, 5.0)
    played = waited("reminder", failing, FOUND, failing, REMINDED, attempts=1)
    assert (played.result.state, played.slept) == (CaseState.REMINDER, [2.0] * 3)


def test_what_no_longer_fails_is_not_told_at_the_end() -> None:
    with pytest.raises(NoResponseError, match=r"within 5 s; last seen: state invoice, status active$"):
        waited("reminder", answer(503), FOUND, FOUND, timeout=5.0, attempts=1)
    with pytest.raises(NoResponseError, match=r"within 3 s; last seen: not found yet$"):
        waited("reminder", answer(503), EMPTY, timeout=3.0, attempts=1)


def test_a_server_that_asks_for_a_pause_is_given_it() -> None:
    played = waited("reminder", answer(503, retry_after="7"), FOUND, REMINDED, timeout=20.0, attempts=1)
    assert played.slept == [7.0, 2.0]


def test_another_error_ends_the_waiting() -> None:
    with pytest.raises(MultipleCasesFound):
        waited("reminder", answer(200, page(case(), case(OTHER_CASE))))


@pytest.mark.parametrize("wanted", [[], None, 5, b"invoice", [None], ["invoice", 5], {"state": "invoice"}], ids=repr)
def test_nothing_to_wait_for_is_refused(wanted: Any) -> None:
    with pytest.raises(InvalidInputError, match="needs a state, a list of states, or a function of the case"):
        waited(wanted)


def test_a_condition_is_nothing_to_wait_for() -> None:
    with pytest.raises(InvalidInputError, match="needs a state"):
        waited(where.state == "invoice")


@pytest.mark.parametrize("wrong", [None, "5", 0, -1, float("nan"), float("inf"), True, Decimal(5)], ids=repr)
@pytest.mark.parametrize("name", ["timeout", "poll"])
def test_times_to_wait_that_are_none_are_refused(name: str, wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"wait_for\(\): timeout and poll must be numbers of seconds above 0"):
        waited("invoice", **{name: wrong})


def test_an_asynchronous_function_of_the_case_is_refused_instead_of_being_always_true() -> None:
    async def closed(found: Case) -> bool:
        return found.closed is not None

    loop = asyncio.new_event_loop()
    future: asyncio.Future[bool] = loop.create_future()
    for wanted in (closed, lambda _: future):
        with pytest.raises(InvalidInputError, match=r"wait_for\(\) needs a plain function of the case, not an asynchronous one"):
            waited(wanted, FOUND)
    loop.close()


def test_a_state_that_looks_like_no_state_is_not_repeated() -> None:
    named = answer(200, page(case(state="Test Person", status=PERSONAL_NUMBER)))
    with pytest.raises(NoResponseError, match=r"last seen: state …, status …$"):
        waited("closed", named, timeout=1.0)


def test_a_budget_counts_for_several_calls() -> None:
    rules = context()
    budget = rules.budget()
    play(one_case(rules, CASE, budget), FOUND)
    play(one_case(rules, CASE, budget), FOUND)
    assert budget.attempts == 2


def test_a_response_that_is_no_json_is_asked_for_again_and_in_the_end_told() -> None:
    page_of_a_proxy = answer(200, b"<html></html>")
    clock = Clock()
    played = play(read(context(clock), list_request()), page_of_a_proxy, page_of_a_proxy, FOUND, clock=clock)
    assert played.slept == [0.5, 1.0]
    with pytest.raises(DecodeError) as caught:
        play(read(context(attempts=2), list_request()), page_of_a_proxy, page_of_a_proxy)
    assert (caught.value.attempts, caught.value.is_json) == (2, False)
    with pytest.raises(DecodeError):
        play(read(context(total=0.2), list_request()), page_of_a_proxy)
