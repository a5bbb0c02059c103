"""Requests and responses as they were on the wire: strict JSON, exchanges, dates, JSON pointers and curl commands."""

from contract_tests.messages.curl_command import curl, is_loopback
from contract_tests.messages.dates import CLOCKS_MAY_DIFFER, iso_8601, rfc_1123, timestamp
from contract_tests.messages.exchange import Exchange, decompressed, from_httpx, from_vcrpy, is_whole_gzip, media_type
from contract_tests.messages.json_pointer import any_position, pointer_of, step, value_at
from contract_tests.messages.strict_json import YAML_LOADER, NotStrictJson, dumps, escaped, load_yaml, loads, shown
from contract_tests.messages.tokens import shell_reference, without_secrets

__all__ = [
    "CLOCKS_MAY_DIFFER", "YAML_LOADER", "Exchange", "NotStrictJson", "any_position", "curl", "decompressed", "dumps", "escaped",
    "from_httpx", "from_vcrpy", "is_loopback", "is_whole_gzip", "iso_8601", "load_yaml", "loads", "media_type", "pointer_of",
    "rfc_1123", "shell_reference", "shown", "step", "timestamp", "value_at", "without_secrets",
]  # fmt: skip
