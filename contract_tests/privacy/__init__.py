"""Finds and removes secrets and personal data in what is kept or shown."""

from contract_tests.privacy.scanner import FILTERED, PERSONAL_KEYS, TOOL, allowed, leaks, redacted, scan_files

__all__ = [
    "FILTERED", "PERSONAL_KEYS", "TOOL", "allowed", "leaks", "redacted", "scan_files",
]  # fmt: skip
