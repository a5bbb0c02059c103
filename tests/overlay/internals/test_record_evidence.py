"""What the lists of registrations, creditings and cancellations prove of a write, from the documents alone.

Inside: a verdict is a pure decision about what the API returned; through a client each row here would need a lost response.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from amili import Case, InvoiceRegistration, UnreadablePropertyError
from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, RegistrationEvidence
from amili._core.writing.verdict import Absent, Confirmed, Inconclusive
from amili_api.models.stored_cancellation import StoredCancellation
from amili_api.models.stored_crediting import StoredCrediting
from amili_api.models.stored_registration import StoredRegistration

from tests.samples import CASE, MOMENT, case, invoice

SINCE = datetime.datetime(2025, 10, 7, 7, 41, 1, tzinfo=datetime.UTC)
BEFORE = "Tue, 07 Oct 2025 07:40:50 GMT"
MADE = "amili-0123456789abcdef01234567"
ID, OTHER_ID = f"{1:024x}", f"{2:024x}"


def stored(identifier: str = ID, **properties: Any) -> dict[str, Any]:
    return {"_id": identifier, "_created": MOMENT, "_updated": MOMENT, "_etag": "a" * 40, **properties}


def a_case(remaining: float = 500.0) -> Case:
    return Case.from_dict(case(total_remaining_capital_amount=remaining))


def a_crediting(identifier: str = ID, reference: Any = MADE, amount: float = 100, **properties: Any) -> StoredCrediting:
    document = stored(
        identifier, case=CASE, amount=amount, settled_amount=amount, creditor_reference=reference, status="completed"
    )
    return StoredCrediting.from_dict(document | properties)


def made(amount: str = "100") -> CreditingEvidence:
    return CreditingEvidence.of(a_case(), Decimal(amount), made=MADE)


def given(reference: str = "Credit 7", amount: str = "100") -> CreditingEvidence:
    return CreditingEvidence.of(a_case(), Decimal(amount), given=reference)


def weighed(evidence: CreditingEvidence, remaining: float, *rows: StoredCrediting, dependable: bool = False) -> Any:
    cases = [a_case(remaining)]
    return evidence.weigh(evidence.judge(cases, SINCE), cases, rows, SINCE, dependable=dependable)


def test_a_crediting_without_a_reference_is_not_looked_up_among_creditings() -> None:
    assert CreditingEvidence.of(a_case(), Decimal(1)).records() is None
    for evidence in (made(), given()):
        records, value = evidence.records() or pytest.fail("it can be looked up")
        assert (records.operation, value) == ("list_creditings", CASE)


@pytest.mark.parametrize("reference", [MADE, MADE.upper(), f"{MADE} ", MADE.replace("-", ""), f"AMILI: {MADE}"])
def test_the_reference_that_was_made_proves_a_crediting_by_itself(reference: str) -> None:
    verdict = made().judge_records([a_crediting(OTHER_ID, "CR-1"), a_crediting(reference=reference)], None)
    assert isinstance(verdict, Confirmed)
    assert (verdict.found.id, verdict.settled) == (ID, Decimal(100))


def test_a_reference_that_was_given_proves_nothing_by_itself() -> None:
    assert given().judge_records([a_crediting(reference="Credit 7")], SINCE) is None


def test_two_creditings_of_one_reference_need_a_person() -> None:
    verdict = made().judge_records([a_crediting(), a_crediting(OTHER_ID)], SINCE)
    assert isinstance(verdict, Inconclusive)
    assert f"{ID} and {OTHER_ID}" in verdict.why


def test_a_crediting_whose_statuses_contradict_each_other_proves_nothing_and_the_case_decides() -> None:
    row = a_crediting(_crediting_status="error")
    assert made().judge_records([row], SINCE) is None
    assert isinstance(weighed(made(), 400.0, row, dependable=True), Confirmed)
    with pytest.raises(UnreadablePropertyError):
        made().judge_records([a_crediting(status=5)], SINCE)


@pytest.mark.parametrize(
    "evidence", [made(), given(), made("500"), given(amount="500")], ids=["made", "given", "all", "all, given"]
)
def test_what_others_account_for_is_not_this_crediting(evidence: CreditingEvidence) -> None:
    other = a_crediting(reference="Credit 8", amount=float(evidence.amount))
    assert weighed(evidence, 500.0 - float(evidence.amount), other) == Absent(by_others=True)


def test_it_does_not_matter_when_the_others_were_stored() -> None:
    earlier = a_crediting(OTHER_ID, "Credit 5", 30, _created=BEFORE)
    evidence = CreditingEvidence.of(a_case(470.0), Decimal(100), made=MADE)
    assert weighed(evidence, 370.0, earlier, a_crediting(reference="Credit 8")) == Absent(by_others=True)
    assert isinstance(weighed(evidence, 370.0, earlier), Confirmed), "30 do not account for 130"


@pytest.mark.parametrize("reference", ["amili-0123456789", None, "", "-"])
def test_a_crediting_whose_reference_may_have_been_cut_off_or_dropped_is_not_certainly_of_another(reference: str | None) -> None:
    assert isinstance(weighed(made(), 400.0, a_crediting(reference=reference)), Confirmed)


@pytest.mark.parametrize(
    ("reference", "is_other"), [("Credit 8", True), ("CREDIT-7", False), ("Cred", False), ("Credit 12", True)]
)
def test_a_given_reference_is_compared_without_what_an_api_may_change(reference: str, is_other: bool) -> None:
    row = a_crediting(reference=reference, _created=BEFORE)
    assert (weighed(given(), 400.0, row) == Absent(by_others=True)) is is_other


@pytest.mark.parametrize("change", [{"settled_amount": None}, {"settled_amount": 60}])
def test_others_account_only_for_what_they_settled(change: dict[str, Any]) -> None:
    assert isinstance(weighed(made(), 400.0, a_crediting(reference="CR-8", **change)), Confirmed)


def test_a_crediting_that_a_dependable_list_does_not_have_is_not_taken_from_the_case_alone() -> None:
    assert weighed(made(), 400.0, dependable=True) == Inconclusive(
        "the case has changed as by this crediting, but the list of creditings does not have it"
    )
    assert isinstance(weighed(made(), 400.0), Confirmed)
    assert isinstance(weighed(made(), 370.0, dependable=True), Inconclusive)
    assert not isinstance(weighed(made(), 370.0, dependable=True), Absent)


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({}, True),
        ({"_created": BEFORE}, False),
        ({"amount": 100.01}, False),
        ({"status": "error"}, False),
        ({"creditor_reference": None}, False),
    ],
)
def test_a_given_reference_serves_with_amount_and_time_and_what_the_case_shows(change: dict[str, Any], is_found: bool) -> None:
    row = a_crediting(reference="Credit 7", settled_amount=60, **change)
    verdict = weighed(given(), 400.0, row)
    assert isinstance(verdict, Confirmed)
    assert (verdict.found is row) is is_found
    assert isinstance(weighed(given(), 500.0, row), Absent)


def test_two_of_one_given_reference_and_amount_are_left_to_the_case() -> None:
    rows = a_crediting(reference="Credit 7"), a_crediting(OTHER_ID, "Credit 7")
    verdict = weighed(given(), 400.0, *rows, dependable=True)
    assert isinstance(verdict, Confirmed)
    assert isinstance(verdict.found, Case)


def test_a_given_reference_is_found_beside_a_crediting_of_another_if_nothing_else_is_unaccounted_for() -> None:
    ours, other = a_crediting(reference="Credit 7"), a_crediting(OTHER_ID, "Credit 8")
    assert weighed(given(), 300.0, ours, other) == Confirmed(ours, Decimal(100))
    assert isinstance(weighed(given(), 250.0, ours, other), Inconclusive)


@pytest.mark.parametrize(
    ("rows", "remaining", "times"),
    [
        ([a_crediting(), a_crediting(OTHER_ID, "CR-8")], 300.0, 1),
        ([a_crediting(), a_crediting(OTHER_ID)], 300.0, 2),
        ([a_crediting()], 300.0, None),
        ([a_crediting(OTHER_ID, "CR-8")], 400.0, None),
        ([], 500.0, None),
    ],
)
def test_how_often_a_crediting_is_listed_is_known_if_all_is_accounted_for(rows: Any, remaining: float, times: int | None) -> None:
    assert made().times_listed(a_case(remaining), rows, SINCE) == times


def test_a_given_reference_is_not_in_the_evidence() -> None:
    assert "Anna" not in repr(given("for Anna"))
    assert given("Credit 7") == given("CREDIT-7")


def test_a_crediting_with_another_given_reference_is_no_repetition() -> None:
    assert given().is_repetition_of(given())
    assert not given().is_repetition_of(given("Credit 8"))
    assert given().is_repetition_of(made())
    assert made().is_repetition_of(CreditingEvidence(CASE, Decimal(100), Decimal(500), ()))


def test_a_case_that_is_not_to_be_found_accounts_for_nothing() -> None:
    row = a_crediting(reference="CR-8")
    assert made().weigh(Inconclusive("x"), [], [row], SINCE, dependable=True) == Inconclusive("x")


REGISTRATION = RegistrationEvidence.of(InvoiceRegistration.from_dict(invoice()))


def a_registration(identifier: str = ID, **changes: Any) -> StoredRegistration:
    return StoredRegistration.from_dict(stored(identifier, **invoice(), _case=CASE) | changes)


@pytest.mark.parametrize(
    ("rows", "is_found"),
    [
        ([a_registration()], True),
        ([a_registration(), a_registration(OTHER_ID, _created="Mon, 06 Oct 2025 07:41:01 GMT")], True),
        ([], False),
        ([a_registration(), a_registration(OTHER_ID)], False),
        ([a_registration(_created=BEFORE)], False),
        ([a_registration(_case=None)], False),
        ([a_registration(_case="INV-1")], False),
        ([a_registration(customer=None)], False),
        ([a_registration(matrix=None)], False),
        ([a_registration(customer=invoice()["customer"] | {"id_number": "19900101-0025"})], False),
        ([a_registration(matrix=[invoice()["matrix"][0] | {"total_price_excluding_vat": 500.01}])], False),
        ([a_registration(matrix=[invoice()["matrix"][0]] * 2)], False),
    ],
)
def test_a_registration_is_found_if_just_one_of_it_was_stored(rows: list[StoredRegistration], is_found: bool) -> None:
    verdict = REGISTRATION.judge_records(rows, SINCE)
    assert verdict == (Confirmed(rows[0]) if is_found else None)
    assert REGISTRATION.weigh(Absent(), [], rows, SINCE, dependable=True) == Absent()


def test_what_is_not_known_of_an_invoice_is_not_compared() -> None:
    bare = RegistrationEvidence(REGISTRATION.invoice_number, REGISTRATION.creditor, None, None)
    assert isinstance(bare.judge_records([a_registration(customer={"id_number": "x"})], SINCE), Confirmed)


def test_a_number_that_can_not_be_searched_for_is_not_looked_up_among_registrations() -> None:
    assert RegistrationEvidence(CASE, CASE, None, None).records() is None
    records, number = REGISTRATION.records() or pytest.fail("it can be looked up")
    assert (records.operation, records.creditor, number) == ("list_registrations", REGISTRATION.creditor, "INV-2025-015")


def a_cancellation(identifier: str = ID, **properties: Any) -> StoredCancellation:
    return StoredCancellation.from_dict(stored(identifier, case=CASE) | properties)


@pytest.mark.parametrize(
    ("rows", "since", "is_found"),
    [
        ([a_cancellation()], SINCE, True),
        ([a_cancellation(), a_cancellation(OTHER_ID, _created=BEFORE)], SINCE, True),
        ([a_cancellation(_created=BEFORE)], SINCE, False),
        ([a_cancellation()], None, False),
        ([a_cancellation(status="error")], SINCE, False),
        ([a_cancellation(), a_cancellation(OTHER_ID)], SINCE, False),
        ([], SINCE, False),
    ],
)
def test_a_cancellation_is_found_if_just_one_was_stored_since(rows: list[StoredCancellation], since: Any, is_found: bool) -> None:
    evidence = CancellationEvidence(CASE)
    assert evidence.judge_records(rows, since) == (Confirmed(rows[0]) if is_found else None)


def test_a_case_that_another_party_closed_was_not_cancelled_by_us() -> None:
    evidence, closed = CancellationEvidence(CASE), Confirmed(a_case())
    assert evidence.weigh(closed, [], [], SINCE, dependable=True) == Absent(by_others=True)
    assert evidence.weigh(closed, [], [], SINCE, dependable=False) == closed
    assert evidence.weigh(closed, [], [a_cancellation(_created=BEFORE)], SINCE, dependable=True) == closed
    assert evidence.weigh(Inconclusive("x"), [], [], SINCE, dependable=True) == Inconclusive("x")
