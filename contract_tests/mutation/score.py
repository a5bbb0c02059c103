"""What the outcomes of all runs come to: who noticed what, by layer, by hand, and together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.mutation.faults import CLEAN, Fault, Outcome

ENOUGH = 0.95  # of the faults, for the tour alone


@dataclass
class LayerScore:
    """What one layer did."""

    name: str
    noticed: dict[str, str] = field(default_factory=dict)  # fault to what was found
    survived: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)  # findings on the clean stand-in, with their seeds
    seeds: int = 0
    requests: int = 0
    seconds: float = 0.0


@dataclass
class Score:
    """Everything that was measured on wrong servers."""

    faults: Sequence[Fault]
    equivalents: dict[str, str]
    layers: dict[str, LayerScore]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome], faults: Sequence[Fault], equivalents: dict[str, str]) -> "Score":
        """Add outcomes up; equivalents are counted apart."""
        layers: dict[str, LayerScore] = {}
        for outcome in sorted(outcomes, key=lambda outcome: (outcome.job.fault, outcome.job.seed)):
            job = outcome.job
            layer = layers.setdefault(job.layer, LayerScore(job.layer))
            layer.requests += outcome.requests
            layer.seconds += outcome.seconds
            if job.fault == CLEAN:
                layer.seeds += 1
                layer.alarms += [f"seed {job.seed}: {outcome.says}"] if outcome.killed else []
            elif outcome.killed:
                layer.noticed[job.fault] = outcome.says
            else:
                layer.survived.append(job.fault)
        return cls(faults, equivalents, layers)

    @property
    def counted(self) -> list[Fault]:
        """The faults that can be noticed."""
        return [fault for fault in self.faults if fault.name not in self.equivalents]

    def survivors(self, *layers: str) -> list[str]:
        """Return the faults that none of these layers noticed; of all layers if none is named."""
        chosen = [self.layers[name] for name in layers or self.layers]
        return [fault.name for fault in self.counted if not any(fault.name in layer.noticed for layer in chosen)]

    def unmet(self) -> Iterator[str]:
        """Return the goals that are not met."""
        if self.survivors():
            yield f"every fault is noticed by some layer: {len(self.survivors())} are not"
        if "tour" in self.layers and self.counted:
            share = 1 - len(self.survivors("tour")) / len(self.counted)
            if share < ENOUGH:
                yield f"the tour notices {ENOUGH:.0%}: it notices {share:.0%}"
        alarms = sum(len(layer.alarms) for layer in self.layers.values())
        if alarms:
            yield f"the clean stand-in raises no alarm: it raised {alarms}"

    def lines(self) -> Iterator[str]:
        """Say it for people."""
        for layer in self.layers.values():
            told = f"{layer.seconds:.0f} s, {layer.requests} requests, {layer.seeds} runs on the clean stand-in included"
            yield f"{layer.name}: {self._shares(layer.name)}; {told}"
            yield f"  survived: {', '.join(self.survivors(layer.name)) or 'none'}"
        yield f"together: {self._shares()}"
        yield f"  survived: {', '.join(self.survivors()) or 'none'}"
        for name, reason in self.equivalents.items():
            if name in {fault.name for fault in self.faults}:
                noticed = any(name in layer.noticed for layer in self.layers.values())
                yield f"equivalent: {name} ({'noticed all the same' if noticed else reason})"
        for layer in self.layers.values():
            yield f"false alarms of {layer.name} over {layer.seeds} seeds: {len(layer.alarms) or 'none'}"
            yield from (f"  {alarm}" for alarm in layer.alarms)

    def _shares(self, *layers: str) -> str:
        """Say how many of the faults were noticed, and how many of each hand."""
        left, by_hand = set(self.survivors(*layers)), defaultdict(list)
        for fault in self.counted:
            by_hand[fault.hand].append(fault.name not in left)
        words = f"{len(self.counted) - len(left)} of {len(self.counted)}"
        hands = ", ".join(f"{hand} hand {sum(noticed)} of {len(noticed)}" for hand, noticed in by_hand.items())
        return f"{words} ({hands})"

    def as_json(self) -> dict[str, Any]:
        """Return the whole matrix."""
        return {
            "faults": {fault.name: fault.hand for fault in self.faults},
            "equivalents": {fault.name: self.equivalents[fault.name] for fault in self.faults if fault.name in self.equivalents},
            "layers": {name: vars(layer) for name, layer in self.layers.items()},
            "survivors": self.survivors(),
            "unmet": list(self.unmet()),
        }
