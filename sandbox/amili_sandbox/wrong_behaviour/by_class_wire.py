"""Contract faults in how replies are encoded, and in how long they take.

The sentences they break: RFC 8259 (JSON is UTF-8), RFC 9112 and RFC 1952 (a whole message, a whole gzip member), and the texts
that were registered.
"""

import gzip
import json
import time
import unicodedata
from typing import Any

from amili_sandbox.http import Ending, Reply
from amili_sandbox.wrong_behaviour.contract_fault import contract_fault
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange, edit_cases, edit_json, map_values

BLOCK = 64  # bytes that are decoded at a time
TRAILER = 8  # bytes at the end of a gzip member: check sum and length
SLOW, VERY_SLOW = 0.6, 1.2
EVERY = 4


def with_letters(reply: Reply) -> Reply:
    """Return a JSON response with letters beyond ASCII as they are, not as escapes."""
    try:
        text = json.dumps(json.loads(reply.body), ensure_ascii=False)
    except ValueError:
        return reply
    reply.set_body(text.encode())
    return reply


@contract_fault("boundary")
def letters_cut_at_blocks(exchange: InterceptedExchange) -> Reply:
    """Responses are decoded block by block, and a letter that lies across two blocks is lost."""
    reply = with_letters(exchange.proceed())
    blocks = [reply.body[start : start + BLOCK].decode(errors="replace") for start in range(0, len(reply.body), BLOCK)]
    reply.set_body("".join(blocks).encode())
    return reply


@contract_fault("boundary")
def letters_decomposed(exchange: InterceptedExchange) -> Reply:
    """Texts in cases come back decomposed: Å as A and a ring."""

    def change(case: dict[str, Any]) -> None:
        case.update(map_values(case, lambda _, value: unicodedata.normalize("NFD", value) if isinstance(value, str) else value))

    return edit_cases(exchange, exchange.proceed(), change)


@contract_fault("boundary")
def line_ends_lost(exchange: InterceptedExchange) -> Reply:
    """Line ends and tabs in what was registered come back as spaces."""

    def flat(_: str, value: Any) -> Any:
        return " ".join(value.split()) if isinstance(value, str) else value

    return edit_json(exchange.proceed(), lambda body: map_values(body, flat))


@contract_fault("boundary")
def byte_order_mark(exchange: InterceptedExchange) -> Reply:
    """Documents that are read one by one begin with a byte order mark."""
    reply = exchange.proceed()
    if exchange.request.method == "GET" and exchange.item and reply.status == 200:
        reply.set_body(b"\xef\xbb\xbf" + reply.body)
    return reply


@contract_fault("boundary")
def charset_of_windows(exchange: InterceptedExchange) -> Reply:
    """Refusals are in Windows-1252, and say so."""
    reply = exchange.proceed()
    if reply.status >= 400:
        reply.set_body(with_letters(reply).body.decode().encode("cp1252", errors="replace"))
        reply.set_header("Content-Type", "application/json; charset=windows-1252")
    return reply


@contract_fault("status")
def gzip_without_end(exchange: InterceptedExchange) -> Reply:
    """A compressed response lacks its last eight bytes, by which a reader knows that all of it came."""
    reply = exchange.proceed()
    if reply.status == 200 and reply.body:
        reply.set_body(gzip.compress(reply.body)[:-TRAILER])
        reply.set_header("Content-Encoding", "gzip")
    return reply


@contract_fault("status")
def chunks_without_end(exchange: InterceptedExchange) -> Reply:
    """A page in chunks lacks the last one."""
    reply = exchange.proceed()
    if exchange.lists_cases() and reply.status == 200:
        reply.set_header("Transfer-Encoding", "chunked")
        reply.set_header("Content-Length", None)
        reply.body, reply.ending = b"%x\r\n%s\r\n" % (len(reply.body), reply.body), Ending.FIN
    return reply


@contract_fault("performance")
def slow_writes(exchange: InterceptedExchange) -> Reply:
    """Creditings and cancellations take more than half a second."""
    if exchange.writes("crediting", "cancellation"):
        time.sleep(SLOW)
    return exchange.proceed()


@contract_fault("performance")
def slow_items(exchange: InterceptedExchange) -> Reply:
    """Reading one document by its identifier takes more than half a second."""
    if exchange.request.method == "GET" and exchange.item:
        time.sleep(SLOW)
    return exchange.proceed()


@contract_fault("performance")
def slow_now_and_then(exchange: InterceptedExchange) -> Reply:
    """Every fourth page of cases takes more than a second."""
    if exchange.lists_cases() and exchange.count() % EVERY == 0:
        time.sleep(VERY_SLOW)
    return exchange.proceed()
