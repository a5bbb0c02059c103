from enum import StrEnum
from functools import lru_cache
from typing import Self


class ActionStatus(StrEnum):
    COMPLETED = "completed"
    ERROR = "error"
    WARNING = "warning"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Keep a value that the contract does not know: equal to its text, and written back as it came."""
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a text")
        unknown = str.__new__(cls, value)
        unknown._name_ = "UNKNOWN"
        unknown._value_ = value
        return unknown


# The member for a value; unlike a call of the class it remembers, also what the contract does not know.
read_action_status = lru_cache(256)(ActionStatus)
