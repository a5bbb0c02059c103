"""The score as it was recorded: the faults that a layer does not detect, which must stay all that it does not detect."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parent / "score.yaml"


@dataclass(frozen=True)
class RecordedScore:
    """Survivors by layer, those that some runs detect and others do not, and the faults that change nothing, with the reasons."""

    survivors: dict[str, frozenset[str]]
    equivalents: dict[str, str]
    by_chance: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = FILE) -> "RecordedScore":
        """Read the file."""
        document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        survivors, by_chance = (
            {layer: frozenset(names) for layer, names in document[part].items()} for part in ("survivors", "by_chance")
        )
        return cls(survivors, document["equivalents"], by_chance)

    def marks(self, layer: str, fault: str) -> Sequence[pytest.MarkDecorator]:
        """Return the mark of a fault that a layer is not expected to detect; to detect it fails the run, if not by chance."""
        chance = fault in self.by_chance.get(layer, frozenset())
        if not (chance or fault in self.survivors.get(layer, frozenset())):
            return []
        return [pytest.mark.xfail(strict=not chance, raises=AssertionError, reason="survives in score.yaml")]
