"""The network faults: what each does to a request and its response."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from amili_sandbox.http import Ending, Reply, Request, error_reply
from amili_sandbox.network_faults.environment import Environment

HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>\r\n"


@dataclass(frozen=True)
class FaultContext:
    """A request, a function that returns its correct response, and the parameters of the fault."""

    request: Request
    answer: Callable[[], Reply]
    environment: Environment
    parameters: Mapping[str, str]

    def seconds(self, default: float) -> float:
        """Return the parameter `seconds`."""
        return float(self.parameters.get("seconds", default))

    def ending(self) -> Ending:
        """Return how the connection ends: the parameter `ending`, `rst` or `fin`."""
        return Ending(self.parameters.get("ending", "rst"))


def latency(context: FaultContext) -> Reply:
    """The request waits `seconds` (1) before it takes effect and is answered."""
    context.environment.wait(context.seconds(1))
    return context.answer()


def late_answer(context: FaultContext) -> Reply:
    """The request takes effect at once, but its answer comes `seconds` (60) late, after most clients have given up."""
    reply = context.answer()
    context.environment.wait(context.seconds(60))
    return reply


def refuse(context: FaultContext) -> Reply:
    """All connections are closed and new ones refused for `seconds` (1)."""
    context.environment.refuse_connections(context.seconds(1))
    return Reply(503, silent=True, ending=Ending.RST)


def drop_before(context: FaultContext) -> Reply:
    """The connection ends (`ending` rst or fin) without an answer, and nothing happened."""
    return Reply(503, silent=True, ending=context.ending())


def drop_after(context: FaultContext) -> Reply:
    """The connection ends (`ending` rst or fin) without an answer, but the request took effect."""
    reply = context.answer()
    return Reply(reply.status, silent=True, ending=context.ending())


def too_many_requests(context: FaultContext) -> Reply:
    """429, with Retry-After as `retry_after` says: seconds, date or none; the wait is `seconds` (1)."""
    reply = error_reply(429, "Rate limit exceeded")
    wait = max(1, round(context.seconds(1)))
    match context.parameters.get("retry_after", "seconds"):
        case "seconds":
            reply.set_header("Retry-After", str(wait))
        case "date":
            timestamp = context.environment.timestamp() + wait
            reply.set_header("Retry-After", formatdate(timestamp, usegmt=True))
    return reply


def error_500(_exchange: FaultContext) -> Reply:
    """500 in Eve's JSON envelope; nothing happened."""
    return error_reply(500, "Internal Server Error")


def html_500(_exchange: FaultContext) -> Reply:
    """500 as an HTML page; nothing happened."""
    return _page(500, "500 Internal Server Error")


def html_502_after(context: FaultContext) -> Reply:
    """502 as an HTML page from a gateway, but the request took effect."""
    context.answer()
    return _page(502, "502 Bad Gateway")


def unavailable(_exchange: FaultContext) -> Reply:
    """503 as an HTML page; nothing happened."""
    return _page(503, "503 Service Temporarily Unavailable")


def status_520(_exchange: FaultContext) -> Reply:
    """520, which no standard defines but some gateways use; nothing happened."""
    return _page(520, "520 Web Server Returned an Unknown Error")


def truncate(context: FaultContext) -> Reply:
    """The request took effect; its answer announces a full body, stops half-way, and the connection ends."""
    reply = context.answer()
    reply.set_header("Content-Length", str(len(reply.body)))
    reply.cut, reply.ending = len(reply.body) // 2, Ending.FIN
    return reply


def cut_json(context: FaultContext) -> Reply:
    """The request took effect; its answer is valid HTTP with half of the JSON."""
    return _with_body(context.answer(), lambda body: body[: len(body) // 2])


def wrong_length(context: FaultContext) -> Reply:
    """The request took effect; its answer announces `by` (-7) bytes more than it sends; below zero: fewer."""
    reply = context.answer()
    by = int(context.parameters.get("by", -7))
    reply.set_header("Content-Length", str(max(0, len(reply.body) + by)))
    if by > 0:
        reply.ending = Ending.FIN
    return reply


def wrong_type(context: FaultContext) -> Reply:
    """The request took effect; its answer is JSON with the content type text/html."""
    reply = context.answer()
    reply.set_header("Content-Type", "text/html; charset=utf-8")
    return reply


def empty_body(context: FaultContext) -> Reply:
    """The request took effect; its answer has the right status and no body."""
    return _with_body(context.answer(), lambda _: b"")


def token_expired(context: FaultContext) -> Reply:
    """The token that came with the request expires now: 401 until the client gets another."""
    context.environment.expire_token(context.request.header("X-API-Key"))
    return context.answer()


def _page(status: int, title: str) -> Reply:
    return Reply(status, [("Content-Type", "text/html")], HTML.format(title).encode())


def _with_body(reply: Reply, change: Callable[[bytes], bytes]) -> Reply:
    reply.set_body(change(reply.body))
    return reply


NETWORK_FAULTS: Mapping[str, Callable[[FaultContext], Reply]] = {
    kind.__name__: kind
    for kind in (
        latency, late_answer, refuse, drop_before, drop_after, too_many_requests, error_500, html_500, html_502_after,
        unavailable, status_520, truncate, cut_json, wrong_length, wrong_type, empty_body, token_expired,
    )
}  # fmt: skip
PARAMETERS = {
    "seconds": lambda text: 0 <= float(text) <= 86_400,
    "ending": lambda text: text in ("rst", "fin"),
    "retry_after": lambda text: text in ("seconds", "date", "none"),
    "by": lambda text: 0 < abs(int(text)) < 10**9,
}


def check(kind: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a fault as strings; raise ValueError, which lists the valid ones, if one is invalid."""
    if kind not in NETWORK_FAULTS:
        raise ValueError(f"{kind!r} is not a fault; there are: {', '.join(NETWORK_FAULTS)}")
    for name, value in parameters.items():
        try:
            good = name in PARAMETERS and PARAMETERS[name](str(value))
        except ValueError:
            good = False
        if not good:
            raise ValueError(
                f"{name}={json.dumps(value)} is not a parameter of a fault; there are: seconds=NUMBER up to 86400, "
                "ending=rst|fin, retry_after=seconds|date|none, by=NUMBER"
            )
    return {name: str(value) for name, value in parameters.items()}
