"""A request and its correct response, and ways to change both."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from amili_sandbox.http import Reply, Request, json_reply
from amili_sandbox.state import State

RESOURCES = {
    "invoice-registration": "registration",
    "invoice--registrations": "registration",
    "creditor-crediting": "crediting",
    "creditor--creditings": "crediting",
    "creditor-cancellation": "cancellation",
    "creditor--cancellations": "cancellation",
    "cases": "cases",
}
WRITTEN = ("registration", "crediting", "cancellation")
COLLECTIONS = dict(zip(WRITTEN, ("invoice--registrations", "creditor--creditings", "creditor--cancellations"), strict=True))


@dataclass
class InterceptedExchange:
    """One request, and the function that answers it."""

    request: Request
    answer: Callable[[Request], Reply]
    state: State
    token: str  # always valid
    count: Callable[[], int] = field(repr=False)  # how often it was called, including this time

    @property
    def resource(self) -> str:
        """What the request is about: `registration`, `crediting`, `cancellation`, `cases`, or nothing."""
        return RESOURCES.get(self.request.path.strip("/").partition("/")[0], "")

    def writes(self, *resources: str) -> bool:
        """Whether the request is a POST to one of these, or to any of the three."""
        return self.request.method == "POST" and self.resource in (resources or WRITTEN)

    @property
    def item(self) -> str:
        """The identifier in the path; empty if there is none."""
        return self.request.path.strip("/").partition("/")[2]

    def reads(self, *resources: str) -> bool:
        """Whether the request reads one of these, or any of the three that are written: a page, or one document."""
        return self.request.method == "GET" and self.resource in (resources or WRITTEN)

    def lists_cases(self) -> bool:
        """Whether the request asks for a page of cases."""
        return self.reads("cases") and not self.item

    def proceed(self) -> Reply:
        """Return the correct response."""
        return self.answer(self.request)

    def proceed_and_roll_back(self) -> Reply:
        """Return the correct response to a write, and roll the write back."""
        with self.state.database.transaction():
            reply = self.proceed()
            self.state.database.set_rollback_only()
        return reply

    def body(self) -> dict[str, Any]:
        """Return the request's JSON object; an empty one if there is none."""
        try:
            content = json.loads(self.request.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def with_body(self, body: Any) -> "InterceptedExchange":
        """Return this exchange with another request body."""
        return self._with(replace(self.request, body=json.dumps(body).encode()))

    def with_method(self, method: str) -> "InterceptedExchange":
        """Return this exchange with another method."""
        return self._with(replace(self.request, method=method))

    def with_path(self, path: str) -> "InterceptedExchange":
        """Return this exchange with another path, and no query."""
        return self._with(replace(self.request, target=path))

    def with_query(self, change: Callable[[dict[str, str]], Any]) -> "InterceptedExchange":
        """Return this exchange with a changed query."""
        query = dict(parse_qsl(self.request.query, keep_blank_values=True))
        change(query)
        path = self.request.target.partition("?")[0]
        return self._with(replace(self.request, target=f"{path}?{urlencode(query)}"))

    def with_header(self, name: str, value: str) -> "InterceptedExchange":
        """Return this exchange with another value of a header."""
        headers = [pair for pair in self.request.headers if pair[0].lower() != name.lower()]
        return self._with(replace(self.request, headers=[*headers, (name, value)]))

    def query(self, name: str) -> str | None:
        """Return a query parameter."""
        return dict(parse_qsl(self.request.query, keep_blank_values=True)).get(name)

    def _with(self, request: Request) -> "InterceptedExchange":
        return replace(self, request=request)


def edit_json(reply: Reply, change: Callable[[Any], Any]) -> Reply:
    """Return a JSON response changed in place, or replaced by what `change` returns; others as they are."""
    try:
        content = json.loads(reply.body)
    except ValueError:
        return reply
    changed = change(content)
    reply.set_body(json.dumps(content if changed is None else changed).encode())
    return reply


def validation_error(issues: dict[str, Any]) -> Reply:
    """Return a refusal in the words of validation."""
    message = "Insertion failure: 1 document(s) contain(s) error(s)"
    return json_reply(422, {"_status": "ERR", "_issues": issues, "_error": {"code": 422, "message": message}})


def edit_cases(exchange: InterceptedExchange, reply: Reply, change: Callable[[dict[str, Any]], Any]) -> Reply:
    """Return a response with each case in it changed."""
    if exchange.resource != "cases" or reply.status != 200:
        return reply

    def each(content: Any) -> None:
        items = content.get("_items", [content])
        for case in items:
            change(case)

    return edit_json(reply, each)


def map_values(content: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """Return JSON with every value that is no container replaced; `change` gets the name of its field."""
    if isinstance(content, dict):
        return {key: map_values(value, change, key) for key, value in content.items()}
    if isinstance(content, list):
        return [map_values(value, change, name) for value in content]
    return change(name, content)


def strings_in(content: Any) -> Iterator[str]:
    """Yield every string in JSON."""
    if isinstance(content, dict):
        for value in content.values():
            yield from strings_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from strings_in(value)
    elif isinstance(content, str):
        yield content
