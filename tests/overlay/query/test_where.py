"""`where` against the stand-in: what a condition matches there is what it says."""

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from amili import Amili, Condition, InvalidInputError, where
from amili_sandbox.testing import SandboxProcess
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.support import QUICK
from tests.samples import invoice

NAMES = [
    "$where",
    "{'$ne': 1}",
    '"quoted"',
    "a.b.c",
    "O'Brien",
    "ÅÄÖ 🧾",
    "null",
    "true",
    "5",
    " spaced ",
    "back\\slash",
    "%20&x=1",
    ";--",
]
AMOUNTS = [Decimal(100), Decimal("100.50"), Decimal(200)]


@pytest.fixture(scope="module")
def shop(sandbox_process: SandboxProcess) -> Iterator[Amili]:
    """A client of a stand-in that holds a case for each of the names."""
    sandbox_process.reset()
    with Amili(sandbox_process.base_url, sandbox_process.token, quota="off", retry=QUICK) as amili:
        for position, name in enumerate(NAMES):
            document = invoice(account=sandbox_process.account, creditor=sandbox_process.creditor, invoice_number=f"N{position}")
            amount = float(AMOUNTS[position % 3])
            document["customer"] = document["customer"] | {"name": name}
            document["matrix"] = [document["matrix"][0] | {"unit_price": amount, "total_price_excluding_vat": amount}]
            amili.register(document)
        yield amili


def names(amili: Amili, condition: Condition | dict[str, Any]) -> list[str]:
    return [case.customer_name for case in amili.cases(condition)]


@pytest.mark.parametrize("name", NAMES)
def test_a_text_full_of_tricks_finds_just_itself(shop: Amili, name: str) -> None:
    assert names(shop, where.customer_name == name) == [name]
    assert names(shop, where.customer_name.in_([name])) == [name]
    assert names(shop, where.field("customer_name") == name) == [name]
    assert names(shop, where.customer_name != name) == [other for other in NAMES if other != name]


def matches(case: dict[str, Any], condition: dict[str, Any]) -> bool:
    """The meaning of the operators, written down a second time."""
    (key, value), *rest = condition.items()
    assert not rest
    if key == "$and":
        return all(matches(case, part) for part in value)
    if key == "$or":
        return any(matches(case, part) for part in value)
    if key == "$nor":
        return not any(matches(case, part) for part in value)
    if not isinstance(value, dict):
        return bool(case[key] == value)
    ((operator, operand),) = value.items()
    held: Any = case[key]
    meaning: dict[str, Callable[[], Any]] = {
        "$ne": lambda: held != operand,
        "$lt": lambda: held < operand,
        "$lte": lambda: held <= operand,
        "$gt": lambda: held > operand,
        "$gte": lambda: held >= operand,
        "$in": lambda: held in operand,
        "$nin": lambda: held not in operand,
    }
    return bool(meaning[operator]())


_name, _amount = where.customer_name, where.debt.initial_capital
_texts, _amounts = st.sampled_from([*NAMES, "nobody"]), st.sampled_from([*AMOUNTS, Decimal("100.49"), 0])
_leaves = (
    st.builds(lambda v: _name == v, _texts)
    | st.builds(lambda v: _name != v, _texts)
    | st.builds(_name.in_, st.lists(_texts, min_size=1, max_size=3))
    | st.builds(_name.not_in, st.lists(_texts, min_size=1, max_size=3))
    | st.builds(lambda v: _amount < v, _amounts)
    | st.builds(lambda v: _amount <= v, _amounts)
    | st.builds(lambda v: _amount > v, _amounts)
    | st.builds(lambda v: _amount >= v, _amounts)
    | st.builds(lambda v: _amount == v, _amounts)
)
_trees = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner) | st.builds(lambda a, b: a | b, inner, inner) | st.builds(lambda a: ~a, inner)
    ),
    max_leaves=5,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(_trees)
def test_a_tree_of_conditions_matches_what_it_says(shop: Amili, condition: Condition) -> None:
    held = [{"customer_name": name, "debt.initial_capital": float(AMOUNTS[position % 3])} for position, name in enumerate(NAMES)]
    assert names(shop, condition) == [case["customer_name"] for case in held if matches(case, condition.document)]


def test_dates_match_as_moments(shop: Amili) -> None:
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    assert len(names(shop, (where.created > now - day) & (where.created < now + day))) == len(NAMES)
    assert names(shop, where.created > now + day) == []
    assert len(names(shop, Condition({"_created": {"$gt": now - day}}))) == len(NAMES)
    assert len(names(shop, where.field("_created") < (now + 2 * day).date())) == len(NAMES)


def test_identifiers_match_whatever_their_case(shop: Amili) -> None:
    found = shop.case(where.debt.invoice_number == "N0")
    assert shop.case(where.id == found.id.upper()) == found
    assert shop.case(where.field("_id") == found.id) == found
    assert names(shop, where.creditor == found.creditor) == NAMES
    assert names(shop, where.creditor.not_in([found.creditor])) == []


def test_existence_is_asked_as_it_is_meant(shop: Amili) -> None:
    assert names(shop, where.closed.exists()) == []
    assert names(shop, where.closed.exists(False)) == NAMES
    assert names(shop, where.debt.invoice_number.exists()) == NAMES


def test_what_the_api_takes_for_another_type_is_what_is_refused_here(shop: Amili) -> None:
    for text in ("68e4c1ab0000000000000001", "Tue, 07 Oct 2025 07:41:01 GMT"):
        document = invoice(account="", creditor="", invoice_number=text)
        with pytest.raises(InvalidInputError, match="would match nothing"):
            where.debt.invoice_number == document["invoice_number"]  # noqa: B015


def test_the_wire_form_is_what_the_server_gets(shop: Amili, sandbox_process: SandboxProcess) -> None:
    condition = (where.customer_name == "ÅÄÖ 🧾") | (where.debt.initial_capital >= Decimal("100.50"))
    shop.cases(condition).count()
    assert sandbox_process.requests()[-1]["query"]["where"] == condition.wire


def test_an_operator_that_the_api_forbids_is_its_refusal_not_ours(shop: Amili) -> None:
    from amili import BadRequestError

    with pytest.raises(BadRequestError) as caught:
        shop.cases(Condition({"$where": "1"})).count()
    assert caught.value.status == httpx.codes.BAD_REQUEST
