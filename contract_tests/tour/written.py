"""Writes that were acknowledged, and the operations by which they are read later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Written:
    """A write that was acknowledged."""

    operation: str
    sent: Mapping[str, Any]
    receipt: Mapping[str, Any]


# How what an operation wrote is listed and read.
READS: Mapping[str, tuple[str, str]] = {
    "register_invoice": ("list_registrations", "get_registration"),
    "credit_case": ("list_creditings", "get_crediting"),
    "cancel_case": ("list_cancellations", "get_cancellation"),
}
