"""Faults for the pages."""

import inspect
from collections.abc import Mapping, Sequence

from amili_inspector import Breach, FaultKind, FaultRule

from amili_sandbox.network_faults import NETWORK_FAULTS, RULE_FIELDS
from amili_sandbox.server import Sandbox


class ShownFaults:
    """The network faults and the contract faults of a stand-in."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def kinds(self) -> Sequence[FaultKind]:
        """Return the network faults."""
        return [FaultKind(name, " ".join((inspect.getdoc(kind) or "").split())) for name, kind in NETWORK_FAULTS.items()]

    def rules(self) -> Sequence[FaultRule]:
        """Return the active rules."""
        return [_rule(each) for each in self._sandbox.faults.as_json()]

    def add(self, rule: Mapping[str, object]) -> None:
        """Add a rule."""
        self._sandbox.faults.add(dict(rule))
        self._sandbox.changes.add()

    def remove(self, position: int, fault: str) -> None:
        """Remove a rule."""
        self._sandbox.faults.remove(position, fault)
        self._sandbox.changes.add()

    def breaches(self) -> Sequence[Breach]:
        """Return the contract faults."""
        return [Breach(each["name"], each["description"], each["on"]) for each in self._sandbox.contract_faults.as_json()]

    def switch(self, breach: str, on: bool) -> None:
        """Switch a contract fault on or off."""
        others = [each.name for each in self.breaches() if each.is_on and each.name != breach]
        self._sandbox.contract_faults.set([*others, breach] if on else others)
        self._sandbox.changes.add()


def _rule(each: Mapping[str, object]) -> FaultRule:
    fields = {name: value for name, value in each.items() if name in RULE_FIELDS or name == "done"}
    parameters = {name: str(value) for name, value in each.items() if name not in fields}
    return FaultRule(parameters=parameters, **fields)  # type: ignore[arg-type]  # checked when the rule was made
