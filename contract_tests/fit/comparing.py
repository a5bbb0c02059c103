"""Where the repetition of a request was answered otherwise than the request itself, and how much of the response that is."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.fit.names import ID, Names, items_of, moment, texts
from contract_tests.messages import Exchange, NotStrictJson, loads

Difference = tuple[str, int]  # a JSON pointer with what is different there, and the number of values that this concerns

_HEADERS = {"location", "www-authenticate", "retry-after", "x-total-count", "etag", "last-modified"}
_STATUS = 1_000_000  # more than a run has values: what is refused and what is not comes first
_RATE_LIMITS = ("x-ratelimit", "ratelimit")
_WORDING = ("/_error", "/_issues")  # where each server has words of its own; names and codes there are compared
_OF_THE_ACCOUNT = ("/creditor_name", "/description_locale_tag")


def differences(old: Exchange, new: Exchange, names: Names) -> Iterator[Difference]:
    """Compare a response with that of the repetition; takes up what each of them made up."""
    if old.method == "POST":
        names.send(_read(old.request_body))
    document, other = _document(old), _document(new)
    if old.method == "POST" and old.status < 300:
        names.own.update(text for text in texts(document) if ID.fullmatch(text))
    if old.status != new.status:
        yield f"status {old.status}, and {new.status} by the stand-in", _STATUS
        if old.method == "POST" and new.status < 300:  # later pages may show what the server has not
            names.only_new.update(text for text in texts(other) if ID.fullmatch(text))
        if old.status >= 300 or new.status >= 300:
            yield "", _size(document)
            return
    yield from _headers(old, new)
    if (document is None) != (other is None):
        yield "the body: readable in one of the two only", 1
    elif isinstance(document, dict) and isinstance(other, dict) and "_items" in document.keys() & other.keys():
        yield from _page(old, document, other, names)
    else:
        yield from _compared(document, other, "", names)


def _read(body: bytes) -> Any:
    try:
        return loads(body) if body else None
    except NotStrictJson:
        return None


def _document(exchange: Exchange) -> Any:
    try:
        return exchange.document
    except NotStrictJson:
        return None


def _headers(old: Exchange, new: Exchange) -> Iterator[Difference]:
    if old.content_type != new.content_type:
        yield "/headers/content-type: another type", 1
    for name in sorted(old.headers.keys() ^ new.headers.keys()):
        if name in _HEADERS or name.startswith(_RATE_LIMITS):
            yield f"/headers/{name}: {_whose(name in old.headers)}", 1


def _whose(by_the_server: bool) -> str:
    return "sent by the server only" if by_the_server else "sent by the stand-in only"


def _compared(old: Any, new: Any, pointer: str, names: Names) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            inner = f"{pointer}/{name}"
            if name in old and name in new:
                yield from _compared(old[name], new[name], inner, names)
            else:
                yield f"{inner}: {_whose(name in old)}", _size(old.get(name, new.get(name)))
        if _was_updated_before(old) != _was_updated_before(new):
            yield f"{pointer}/_updated: before _created in one of the two", 1
    elif isinstance(old, list) and isinstance(new, list):
        for left, right in zip(old, new, strict=False):
            yield from _compared(left, right, f"{pointer}/*", names)
        if len(old) != len(new):
            yield f"{pointer}: another number of entries", abs(_size(old) - _size(new)) or 1
    elif not _same(old, new, pointer, names):
        yield f"{pointer}: another value", max(_size(old), _size(new))


def _was_updated_before(document: Mapping[str, Any]) -> bool:
    """Return whether a document seems to have been updated before it was created."""
    created, updated = moment(document.get("_created")), moment(document.get("_updated"))
    return created is not None and updated is not None and updated < created


def _same(old: Any, new: Any, pointer: str, names: Names) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        own_words = pointer.startswith(_WORDING) or pointer.endswith(_OF_THE_ACCOUNT)
        return own_words or names.same(old, new)
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def _page(old: Exchange, page: Mapping[str, Any], other: Mapping[str, Any], names: Names) -> Iterator[Difference]:
    """Compare two pages by what the run wrote: what else the server has, the stand-in can't know."""
    items, others = items_of(page), items_of(other)
    are_lists = isinstance(page["_items"], list) and isinstance(other["_items"], list)
    identified = are_lists and all(isinstance(item.get("_id"), str) for item in [*items, *others])
    by_id = {item["_id"]: item for item in others} if identified else {}
    foreign = [item for item in items if identified and item["_id"] not in names.own]
    comparable = not foreign and not names.only_new & by_id.keys()
    rest, other_rest = ({name: value for name, value in each.items() if name != "_items"} for each in (page, other))
    if not comparable:
        rest, other_rest = ({**each, "_meta": _without_values(each.get("_meta"))} for each in (rest, other_rest))
    yield from _compared(rest, other_rest, "", names)
    if not identified:
        yield from _compared(page["_items"], other["_items"], "/_items", names)
        return
    order = []
    for item in items:
        if item in foreign:
            continue
        match = by_id.pop(names.new(item["_id"]) or "", None)
        if match is None:
            yield "/_items/*: shown by the server only", _size(item)
        else:
            order.append(match)
            yield from _compared(item, match, "/_items/*", names)
    if comparable:
        yield from (("/_items/*: shown by the stand-in only", _size(item)) for item in by_id.values())
        if _is_ordered(old) and order != [item for item in others if item["_id"] not in by_id]:
            yield "/_items: another order", len(order)


def _without_values(document: Any) -> Any:
    return dict.fromkeys(document) if isinstance(document, dict) else document


def _is_ordered(exchange: Exchange) -> bool:
    """Return whether a request says of any two documents which is to come first."""
    return any(name == "sort" and text.rpartition(",")[2].lstrip("-") == "_id" for name, text in exchange.query)


def _size(document: Any) -> int:
    """Return the number of values in a document, itself included."""
    if isinstance(document, Mapping | list):
        return 1 + sum(map(_size, document.values() if isinstance(document, Mapping) else document))
    return 1
