"""Recorded exchanges: files with their provenance, recording, and replay through the clients."""

from contract_tests.cassettes.cassette import FAIL_AFTER, WARN_AFTER, Cassette, cassettes, older_than, read
from contract_tests.cassettes.record import keep, record_cassette, record_tour
from contract_tests.cassettes.replay import Requests, in_order, normalised, play_cassette, read_through_both

__all__ = [
    "FAIL_AFTER", "WARN_AFTER", "Cassette", "Requests", "cassettes", "in_order", "keep", "normalised", "older_than",
    "play_cassette", "read", "read_through_both", "record_cassette", "record_tour",
]  # fmt: skip
