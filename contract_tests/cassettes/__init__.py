"""Recorded exchanges: files with their provenance, recording, and replay through the clients."""

from contract_tests.cassettes.cassette import Cassette, cassettes, read, record_file, to_renew, too_old
from contract_tests.cassettes.record import keep, walk
from contract_tests.cassettes.replay import Requests, in_order, meaning, played, read_through_both

__all__ = [
    "Cassette",
    "Requests",
    "cassettes",
    "in_order",
    "keep",
    "meaning",
    "played",
    "read",
    "read_through_both",
    "record_file",
    "to_renew",
    "too_old",
    "walk",
]
