"""What a refusal must name: the properties that are wrong, no others, and no personal data."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.findings import fact
from contract_tests.messages import Exchange
from contract_tests.model.case import Difference

_ONE_OF = {"case", "invoice_number"}  # two ways to name a case; an error in one may be reported for both


def issues(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the messages of an error by property, from either form of it."""
    flat = dict((document.get("_error") or {}).get("details") or {})
    return flat | dict(_flattened(document.get("_issues") or {}, ""))


def _flattened(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _flattened(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for inner in node:
            yield from _flattened(inner, path)
    else:
        yield path, str(node)


def _names(node: Any) -> Iterator[str]:
    for inner in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        yield from _names(inner)
    yield from map(str, node if isinstance(node, Mapping) else ())


def refused_credentials(exchange: Exchange) -> str:
    """Return a message if a registration was refused for its account or creditor alone: wrong configuration."""
    unnamed_mistake = issues(exchange.object_or_empty).keys()
    if exchange.status != 422 or not unnamed_mistake or not unnamed_mistake <= {"account", "creditor"}:
        return ""
    return f"AMILI_ACCOUNT or AMILI_CREDITOR is refused with this token: {', '.join(sorted(unnamed_mistake))}"


def refusal_differences(body: Any, named: tuple[str, ...], exchange: Exchange) -> Iterator[Difference]:
    """Return where a refusal of a body does not name the properties that are wrong, or names others."""
    named_issues = issues(exchange.object_or_empty)
    for name in filter(lambda name: "." in name, _names(exchange.object_or_empty.get("_issues"))):
        yield fact("issues"), "/_issues", "names that are nested like the document", f"the dotted name {name}"
    for name in named:
        if not any(path == name or path.startswith(f"{name}.") for path in named_issues):
            seen = ", ".join(sorted(named_issues)) or "no property at all"
            yield fact("issues"), f"/_issues/{name.replace('.', '/')}", "what is wrong with it", seen
    allowed = (
        {*named, *(_ONE_OF if _ONE_OF & {*named} or not _ONE_OF & {*body} else ())} if isinstance(body, Mapping) else {*named}
    )
    for path, text in named_issues.items():
        if named and not any(f"{path}.".startswith(f"{name}.") or f"{name}.".startswith(f"{path}.") for name in allowed):
            expected = "nothing, since there is nothing wrong with it"
            yield fact("issues"), f"/_issues/{path.replace('.', '/')}", expected, text
        if not text.strip():
            yield fact("issues"), f"/_issues/{path.replace('.', '/')}", "a text that says what is wrong", '""'
    for name in _persons_in(body, exchange):
        yield fact("no_person_in_refusals"), "", f"no {name} of a person", f"the {name} that was sent"


def _persons_in(body: Any, exchange: Exchange) -> Iterator[str]:
    """Yield the personal properties of a request that a refusal repeats, which it has no reason to do."""
    customer = body.get("customer") if isinstance(body, Mapping) else None
    address = customer.get("address") if isinstance(customer, Mapping) else None
    for part in (customer, address):
        for name, value in part.items() if isinstance(part, Mapping) else ():
            if isinstance(value, str) and len(value) > 3 and value.encode() in exchange.body:
                yield name
