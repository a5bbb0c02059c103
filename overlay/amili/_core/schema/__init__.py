"""Compares a document with a schema of the contract: requests before they are sent, and responses that were received."""

from amili._core.schema.compare import MISSING, UNDOCUMENTED_PROPERTY, Comparison, Path, Rule, Schema, pointer, pointers

__all__ = [
    "MISSING",
    "UNDOCUMENTED_PROPERTY",
    "Comparison",
    "Path",
    "Rule",
    "Schema",
    "pointer",
    "pointers",
]
