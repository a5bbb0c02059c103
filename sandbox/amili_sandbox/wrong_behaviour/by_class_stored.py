"""Contract faults in the reads of what was written and of one case, and in what is said of one debtor at different times.

The sentences they break, in the OpenAPI document: the summaries of the reads ("One page of the creditings that match"),
StoredRegistration and its like ("with what its request had and its acknowledgement has"), Customer ("matched by id_number").
"""

import json
from collections.abc import Callable
from typing import Any

from bson import ObjectId

from amili_sandbox.eve import COMPACT
from amili_sandbox.http import Reply, json_reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import COLLECTIONS, InterceptedExchange, edit_cases, edit_json

Json = dict[str, Any]
ITEMS = (*COLLECTIONS, "cases")


@contract_fault("model")
def stored_where_ignored(exchange: InterceptedExchange) -> Reply:
    """`where` has no effect on cancellations."""
    return exchange.with_query(lambda query: exchange.reads("cancellation") and query.pop("where", None)).proceed()


@contract_fault("model")
def first_item_for_each(exchange: InterceptedExchange) -> Reply:
    """The oldest crediting is read, whatever the identifier."""
    reply = exchange.proceed()
    if not (exchange.reads("crediting") and exchange.item and reply.status == 200):
        return reply
    first = exchange.with_path(f"/{COLLECTIONS['crediting']}").with_query(lambda query: query.update(sort="_id"))
    return edit_json(reply, lambda _: first.proceed().json()["_items"][0])


@contract_fault("model")
def unknown_item_found(exchange: InterceptedExchange) -> Reply:
    """An identifier that nothing has is answered with an empty object."""
    reply = exchange.proceed()
    return json_reply(200, {}) if exchange.reads(*ITEMS) and exchange.item and reply.status == 404 else reply


@contract_fault("negative")
def refused_crediting_stored(exchange: InterceptedExchange) -> Reply:
    """A crediting that is refused for its amount is stored among the creditings."""
    reply = exchange.proceed()
    body = exchange.body()
    if exchange.writes("crediting") and reply.status == 422 and "case" in body and "amount" in reply.json().get("_issues", {}):
        again = exchange.with_body(body | {"amount": 0.01})
        receipt = again.proceed_and_roll_back()
        if receipt.status == 201:
            _keep(exchange, body, receipt.json())
    return reply


def _keep(exchange: InterceptedExchange, body: Json, receipt: Json) -> None:
    ids = {name: ObjectId(body[name]) for name in ("creditor", "case")}
    creditor = exchange.state.database["creditors"].find_one(ids["creditor"])
    assert creditor is not None, "it was good enough for a crediting"
    now = exchange.state.clock.now()
    meta = {"_id": ObjectId(receipt["_id"]), "_created": now, "_updated": now, "_etag": receipt["_etag"]}
    stored = {**{name: value for name, value in body.items() if name not in ids}, **ids, **meta, "account": creditor["account"]}
    exchange.state.database[COLLECTIONS["crediting"]].insert_one(stored)


@contract_fault("boundary")
def stored_ore_lost(exchange: InterceptedExchange) -> Reply:
    """Stored creditings show whole kronor."""

    def change(document: Json) -> None:
        document.update({name: int(document[name]) for name in ("amount", "settled_amount") if name in document})

    return _edit_stored(exchange, "crediting", change)


@contract_fault("model")
def stored_reference_cut(exchange: InterceptedExchange) -> Reply:
    """A crediting keeps the first eight characters of its reference."""
    body = exchange.body()
    if exchange.writes("crediting") and isinstance(body.get("creditor_reference"), str):
        return exchange.with_body(body | {"creditor_reference": body["creditor_reference"][:8]}).proceed()
    return exchange.proceed()


@contract_fault("model")
def stored_case_wrong(exchange: InterceptedExchange) -> Reply:
    """Stored registrations give their own id as that of their case."""
    return _edit_stored(exchange, "registration", lambda document: document.update(_case=document["_id"]))


@contract_fault("model")
def item_unlike_list(exchange: InterceptedExchange) -> Reply:
    """A registration that is read by its identifier has another etag than in the list."""
    if not exchange.item:
        return exchange.proceed()
    return _edit_stored(exchange, "registration", lambda document: document.update(_etag=document["_etag"][::-1]))


