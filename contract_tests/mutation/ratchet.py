"""The score that was reached, in a file: what was noticed once must be noticed ever after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract_tests.mutation.score import Score

FILE = Path(__file__).parent / "score.yaml"
_HEADER = """\
# The score of the suite as it was recorded: the faults that were tried, and by layer those that survived. A run in which another
# one survives fails, and so does one that finds fewer. Written by `scripts/mutation-score --record`, never by hand.
"""


@dataclass(frozen=True)
class Recorded:
    """A score as the file holds it."""

    faults: frozenset[str]
    survivors: dict[str, frozenset[str]]  # by layer

    @classmethod
    def load(cls, file: Path = FILE) -> "Recorded":
        """Read the file; nothing is recorded if there is none."""
        said: dict[str, Any] = yaml.safe_load(file.read_text()) if file.exists() else {}
        survivors = {layer: frozenset(names) for layer, names in said.get("survivors", {}).items()}
        return cls(frozenset(said.get("faults", ())), survivors)

    def worse(self, score: Score) -> Iterator[str]:
        """Return what survived now and did not when the score was recorded."""
        for name, layer in score.layers.items():
            if name in self.survivors:
                lost = (set(layer.survived) & self.faults) - self.survivors[name] - score.equivalents.keys()
                yield from (f"{name} no longer notices {fault}" for fault in sorted(lost))

    def better(self, score: Score) -> Iterator[str]:
        """Return what should be recorded: what is noticed now and was not, and faults that are new."""
        for name, layer in score.layers.items():
            won = layer.noticed.keys() & self.survivors.get(name, frozenset())
            yield from (f"{name} notices {fault} now" for fault in sorted(won))
        for fault in score.faults:
            if fault.name not in self.faults:
                yield f"{fault.name} is new"


def record(score: Score, file: Path = FILE) -> None:
    """Write a score that was measured on all faults and layers."""
    said = {
        "faults": sorted(fault.name for fault in score.faults),
        "survivors": {name: sorted(_counted(layer.survived, score)) for name, layer in sorted(score.layers.items())},
    }
    file.write_text(_HEADER + yaml.safe_dump(said, sort_keys=False, width=130, default_flow_style=None))


def _counted(names: Iterable[str], score: Score) -> list[str]:
    return [name for name in names if name not in score.equivalents]
