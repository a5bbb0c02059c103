"""The score as it was recorded: the faults that a layer does not detect, which must stay all that it does not detect."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parent / "score.yaml"


@dataclass(frozen=True)
class RecordedScore:
    """Survivors by layer, and the faults that change nothing, with the reasons."""

    survivors: dict[str, frozenset[str]]
    equivalents: dict[str, str]

    @classmethod
    def load(cls, file: Path = FILE) -> "RecordedScore":
        """Read the file."""
        document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return cls({layer: frozenset(names) for layer, names in document["survivors"].items()}, document["equivalents"])

    def marks(self, layer: str, fault: str) -> Sequence[pytest.MarkDecorator]:
        """Return the mark of a fault that a layer is not expected to detect; to detect it fails the run."""
        expected = fault in self.survivors.get(layer, frozenset())
        return [pytest.mark.xfail(strict=True, raises=AssertionError, reason="survives in score.yaml")] if expected else []
