"""Which contract faults are on."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from amili_sandbox.http import Reply, Request
from amili_sandbox.state import World
from amili_sandbox.wrong_behaviour.intercepted_exchange import Exchange
from amili_sandbox.wrong_behaviour.table import CONTRACT_FAULTS, Bend


class ContractFaultError(ValueError):
    """There is no such contract fault; the message lists those there are."""


class Switchboard:
    """Bends exchanges by the faults that are on; with none on, it is not in the way."""

    def __init__(self, world: World, answer: Callable[[Request], Reply], token: str) -> None:
        self._world = world
        self._answer = answer
        self._token = token
        self._on: tuple[str, ...] = ()
        self._counts: Counter[str] = Counter()

    @property
    def anything_on(self) -> bool:
        """Tell whether any fault is on."""
        return bool(self._on)

    def set(self, wish: Any) -> None:
        """Switch on these faults and no others: a list of names."""
        known = {fault.name: fault for fault in CONTRACT_FAULTS}
        if not isinstance(wish, list) or not all(isinstance(name, str) and name in known for name in wish):
            raise ContractFaultError(f"contract faults are a list of names out of: {', '.join(known)}")
        self._on = tuple(wish)
        self._counts.clear()
        self._world.assumptions.break_with({key: value for name in wish for key, value in known[name].rules.items()})

    def __call__(self, request: Request) -> Reply:
        """Answer a request as bent as it shall be."""
        answer = self._answer
        for fault in CONTRACT_FAULTS:
            if fault.name in self._on and fault.bend is not None:
                answer = self._bent(fault.name, fault.bend, answer)
        return answer(request)

    def as_json(self) -> list[dict[str, Any]]:
        """Return all faults, and which are on."""
        return [
            {
                "number": number,
                "name": fault.name,
                "says": fault.says,
                "caught_by": fault.caught_by,
                "hand": fault.hand,
                "on": fault.name in self._on,
            }
            for number, fault in enumerate(CONTRACT_FAULTS, start=1)
        ]

    def _bent(self, name: str, bend: Bend, answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
        def count() -> int:
            self._counts[name] += 1
            return self._counts[name]

        return lambda request: bend(Exchange(request, answer, self._world, self._token, count))
