"""Which contract faults are on."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from amili_sandbox.http import Reply, Request
from amili_sandbox.state import State
from amili_sandbox.wrong_behaviour.contract_fault import Apply
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange
from amili_sandbox.wrong_behaviour.table import CONTRACT_FAULTS


class ActiveFaults:
    """Applies the contract faults that are on to every exchange."""

    def __init__(self, state: State, answer: Callable[[Request], Reply], token: str) -> None:
        self._state = state
        self._answer = answer
        self._token = token
        self._names: tuple[str, ...] = ()
        self._counts: Counter[str] = Counter()

    def set(self, names: Any) -> None:
        """Switch on these faults and no others: a list of names."""
        known = {fault.name: fault for fault in CONTRACT_FAULTS}
        if not isinstance(names, list) or not all(isinstance(name, str) and name in known for name in names):
            raise ValueError(f"contract faults are a list of these names: {', '.join(known)}")
        self._names = tuple(names)
        self._counts.clear()
        self._state.assumptions.override({key: value for name in names for key, value in known[name].assumptions.items()})

    def __call__(self, request: Request) -> Reply:
        """Answer a request with all faults applied that are on."""
        answer = self._answer
        if self._names:
            for fault in CONTRACT_FAULTS:
                if fault.name in self._names and fault.apply is not None:
                    answer = self._apply(fault.name, fault.apply, answer)
        return answer(request)

    def as_json(self) -> list[dict[str, Any]]:
        """Return all faults, and which are on."""
        names = ("name", "description", "caught_by", "group")
        return [{name: getattr(fault, name) for name in names} | {"on": fault.name in self._names} for fault in CONTRACT_FAULTS]

    def _apply(self, name: str, apply: Apply, answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
        def count() -> int:
            self._counts[name] += 1
            return self._counts[name]

        return lambda request: apply(InterceptedExchange(request, answer, self._state, self._token, count))
