"""One stand-in: its state, the application that answers, and the log of requests."""

from amili_sandbox.server.changes import Changes
from amili_sandbox.server.masking import masked_body, masked_headers, masked_target
from amili_sandbox.server.request_log import Entry, RequestLog, masked_exchange
from amili_sandbox.server.sandbox import Sandbox

__all__ = [
    "Changes",
    "Entry",
    "RequestLog",
    "Sandbox",
    "masked_body",
    "masked_exchange",
    "masked_headers",
    "masked_target",
]