@contract_fault("model")
def case_read_before_its_changes(exchange: InterceptedExchange) -> Reply:
    """A case that is read by its identifier is as it was registered."""
    if not exchange.item:
        return exchange.proceed()

    def change(case: Json) -> None:
        for name in [name for name in case if "_remaining_" in name]:
            case[name] = case[name.replace("_remaining_", "_added_")]

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("auth")
def stored_without_token(exchange: InterceptedExchange) -> Reply:
    """What was written can be read without a token, one by one."""
    reply = exchange.proceed()
    is_item = exchange.reads() and exchange.item
    return exchange.with_header("X-API-Key", exchange.token).proceed() if is_item and reply.status == 401 else reply


@contract_fault("auth")
def strangers_read_items(exchange: InterceptedExchange) -> Reply:
    """Every account reads the registrations, creditings and cancellations of all, one by one."""
    reply = exchange.proceed()
    if not (exchange.reads() and exchange.item and reply.status == 404 and ObjectId.is_valid(exchange.item)):
        return reply
    stored = exchange.state.database[COLLECTIONS[exchange.resource]].find_one({"_id": ObjectId(exchange.item)})
    return json_reply(200, json.loads(COMPACT.encode(stored))) if stored is not None else reply


@contract_fault("auth")
def strangers_count(exchange: InterceptedExchange) -> Reply:
    """`_meta.total` of cancellations counts those of all accounts."""
    reply = exchange.proceed()
    if not exchange.reads("cancellation") or exchange.item or reply.status != 200:
        return reply
    total = exchange.state.database[COLLECTIONS["cancellation"]].count_documents({})
    reply.set_header("X-Total-Count", str(total))
    return edit_json(reply, lambda page: page["_meta"].update(total=total))


# --- one debtor at different times ----------------------------------------------------------------------------------------
@contract_fault("model")
def first_name_stays(exchange: InterceptedExchange) -> Reply:
    """Cases show the name under which their debtor was first known."""
    return _of_debtor(exchange, lambda case, others: case.update(customer_name=others[0]["customer_name"]))


@contract_fault("model")
def latest_name_everywhere(exchange: InterceptedExchange) -> Reply:
    """Cases show the name under which their debtor was last registered."""
    return _of_debtor(exchange, lambda case, others: case.update(customer_name=others[-1]["customer_name"]))


@contract_fault("model")
def first_number_stays(exchange: InterceptedExchange) -> Reply:
    """Cases show the number that their debtor first had."""

    def change(case: Json, others: list[Json]) -> None:
        case.pop("customer_number", None)
        case.update({"customer_number": others[0]["customer_number"]} if "customer_number" in others[0] else {})

    return _of_debtor(exchange, change)


@contract_fault("model")
def customer_of_each_case(exchange: InterceptedExchange) -> Reply:
    """Each case has a customer of its own, although the debtor is known."""
    return _of_debtor(exchange, lambda case, _: case.update(customer=case["_id"]))


@contract_fault("model")
def status_of_customer_differs(exchange: InterceptedExchange) -> Reply:
    """One debtor has another status in each case."""
    return _of_debtor(exchange, lambda case, _: case.update(customer_status=f"initialized_{case['_id'][-4:]}"))


@contract_fault("model")
def stored_customer_is_latest(exchange: InterceptedExchange) -> Reply:
    """Stored registrations show the name under which their debtor was last registered."""

    def change(document: Json) -> None:
        same = {"customer.id_number": document["customer"]["id_number"]}
        latest = [*exchange.state.database[COLLECTIONS["registration"]].find(same)][-1]
        document["customer"]["name"] = latest["customer"]["name"]

    return _edit_stored(exchange, "registration", change)


def _of_debtor(exchange: InterceptedExchange, change: Callable[[Json, list[Json]], Any]) -> Reply:
    """Return a response with each whole case changed; `change` gets all cases of its debtor, the oldest first."""

    def each(case: Json) -> None:
        if "customer_id_number" in case and "customer_name" in case and "customer" in case:
            same = {name: ObjectId(case[name]) for name in ("account", "creditor")}
            known = exchange.state.database["cases"].find({**same, "customer_id_number": case["customer_id_number"]})
            change(case, [*known])

    return edit_cases(exchange, exchange.proceed(), each)


def _edit_stored(exchange: InterceptedExchange, resource: str, change: Callable[[Json], Any]) -> Reply:
    """Return a response with each stored document of a kind changed."""
    reply = exchange.proceed()
    if not exchange.reads(resource) or reply.status != 200:
        return reply

    def each(content: Any) -> None:
        for document in content.get("_items", [content]):
            change(document)

    return edit_json(reply, each)
